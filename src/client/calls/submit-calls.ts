// Calls that clients submit: from a function and its arguments to a layer, and to futures of its
// results. How a run is followed is call-tracker.ts.
import { ArgumentError } from "../../base/errors.js";
import type { CallResult } from "../../base/iterators.js";
import { shippedFunction } from "../../functions/function-ref.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type CallOperand,
  CallsBuilder,
} from "../../graph/model/calls-layer.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer, wordFrom } from "../../graph/model/naming.js";
import { checkComputeOptions } from "../../graph/ports/compute-options.js";
import { type JobOptions, readJobOptions } from "../../graph/ports/job-options.js";
import { packCallArguments } from "../../shipping/call-arguments.js";
import { packValue } from "../../shipping/value-bytes.js";
import type { CallRun } from "../futures/call-tracker.js";
import { Future, type Given, type GivenLists } from "../futures/future.js";

/** Options of calls: {@link Client.with}. */
export interface CallOptions extends JobOptions {
  /**
   * Whether equal calls have equal results, so that a call which was made before is not made again;
   * false unless given.
   */
  readonly pure?: boolean;
  /** What the key begins with; the function's name unless given. */
  readonly name?: string;
  /**
   * How long a call may run before it fails and its thread is ended, whatever it does; for ever unless
   * given. Other calls go on.
   */
  readonly timeLimitMs?: number;
  /** Cancels what was submitted. */
  readonly signal?: AbortSignal;
}

/** Submits the layer of a node and follows it. */
export type SubmitCalls = (node: LayerNode, options: JobOptions) => CallRun;

/** Values up to this size travel with the layer; larger ones are fetched from the client by workers. */
const ALONG_BYTES_MAX = 64 << 10;

/**
 * Submits calls in one manner; what users have of it is {@link Client}, and {@link Client.with}.
 *
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.submit
 *
 * @example
 * ```ts
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const careful = cluster.client.with({ retries: 2, timeLimitMs: 60_000 });
 * await careful.submit((x: number) => x + 1, 1); // → 2
 * await cluster.close();
 * ```
 */
export class Calls {
  readonly #submit: SubmitCalls;
  readonly #options: CallOptions;
  readonly #freshName: () => string;

  /** @internal */
  constructor(submit: SubmitCalls, freshName: () => string, options: CallOptions = {}) {
    this.#submit = submit;
    this.#freshName = freshName;
    this.#options = options;
  }

  /**
   * Calls `f` on a worker. Returns at once.
   *
   * @param f any function that can travel: what it captured and imports goes along
   * @param args its arguments: values, futures, chunked arrays (as ndarrays, or as numbers, BigInts, booleans or
   * `{ re, im }` where they have no axes); also inside lists and plain objects
   * @returns the future of what it returns, or of what its promise resolves to; of a generator, asynchronous or not,
   * of the list of what it yields
   * @throws ArgumentError `argument.function` when function or arguments cannot travel
   */
  submit<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...args: Given<A>
  ): Future<CallResult<R>> {
    const builder = new CallsBuilder();
    addCall(builder, f, args);
    return this.#run<R>(builder, f)[0] as Future<CallResult<R>>;
  }

  /**
   * Calls `f` for each element of a list, or for those at equal places of several lists. Returns at once.
   *
   * @returns a future for each call
   * @throws ArgumentError `argument.value` when the lists have different lengths, `argument.function`
   * as {@link Client.submit}
   */
  map<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...lists: GivenLists<A>
  ): Future<CallResult<R>>[] {
    const columns = (lists as readonly Iterable<unknown>[]).map((list) => [...list]);
    const count = columns[0]?.length ?? 0;
    if (columns.some((column) => column.length !== count)) {
      const lengths = columns.map((column) => column.length);
      const text = `map() was given lists of lengths ${lengths.join(", ")}: expected equal ones`;
      throw new ArgumentError("value", text, { lengths });
    }
    if (count === 0) return [];
    const builder = new CallsBuilder();
    for (let k = 0; k < count; k++) {
      addCall(
        builder,
        f,
        columns.map((column) => column[k]),
      );
    }
    return this.#run<R>(builder, f);
  }

  /**
   * Puts a value on the cluster, for calls to read: it travels once.
   *
   * @returns its future
   * @throws ArgumentError `argument.function` when the value cannot travel
   */
  scatter<T>(value: T): Future<T> {
    const bytes = packValue(value, "the value given to scatter()");
    const builder = new CallsBuilder();
    if (bytes.byteLength <= ALONG_BYTES_MAX) addCall(builder, identity, [value]);
    else {
      const given: CallArgument = {
        node: dataNode(bytes, this.#freshName()),
        blocks: [0],
        isList: false,
      };
      addCall(builder, identity, [{ [CALL_ARGUMENT]: () => given }]);
    }
    return this.#run<T>(builder, identity)[0] as Future<T>;
  }

  #run<R>(builder: CallsBuilder, f: AnyFunction): Future<CallResult<R>>[] {
    const { pure = false, name, signal, timeLimitMs, ...options } = this.#options;
    signal?.throwIfAborted();
    const word = wordFrom(name ?? f.name, "call");
    const node = builder.node(word, pure ? undefined : this.#freshName(), timeLimitMs);
    const run = this.#submit(node, options);
    const futures = Array.from(
      { length: builder.count },
      (_, block) => new Future<CallResult<R>>(run, block),
    );
    if (signal !== undefined) {
      const cancel = () => {
        for (let block = 0; block < builder.count; block++) {
          if (run.statusOf(block) === "pending") run.release(block, "cancelled");
        }
      };
      signal.addEventListener("abort", cancel, { once: true });
      run.whenAllEnded(() => signal.removeEventListener("abort", cancel));
    }
    return futures;
  }
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

function addCall(builder: CallsBuilder, f: AnyFunction, args: readonly unknown[]): void {
  const packed = packCallArguments(args, `an argument of ${f.name || "the function"}`);
  const operands: CallOperand[] = packed.arguments.flatMap(({ node, blocks }) =>
    blocks.map((block) => ({ node, block })),
  );
  builder.add(shippedFunction(f), packed.bytes, operands);
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
