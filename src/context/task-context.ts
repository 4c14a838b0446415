// Services that an executor thread offers to the functions of its tasks: a link to the scheduler,
// and a way to report that a task waits. All copies of this module find it under one global name,
// since a user's function may import another copy of the package than the thread.
import type { Transport } from "../comm/interface/transport.js";
import type { ActorId } from "../protocol/values/ids.js";

/** The surroundings of tasks on one executor thread. */
export interface TaskContext {
  /** The scheduler's address. */
  readonly address: string;
  /** The line to it, through the worker's main thread. */
  readonly transport: Transport;
  /** The worker whose thread it is. */
  readonly worker: string;
  /**
   * The running task waits for results of other tasks.
   *
   * @param giveUp called when the task is no longer wanted
   * @returns to be called when the wait is over; undefined when no task is running
   */
  beginWait(giveUp: (error: Error) => void): (() => void) | undefined;
  /** The number of the task that is running; undefined when none is. */
  currentTask(): number | undefined;
  /** Has `action` called when the task that is running has ended. */
  atEnd(action: () => void): void;
  /** A value that is being packed, such as the task's result, has a handle of the actor. */
  refersTo(actor: ActorId): void;
  /** The running task counts as ended only once the promise is settled. */
  owes(promise: Promise<unknown>): void;
  /**
   * A span of users' code on this thread has ended. Another copy of the package may have none.
   *
   * @param startMs since 1970
   */
  noteSpan?(name: string, startMs: number, durationMs: number): void;
  /** Collects garbage soon, to find what is no longer referenced. */
  collect(): void;
}

const SLOT = Symbol.for("tilework.taskContext");

/** The surroundings of tasks on this thread; undefined where none run. */
export function taskContext(): TaskContext | undefined {
  return (globalThis as { [SLOT]?: TaskContext })[SLOT];
}

/** Sets the context of tasks on this thread; called once, by its script. */
export function setTaskContext(scope: TaskContext): void {
  (globalThis as { [SLOT]?: TaskContext })[SLOT] = scope;
}

/** The promise's value; in a task, the thread is free for other tasks until it is there. */
export function whileWaiting<T>(promise: PromiseLike<T>): Promise<T> {
  const scope = taskContext();
  if (scope === undefined) return Promise.resolve(promise);
  return new Promise<T>((resolve, reject) => {
    const end = scope.beginWait(reject);
    promise.then(
      (value) => {
        end?.();
        resolve(value);
      },
      (error: unknown) => {
        end?.();
        reject(error);
      },
    );
  });
}
