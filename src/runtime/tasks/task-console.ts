// The console of an executor thread. Output of a task is passed on with the task, so it reaches the
// client that submitted it. Its amount is limited, per task and over time, so a function that
// writes in an endless loop cannot block others. Omitted lines are counted.
import { Console } from "node:console";
import type { PrintLevel } from "../../protocol/messages/messages.js";

/** Something that a task wrote, without the line break at its end. */
export interface Printed {
  readonly level: PrintLevel;
  readonly text: string;
}

/** Limits of console output: of one task, and of one thread for all its tasks. */
export interface PrintLimits {
  readonly taskLinesMax: number;
  readonly taskCharactersMax: number;
  /** Only the beginning of a longer line is kept. */
  readonly lineCharactersMax: number;
  /** Limits of a thread's output: a burst, and a rate after it. */
  readonly burstLines: number;
  readonly linesPerSecond: number;
  readonly burstCharacters: number;
  readonly charactersPerSecond: number;
}

export const PRINT_LIMITS: PrintLimits = {
  taskLinesMax: 1_000,
  taskCharactersMax: 2 ** 20,
  lineCharactersMax: 2 ** 14,
  burstLines: 5_000,
  linesPerSecond: 500,
  burstCharacters: 2 ** 22,
  charactersPerSecond: 2 ** 18,
};

/** The interval of notices about omitted lines of a task. */
const NOTICE_INTERVAL_MS = 1_000;

const LEVELS: Readonly<Record<string, PrintLevel>> = {
  debug: "debug",
  info: "info",
  log: "log",
  warn: "warn",
  error: "error",
  trace: "error",
};

/** Console output of the functions of one thread. */
export class TaskConsole {
  readonly #print: (printed: Printed) => void;
  readonly #limits: PrintLimits;
  readonly #allowance: Allowance;
  #hasBegun = false;
  /** The level of the console method that is running. */
  #level: PrintLevel | undefined;
  #taskLines = 0;
  #taskCharacters = 0;
  /** Omitted lines that were not reported yet, and since when there are some. */
  #omitted = 0;
  #omittingSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(print: (printed: Printed) => void, limits = PRINT_LIMITS) {
    this.#print = print;
    this.#limits = limits;
    this.#allowance = new Allowance(limits);
  }

  /** A task begins: all output until the next one begins is its own. */
  begin(): void {
    this.#hasBegun = true;
    this.#taskLines = 0;
    this.#taskCharacters = 0;
  }

  /** The task has ended. */
  end(): void {
    if (this.#omitted === 0) return;
    // If many small tasks write too much together, not each is reported.
    const isOwn = this.#taskLines > 0 && this.#isTaskSpent(0);
    if (isOwn || performance.now() - this.#omittingSinceMs > NOTICE_INTERVAL_MS) this.#notice();
    else this.#timer ??= setTimeout(() => this.#notice(), NOTICE_INTERVAL_MS).unref();
  }

  /** Makes the methods of `target`, a console, write here. */
  takeOver(target: typeof console): void {
    const methods = new Console({
      stdout: this.#stream("log", process.stdout),
      stderr: this.#stream("warn", process.stderr),
      ignoreErrors: false,
    }) as unknown as Record<string, (...args: unknown[]) => void>;
    for (const name of Object.keys(methods)) {
      const method = methods[name];
      if (typeof method !== "function" || !Object.hasOwn(target, name)) continue;
      const level = LEVELS[name];
      const taken = level === undefined ? method : this.#levelled(level, method);
      Object.assign(target, { [name]: taken });
    }
  }

  #levelled(level: PrintLevel, method: (...args: unknown[]) => void) {
    return (...args: unknown[]): void => {
      // Arguments are not formatted if the output would be dropped.
      if (this.#hasBegun && this.#isSpent(0)) {
        this.#omit();
        return;
      }
      this.#level = level;
      try {
        method(...args);
      } finally {
        this.#level = undefined;
      }
    };
  }

  /** The members of a stream that {@link Console} uses. */
  #stream(level: PrintLevel, own: NodeJS.WriteStream): NodeJS.WritableStream {
    const write = (text: string) => {
      if (this.#hasBegun) this.#write(this.#level ?? level, text.replace(/\n$/, ""));
      else own.write(text);
      return true;
    };
    return { write } as unknown as NodeJS.WritableStream;
  }

  #write(level: PrintLevel, text: string): void {
    const { lineCharactersMax } = this.#limits;
    const omitted = text.length - lineCharactersMax;
    const kept =
      omitted > 0
        ? `${text.slice(0, lineCharactersMax)}… (${omitted} more characters were left out)`
        : text;
    if (this.#isSpent(kept.length)) {
      this.#omit();
      return;
    }
    this.#taskLines++;
    this.#taskCharacters += kept.length;
    this.#allowance.take(kept.length);
    this.#print({ level, text: kept });
  }

  /** Whether that many characters more exceed the limits. */
  #isSpent(characters: number): boolean {
    return this.#isTaskSpent(characters) || this.#allowance.isSpent(characters);
  }

  #isTaskSpent(characters: number): boolean {
    const { taskLinesMax, taskCharactersMax } = this.#limits;
    return this.#taskLines >= taskLinesMax || this.#taskCharacters + characters > taskCharactersMax;
  }

  #omit(): void {
    const nowMs = performance.now();
    if (this.#omitted++ === 0) this.#omittingSinceMs = nowMs;
    else if (nowMs - this.#omittingSinceMs > NOTICE_INTERVAL_MS) this.#notice();
  }

  #notice(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const count = this.#omitted;
    if (count === 0) return;
    this.#omitted = 0;
    const { taskLinesMax, linesPerSecond } = this.#limits;
    const lines = count === 1 ? "1 line was" : `${count.toLocaleString("en")} lines were`;
    const task = taskLinesMax.toLocaleString("en");
    const limits = `${task} of one task, and ${linesPerSecond} a second of one thread in the long run`;
    this.#print({ level: "warn", text: `(${lines} left out: no more travel than ${limits})` });
  }
}

/** A token bucket for a thread's output: writing empties it, time refills it. */
class Allowance {
  readonly #limits: PrintLimits;
  #lines: number;
  #characters: number;
  #filledMs = performance.now();

  constructor(limits: PrintLimits) {
    this.#limits = limits;
    this.#lines = limits.burstLines;
    this.#characters = limits.burstCharacters;
  }

  isSpent(characters: number): boolean {
    if (this.#lines >= 1 && this.#characters >= characters) return false;
    this.#fill();
    return this.#lines < 1 || this.#characters < characters;
  }

  take(characters: number): void {
    this.#lines -= 1;
    this.#characters -= characters;
  }

  #fill(): void {
    const { burstLines, linesPerSecond, burstCharacters, charactersPerSecond } = this.#limits;
    const nowMs = performance.now();
    const seconds = (nowMs - this.#filledMs) / 1000;
    this.#filledMs = nowMs;
    this.#lines = Math.min(burstLines, this.#lines + seconds * linesPerSecond);
    const characters = this.#characters + seconds * charactersPerSecond;
    this.#characters = Math.min(burstCharacters, characters);
  }
}
