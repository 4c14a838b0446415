// Actors of a client: it creates them, and finds them by name.
import { checkOption, wholeNumber } from "../../base/option-schema.js";
import { whileWaiting } from "../../context/task-context.js";
import type {
  Actor,
  ActorClass,
  ActorOptions,
  ActorParameters,
  TravellingActor,
} from "../actors/actor.js";
import { checkActorArguments } from "../actors/actor.js";
import type { ActorCore } from "../actors/actor-core.js";
import { ActorPool } from "../actors/actor-pool.js";
import { nameInSpace } from "../actors/client-actors.js";
import { partsOf } from "./client-parts.js";

/** The part of {@link Client} that makes and finds actors. */
export interface ActorMethods {
  /**
   * Creates an actor: an instance of a class on one worker, with its own thread. It keeps its state
   * between calls. Calls go straight to it, in order, and one at a time.
   *
   * @param Class sent as functions are, with its captured variables and imports
   * @param parameters a list of arguments for its constructor, values or futures, and options of
   * actors
   * @returns its handle, once the instance exists. The actor lives as long as any handle of it: in
   * a program, a task, another actor or a value in a queue
   * @throws ArgumentError `argument.value` for a bad option, `argument.function` for a class or
   * argument that cannot be sent; ActorError `actor.failed` when the constructor throws or the name
   * is taken
   * @see https://distributed.dask.org/en/stable/actors.html
   * @example
   * class Counter {
   *   n = 0;
   *   increment(by = 1) {
   *     this.n += by;
   *     return this.n;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const counter = await cluster.client.actor(Counter);
   * await counter.increment(); // → 1
   * await counter.increment(2); // → 3
   * await counter.n; // → 3
   * await cluster.close();
   */
  actor<C extends ActorClass>(
    Class: C,
    ...parameters: ActorParameters<C>
  ): Promise<Actor<InstanceType<C>>>;

  /**
   * Creates several actors of one class that share work.
   *
   * @param Class the class of the actors
   * @param count how many
   * @param parameters a list of arguments for the constructor of each, and options of actors
   * @throws ArgumentError `argument.value` for a count that is no whole number from 1, otherwise as
   * {@link Client.actor}
   * @example
   * class Model {
   *   predict(x: number) {
   *     return 2 * x;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = await cluster.client.actorPool(Model, 2);
   * await pool.call((model) => model.predict(3)); // → 6
   * pool.release();
   * await cluster.close();
   */
  actorPool<C extends ActorClass>(
    Class: C,
    count: number,
    ...parameters: ActorParameters<C>
  ): Promise<ActorPool<InstanceType<C>>>;

  /**
   * Another handle of a named actor, which this client or another created.
   *
   * @typeParam T the class of which it is an instance
   * @param name the name that the actor was given
   * @param options.namespace the namespace that it was created in
   * @throws ActorError `actor.unknown` when there is none of that name
   * @throws ArgumentError `argument.value` for a namespace that is none
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * class Counter {
   *   n = 0;
   *   add(): number {
   *     return ++this.n;
   *   }
   * }
   * const hits = await cluster.client.actor(Counter, [], { name: "counter" });
   * const same = await cluster.client.getActor<Counter>("counter");
   * await hits.add();
   * await same.add(); // → 2
   * hits.release();
   * await cluster.close();
   */
  getActor<T extends object>(
    name: string,
    options?: Pick<ActorOptions, "namespace">,
  ): Promise<Actor<T>>;

  /** @internal An actor of which a handle came from elsewhere. */
  adoptActor(travelled: TravellingActor): ActorCore;

  /** @internal An actor that need not be there yet. */
  beginActor(Class: ActorClass, args: readonly unknown[], options: ActorOptions): ActorCore;
}

export const ACTOR_METHODS: ActorMethods & ThisType<ActorMethods> = {
  async actor(Class, ...[args = [] as never, options]) {
    const { actors } = partsOf(this);
    checkActorArguments(Class, args);
    const core = actors.create(Class, args, options ?? {});
    return (await whileWaiting(actors.handle(core))) as never;
  },

  async actorPool(Class, count, ...parameters) {
    checkOption("the number of actors", count, wholeNumber(1));
    const making = Array.from({ length: count }, () => this.actor(Class, ...parameters));
    const made = await Promise.allSettled(making);
    const actors = made.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const failed = made.find((each) => each.status === "rejected");
    if (failed === undefined) return new ActorPool(actors) as never;
    for (const actor of actors) actor[Symbol.dispose]();
    throw failed.reason;
  },

  async getActor(name, options = {}) {
    const full = nameInSpace(name, options);
    const { actors } = partsOf(this);
    const found = actors.find({ name: full }).then((core) => actors.handle(core));
    return (await whileWaiting(found)) as never;
  },

  adoptActor(travelled) {
    return partsOf(this).actors.adopt(travelled);
  },

  beginActor(Class, args, options) {
    return partsOf(this).actors.create(Class, args, options);
  },
};
