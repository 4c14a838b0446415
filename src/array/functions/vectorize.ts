// Functions of yours that are called with single elements. Functions of blocks are map-blocks.ts
// and blockwise-functions.ts, functions of lanes apply-along-axis.ts.
import { checkDType, type DType, type Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type FunctionRef, functionRef } from "../../functions/function-ref.js";
import type { MapBlocksLayer } from "../../graph/model/layer.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { firstArray, isChunkedArray, type Operand } from "../layers/array-operands.js";
import { dataNode } from "../layers/source-layer.js";
import { alignBlocks } from "./map-blocks.js";

/** A function of elements: numbers, BigInts of 64-bit integers, booleans, `{ re, im }`. */
// biome-ignore lint/suspicious/noExplicitAny: arrays are known only when its result is called
export type ElementFunction = (...elements: any[]) => Scalar;

/** The same, giving several results as a list. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type ElementsFunction = (...elements: any[]) => readonly Scalar[];

/** Options of {@link vectorize} and {@link frompyfunc}. */
export interface ElementFunctionOptions<D extends DType> {
  /** The result's dtype; default: that of the first array. */
  readonly dtype?: D;
  /** Values of the variables that the function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/** The function of arrays that {@link vectorize} returns. */
export type VectorizedFunction<D extends DType> = (...operands: Operand[]) => ChunkedArray<D>;

/**
 * Turns a function of elements into a function of arrays, which calls it for every element.
 *
 * @param f its source is sent, as for `mapBlocks`; gives a number, a BigInt, a boolean or
 * `{ re, im }`
 * @returns a function of chunked arrays, at least one, and values that broadcast with them: it
 * gives an array of the broadcast shape
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.function` when `f` cannot be sent, `argument.dtype`; the function
 * that it gives: `argument.shape` when shapes do not broadcast, `argument.value` without a chunked
 * array
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vectorize.html
 * @example
 * const larger = vectorize((a: number, b: number) => (a > b ? a : -b));
 * await larger(asarray([1, 5, 2], { chunks: 2 }), 3).compute(); // → [-3, 5, -3]
 */
export function vectorize<D extends DType = DType>(
  f: ElementFunction,
  options: ElementFunctionOptions<D> = {},
): VectorizedFunction<D> {
  const ref = functionRef(f, { captured: options.captured });
  const dtype = options.dtype === undefined ? undefined : checkDType(options.dtype);
  return (...operands) => elementLayer(ref, operands, dtype) as ChunkedArray<DType> as never;
}

/**
 * NumPy's form of {@link vectorize}: `f` takes `nin` elements and gives one value, or a list of
 * `nout`.
 *
 * @returns a function of `nin` operands; it gives an array, or a list of `nout` arrays, each of
 * which calls `f` by itself
 * @chunks those of all operands, aligned; one task per block
 * @throws ArgumentError `argument.value` when `nin` or `nout` is no whole number from 1, or the
 * function gets another number of operands; otherwise as {@link vectorize}
 * @see https://docs.dask.org/en/stable/generated/dask.array.frompyfunc.html
 * @example
 * const parts = frompyfunc((x: number) => [Math.floor(x), x - Math.floor(x)], 1, 2);
 * const [whole, rest] = parts(asarray([1.5, 2.25]));
 * await whole.compute(); // → [1, 2]
 * await rest.compute(); // → [0.5, 0.25]
 */
export function frompyfunc<D extends DType = DType>(
  f: ElementFunction,
  nin: number,
  nout: 1,
  options?: ElementFunctionOptions<D>,
): VectorizedFunction<D>;
export function frompyfunc<D extends DType = DType>(
  f: ElementsFunction,
  nin: number,
  nout: number,
  options?: ElementFunctionOptions<D>,
): (...operands: Operand[]) => ChunkedArray<D>[];
export function frompyfunc(
  f: ElementFunction | ElementsFunction,
  nin: number,
  nout: number,
  options: ElementFunctionOptions<DType> = {},
): (...operands: Operand[]) => ChunkedArray | ChunkedArray[] {
  for (const [name, count] of Object.entries({ nin, nout })) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    throw new ArgumentError("value", `${name} is ${count}: expected a whole number from 1`, {
      [name]: count,
    });
  }
  const ref = functionRef(f, { captured: options.captured });
  const dtype = options.dtype === undefined ? undefined : checkDType(options.dtype);
  return (...operands) => {
    if (operands.length !== nin) {
      throw new ArgumentError(
        "value",
        `function ${ref.name} takes ${nin} operands, got ${operands.length}`,
      );
    }
    if (nout === 1) return elementLayer(ref, operands, dtype);
    return Array.from({ length: nout }, (_, item) => elementLayer(ref, operands, dtype, item));
  };
}

function elementLayer(
  ref: FunctionRef,
  operands: readonly Operand[],
  dtype: DType | undefined,
  item?: number,
): ChunkedArray {
  const first = firstArray(operands, `function ${ref.name}`);
  const nodes = operands.map((x) => (isChunkedArray(x) ? x.node : dataNode(x)));
  const { inputs, operands: uses, loopChunks } = alignBlocks(nodes);
  const layer = nameLayer<MapBlocksLayer>(
    "elements",
    {
      kind: "mapBlocks",
      inputs: inputs.map((input) => input.layer.name),
      operands: uses,
      loopChunks,
      chunks: loopChunks,
      dtype: dtype ?? first.dtype,
      function: ref,
      perElement: true,
      ...(item === undefined ? {} : { item }),
    },
    { function: ref.hash },
  );
  return first.derive({ layer, inputs });
}
