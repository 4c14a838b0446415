// Actors as users hold them: a handle with the methods of the class, each of which returns a
// promise, and its fields as promises of their values.

import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import type { CallResult } from "../../base/iterators.js";
import { keptBy } from "../../base/kept-alive.js";
import { taskContext, whileWaiting } from "../../context/task-context.js";
import type { Layer } from "../../graph/model/layer.js";
import { READ_FIELD, RUN_METHOD } from "../../protocol/messages/actor-messages.js";
import type { ActorPlaced } from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import { REVIVAL, type Revival } from "../../shipping/values/revivable.js";
import type { CallArguments } from "../futures/given-arguments.js";
import { ActorCore, type ActorMembers } from "./actor-core.js";

/** A class that you can create actors from. */
export type ActorClass = new (...args: never[]) => object;

/** Options of {@link Client.actor}. */
export interface ActorOptions {
  /** The name by which {@link Client.getActor} finds it; unique among living actors. */
  readonly name?: string;
  /** Names are unique in a namespace: programs that share a cluster need not agree on names. */
  readonly namespace?: string;
  /** Whether it outlives its client, until it is released; default: false. */
  readonly detached?: boolean;
  /**
   * How many of its calls may run at once; default: 1, one after another. With more, asynchronous
   * methods begin while others wait.
   */
  readonly concurrency?: number;
  /**
   * How often it restarts, from its constructor's arguments, when it or its worker dies; default:
   * 0. Each time its state is lost, and running calls fail.
   */
  readonly restarts?: number;
  /** How long a call may run before the actor is ended; default: no limit. */
  readonly timeLimitMs?: number;
  /** The resources of its worker that it takes while it lives, as in `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Names of the workers that it may live on. */
  readonly workers?: readonly string[];
}

/** The arguments of a class's constructor, optional if it needs none, and options. */
export type ActorParameters<C extends ActorClass> =
  [] extends ConstructorParameters<C>
    ? [args?: CallArguments<ConstructorParameters<C>>, options?: ActorOptions]
    : [args: CallArguments<ConstructorParameters<C>>, options?: ActorOptions];

/**
 * A handle of an actor, an instance of `T` on a worker. You call its methods as those of `T`, with
 * values or futures; each returns a promise. Its fields are promises of their values. Made by
 * {@link Client.actor}.
 */
export type Actor<T> = {
  readonly [K in keyof T & string]: T[K] extends (...args: infer A) => infer R
    ? (...args: CallArguments<A>) => Promise<CallResult<R>>
    : Promise<Awaited<T[K]>>;
} & Omit<ActorControls, keyof T> &
  Disposable;

/** Members of handles besides those of the class. A method of the class with the same name wins. */
export interface ActorControls {
  /**
   * Releases this handle. Without other handles, the actor ends once its calls have ended; a
   * detached actor always does.
   */
  release(): void;
}

/** Names that a handle cannot have: an object with a `then` counts as a promise. */
const FORBIDDEN = "then";

const cores = new WeakMap<object, ActorCore>();

/** Finds the actor of a handle that was garbage collected. */
const abandoned = new FinalizationRegistry<ActorCore>((core) => {
  core.lose(true);
});

/** The same for bytes that contain handles. */
const bytesAbandoned = new FinalizationRegistry<ActorCore>((core) => {
  core.lose(false);
});

/** A handle of a living actor. */
export function makeHandle(core: ActorCore, { methods, fields }: ActorMembers): object {
  const handle = Object.create(TRAVELLING) as object;
  const define = (name: string | symbol, descriptor: PropertyDescriptor) =>
    Object.defineProperty(handle, name, { ...descriptor, configurable: true });
  // A kept method keeps the handle, and so the actor.
  const call = (kind: number, name: string, args: readonly unknown[]) =>
    whileWaiting(coreOf(handle).call(kind, name, args));
  define("release", { value: () => releaseHandle(handle) });
  define(Symbol.dispose, { value: () => releaseHandle(handle) });
  define(Symbol.toStringTag, { value: `Actor ${core.id}` });
  define(Symbol.for("nodejs.util.inspect.custom"), {
    value: () =>
      `Actor ${core.id} { methods: ${methods.join(", ")}; fields: ${fields.join(", ")} }`,
  });
  for (const name of methods) {
    define(name, {
      value: (...args: unknown[]) => call(RUN_METHOD, name, args),
      enumerable: true,
    });
  }
  // Not enumerable: printing or copying a handle must not fetch all its fields.
  for (const name of fields) define(name, { get: () => call(READ_FIELD, name, []) });
  register(handle, core);
  return handle;
}

/** The serialised form of a handle. */
export interface TravellingActor extends ActorMembers {
  readonly actor: ActorId;
  readonly className: string;
  /** The place of the actor, if it is known. */
  readonly place: ActorPlaced | undefined;
  /** Whether its methods are called by their `remote`. */
  readonly isRemote: boolean;
}

/**
 * How handles are sent to tasks and other actors, which reach the actor through the client there.
 */
const TRAVELLING = {
  [REVIVAL](this: object): Revival {
    const core = coreOf(this);
    return travelling(core, core.members ?? NO_MEMBERS, false);
  },
};

const NO_MEMBERS: ActorMembers = { methods: [], fields: [] };

/**
 * A handle on its way: the actor is held as long as there are bytes with it.
 *
 * @throws ActorError when the actor is gone
 */
export function travelling(core: ActorCore, members: ActorMembers, isRemote: boolean): Revival {
  if (core.end !== undefined) throw core.end;
  const kept = {};
  core.retain(false);
  cores.set(kept, core);
  bytesAbandoned.register(kept, core, kept);
  taskContext()?.refersTo(core.id);
  const { methods, fields } = members;
  const { id: actor, className, place } = core;
  const data: TravellingActor = { actor, className, place, methods, fields, isRemote };
  const module = { specifier: "tilework", parent: "", name: "actorHandle" };
  return { module, data, kept };
}

/**
 * Takes over the layers' holds on actors until the returned function is called: the layers' own
 * holds end when their bytes are freed.
 */
export function holdActorsIn(layers: readonly Layer[]): () => void {
  const kept = layers.flatMap((layer) => {
    const functions = layer.kind === "calls" ? layer.functions : [];
    return [...keptBy(layer), ...functions.flatMap(({ bytes }) => keptBy(bytes))];
  });
  const held = new Set(kept.map(coreOf));
  for (const core of held) core.retain(false);
  for (const token of layers.flatMap(keptBy)) {
    if (bytesAbandoned.unregister(token)) coreOf(token).lose(false);
  }
  return () => {
    for (const core of held) core.lose(false);
    held.clear();
  };
}

/** Says that `handle` is one of the actor. */
export function register(handle: object, core: ActorCore): void {
  core.retain(true);
  cores.set(handle, core);
  abandoned.register(handle, core, handle);
}

/** Calls through it have no effect any more. */
function releaseHandle(handle: object): void {
  if (!abandoned.unregister(handle)) return;
  const core = coreOf(handle);
  cores.set(handle, releasedCore(core));
  core.lose(true, true);
}

function releasedCore(core: ActorCore): ActorCore {
  const links = { call() {}, release() {}, forget() {}, hold() {}, collect() {} };
  const released = new ActorCore(core.id, core.className, links);
  released.fail(core.released());
  return released;
}

/** The actor behind a handle. */
export function coreOf(handle: object): ActorCore {
  return cores.get(handle) as ActorCore;
}

/**
 * Throws for anything but a list of arguments; most often options were passed in its place.
 *
 * @throws ArgumentError `argument.value`
 */
export function checkActorArguments(
  Class: unknown,
  args: unknown,
): asserts args is readonly unknown[] {
  if (Array.isArray(args)) return;
  const name = typeof Class === "function" ? Class.name : "";
  const text = `the arguments of the constructor of ${name || "an actor"} were given as ${kindOf(args)}: expected a list, as in client.actor(${name || "Class"}, [1, 2], { name })`;
  throw new ArgumentError("value", text, { name });
}

/**
 * Throws for anything that is no actor class.
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
    const text = `${Class.name} has a method named then, so JavaScript would take its actor for a promise: rename the method`;
    throw new ArgumentError("value", text, { name: Class.name });
  }
}
