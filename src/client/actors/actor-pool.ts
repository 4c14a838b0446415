// Several actors of one class that share work: each call goes to one that is idle.
import { ActorError, ArgumentError, isTileworkError } from "../../base/errors.js";
import type { Actor } from "./actor.js";

/**
 * A result, and the promise that it came by: in a function, since promises of promises collapse.
 */
interface Ended<V> {
  readonly value: V;
  self(): Promise<Ended<V>>;
}

/**
 * Actors that share work. Each has one call of the pool at a time. One that has died gets no more.
 *
 * @throws ArgumentError `argument.value` without actors
 * @see https://docs.ray.io/en/latest/ray-core/actors/actor-utils.html
 * @example
 * class Model {
 *   predict(x: number) {
 *     return 2 * x;
 *   }
 * }
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const pool = await cluster.client.actorPool(Model, 2);
 * await pool.call((model) => model.predict(3)); // → 6
 * for await (const y of pool.map([1, 2], (model, x) => model.predict(x))) console.log(y);
 * pool.release();
 * await cluster.close();
 */
export class ActorPool<T extends object> implements Disposable {
  readonly #actors: Set<Actor<T>>;
  readonly #idle: Actor<T>[];
  /** Why there is none any more. */
  #end: Error | undefined;
  /** Who waits for an actor, in order. */
  readonly #waiting: { give(actor: Actor<T>): void; refuse(error: Error): void }[] = [];

  constructor(actors: Iterable<Actor<T>>) {
    this.#actors = new Set(actors);
    if (this.#actors.size === 0) {
      throw new ArgumentError("value", "an ActorPool was given no actors: expected at least one");
    }
    this.#idle = [...this.#actors];
  }

  /** How many actors there are. */
  get size(): number {
    return this.#actors.size;
  }

  /** How many of them have no call of the pool. */
  get idle(): number {
    return this.#idle.length;
  }

  /**
   * Adds an actor.
   *
   * @param actor what `client.actor` returned
   * @example
   * class Model {
   *   predict(x: number) {
   *     return 2 * x;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = await cluster.client.actorPool(Model, 2);
   * pool.add(await cluster.client.actor(Model));
   * pool.size; // → 3
   * await cluster.close();
   */
  add(actor: Actor<T>): void {
    if (this.#actors.has(actor)) return;
    this.#actors.add(actor);
    this.#return(actor);
  }

  /**
   * Calls a function with the next idle actor, which is busy until the promise that the function
   * returns has settled.
   *
   * @param f gets an actor that is idle, and returns what its methods return
   * @throws what the function throws; ActorError `actor.died` or `actor.released` when no actor is
   * left
   * @example
   * class Model {
   *   predict(x: number) {
   *     return 2 * x;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = await cluster.client.actorPool(Model, 2);
   * await pool.call((model) => model.predict(3)); // → 6
   * await cluster.close();
   */
  async call<R>(f: (actor: Actor<T>) => R): Promise<Awaited<R>> {
    const actor = await this.#take();
    try {
      const value = await f(actor);
      this.#return(actor);
      return value;
    } catch (error) {
      if (isTileworkError(error, "actor.died", "actor.released")) this.#lose(actor, error);
      else this.#return(actor);
      throw error;
    }
  }

  /**
   * Calls a function for each value, with as many actors as there are at a time.
   *
   * @param values a list, or what promises its elements one by one
   * @param f gets an actor and a value
   * @returns the results, in the order of the values
   * @throws what the function throws, where its result would come
   * @example
   * class Model {
   *   predict(x: number) {
   *     return 2 * x;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = await cluster.client.actorPool(Model, 2);
   * const doubled: number[] = [];
   * for await (const y of pool.map([1, 2], (model, x) => model.predict(x))) doubled.push(y);
   * doubled; // → [2, 4]
   * await cluster.close();
   */
  async *map<V, R>(
    values: Iterable<V> | AsyncIterable<V>,
    f: (actor: Actor<T>, value: V) => R,
  ): AsyncGenerator<Awaited<R>> {
    const running: Promise<Awaited<R>>[] = [];
    for await (const value of values) {
      const result = this.call((actor) => f(actor, value));
      result.catch(() => undefined);
      running.push(result);
      if (running.length > 2 * this.size) yield await (running.shift() as Promise<Awaited<R>>);
    }
    for (const result of running) yield await result;
  }

  /**
   * Calls a function for each value, with as many actors as there are at a time.
   *
   * @param values a list, or what promises its elements one by one
   * @param f gets an actor and a value
   * @returns the results, in the order in which they come
   * @throws what the function throws
   * @example
   * class Model {
   *   predict(x: number) {
   *     return 2 * x;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = await cluster.client.actorPool(Model, 2);
   * const doubled: number[] = [];
   * for await (const y of pool.mapUnordered([1, 2], (model, x) => model.predict(x))) doubled.push(y);
   * doubled.sort(); // → [2, 4]
   * await cluster.close();
   */
  async *mapUnordered<V, R>(
    values: Iterable<V> | AsyncIterable<V>,
    f: (actor: Actor<T>, value: V) => R,
  ): AsyncGenerator<Awaited<R>> {
    /** Each resolves with itself, so that it can be found among the others. */
    const running = new Set<Promise<Ended<Awaited<R>>>>();
    const next = async () => {
      const { value, self } = await Promise.race(running);
      running.delete(self());
      return value;
    };
    for await (const value of values) {
      const result: Promise<Ended<Awaited<R>>> = this.call((actor) => f(actor, value)).then(
        (each) => ({ value: each, self: () => result }),
      );
      result.catch(() => undefined);
      running.add(result);
      if (running.size > this.size) yield await next();
    }
    while (running.size > 0) yield await next();
  }

  /**
   * Releases the handles of all actors: see {@link ActorControls.release}.
   *
   * @example
   * class Model {
   *   predict(x: number) {
   *     return 2 * x;
   *   }
   * }
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const pool = await cluster.client.actorPool(Model, 2);
   * pool.release();
   * pool.size; // → 0
   * await cluster.close();
   */
  release(): void {
    const gone = new ActorError("released", "the pool was released: it accepts no more calls", {
      actor: "pool",
    });
    for (const actor of [...this.#actors]) {
      this.#lose(actor, gone);
      actor[Symbol.dispose]();
    }
  }

  /** The same as {@link ActorPool.release}, for `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  #take(): Promise<Actor<T>> {
    const actor = this.#idle.shift();
    if (actor !== undefined) return Promise.resolve(actor);
    if (this.#actors.size === 0) return Promise.reject(this.#end ?? new Error("no actor is left"));
    return new Promise((give, refuse) => this.#waiting.push({ give, refuse }));
  }

  #return(actor: Actor<T>): void {
    if (!this.#actors.has(actor)) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(actor);
    else next.give(actor);
  }

  #lose(actor: Actor<T>, error: Error): void {
    this.#actors.delete(actor);
    const at = this.#idle.indexOf(actor);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#actors.size > 0) return;
    this.#end = error;
    for (const { refuse } of this.#waiting.splice(0)) refuse(error);
  }
}
