// The executor threads of one worker: chooses the thread and time of each task. Tasks wait here, in
// order, rather than in the threads. A thread gets a few milliseconds of work, so that tiny tasks
// are sent in batches, or the next task beside a longer one. No task waits behind a long one while
// a thread is idle: it is taken back.

import { Fifo } from "../../base/fifo.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import { toWireError, type WireError } from "../../protocol/values/wire-error.js";
import { ownFile } from "../../system/own-files.js";
import { within } from "../../system/time-limit.js";
import { warnOnce } from "../host/node-log.js";
import type { ThreadOutput } from "../tasks/layer-runner.js";
import type { Arenas } from "../values/arenas.js";
import {
  ExecutorThread,
  type TaskMemory,
  type ThreadEvents,
  type ThreadListener,
  type ThreadSetup,
} from "./executor-thread.js";
import type { ThreadDeath } from "./thread-death.js";
import type { ThreadLayer, ThreadTask } from "./thread-layer.js";
import { ThreadWatchdog } from "./thread-watchdog.js";

/** The most work that a thread has ahead of it, besides one task or two. */
const AHEAD_MS_MAX = 3;
/**
 * A thread has its next task before it unless the two take longer: it begins that one while this
 * thread hears of the other, which takes milliseconds where all cores are busy.
 */
const NEXT_MS_MAX = 50;

/** How long plugins may take to end. */
const TEARDOWN_MS = 2_000;

/** Whose tasks the threads run. */
export interface ThreadPoolHost<T> extends Omit<ThreadEvents<T>, "ended" | "spansEnded"> {
  /** Tasks of thread number `thread` have noted spans. */
  spansEnded(spans: TakenSpans, taskAt: (sequence: number) => T | undefined, thread: number): void;
  /** Tasks of thread number `thread` ended, one after another. */
  ended(
    tasks: readonly T[],
    durationsMs: readonly number[],
    outputs: readonly ThreadOutput[],
    thread: number,
  ): void;
  /**
   * Called when the task is given to a thread, not before: memory is allocated late. An exception
   * fails the task.
   */
  memoryOf(task: T): TaskMemory;
  /** A thread ended by itself and was replaced. */
  threadDied(reason: string): void;
}

/** Executor threads. */
export class ThreadPool<T extends ThreadTask> {
  readonly #host: ThreadPoolHost<T>;
  readonly #entry: URL;
  readonly #setup: ThreadSetup;
  readonly #arenas: Arenas | undefined;
  readonly #queue = new Fifo<T>();
  readonly #threads: ExecutorThread<T>[] = [];
  readonly #listener: Omit<ThreadListener<T>, "ended" | "spansEnded">;
  readonly #watch = new ThreadWatchdog(this.#threads);
  /** Packed, by name. */
  readonly #plugins = new Map<string, Uint8Array>();
  /** Tasks that were next on their threads when it was looked last. */
  readonly #waited = new WeakSet<T>();
  #broken: WireError | undefined;
  #closed = false;

  /**
   * Starts `threads` threads; they get ready meanwhile.
   *
   * @param arenas where most values are, of which each thread's kernels get a piece
   * @throws ClusterError `cluster.start` when the script of threads was not built.
   */
  constructor(threads: number, setup: ThreadSetup, host: ThreadPoolHost<T>, arenas?: Arenas) {
    this.#host = host;
    this.#arenas = arenas;
    arenas?.serveThreads(threads);
    this.#setup = setup;
    this.#entry = ownFile("runtime/thread-main.js");
    this.#listener = {
      failed: (task, error) => host.failed(task, error),
      printed: (task, printed) => host.printed(task, printed),
      refers: (task, actor) => host.refers(task, actor),
      suspended: (task) => host.suspended(task),
      resumed: (task) => host.resumed(task),
      lineOpened: (port, taskAt) => host.lineOpened(port, taskAt),
      died: (thread, death) => this.#replace(thread, death),
      crashed: (error) => host.crashed(error),
    };
    for (let i = 0; i < threads; i++) this.#threads.push(this.#startThread(i));
  }

  /** Takes a task; a thread gets it with the next {@link flush}, or later. */
  submit(task: T): void {
    this.#queue.push(task);
  }

  /** Takes back tasks that no thread has begun; those taken along wait for the next flush. */
  withdraw(isWanted: (task: T) => boolean): T[] {
    for (const thread of this.#threads) {
      if (thread.unbegun().some(isWanted)) this.#takeBack(thread);
    }
    return this.#queue.length === 0 ? [] : this.#queue.withdraw(isWanted);
  }

  /** What the thread has not begun comes before all that waits. */
  #takeBack(thread: ExecutorThread<T>): void {
    const waiting = this.#queue.drain();
    for (const task of thread.takeBack()) this.#queue.push(task);
    for (const task of waiting) this.#queue.push(task);
  }

  /** These tasks are no longer wanted: threads that have them stop them soon. */
  giveUp(isUnwanted: (task: T) => boolean): void {
    this.#watch.giveUp(isUnwanted);
  }

  /** Notes the memory of the process, and looks after tasks; called at regular intervals. */
  noteMemory(processBytes: number): void {
    this.#watch.noteMemory(processBytes);
    for (const thread of this.#threads) thread.settle();
    this.#spread();
  }

  /** Where a thread is idle, it gets what has waited on another since the last look. */
  #spread(): void {
    const isAnyIdle = this.#threads.some(({ outstandingCount }) => outstandingCount === 0);
    for (const thread of this.#threads) {
      const [first] = thread.unbegun();
      if (isAnyIdle && first !== undefined && this.#waited.has(first)) this.#takeBack(thread);
      else if (first !== undefined) this.#waited.add(first);
    }
  }

  /** Ends the user's function that memory can most be put down to. */
  endHungriest(): void {
    this.#watch.endHungriest();
  }

  /** The threads by their numbers in the process, in order. */
  threadIds(): number[] {
    return this.#threads.map(({ threadId }) => threadId);
  }

  /** The task that runs on each thread; undefined where none does. */
  running(): (T | undefined)[] {
    const nowMs = performance.now();
    const runs = this.#threads.map((thread) => thread.underWay(nowMs));
    return runs.map((tasks) => tasks.find(({ isWaiting }) => !isWaiting)?.task);
  }

  /** Withdraws the waiting tasks that match `isWanted`, if no more than `max` are left to do. */
  takeFew(max: number, isWanted: (task: T) => boolean): T[] {
    if (this.#queue.length > max || this.#threads.some((thread) => thread.outstandingCount > 0)) {
      return [];
    }
    return this.withdraw(isWanted);
  }

  /** Gives threads the tasks for which they have room. */
  flush(): void {
    if (this.#closed) return;
    if (this.#broken !== undefined) this.#failQueue(this.#broken);
    this.#giveOut();
    if (this.#relieve()) this.#giveOut();
    for (const thread of this.#threads) thread.flush();
  }

  #giveOut(): void {
    for (let task = this.#queue.first; task !== undefined; task = this.#queue.first) {
      const thread = this.#leastLoaded();
      const { expectedMs } = task.threadLayer;
      if (!hasRoom(thread, expectedMs)) break;
      this.#queue.shift();
      this.#give(thread, task, expectedMs ?? AHEAD_MS_MAX);
    }
  }

  /** Where a thread is idle, takes back what another has before it and would not begin soon. */
  #relieve(): boolean {
    if (this.#queue.length > 0 || this.#threads.every(isBusy)) return false;
    for (const thread of this.#threads) {
      if (thread.outstandingCount > 1 && thread.outstandingMs > AHEAD_MS_MAX)
        this.#takeBack(thread);
    }
    return this.#queue.length > 0;
  }

  /** Makes the threads release a layer; none of its tasks is under way. */
  forgetLayer(layer: ThreadLayer): void {
    for (const thread of this.#threads) thread.forgetLayer(layer.id);
  }

  /** Makes the threads release buffers that are not used any more. */
  forgetBuffers(buffers: readonly number[], collect: boolean): void {
    for (const thread of this.#threads) thread.forgetBuffers(buffers, collect);
  }

  /** Has all threads, and those in their place later, set up a plugin, or take it away. */
  async plug(name: string, plugin: Uint8Array | null): Promise<WireError | undefined> {
    if (plugin === null) this.#plugins.delete(name);
    else this.#plugins.set(name, plugin);
    const errors = await Promise.all(this.#threads.map((thread) => thread.plug(name, plugin)));
    return errors.find((error) => error !== undefined);
  }

  /** Ends the threads at once; nothing more is reported. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watch.stop();
    this.#queue.drain();
    if (this.#plugins.size > 0) await this.#tearDown();
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  /** Takes all plugins away, as far as threads that are busy let that be. */
  async #tearDown(): Promise<void> {
    const names = [...this.#plugins.keys()].reverse();
    const ended = this.#threads.map(async (thread) => {
      for (const name of names) await thread.plug(name, null);
    });
    await within(TEARDOWN_MS, Promise.all(ended));
  }

  /** Starts thread number `index`; its pieces of arenas go from a dead thread to the next. */
  #startThread(index: number): ExecutorThread<T> {
    const setup: ThreadSetup = {
      ...this.#setup,
      pieceIn: (buffer) => this.#arenas?.pieceIn(buffer, index),
    };
    const ended: ThreadListener<T>["ended"] = (tasks, durationsMs, outputs) => {
      tasks.forEach((task, i) => {
        task.threadLayer.learn(durationsMs[i] as number);
      });
      this.#host.ended(tasks, durationsMs, outputs, index);
    };
    const spansEnded: ThreadListener<T>["spansEnded"] = (spans, taskAt) =>
      this.#host.spansEnded(spans, taskAt, index);
    const listener = { ...this.#listener, ended, spansEnded };
    const thread = new ExecutorThread<T>(this.#entry, setup, listener);
    for (const [name, plugin] of this.#plugins) void this.#plugAgain(thread, name, plugin);
    return thread;
  }

  async #plugAgain(thread: ExecutorThread<T>, name: string, plugin: Uint8Array): Promise<void> {
    const error = await thread.plug(name, plugin);
    if (error !== undefined) {
      warnOnce(`the plugin ${name} failed on a new thread: ${error.message}`);
    }
  }

  #leastLoaded(): ExecutorThread<T> {
    let best = this.#threads[0] as ExecutorThread<T>;
    for (const thread of this.#threads) {
      if (thread.outstandingMs < best.outstandingMs) best = thread;
    }
    return best;
  }

  #give(thread: ExecutorThread<T>, task: T, expectedMs: number): void {
    let memory: TaskMemory;
    try {
      memory = this.#host.memoryOf(task);
    } catch (error) {
      this.#host.failed(task, toWireError(error));
      return;
    }
    thread.give(task, expectedMs, memory);
    this.#watch.given(task);
  }

  #replace(thread: ExecutorThread<T>, { reason, isMemory }: ThreadDeath): void {
    if (this.#closed) return;
    const { culprit, suspended, unfinished, wasReady } = thread.estate();
    for (const task of suspended) this.#host.resumed(task);
    if (!wasReady) {
      this.#broken = threadError(`executor threads cannot start: ${reason}`);
      for (const task of unfinished) this.#host.failed(task, this.#broken);
      this.#failQueue(this.#broken);
      return;
    }
    const index = this.#threads.indexOf(thread);
    this.#threads[index] = this.#startThread(index);
    this.#host.threadDied(reason);
    if (culprit !== undefined) {
      this.#host.failed(culprit, threadError(`its thread was ended: ${reason}`, isMemory));
    }
    const waiting = this.#queue.drain();
    for (const task of [...unfinished, ...waiting]) {
      if (this.#watch.isUnwanted(task)) this.#host.failed(task, threadError("it was cancelled"));
      else this.#queue.push(task);
    }
    this.flush();
  }

  #failQueue(error: WireError): void {
    for (const task of this.#queue.drain()) this.#host.failed(task, error);
  }
}

/** What a thread has to do. */
type Load = Pick<ExecutorThread<ThreadTask>, "outstandingCount" | "outstandingMs">;

function isBusy({ outstandingCount }: Load): boolean {
  return outstandingCount > 0;
}

/** Whether a thread may get a task that takes so long, as far as that is known. */
function hasRoom(
  { outstandingCount, outstandingMs }: Load,
  expectedMs: number | undefined,
): boolean {
  if (outstandingCount === 0) return true;
  const sumMs = outstandingMs + (expectedMs ?? AHEAD_MS_MAX);
  if (sumMs <= AHEAD_MS_MAX) return true;
  return outstandingCount === 1 && expectedMs !== undefined && sumMs <= NEXT_MS_MAX;
}

function threadError(message: string, isMemory = false): WireError {
  return { name: "Error", message, ...(isMemory ? { code: "task.memory" } : {}) };
}
