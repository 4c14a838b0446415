// Delayed calls: they run when their results are computed, all together, as one layer. This is the
// users' side; delayed-layer.ts makes the layer.

import { type ComputeOptions, compute, explain, visualize } from "../array/results/compute.js";
import { asPrimitive } from "../base/as-primitive.js";
import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import type { CallResult } from "../base/iterators.js";
import { checkMade } from "../base/made-by.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../graph/model/calls-layer.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { taskKey } from "../graph/model/naming.js";
import {
  COLLECTION,
  type Collection,
  type CollectionParts,
  WITH_NODE,
} from "../graph/ports/collection.js";
import type { ExplainOptions, VisualizeOptions } from "../graph/ports/visualizer.js";
import {
  delayedParts,
  PENDING_CALL,
  PendingCall,
  type PlacedCall,
  placeCalls,
} from "./delayed-layer.js";

/** Options of {@link delayed}. */
export interface DelayedOptions {
  /** Whether equal calls have equal results and may be made once; default: false. */
  readonly pure?: boolean;
  /** The prefix of keys; default: the function's name. */
  readonly name?: string;
  /** The length of the list that the function returns, so that you can destructure the call. */
  readonly nout?: number;
}

/** An argument of a delayed call: a plain value, or collections in it or in its place. */
export type DelayedArgument<T> =
  | T
  | HasCallArgument
  | (T extends Map<infer K, infer V>
      ? Map<DelayedArgument<K>, DelayedArgument<V>>
      : T extends Set<infer E>
        ? Set<DelayedArgument<E>>
        : T extends (...args: never[]) => unknown
          ? never
          : T extends object
            ? { readonly [K in keyof T]: DelayedArgument<T[K]> }
            : never);

/** The arguments of a delayed call. */
export type DelayedArguments<A extends readonly unknown[]> = {
  [K in keyof A]: DelayedArgument<A[K]>;
};

/** A function whose calls are delayed. */
export type DelayedFunction<A extends readonly unknown[], R> = (
  ...args: DelayedArguments<A>
) => Delayed<CallResult<R>>;

/**
 * The result of a call that has not run yet. You get it by calling a function that {@link delayed}
 * returned.
 *
 * @see https://docs.dask.org/en/stable/delayed-api.html
 * @example
 * const double = delayed((x: number) => 2 * x);
 * const four = double(2);
 * four instanceof Delayed; // → true
 * await double(four).compute(); // → 8
 */
export class Delayed<T = unknown> implements Collection, HasCallArgument {
  /** @internal */
  readonly [PENDING_CALL]: PendingCall;
  readonly #nout: number | undefined;

  /** @internal */
  constructor(call: PendingCall, nout?: number) {
    checkMade(typeof call?.f !== "undefined", "a Delayed", "delayed(f)(1, 2)");
    this[PENDING_CALL] = call;
    this.#nout = nout;
  }

  /** The call's readable key. */
  get key(): string {
    const { node, block } = this.#place();
    return taskKey(node.layer.name, [block]);
  }

  /**
   * Computes the call, and the calls that its arguments need.
   *
   * @param options how it runs, such as `signal` and `progress`
   * @throws TaskError `task.failed` when a function threw, with that as its `cause`
   * @example
   * const double = delayed((x: number) => 2 * x);
   * await double(double(2)).compute(); // → 8
   */
  async compute(options: ComputeOptions = {}): Promise<T> {
    const [value] = await compute(this as Collection, options);
    return value as T;
  }

  /**
   * Draws the calls into a file. See {@link visualize}.
   *
   * @param options `file`, whose ending is the format, and what is drawn
   * @returns the path of the file
   * @example
   * const double = delayed((x: number) => 2 * x);
   * await double(double(2)).visualize({ file: "calls.dot" }); // → "calls.dot"
   */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return visualize(this, options);
  }

  /**
   * Describes the plan of the calls and its predicted cost, as text. See {@link explain}.
   *
   * @param options the cluster to plan for, such as `workers` and `memoryLimit`
   * @example
   * const double = delayed((x: number) => 2 * x);
   * double(double(2)).explain().includes("to run"); // → true
   */
  explain(options: ExplainOptions = {}): string {
    return explain(this, options);
  }

  /** The parts of a result that is a list of `nout` values. */
  *[Symbol.iterator](): Generator<Delayed<T extends readonly (infer E)[] ? E : unknown>> {
    if (this.#nout === undefined) {
      const text =
        "a delayed call cannot be destructured unless its number of values is known: delayed(f, { nout })";
      throw new ArgumentError("value", text);
    }
    const { pure } = this[PENDING_CALL].options;
    for (let k = 0; k < this.#nout; k++) {
      yield new Delayed(new PendingCall(itemOf, [this, k], { pure, name: "item" }));
    }
  }

  /**
   * The call in one line: its key.
   *
   * @throws nothing
   * @example
   * const call = delayed((x: number) => 2 * x)(2);
   * call.toString() === `Delayed ${call.key}`; // → true
   */
  toString(): string {
    return `Delayed ${this.key}`;
  }

  /**
   * Returns the JSON form: the same line as `toString()`.
   *
   * @throws nothing
   * @example
   * const call = delayed((x: number) => 2 * x)(2);
   * JSON.stringify(call) === JSON.stringify(call.toString()); // → true
   */
  toJSON(): string {
    return this.toString();
  }

  /** @internal For operators of the language. */
  [Symbol.toPrimitive](hint: string): string {
    return asPrimitive(
      this.toString(),
      hint,
      "a Delayed",
      "write await call.compute() for its value",
    );
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  #place(): PlacedCall {
    return placeCalls([this[PENDING_CALL]])[0] as PlacedCall;
  }

  /** @hidden */
  [COLLECTION](together: readonly Collection[]): CollectionParts {
    // All at once, so that they are one layer.
    const others = together.filter((other): other is Delayed => other instanceof Delayed);
    placeCalls(others.map((other) => other[PENDING_CALL]));
    return delayedParts(this.#place());
  }

  /** @hidden */
  [WITH_NODE](node: LayerNode): Delayed<T> {
    const { f, args, options } = this[PENDING_CALL];
    const call = new PendingCall(f, args, options);
    call.placed = { node, block: 0 };
    return new Delayed(call, this.#nout);
  }

  /** @hidden */
  [CALL_ARGUMENT](): CallArgument {
    const { node, block } = this.#place();
    return { node, blocks: [block], isList: false };
  }
}

/**
 * Wraps a function, so that its calls run only when you compute their results: on the threads of
 * this process, or on the open cluster. Independent calls run in parallel.
 *
 * @param f any function that can travel, asynchronous or not; a generator gives the list of its
 * values
 * @returns a function of the same arguments, which may also be delayed calls, chunked arrays
 * (passed to `f` as ndarrays, or as single values if they have no axes) and bags (as lists), also
 * inside lists, plain objects, Maps and Sets
 * @throws ArgumentError `argument.function` for anything but a function, and when it is called also
 * for one that cannot be sent; `argument.value` when `nout` is no whole number from 0
 * @see https://docs.dask.org/en/stable/delayed.html
 * @example
 * const add = delayed((a: number, b: number) => a + b);
 * const total = add(add(1, 2), ones([10]).sum());
 * await total.compute(); // → 13
 */
export function delayed<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: DelayedOptions = {},
): DelayedFunction<A, R> {
  const { pure = false, name = f.name, nout } = options;
  if (typeof f !== "function") {
    throw new ArgumentError("function", `delayed() was given ${kindOf(f)}: expected a function`);
  }
  if (nout !== undefined && !(Number.isInteger(nout) && nout >= 0)) {
    throw new ArgumentError("value", `nout is ${nout}: expected a whole number from 0`, { nout });
  }
  const call: DelayedFunction<A, R> = (...args) =>
    new Delayed<CallResult<R>>(new PendingCall(f as AnyFunction, args, { pure, name }), nout);
  return Object.defineProperty(call, "name", { value: name });
}

function itemOf(list: readonly unknown[], k: number): unknown {
  return list[k];
}
