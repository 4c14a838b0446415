// Actors as users hold them: a handle with the methods of the class, each of which returns a promise, and its
// fields as promises of their values.
import { ArgumentError } from "../base/errors.js";
import { whileWaiting } from "../comm/task-scope.js";
import { READ_FIELD, RUN_METHOD } from "../protocol/actor-messages.js";
import type { ActorPlaced } from "../protocol/messages.js";
import { REVIVAL, type Revival } from "../shipping/revivable.js";
import type { ActorCore } from "./actor-core.js";
import type { Given } from "./calls.js";

/** A class that actors are made of. */
export type ActorClass = new (...args: never[]) => object;

/** Options of {@link Client.actor}. */
export interface ActorOptions {
  /** By which {@link Client.getActor} finds it; no two that are there have the same. */
  readonly name?: string;
  /** Whether it stays when its client is gone, until somebody releases it; false unless given. */
  readonly detached?: boolean;
  /**
   * How many of its calls may be under way at once; 1 unless given, so that each begins when the one before
   * it has ended. With more, asynchronous methods begin while others wait.
   */
  readonly concurrency?: number;
  /**
   * How often it is made anew, from the arguments of its constructor, when it or its worker dies; 0 unless
   * given. What it had learnt is lost each time, and calls that were under way fail.
   */
  readonly restarts?: number;
  /** How long a call may run before the actor is ended, whatever it does; for ever unless given. */
  readonly timeLimitMs?: number;
  /** What it takes of its worker's resources while it lives, as in `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Names of the workers that it may live on. */
  readonly workers?: readonly string[];
}

/** The arguments of a class's constructor, which may be left out where none is needed, and options. */
export type ActorParameters<C extends ActorClass> =
  [] extends ConstructorParameters<C>
    ? [args?: Given<ConstructorParameters<C>>, options?: ActorOptions]
    : [args: Given<ConstructorParameters<C>>, options?: ActorOptions];

/**
 * A handle of an actor: an instance of `T` that lives on a worker. Its methods are called as those of `T` are,
 * with values or futures; each returns a promise. Its fields are promises of what they hold. Made by
 * {@link Client.actor}.
 */
export type Actor<T> = {
  readonly [K in keyof T & string]: T[K] extends (...args: infer A) => infer R
    ? (...args: Given<A>) => Promise<Awaited<R>>
    : Promise<Awaited<T[K]>>;
} & Omit<ActorControls, keyof T> &
  Disposable;

/** What handles have besides what the class has; a method of the class by that name comes first. */
export interface ActorControls {
  /**
   * Ends the actor when the calls that were made have ended. It also ends when nobody refers to its handle
   * any more, and with its client.
   */
  release(): void;
}

/** Names that a handle cannot have: whatever has a `then` is taken for a promise. */
const FORBIDDEN = "then";

const cores = new WeakMap<object, ActorCore>();

/** Who let go of a handle is told which actor it was of. */
const abandoned = new FinalizationRegistry<ActorCore>((core) => {
  if (--core.handles === 0) core.abandon();
});

/** A handle of an actor that is there. */
export function makeHandle(core: ActorCore, { methods, fields }: ActorPlaced): object {
  const handle = Object.create(TRAVELLING) as object;
  const define = (name: string | symbol, descriptor: PropertyDescriptor) =>
    Object.defineProperty(handle, name, { ...descriptor, configurable: true });
  // Whoever keeps a method keeps the handle, and so the actor.
  const call = (kind: number, name: string, args: readonly unknown[]) =>
    whileWaiting(coreOf(handle).call(kind, name, args));
  define("release", { value: () => releaseHandle(handle) });
  define(Symbol.dispose, { value: () => releaseHandle(handle) });
  define(Symbol.toStringTag, { value: `Actor ${core.id}` });
  for (const name of methods) {
    define(name, {
      value: (...args: unknown[]) => call(RUN_METHOD, name, args),
      enumerable: true,
    });
  }
  // Not enumerable: whoever prints or copies a handle does not mean to ask for all it has.
  for (const name of fields) define(name, { get: () => call(READ_FIELD, name, []) });
  register(handle, core);
  return handle;
}

/** How handles travel: to tasks and other actors, which reach the actor through the client there. */
const TRAVELLING = {
  [REVIVAL](this: object): Revival {
    const module = { specifier: "tilework", parent: "", name: "actorHandle" };
    return { module, data: coreOf(this).place };
  },
};

/** Says that `handle` is one of the actor. */
export function register(handle: object, core: ActorCore): void {
  core.handles++;
  cores.set(handle, core);
  abandoned.register(handle, core, handle);
}

function releaseHandle(handle: object): void {
  if (abandoned.unregister(handle)) coreOf(handle).handles--;
  coreOf(handle).release();
}

/** The actor behind a handle. */
export function coreOf(handle: object): ActorCore {
  return cores.get(handle) as ActorCore;
}

/**
 * Refuses what no actor can be made of.
 *
 * @throws ArgumentError `argument.value`
 */
export function checkActorClass(Class: unknown): asserts Class is ActorClass {
  const isClass = typeof Class === "function" && typeof Class.prototype === "object";
  if (!isClass) {
    const given = typeof Class === "function" ? "a function that makes no objects" : typeof Class;
    throw new ArgumentError("value", `an actor was to be made of ${given}: expected a class`, {});
  }
  if (FORBIDDEN in (Class.prototype as object)) {
    const text = `${Class.name} has a method named then, so that its actor would be taken for a promise: rename it`;
    throw new ArgumentError("value", text, { name: Class.name });
  }
}
