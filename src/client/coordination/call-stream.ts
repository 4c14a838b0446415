// The items of a generator that runs on a worker, as futures, while it runs: a queue between the
// task and its reader, which the task fills as far as there is room.
import { REVIVAL, type Revival } from "../../shipping/values/revivable.js";
import type { Future } from "../futures/future.js";
import type { Coordination } from "./coordination.js";

/** A stream in a queue: what a task needs to fill it. */
export interface StreamPlace {
  /** The queue's name. */
  readonly name: string;
  /** The most items that wait in it. */
  readonly ahead: number;
}

/** An item on its way, with its number, from 0: a future where it is large, and else its value. */
export type StreamItem<T> =
  | { readonly number: number; readonly future: Future<T> }
  | { readonly number: number; readonly value: T };

/** The task's end of the stream, where it arrives. */
export interface StreamSink {
  put(number: number, item: unknown): Promise<void>;
}

/** The task's end of the stream, as an argument of its call. */
export function travellingSink(data: StreamPlace): object {
  const module = { specifier: "tilework", parent: "", name: "streamSink" };
  return { [REVIVAL]: (): Revival => ({ module, data }) };
}

/**
 * Items of a generator that runs on a worker, each a future: `for await (const future of stream)`.
 * The generator goes on as far as there is room for items that were not taken. Leaving the loop
 * ends it.
 *
 * @throws TaskError `task.failed` where the generator threw, after the items before;
 * `task.cancelled` and `task.workerDied` as of any call
 * @see https://docs.ray.io/en/latest/ray-core/ray-generator.html
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const words = cluster.client.stream((text: string) => text.split(" "), ["to be"]);
 * for await (const word of words) console.log(await word);
 * await cluster.close();
 */
export class CallStream<T> implements AsyncIterableIterator<Future<T>> {
  readonly #coordination: Coordination;
  readonly #place: StreamPlace;
  readonly #producer: Future;
  readonly #scatter: (value: T) => Future<T>;
  /** Fires when the generator has ended. */
  readonly #ended = new AbortController();
  #taken = 0;
  #isOver = false;
  /** One item is taken at a time, so that they stay in order. */
  #last: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(
    coordination: Coordination,
    place: StreamPlace,
    producer: Future,
    scatter: (value: T) => Future<T>,
  ) {
    this.#coordination = coordination;
    this.#place = place;
    this.#scatter = scatter;
    this.#producer = producer;
    const end = () => this.#ended.abort();
    producer.settled().then(end, end);
  }

  /** Names the generator's call: for stories, and in errors. */
  get key(): string {
    return this.#producer.key;
  }

  /**
   * The future of the next item, as soon as there is one.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const numbers = cluster.client.stream(() => [7, 8]);
   * await (await numbers.next()).value; // → 7
   * await numbers.return();
   * await cluster.close();
   */
  next(): Promise<IteratorResult<Future<T>, undefined>> {
    const next = this.#last.then(() => this.#next());
    this.#last = next.catch(() => undefined);
    return next;
  }

  /**
   * Ends the generator, and frees the items that were not taken. Leaving a loop does the same.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const numbers = cluster.client.stream(() => [7, 8]);
   * await numbers.return();
   * (await numbers.next()).done; // → true
   * await cluster.close();
   */
  async return(): Promise<IteratorResult<Future<T>, undefined>> {
    this.#isOver = true;
    this.#producer.cancel();
    await this.#producer.settled().catch(() => undefined);
    await this.#last;
    for (let item = await this.#take(); item !== undefined; item = await this.#take()) {
      if ("future" in item) item.future.release();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<IteratorResult<Future<T>, undefined>> {
    while (!this.#isOver) {
      const item = await this.#take();
      if (item === undefined) {
        this.#isOver = true;
        await this.#producer.result();
        // Held, it would run again where its worker dies, and wait for a reader for ever.
        this.#producer.release();
        break;
      }
      // A generator that began again, after its worker died, gives the first items again.
      if (item.number >= this.#taken) {
        this.#taken++;
        return {
          done: false,
          value: "future" in item ? item.future : this.#scatter(item.value),
        };
      }
      if ("future" in item) item.future.release();
    }
    return { done: true, value: undefined };
  }

  /** The first item of the queue; undefined when the generator has ended and none is left. */
  async #take(): Promise<StreamItem<T> | undefined> {
    const { name, ahead } = this.#place;
    const { signal } = this.#ended;
    const get = (options = {}) =>
      this.#coordination.take<StreamItem<T>>("queue.get", name, { limit: ahead }, options);
    if (!signal.aborted) {
      try {
        return await get({ signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
    // All items of a generator that has ended are in the queue.
    const { count = 0 } = await this.#coordination.ask("queue.size", name);
    return count > 0 ? get() : undefined;
  }
}
