// Stops users' calls that exceed their time limit, that were cancelled and do not end, or that take
// too much memory, and queries of tables that were cancelled. Only ending its thread stops a
// function; the thread's other tasks run elsewhere.

import { formatBytes } from "../../base/units.js";
import { callsFunctions, callsOf } from "../../graph/model/layer-functions.js";
import type { ExecutorThread } from "./executor-thread.js";
import type { Watched } from "./given-tasks.js";
import type { ThreadTask } from "./thread-layer.js";

/** How often threads are checked while there is something to check. */
const LOOK_INTERVAL_MS = 20;
/** How long a call that is no longer wanted may continue. */
const GRACE_MS = 500;

interface Running<T extends ThreadTask> extends Watched<T> {
  readonly thread: ExecutorThread<T>;
}

/** Watches the threads of a pool. */
export class ThreadWatchdog<T extends ThreadTask> {
  readonly #threads: readonly ExecutorThread<T>[];
  /** Since when they are no longer wanted. */
  readonly #unwanted = new WeakMap<T, number>();
  /** By how much the process has grown while they ran. */
  readonly #growthBytes = new WeakMap<T, number>();
  #processBytes = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param threads those of the pool, as they come and go */
  constructor(threads: readonly ExecutorThread<T>[]) {
    this.#threads = threads;
  }

  /** A task was given to a thread. */
  given(task: T): void {
    if (limitOf(task) !== undefined) this.#start();
  }

  /** Stops these tasks, which are no longer wanted, on the threads that have them. */
  giveUp(isUnwanted: (task: T) => boolean): void {
    const nowMs = performance.now();
    for (const thread of this.#threads) {
      for (const task of thread.outstanding()) {
        if (!mayTakeLong(task) || !isUnwanted(task)) continue;
        this.#unwanted.set(task, nowMs);
        this.#start();
      }
    }
  }

  /** Whether the task is no longer wanted. */
  isUnwanted(task: T): boolean {
    return this.#unwanted.has(task);
  }

  /** Notes the memory of the process; called at regular intervals. */
  noteMemory(processBytes: number): void {
    const growth = processBytes - this.#processBytes;
    this.#processBytes = processBytes;
    if (growth <= 0) return;
    for (const { task } of this.#runningCalls()) {
      this.#growthBytes.set(task, growth + (this.#growthBytes.get(task) ?? 0));
    }
  }

  /**
   * Ends the user's function during which the process has grown most: memory cannot be attributed
   * to a function directly.
   */
  endHungriest(): void {
    const running = this.#runningCalls();
    const growthOf = ({ task }: Running<T>) => this.#growthBytes.get(task) ?? 0;
    const [hungriest] = running.sort((a, b) => growthOf(b) - growthOf(a) || b.forMs - a.forMs);
    if (hungriest === undefined) return;
    const { thread, task } = hungriest;
    const others = running.length === 1 ? "" : `; ${running.length - 1} others ran beside it`;
    const grown = `the process grew by ${formatBytes(growthOf(hungriest))} while it ran${others}`;
    thread.condemn(task, `the worker was about to run out of memory, and ${grown}`, "memory");
  }

  #runningCalls(): Running<T>[] {
    const nowMs = performance.now();
    return this.#threads.flatMap((thread) =>
      thread
        .underWay(nowMs)
        .filter(({ task, isWaiting }) => !isWaiting && callsFunctions(task.threadLayer.layer))
        .map((watched) => ({ thread, ...watched })),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_INTERVAL_MS).unref();
  }

  #look(): void {
    const nowMs = performance.now();
    let isAnyBusy = false;
    for (const thread of this.#threads) {
      if (thread.outstandingCount > 0) isAnyBusy = true;
      for (const watched of thread.underWay(nowMs)) {
        isAnyBusy = true;
        this.#judge(thread, watched, nowMs);
      }
    }
    if (!isAnyBusy) this.stop();
  }

  /** A suspended one need not be stopped: its waits reject, and it ends. */
  #judge(thread: ExecutorThread<T>, { task, forMs, isWaiting }: Watched<T>, nowMs: number): void {
    const unwantedSinceMs = this.#unwanted.get(task) ?? Number.POSITIVE_INFINITY;
    const limitMs = limitOf(task) ?? Number.POSITIVE_INFINITY;
    if (forMs > limitMs) {
      const did = isWaiting ? "waited" : "ran";
      const reason = `it ${did} longer than its time limit of ${limitMs} ms`;
      if (isWaiting) thread.giveUp(task, reason);
      else thread.condemn(task, reason);
    } else if (isWaiting && unwantedSinceMs < nowMs) {
      thread.giveUp(task, "it was cancelled");
    } else if (nowMs - unwantedSinceMs > GRACE_MS) {
      thread.condemn(task, `it was cancelled and did not end within ${GRACE_MS} ms`);
    }
  }
}

/** Calls of users, and queries of tables. */
function mayTakeLong({ threadLayer: { layer } }: ThreadTask): boolean {
  return layer.kind === "query" || callsOf(layer) !== undefined;
}

function limitOf({ threadLayer: { layer } }: ThreadTask): number | undefined {
  return callsOf(layer)?.timeLimitMs;
}
