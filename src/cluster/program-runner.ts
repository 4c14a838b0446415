// The actor that runs one program on a worker, in a process of its own. It travels to the worker by
// its source, so it names nothing of this package: what it needs it imports where it runs.

/** A file that travels with a program. */
export interface ProgramFile {
  /** Its path where it was handed in. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The description of a program for the worker that runs it. */
export interface ProgramOrder {
  readonly name: string;
  /** The program first, then files that it reads. */
  readonly files: readonly ProgramFile[];
  readonly args: readonly string[];
  /** Variables of its environment, besides the worker's own. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long its state and its output stay after its end. */
  readonly keepMs: number;
}

/** Where a program is in its life. */
export type ProgramStatus = "running" | "succeeded" | "failed" | "stopped";

/** A program, as one can ask for it. */
export interface ProgramState {
  readonly name: string;
  readonly status: ProgramStatus;
  readonly startedMs: number;
  /** Undefined while it runs. */
  readonly endedMs: number | undefined;
  /** Null when a signal ended it; undefined while it runs. */
  readonly exitCode: number | null | undefined;
  readonly signal: string | null | undefined;
  readonly pid: number | undefined;
  readonly folder: string;
}

/** Lines of output. */
export interface ProgramOutput {
  readonly lines: readonly { readonly isError: boolean; readonly text: string }[];
  /** The number of the first line not in here. */
  readonly next: number;
  /** Whether no line will come any more. */
  readonly isComplete: boolean;
}

/** Runs one program. */
export class ProgramRunner {
  #order: ProgramOrder;
  #status: ProgramStatus = "running";
  #startedMs = Date.now();
  #endedMs: number | undefined;
  #exitCode: number | null | undefined;
  #signal: string | null | undefined;
  #pid: number | undefined;
  #folder = "";
  #hasOwnFolder = false;
  #lines: { isError: boolean; text: string }[] = [];
  /** How many lines were dropped before those. */
  #dropped = 0;
  #wakers = new Set<() => void>();

  constructor(order: ProgramOrder) {
    this.#order = order;
    this.#start().catch((error: unknown) => {
      this.#add(true, `the program could not be started: ${String(error)}`);
      this.#end("failed", null, null);
    });
  }

  /** How it is. */
  state(): ProgramState {
    return {
      name: this.#order.name,
      status: this.#status,
      startedMs: this.#startedMs,
      endedMs: this.#endedMs,
      exitCode: this.#exitCode,
      signal: this.#signal,
      pid: this.#pid,
      folder: this.#folder,
    };
  }

  /**
   * Output from the line with number `from` on; waits for more, up to `waitMs`, where there is none
   * yet.
   */
  async output(from: number, waitMs: number): Promise<ProgramOutput> {
    const isOver = () => this.#endedMs !== undefined;
    if (from >= this.#dropped + this.#lines.length && !isOver()) await this.#news(waitMs);
    const lines = this.#lines.slice(Math.max(0, from - this.#dropped));
    const next = this.#dropped + this.#lines.length;
    return { lines, next, isComplete: isOver() };
  }

  /** Ends the program: by a signal that it may handle, and 5 s later by one that it may not. */
  async stop(): Promise<ProgramState> {
    if (this.#endedMs === undefined && this.#pid !== undefined) {
      this.#status = "stopped";
      this.#kill("SIGTERM");
      const timer = setTimeout(() => this.#kill("SIGKILL"), 5_000);
      while (this.#endedMs === undefined) await this.#news(1_000);
      clearTimeout(timer);
    }
    return this.state();
  }

  /** Forgets a program that has ended, so that nothing keeps its worker; says whether it had. */
  forget(): boolean {
    const isOver = this.#endedMs !== undefined;
    // After the answer.
    if (isOver) setTimeout(() => process.exit(), 100);
    return isOver;
  }

  async #start(): Promise<void> {
    const { spawn } = await import("node:child_process");
    const { createInterface } = await import("node:readline");
    const program = await this.#place();
    // Its end of the fourth pipe closes with this process, however that ends: the program follows.
    const follow =
      'import net from "node:net";const up=new net.Socket({fd:3});up.on("close",()=>process.exit(1));up.on("error",()=>{});up.resume();up.unref();';
    const hook = ["--import", `data:text/javascript,${encodeURIComponent(follow)}`];
    // Without the dashes, Node would take an `--env-file` of the program's for one of its own.
    const parameters = [...hook, "--", program, ...this.#order.args];
    const child = spawn(process.execPath, parameters, {
      cwd: this.#folder,
      detached: true,
      env: { ...process.env, ...this.#order.variables },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    this.#pid = child.pid;
    for (const [stream, isError] of [
      [child.stdout, false],
      [child.stderr, true],
    ] as const) {
      if (stream !== null) {
        createInterface({ input: stream }).on("line", (text) => this.#add(isError, text));
      }
    }
    child.once("error", (error) => this.#add(true, `it could not be started: ${error.message}`));
    child.once("close", (code, signal) => {
      const status = code === 0 ? "succeeded" : "failed";
      this.#end(this.#status === "stopped" ? "stopped" : status, code, signal);
    });
  }

  /** Where the program is: its own path where this machine has the same file, else a new folder. */
  async #place(): Promise<string> {
    const { readFile, mkdtemp, mkdir, writeFile, symlink } = await import("node:fs/promises");
    const { basename, dirname, join, relative, isAbsolute } = await import("node:path");
    const { tmpdir } = await import("node:os");
    const [program, ...rest] = this.#order.files as [ProgramFile, ...ProgramFile[]];
    const same = async ({ path, bytes }: ProgramFile) =>
      readFile(path).then(
        (here) => here.equals(bytes),
        () => false,
      );
    if ((await Promise.all([program, ...rest].map(same))).every((isSame) => isSame)) {
      this.#folder = dirname(program.path);
      return program.path;
    }
    this.#folder = await mkdtemp(join(tmpdir(), "tilework-program-"));
    this.#hasOwnFolder = true;
    const base = dirname(program.path);
    for (const { path, bytes } of [program, ...rest]) {
      const below = relative(base, path);
      const isInside = !below.startsWith("..") && !isAbsolute(below);
      const to = join(this.#folder, isInside ? below : basename(path));
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, bytes);
    }
    const { createRequire } = await import("node:module");
    const load = createRequire(process.argv[1] ?? join(process.cwd(), "noop.js"));
    const own = dirname(load.resolve("tilework/package.json"));
    const modules = join(this.#folder, "node_modules");
    // Programs find this package, and what is installed beside it.
    if (basename(dirname(own)) === "node_modules") await symlink(dirname(own), modules);
    else {
      await mkdir(modules);
      await symlink(own, join(modules, "tilework"));
    }
    return join(this.#folder, basename(program.path));
  }

  #add(isError: boolean, text: string): void {
    this.#lines.push({ isError, text });
    if (this.#lines.length > 20_000) {
      this.#dropped += 10_000;
      this.#lines = this.#lines.slice(10_000);
    }
    this.#wake();
  }

  #end(status: ProgramStatus, code: number | null, signal: string | null): void {
    this.#status = status;
    this.#exitCode = code;
    this.#signal = signal;
    this.#endedMs = Date.now();
    this.#wake();
    const { keepMs } = this.#order;
    setTimeout(() => process.exit(), keepMs).unref();
    if (!this.#hasOwnFolder) return;
    const folder = this.#folder;
    void import("node:fs/promises").then(({ rm }) => rm(folder, { recursive: true, force: true }));
  }

  #kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.#pid as number), signal);
    } catch {
      // It has ended meanwhile.
    }
  }

  #news(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}
