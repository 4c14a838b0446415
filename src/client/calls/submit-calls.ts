// Calls of a client with the same options: of a function and its arguments, or of each of several
// lists. call-submissions.ts sends them, call-tracker.ts follows them.
import { randomUUID } from "node:crypto";
import { ArgumentError } from "../../base/errors.js";
import type { CallResult } from "../../base/iterators.js";
import { shippedFunction } from "../../functions/function-ref.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { type Annotations, annotations } from "../../graph/model/annotations.js";
import { CALL_ARGUMENT, type CallArgument, CallsBuilder } from "../../graph/model/calls-layer.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer, wordFrom } from "../../graph/model/naming.js";
import { checkComputeOptions } from "../../graph/ports/compute-options.js";
import { type JobOptions, readJobOptions, withJobSettings } from "../../graph/ports/job-options.js";
import { packCallArguments } from "../../shipping/call-arguments.js";
import { packValue } from "../../shipping/values/value-bytes.js";
import type { Future } from "../futures/future.js";
import type {
  CallArgumentLists,
  CallArguments,
  ReceivedArguments,
  ReceivedElements,
} from "../futures/given-arguments.js";
import type { CallManner } from "./call-batch.js";
import type { CallSubmissions } from "./call-submissions.js";
import { elementsOf, refuseOptions } from "./misplaced-options.js";

/** Options of calls: {@link Client.with}. */
export interface CallOptions extends JobOptions {
  /**
   * Whether equal calls have equal results, so that each runs once; default: false.
   */
  readonly pure?: boolean;
  /** The prefix of the key; default: the function's name. */
  readonly name?: string;
  /**
   * How long a call may run before it fails and its thread is ended; default: no limit. Other calls
   * continue.
   */
  readonly timeLimitMs?: number;
  /** Cancels the submitted calls. */
  readonly signal?: AbortSignal;
}

/**
 * Values up to this size are sent with the layer; larger ones are fetched from the client by
 * workers.
 */
export const ALONG_BYTES_MAX = 64 << 10;

/**
 * Submits calls with the same options. Users see it as {@link Client} and {@link Client.with}.
 *
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.submit
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const careful = cluster.client.with({ retries: 2, timeLimitMs: 60_000 });
 * await careful.submit((x: number) => x + 1, 1); // → 2
 * await cluster.close();
 */
export class Calls {
  readonly #submissions: CallSubmissions;
  readonly #options: CallOptions;
  readonly #plain: CallManner;
  /** How calls are made under the annotations that were met last. */
  #annotated: { readonly by: Annotations; readonly manner: CallManner } | undefined;

  /** @internal */
  constructor(submissions: CallSubmissions, options: CallOptions = {}) {
    this.#submissions = submissions;
    this.#options = options;
    this.#plain = mannerOf(options);
  }

  get #manner(): CallManner {
    const by = annotations();
    if (by === undefined) return this.#plain;
    if (this.#annotated?.by !== by) {
      this.#annotated = { by, manner: mannerOf({ ...by, ...this.#options }) };
    }
    return this.#annotated.manner;
  }

  /**
   * Calls `f` on a worker. Returns at once.
   *
   * @param f any function that can travel, with its captured values and imports
   * @param args its arguments: values, futures, chunked arrays (as ndarrays, or as numbers,
   * BigInts, booleans or `{ re, im }` where they have no axes); also inside lists and plain objects
   * @returns the future of its result. A promise is awaited; a generator gives the list of its
   * values
   * @throws ArgumentError `argument.function` when function or arguments cannot be sent
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const urgent = cluster.client.with({ priority: 5 });
   * await urgent.submit((x: number) => x + 1, 1); // → 2
   * await cluster.close();
   */
  submit<A extends readonly unknown[], R>(
    f: (...args: ReceivedArguments<A>) => R,
    ...args: A
  ): Future<CallResult<R>>;
  /** The same of a function that says what it takes. */
  submit<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...args: CallArguments<A>
  ): Future<CallResult<R>>;
  submit(f: AnyFunction, ...args: readonly unknown[]): Future {
    refuseOptions("submit", f, args);
    return this.#submissions.submit(this.#manner, f, args);
  }

  /** @internal The same, as the only call of its layer. */
  submitApart(f: AnyFunction, ...args: readonly unknown[]): Future {
    return this.#submissions.submit(this.#manner, f, args, true);
  }

  /**
   * Calls `f` for each element of a list, or for the elements at the same positions of several
   * lists. Returns at once.
   *
   * @param f any function that can travel
   * @param lists of arguments: the first ones, the second ones, …; futures may be among them
   * @returns a future for each call
   * @throws ArgumentError `argument.value` when the lists have different lengths,
   * `argument.function` as {@link Client.submit}
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const urgent = cluster.client.with({ priority: 5 });
   * await cluster.client.gather(urgent.map((x: number) => x + 1, [1, 2])); // → [2, 3]
   * await cluster.close();
   */
  map<L extends readonly Iterable<unknown>[], R>(
    f: (...args: ReceivedElements<L>) => R,
    ...lists: L
  ): Future<CallResult<R>>[];
  /** The same of a function that says what it takes. */
  map<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...lists: CallArgumentLists<A>
  ): Future<CallResult<R>>[];
  map(f: AnyFunction, ...lists: readonly Iterable<unknown>[]): Future[] {
    const columns = lists.map((list) => elementsOf("map", list));
    const count = columns[0]?.length ?? 0;
    if (columns.some((column) => column.length !== count)) {
      const lengths = columns.map((column) => column.length);
      const text = `map() was given lists of lengths ${lengths.join(", ")}: expected equal ones`;
      throw new ArgumentError("value", text, { lengths });
    }
    if (count === 0) return [];
    const calls = Array.from({ length: count }, (_, k) => columns.map((column) => column[k]));
    return this.#submissions.map(this.#manner, f, calls);
  }

  /**
   * Puts a value on the cluster, for calls to read: it is sent once.
   *
   * @param value of any kind that can travel
   * @returns its future
   * @throws ArgumentError `argument.function` when the value cannot be sent
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const urgent = cluster.client.with({ priority: 5 });
   * const words = urgent.scatter(["one", "two"]);
   * await urgent.submit((list) => list.length, words); // → 2
   * await cluster.close();
   */
  scatter<T>(value: T): Future<T> {
    this.#manner.signal?.throwIfAborted();
    const bytes = packValue(value, "the value given to scatter()");
    if (bytes.byteLength <= ALONG_BYTES_MAX) return this.submitApart(identity, value) as Future<T>;
    const data = dataNode(bytes, randomUUID());
    const builder = new CallsBuilder();
    const hole: CallArgument = { node: data, blocks: [0], isList: false };
    const packed = packCallArguments([{ [CALL_ARGUMENT]: () => hole }], "the value", () => hole);
    builder.add(shippedFunction(identity), packed.bytes, [{ node: data, block: 0 }]);
    const { name = "identity", isPure, timeLimitMs } = this.#manner;
    const fresh = isPure ? undefined : randomUUID();
    const node = builder.node(wordFrom(name, "call"), fresh, timeLimitMs);
    return this.#submissions.submitNode(this.#manner, node, 1)[0] as Future<T>;
  }
}

function mannerOf(options: CallOptions): CallManner {
  const { pure = false, name, signal, timeLimitMs, ...rest } = options;
  const terms = readJobOptions(withJobSettings(rest));
  return { terms, isPure: pure, name, timeLimitMs, signal };
}

/** Checks options as soon as they are given. */
export function checkCallOptions(options: CallOptions): void {
  const { pure: _pure, name: _name, timeLimitMs, ...rest } = options;
  if (timeLimitMs !== undefined && !(timeLimitMs > 0 && timeLimitMs < Number.POSITIVE_INFINITY)) {
    const text = `timeLimitMs is ${timeLimitMs}: expected a number of milliseconds above 0`;
    throw new ArgumentError("value", text, { timeLimitMs });
  }
  checkComputeOptions(rest);
  readJobOptions(rest);
}

function identity(value: unknown): unknown {
  return value;
}

/** Bytes of a value as an array of one block, which this process serves to workers. */
function dataNode(bytes: Uint8Array, identity: string): LayerNode {
  const content = {
    kind: "source",
    holds: "values",
    inputs: [],
    chunks: [[bytes.byteLength]],
    dtype: "uint8",
    generator: { type: "data", data: bytes },
  } as const;
  return { layer: nameLayer<SourceLayer>("scatter", content, { generator: identity }), inputs: [] };
}
