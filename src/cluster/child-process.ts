// One child process of a local cluster: runs the CLI, keeps its last log lines, and ends it.
// local-cluster.ts has the children; parent-link.ts is the child's end.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ClusterError } from "../base/errors.js";
import { ownFile } from "../system/own-files.js";
import { type ChildReady, isChildReady } from "./parent-link.js";

const LINES_KEPT = 1_000;
/** How many of them an error has. */
const LAST_WORDS = 20;
/** How long a child that was asked to end may take. */
const TERMINATION_MS = 3_000;

/** How a child ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The reason of a child's end, in words: `killed by SIGKILL`, `exit code 1`. */
export function exitReason({ code, signal }: ChildExit): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

/** Threads that Node has for files and for queries of tables. */
const POOL_THREADS = 4;
const POOL_VARIABLE = "UV_THREADPOOL_SIZE";

/**
 * The variable of the environment that gives a worker a pool thread for each of its own: a query of
 * a table takes one for as long as it runs, and files need some besides. What is set stays.
 */
export function poolOf(
  parameters: readonly string[],
  given: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const at = parameters.lastIndexOf("--nthreads");
  const threads = at < 0 ? 1 : Number(parameters[at + 1]);
  if (given[POOL_VARIABLE] !== undefined || !(threads > 1)) return {};
  return { [POOL_VARIABLE]: String(threads + POOL_THREADS) };
}

/** A process running one of the CLI's commands. */
export class Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the child reports that it is ready; rejects when it ends before. */
  readonly ready: Promise<ChildReady>;
  /** Resolves when the child is gone. */
  readonly exited: Promise<ChildExit>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];

  /**
   * Starts `tilework <parameters>`.
   *
   * @param log called for each line that the child writes to its standard error
   * @throws ClusterError `cluster.start` when the project is not built
   */
  constructor(name: string, parameters: readonly string[], log: (line: string) => void) {
    this.name = name;
    this.#process = spawn(
      process.execPath,
      [fileURLToPath(ownFile("cli/main.js")), ...parameters, "--with-parent"],
      {
        stdio: ["ignore", "inherit", "pipe", "ipc"],
        env: { ...process.env, ...poolOf(parameters, process.env) },
      },
    );
    this.pid = this.#process.pid ?? -1;
    this.exited = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => resolve({ code, signal }));
      this.#process.once("error", () => resolve({ code: null, signal: null }));
    });
    this.#readLog(log);
    this.ready = this.#awaitReady();
    // The outcome does not matter if the start was given up meanwhile.
    this.ready.catch(() => {});
  }

  /** The last lines of its log. */
  get lines(): readonly string[] {
    return [...this.#lines];
  }

  /** Waits for the child to end by itself for `ownAccordMs`, then asks it to, then kills it. */
  async end(ownAccordMs: number): Promise<void> {
    if (ownAccordMs > 0 && (await this.#endsWithin(ownAccordMs))) return;
    this.#process.kill("SIGTERM");
    if (await this.#endsWithin(TERMINATION_MS)) return;
    this.#process.kill("SIGKILL");
    await this.exited;
  }

  #endsWithin(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      void this.exited.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #readLog(log: (line: string) => void): void {
    const { stderr } = this.#process;
    if (stderr === null) return;
    createInterface({ input: stderr }).on("line", (line) => {
      this.#lines.push(line);
      if (this.#lines.length > LINES_KEPT) this.#lines.shift();
      log(line);
    });
  }

  #awaitReady(): Promise<ChildReady> {
    return new Promise((resolve, reject) => {
      this.#process.on("message", (message) => {
        if (isChildReady(message)) resolve(message);
      });
      // "close" comes after "exit", when the last lines of the log have been read.
      this.#process.once("close", (code, signal) => {
        reject(this.#startError(exitReason({ code, signal })));
      });
      this.#process.once("error", (error) => reject(this.#startError(error.message)));
    });
  }

  #startError(reason: string): ClusterError {
    const lines = this.#lines.slice(-LAST_WORDS);
    const log = lines.length === 0 ? "" : `; its last words:\n${lines.join("\n")}`;
    return new ClusterError("start", `${this.name} did not start (${reason})${log}`, {
      name: this.name,
      reason,
      log: lines,
    });
  }
}

/** Arguments of `tilework worker`: its name, and that of the worker that it replaces. */
export function nameParameters(name: string, inPlaceOf: string | undefined): string[] {
  const place = inPlaceOf === undefined ? [] : ["--in-place-of", inPlaceOf];
  return ["--name", name, ...place];
}
