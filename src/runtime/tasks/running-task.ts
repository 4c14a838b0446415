// The task that runs on this executor thread, and its waits for results of others. While it waits,
// other tasks run on the thread. thread-main.ts reports this to the main thread.
import { AsyncLocalStorage } from "node:async_hooks";

/** Receives events of tasks after their first suspension. */
export interface RunningTaskListener {
  suspended(task: RunningTask): void;
  resumed(task: RunningTask): void;
}

/** One run of a task. */
export class RunningTask {
  /** Its position among the tasks that this thread was given. */
  readonly sequence: number;
  readonly #listener: RunningTaskListener;
  /** For each wait, the function that gives it up. */
  #waits: Set<(error: Error) => void> | undefined;
  #onWait: (() => void) | undefined;
  #atEnd: (() => void)[] | undefined;
  #debts: Promise<unknown>[] | undefined;
  #isDetached = false;
  #hasEnded = false;
  /** Time that it took the thread before it waited last, and since when it does again. */
  #earlierMs = 0;
  #sinceMs: number;

  constructor(sequence: number, listener: RunningTaskListener, nowMs: number) {
    this.sequence = sequence;
    this.#listener = listener;
    this.#sinceMs = nowMs;
  }

  get isWaiting(): boolean {
    return this.#waits !== undefined && this.#waits.size > 0;
  }

  /** Resolves when the task waits for something. */
  whenWaiting(): Promise<void> {
    if (this.isWaiting) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onWait = resolve;
    });
  }

  /** From now on the listener is notified of its waits: the thread runs other tasks. */
  detach(): void {
    this.#isDetached = true;
  }

  /** @returns how long it took the thread, its waits left out */
  end(nowMs: number): number {
    if (!this.isWaiting) this.#earlierMs += nowMs - this.#sinceMs;
    this.#hasEnded = true;
    for (const action of this.#atEnd ?? []) action();
    this.#atEnd = undefined;
    return this.#earlierMs;
  }

  /** The task waits. @returns to be called when the wait is over */
  beginWait(giveUp: (error: Error) => void): () => void {
    const wait = (error: Error) => giveUp(error);
    this.#waits ??= new Set();
    const waits = this.#waits.add(wait);
    if (waits.size === 1) this.#pause();
    return () => {
      if (waits.delete(wait) && waits.size === 0) this.#resume();
    };
  }

  /** Has `action` called when the task has ended. */
  atEnd(action: () => void): void {
    (this.#atEnd ??= []).push(action);
  }

  /** It is not to end before this is settled. */
  owe(debt: Promise<unknown>): void {
    (this.#debts ??= []).push(debt);
  }

  /** Takes the promises that the task still owes; later calls find none. */
  takeDebts(): Promise<unknown> | undefined {
    const debts = this.#debts;
    this.#debts = undefined;
    return debts && Promise.allSettled(debts);
  }

  /** The task is no longer wanted: its waits reject. */
  giveUp(error: Error): void {
    const waits = [...(this.#waits ?? [])];
    if (waits.length === 0) return;
    this.#waits?.clear();
    this.#resume();
    for (const wait of waits) wait(error);
  }

  #pause(): void {
    this.#earlierMs += performance.now() - this.#sinceMs;
    this.#onWait?.();
    this.#onWait = undefined;
    if (this.#isDetached && !this.#hasEnded) this.#listener.suspended(this);
  }

  #resume(): void {
    this.#sinceMs = performance.now();
    if (this.#isDetached && !this.#hasEnded) this.#listener.resumed(this);
  }
}

const storage = new AsyncLocalStorage<RunningTask>();

/** Runs `body` as part of the task, including asynchronous work that it starts. */
export function runAs<T>(task: RunningTask, body: () => T): T {
  return storage.run(task, body);
}

/** The task that the code which runs now is a part of. */
export function currentTask(): RunningTask | undefined {
  return storage.getStore();
}
