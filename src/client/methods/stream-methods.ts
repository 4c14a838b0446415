// Generators whose items are futures while they run.
import { randomUUID } from "node:crypto";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { checkOption, wholeNumber } from "../../base/option-schema.js";
import type { CallOptions, Calls } from "../calls/submit-calls.js";
import { CallStream, type StreamSink, travellingSink } from "../coordination/call-stream.js";
import type { CallArguments } from "../futures/given-arguments.js";
import { partsOf } from "./client-parts.js";

/** Options of {@link Client.stream}. */
export interface StreamOptions extends CallOptions {
  /** How many items wait to be taken before the generator waits, too; default: 16. */
  readonly ahead?: number;
}

/** What a generator may be: it may also be the promise of one, or of any list. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** The part of a {@link Client} that runs generators. */
export interface StreamMethods {
  /**
   * Runs a generator on a worker, and gives its items as futures while it runs. Items stay on the
   * cluster: they are fetched when you await them, and pass directly to calls that read them.
   *
   * @param f a generator function, asynchronous or not, or a function that returns an iterable. If
   * its worker dies it runs again, and the items that you have are skipped: it has to give the same
   * ones
   * @param args its arguments, as those of {@link Client.submit}
   * @param options `ahead`, and options of calls such as `retries`
   * @returns an asynchronous iterator, in the order of the items. Leaving its loop ends the
   * generator
   * @throws ArgumentError `argument.function` when function or arguments cannot be sent,
   * `argument.value` when an option has a wrong value
   * @see https://docs.ray.io/en/latest/ray-core/ray-generator.html
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { client } = cluster;
   * const squares = client.stream(function* (n: number) {
   *   for (let i = 0; i < n; i++) yield i * i;
   * }, [3]);
   * const halves = [];
   * for await (const square of squares) halves.push(client.submit((x) => x / 2, square));
   * await client.gather(halves); // → [0, 0.5, 2]
   * await cluster.close();
   */
  stream<A extends readonly unknown[], T>(
    f: (...args: A) => Items<T> | Promise<Items<T>>,
    args?: CallArguments<A>,
    options?: StreamOptions,
  ): CallStream<T>;
}

const AHEAD = 16;

export const STREAM_METHODS: StreamMethods &
  ThisType<StreamMethods & { with(options: CallOptions): Calls }> = {
  stream(f, args, { ahead = AHEAD, ...options } = {}) {
    if (typeof f !== "function") {
      const text = `client.stream was given ${kindOf(f)}: expected a generator function`;
      throw new ArgumentError("function", text);
    }
    if (args !== undefined && !Array.isArray(args)) {
      const text = `client.stream was given ${kindOf(args)} as its arguments: expected a list, as in client.stream(f, [1, 2], { ahead })`;
      throw new ArgumentError("value", text);
    }
    checkOption("ahead", ahead, wholeNumber(1));
    const place = { name: `stream-${randomUUID()}`, ahead };
    const { name = f.name, ...rest } = options;
    const calls = this.with({ ...rest, name: name === "" ? "stream" : name });
    const producer = calls.submitApart(putItems, f, travellingSink(place), ...(args ?? []));
    const scatter = (value: unknown) => calls.scatter(value);
    return new CallStream(partsOf(this).coordination, place, producer, scatter) as never;
  },
};

/** Puts one item after the other. Runs on a worker, all by itself. */
async function putItems(
  f: (...args: unknown[]) => Items<unknown> | Promise<Items<unknown>>,
  sink: StreamSink,
  ...args: unknown[]
): Promise<void> {
  let number = 0;
  for await (const item of await f(...args)) await sink.put(number++, item);
}
