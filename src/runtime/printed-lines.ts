// What the tasks of a worker write to the console, on its way to the scheduler: gathered for a moment, and
// sent before it is reported that a task has ended, so that nobody who waits for that misses it.
import type { TaskId } from "../protocol/ids.js";
import type { LinesPrinted, PrintLevel } from "../protocol/messages.js";
import type { Printed } from "./task-console.js";

/** How long lines wait for company. */
const DELAY_MS = 10;

/** Lines that were not sent yet. */
export class PrintedLines {
  readonly #send: (message: LinesPrinted) => void;
  #tasks: TaskId[] = [];
  #levels: PrintLevel[] = [];
  #texts: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (message: LinesPrinted) => void) {
    this.#send = send;
  }

  add(task: TaskId, { level, text }: Printed): void {
    this.#tasks.push(task);
    this.#levels.push(level);
    this.#texts.push(text);
    this.#timer ??= setTimeout(() => this.send(), DELAY_MS);
  }

  /** Sends what there is. */
  send(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const columns = { tasks: this.#tasks, levels: this.#levels, texts: this.#texts };
    this.#tasks = [];
    this.#levels = [];
    this.#texts = [];
    this.#send({ type: "linesPrinted", ...columns });
  }
}
