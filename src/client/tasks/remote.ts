// Ray's interface for its users: `f.remote(x)`, `get(refs)`, `put(value)`. These are futures and
// actors under other names.
import { ArgumentError } from "../../base/errors.js";
import type { CallResult } from "../../base/iterators.js";
import { whileWaiting } from "../../context/task-context.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { RUN_METHOD } from "../../protocol/messages/actor-messages.js";
import { REVIVAL } from "../../shipping/values/revivable.js";
import { type ActorClass, type ActorOptions, register, travelling } from "../actors/actor.js";
import type { ActorCore } from "../actors/actor-core.js";
import { type CallOptions, checkCallOptions } from "../calls/submit-calls.js";
import type { Future } from "../futures/future.js";
import { type Gathered, gatherFutures } from "../futures/gather-futures.js";
import type { CallArguments } from "../futures/given-arguments.js";
import { getClient } from "./get-client.js";

/** A function whose calls run on the cluster: made by {@link remote}. */
export interface RemoteFunction<A extends readonly unknown[], R> {
  /** Calls it; see {@link Client.submit}. */
  remote(...args: CallArguments<A>): Future<CallResult<R>>;
  /** The same with options of calls. */
  options(options: CallOptions): RemoteFunction<A, R>;
}

/** A class whose instances are actors: made by {@link remote}. */
export interface RemoteClass<C extends ActorClass> {
  /** Creates an actor. Returns at once; its calls wait until it exists. */
  remote(...args: CallArguments<ConstructorParameters<C>>): RemoteActor<InstanceType<C>>;
  /** The same with options of actors. */
  options(options: ActorOptions): RemoteClass<C>;
}

/** A handle of an actor, each of whose methods is called by its `remote`. */
export type RemoteActor<T> = {
  readonly [K in keyof T & string as T[K] extends AnyFunction ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? { remote(...args: CallArguments<A>): Promise<CallResult<R>> }
    : never;
};

/**
 * Wraps a function, so that its calls run on the cluster of {@link getClient}, or a class, so that
 * its instances live there.
 *
 * @param Class a class, whose objects become actors
 * @throws ArgumentError `argument.value` for anything else
 * @see https://docs.ray.io/en/latest/ray-core/walkthrough.html
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const square = remote((x: number) => x * x);
 * await get([square.remote(3), square.remote(4)]); // → [9, 16]
 * const Counter = remote(
 *   class {
 *     n = 0;
 *     increment() {
 *       return ++this.n;
 *     }
 *   },
 * );
 * const counter = Counter.remote();
 * await get([counter.increment.remote(), counter.increment.remote()]); // → [1, 2]
 * await cluster.close();
 */
export function remote<C extends ActorClass>(Class: C): RemoteClass<C>;
/**
 * The same of a function.
 *
 * @param f any function that can travel
 */
export function remote<A extends readonly unknown[], R>(f: (...args: A) => R): RemoteFunction<A, R>;
export function remote(given: ActorClass | AnyFunction): unknown {
  if (typeof given !== "function") {
    const text = `remote() was given a value of type ${typeof given}: expected a function or a class`;
    throw new ArgumentError("value", text, {});
  }
  const isClass = /^class\b/.test(Function.prototype.toString.call(given));
  return isClass ? remoteClass(given as ActorClass, {}) : remoteFunction(given as AnyFunction, {});
}

function remoteFunction(f: AnyFunction, options: CallOptions): RemoteFunction<unknown[], unknown> {
  const called = f as (...args: unknown[]) => unknown;
  return {
    remote: (...args) =>
      getClient()
        .with(options)
        .submit(called, ...args),
    options(more) {
      checkCallOptions(more);
      return remoteFunction(f, { ...options, ...more });
    },
  };
}

function remoteClass(Class: ActorClass, options: ActorOptions): object {
  return {
    remote: (...args: unknown[]) =>
      remoteHandle(methodsOf(Class), getClient().beginActor(Class, args, options)),
    options: (more: ActorOptions) => remoteClass(Class, { ...options, ...more }),
  };
}

function methodsOf(Class: ActorClass): string[] {
  const methods = new Set<string>();
  let owner = Class.prototype as object | null;
  while (owner !== null && owner !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === "function" && name !== "constructor") methods.add(name);
    }
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return [...methods];
}

/** A handle whose methods are called by their `remote`. */
export function remoteHandle(methods: readonly string[], core: ActorCore): object {
  const travels = { [REVIVAL]: () => travelling(core, { methods, fields: [] }, true) };
  const handle = Object.create(travels) as Record<string, object>;
  for (const name of methods) {
    handle[name] = { remote: (...args: unknown[]) => call(handle, core, name, args) };
  }
  register(handle, core);
  return handle;
}

/** @param _handle stays, and so the actor, as long as someone has one of its methods */
function call(_handle: object, core: ActorCore, name: string, args: unknown[]): Promise<unknown> {
  const answer = whileWaiting(core.call(RUN_METHOD, name, args));
  // A caller that does not wait for it does not want its errors.
  answer.catch(() => undefined);
  return answer;
}

/**
 * Awaits futures and answers of actors: a single one, or all in lists and plain objects. Rejects
 * with the first error.
 *
 * @param futures a future, or futures in lists and objects
 * @throws the error of a future: TaskError, ActorError or ClusterError
 * @see https://docs.ray.io/en/latest/ray-core/api/doc/ray.get.html
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * await get(put([1, 2])); // → [1, 2]
 * await cluster.close();
 */
export function get<const F>(futures: F): Promise<Gathered<F>> {
  return whileWaiting(gatherFutures(futures, {}));
}

/**
 * Puts a value on the cluster, for calls to read; see {@link Client.scatter}.
 *
 * @param value a value of any kind that can travel
 * @throws ArgumentError `argument.function` when the value cannot be sent, ClusterError
 * `cluster.closed` when no client is open
 * @see https://docs.ray.io/en/latest/ray-core/api/doc/ray.put.html
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const length = remote((list: number[]) => list.length);
 * await length.remote(put([1, 2, 3])); // → 3
 * await cluster.close();
 */
export function put<T>(value: T): Future<T> {
  return getClient().scatter(value);
}
