// A result on the cluster, as users hold it. You can await it, pass it to further calls without
// fetching it, cancel it and release it.

import { asPrimitive } from "../../base/as-primitive.js";
import { ArgumentError } from "../../base/errors.js";
import { checkMade } from "../../base/made-by.js";
import { whileWaiting } from "../../context/task-context.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../../graph/model/calls-layer.js";
import type { LayerName } from "../../graph/model/layer.js";
import type { Computable } from "../session/client-options.js";
import type { CallStatus, CallTracker } from "./call-tracker.js";

/** Finds the result that no future refers to any more. */
const abandoned = new FinalizationRegistry<TrackedCall>(({ tracker, call }) =>
  tracker.abandon(call),
);

/** Which call a future is of. */
export interface TrackedCall {
  readonly tracker: CallTracker;
  readonly call: number;
}

/** Futures by the promises that wait for them: a program may hold nothing but the promise. */
const awaited = new Map<Promise<unknown>, Future>();

/**
 * The result of a call that runs, or has run, on a cluster. Returned by {@link Client.submit} and
 * similar methods. The cluster keeps the result until the future is released or garbage-collected.
 *
 * @throws nothing but what {@link Future.result} rejects with
 * @see https://distributed.dask.org/en/stable/api.html#future
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const { client } = cluster;
 * const sum = client.submit((a: number, b: number) => a + b, 1, 2);
 * const double = client.submit((x: number) => 2 * x, sum); // runs where the sum is
 * await double; // → 6
 * await cluster.close();
 */
export class Future<T = unknown> implements PromiseLike<T>, HasCallArgument, Disposable {
  readonly #tracker: CallTracker;
  readonly #call: number;

  /** @internal */
  constructor(tracker: CallTracker, call: number) {
    checkMade(typeof tracker?.abandon === "function", "a Future", "client.submit(f, 1, 2)");
    this.#tracker = tracker;
    this.#call = call;
    abandoned.register(this, { tracker, call }, this);
  }

  /** Names the call: for stories, and in errors. */
  get key(): string {
    return this.#tracker.keyOf(this.#call);
  }

  /** `pending` until the call has ended. */
  get status(): CallStatus {
    return this.#tracker.statusOf(this.#call);
  }

  /**
   * The value; each call returns a new copy.
   *
   * @throws TaskError `task.failed` when the function threw, with that as its `cause`;
   * `task.cancelled`; `task.workerDied`
   * @throws ClusterError `cluster.schedulerLost`, `cluster.closed`
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const square = cluster.client.submit((x: number) => x * x, 12);
   * await square.result(); // → 144
   * await cluster.close();
   */
  result(): Promise<T> {
    return whileWaiting(this.#keptBy(this.#tracker.value(this.#call) as Promise<T>));
  }

  /**
   * The error of the call; undefined if it succeeded.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const bad = cluster.client.submit(() => JSON.parse("{"));
   * (await bad.exception())?.name; // → "TaskError"
   * await cluster.close();
   */
  async exception(): Promise<Error | undefined> {
    await this.settled();
    return this.#tracker.errorOf(this.#call);
  }

  /**
   * Resolves when the call has ended, whether it succeeded or failed.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const bad = cluster.client.submit(() => JSON.parse("{"));
   * await bad.settled();
   * bad.status; // → "error"
   * await cluster.close();
   */
  settled(): Promise<void> {
    return whileWaiting(this.#keptBy(this.#tracker.settled(this.#call)));
  }

  /**
   * The call in one line: its key, and its status.
   *
   * @throws nothing
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const square = cluster.client.submit((x: number) => x * x, 12);
   * await square;
   * square.toString().endsWith(": finished"); // → true
   * await cluster.close();
   */
  toString(): string {
    return `Future ${this.key}: ${this.status}`;
  }

  /** @internal For operators of the language. */
  [Symbol.toPrimitive](hint: string): string {
    return asPrimitive(this.toString(), hint, "a Future", "write await future for its value");
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @internal The layer whose only block it is. */
  static layerOf(future: Future): LayerName {
    return future.#tracker.placeOf(future.#call).layer;
  }

  /** @internal Which call it is of. */
  static callOf(future: Future): TrackedCall {
    return { tracker: future.#tracker, call: future.#call };
  }

  /** @internal Calls `listener` when the call has ended; at once when it has. */
  static whenEnded(future: Future, listener: () => void): void {
    future.#tracker.whenEnded(future.#call, listener);
  }

  /** @internal The value of a call that has ended; a promise if it must be fetched. */
  static endedValue(future: Future): unknown {
    return future.#tracker.endedValue(future.#call);
  }

  /**
   * As for any promise: the result of `onValue`, or of `onError`.
   *
   * @param onValue gets the value
   * @param onError gets the error
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const square = cluster.client.submit((x: number) => x * x, 12);
   * await square.then((value) => value + 1); // → 145
   * await cluster.close();
   */
  // biome-ignore lint/suspicious/noThenProperty: a future is awaited like any promise
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onValue, onError);
  }

  /**
   * As for any promise: replaces an error by the result of `onError`.
   *
   * @param onError gets the error
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const bad = cluster.client.submit(() => JSON.parse("{"));
   * await bad.catch(() => "no JSON"); // → "no JSON"
   * await cluster.close();
   */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(null, onError);
  }

  /**
   * As for any promise: calls `onEnd` when the call has ended.
   *
   * @param onEnd gets nothing
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const square = cluster.client.submit((x: number) => x * x, 12);
   * await square.finally(() => console.log("done")); // → 144
   * await cluster.close();
   */
  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.result().finally(onEnd);
  }

  /**
   * Runs a failed call again, with the failed calls that it reads. Its status is `pending` until it
   * ends.
   *
   * @throws ArgumentError `argument.value` when the call has not failed, or was cancelled
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const ready = new Event("ready");
   * const when = cluster.client.submit(async (event: Event) => {
   *   if (!(await event.isSet())) throw new Error("not yet");
   *   return "now";
   * }, ready);
   * await when.exception();
   * await ready.set();
   * when.retry();
   * await when; // → "now"
   * await cluster.close();
   */
  retry(): void {
    if (this.#tracker.retry(this.#call)) return;
    const text = `retry() of ${this.key}, whose status is ${this.status}: only failed calls that were not released can be retried`;
    throw new ArgumentError("value", text, { key: this.key, status: this.status });
  }

  /**
   * Cancels the call: it does not begin, or its result is dropped.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const slow = cluster.client.submit(() => new Promise<void>(() => {}));
   * slow.cancel();
   * slow.status; // → "cancelled"
   * await cluster.close();
   */
  cancel(): void {
    abandoned.unregister(this);
    this.#tracker.release(this.#call, "cancelled");
  }

  /**
   * Releases the result on the cluster. Calls that already have the future still get it.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const square = cluster.client.submit((x: number) => x * x, 12);
   * await square; // → 144
   * square.release();
   * await cluster.close();
   */
  release(): void {
    abandoned.unregister(this);
    this.#tracker.release(this.#call);
  }

  /** The same as {@link Future.release}, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** The promise. Until it settles, the future does not count as abandoned. */
  #keptBy<V>(promise: Promise<V>): Promise<V> {
    const forget = () => void awaited.delete(promise);
    awaited.set(promise, this as Future);
    promise.then(forget, forget);
    return promise;
  }

  /** @hidden What a call reads that has this future among its arguments. */
  [CALL_ARGUMENT](): CallArgument {
    const { block } = this.#tracker.placeOf(this.#call);
    return { node: this.#tracker.nodeOf(this.#call), blocks: [block], isList: false };
  }
}

/** A future for each collection of a list. */
export type ComputedFutures<C extends readonly Computable<unknown>[]> = {
  -readonly [K in keyof C]: C[K] extends Computable<infer V> ? Future<V> : never;
};
