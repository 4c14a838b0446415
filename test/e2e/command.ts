// The built command in processes of its own: what it prints, how it ends, and what it leaves
// behind.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/bundle/cli/main.js", import.meta.url));

/** A fresh directory that is removed with the test. */
export function freshDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "tw-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** How a {@link Command} ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A running `tilework …`, or another script, as leader of a process group. */
export class Command {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  output = "";
  readonly #process: ChildProcess;
  readonly #watchers = new Set<() => void>();
  /** Whether it has ended, and all that it printed has come. */
  #hasClosed = false;

  /**
   * Starts `tilework <parameters>`; whatever is left of it is killed with the test.
   *
   * @param temporary the directory for its temporary files: shows what it leaves behind
   * @param env more variables of its environment
   * @param within a command that starts it, such as `ip netns exec NAME`
   */
  constructor(
    parameters: readonly string[],
    { temporary = tmpdir(), script = MAIN, within = [] as readonly string[], env = {} } = {},
  ) {
    if (!existsSync(script)) throw new Error(`${script} is not there: run \`npm run build\` first`);
    const [file = "", ...words] = [...within, process.execPath, script, ...parameters];
    this.#process = spawn(file, words, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: temporary, NO_COLOR: "1", ...env },
    });
    this.pid = this.#process.pid ?? -1;
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        for (const watcher of this.#watchers) watcher();
      });
    }
    this.ended = new Promise((resolve) => {
      this.#process.once("close", (code, signal) => {
        this.#hasClosed = true;
        resolve({ code, signal, output: this.output });
        for (const watcher of this.#watchers) watcher();
      });
    });
    onTestFinished(() => {
      for (const pid of this.survivors()) process.kill(pid, "SIGKILL");
    });
  }

  /** Resolves with the match once the output matches; rejects when it ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = this.output.match(pattern);
        if (match === null && !this.#hasClosed) return;
        this.#watchers.delete(look);
        if (match !== null) resolve(match);
        else reject(new Error(`ended without saying ${pattern}:\n${this.output}`));
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** What a terminal does on Ctrl-C: the signal goes to the whole group. */
  interrupt(): void {
    process.kill(-this.pid, "SIGINT");
  }

  /** A signal for this process alone. */
  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Processes of the group that run. */
  survivors(): number[] {
    return runningProcesses()
      .filter(({ group }) => group === this.pid)
      .map(({ pid }) => pid);
  }
}

/** Processes that run, zombies left out, by the system's own tables. */
function runningProcesses(): { pid: number; group: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(name);
      if (stat === undefined) return [];
      const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state === "Z" || state === "X" ? [] : [{ pid: Number(name), group: Number(group) }];
    });
}

function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // It ended while the list was read.
    return undefined;
  }
}

/** Whether a process runs (a zombie does not). */
export function isRunning(pid: number): boolean {
  return runningProcesses().some((process) => process.pid === pid);
}

/** Waits until `condition` holds; the test's own timeout bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
