// The threads of this process under Node's inspector, while something is asked of them. It
// interrupts functions that run, so that a busy thread answers, too.
import type { Profiler, Session } from "node:inspector";

interface Waiting {
  readonly session: string;
  readonly resolve: (result: object | undefined) => void;
}

interface FromThread {
  readonly id?: number;
  readonly result?: object;
}

/** A thread that is attached. */
export interface InspectedThread {
  /** As `threadId` of node:worker_threads; 0 for the main thread. */
  readonly threadId: number;
  /** Calls a method of the inspector; undefined if the thread has ended. */
  ask(method: string, parameters?: object): Promise<object | undefined>;
}

/** All threads of this process, until they are detached. */
export class InspectedThreads {
  readonly threads: InspectedThread[] = [];
  readonly #session: Session;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** Attaches to those that there are. */
  static async attach(): Promise<InspectedThreads> {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connect();
    const all = new InspectedThreads(session);
    all.threads.push({ threadId: 0, ask: (method, parameters) => all.#post(method, parameters) });
    session.on("NodeWorker.attachedToWorker", ({ params }) => {
      const { sessionId, workerInfo } = params;
      const number = /^\[worker (\d+)\]/.exec(workerInfo.title)?.[1] ?? workerInfo.workerId;
      all.threads.push({
        threadId: Number(number),
        ask: (method, parameters = {}) => all.#askThread(sessionId, method, parameters),
      });
    });
    session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
      const { id = -1, result } = JSON.parse(params.message) as FromThread;
      all.#answer(id, result);
    });
    session.on("NodeWorker.detachedFromWorker", ({ params }) => {
      for (const [id, { session }] of all.#waiting) {
        if (session === params.sessionId) all.#answer(id, undefined);
      }
    });
    await all.#post("NodeWorker.enable", { waitForDebuggerOnStart: false });
    return all;
  }

  /** Leaves them as they were. */
  async detach(): Promise<void> {
    await this.#post("NodeWorker.disable");
    this.#session.disconnect();
  }

  #post(method: string, parameters: object = {}): Promise<object | undefined> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, parameters, (error, result) =>
        error === null ? resolve(result) : reject(error),
      );
    });
  }

  #askThread(sessionId: string, method: string, params: object): Promise<object | undefined> {
    const id = ++this.#asked;
    const message = JSON.stringify({ id, method, params });
    return new Promise((resolve) => {
      this.#waiting.set(id, { session: sessionId, resolve });
      this.#post("NodeWorker.sendMessageToWorker", { sessionId, message }).catch(() =>
        this.#answer(id, undefined),
      );
    });
  }

  #answer(id: number, result: object | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.resolve(result);
  }
}

/** A profile as V8 makes it, of one thread. */
export interface RawProfile {
  readonly threadId: number;
  readonly profile: Profiler.Profile;
}

let latest: Promise<unknown> = Promise.resolve();

/** Samples the stacks of all threads of this process. One such request runs after another. */
export function profileThreads(durationMs: number, intervalMs: number): Promise<RawProfile[]> {
  const next = latest.then(() => sampleThreads(durationMs, intervalMs));
  latest = next.catch(() => undefined);
  return next;
}

async function sampleThreads(durationMs: number, intervalMs: number): Promise<RawProfile[]> {
  const all = await InspectedThreads.attach();
  try {
    const { threads } = all;
    await Promise.all(
      threads.map(async ({ ask }) => {
        await ask("Profiler.enable");
        await ask("Profiler.setSamplingInterval", { interval: Math.round(1_000 * intervalMs) });
        await ask("Profiler.start");
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    const found = await Promise.all(
      threads.map(async ({ threadId, ask }) => {
        const stopped = (await ask("Profiler.stop")) as Partial<Profiler.StopReturnType>;
        await ask("Profiler.disable");
        return stopped?.profile === undefined ? [] : [{ threadId, profile: stopped.profile }];
      }),
    );
    return found.flat();
  } finally {
    await all.detach();
  }
}
