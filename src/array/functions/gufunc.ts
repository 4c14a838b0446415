// Generalised ufuncs: functions of yours whose signature names the axes that they need whole. Axes
// named one by one are blockwise-functions.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { BlockInfo } from "../../kernels/user-functions/map-blocks-kernel.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkArrayList, checkFunction } from "../layers/check-arguments.js";
import { type BlocksFunction, namedBlocks } from "./blockwise-functions.js";
import {
  type CoreAxes,
  placedAxes,
  type Signature,
  withLastAxes,
  withPlacedAxes,
} from "./gufunc-axes.js";
import type { BlockResult, BlockReturn, BlocksOf } from "./map-blocks.js";

/**
 * A function of blocks with several results: it returns a list of results of
 * {@link BlocksFunction}.
 */
export type BlockListFunction = (
  // biome-ignore lint/suspicious/noExplicitAny: unknown blocks would refuse functions of blocks
  ...blocks: any[]
) => readonly BlockResult[] | PromiseLike<readonly BlockResult[]>;

/**
 * A function of the blocks of `X` and of their position; of each place, it receives numbers where
 * the signature names no axes.
 */
export type GufuncFunction<X extends readonly ChunkedArray[], V> = V extends true
  ? BlocksFunction | BlockListFunction
  : (
      ...blocks: [...BlocksOf<X>, BlockInfo]
    ) => BlockReturn | readonly BlockResult[] | PromiseLike<readonly BlockResult[]>;

/** The result of a signature: a list of arrays if it has several results. */
export type GufuncResult<
  S extends string,
  D extends DType,
> = S extends `${string}->${string})${string},${string}`
  ? ChunkedArray<D>[]
  : string extends S
    ? ChunkedArray<D> | ChunkedArray<D>[]
    : ChunkedArray<D>;

/** Options of {@link applyGufunc}. */
export interface GufuncOptions<D extends DType> extends CoreAxes {
  /** The result's dtype; default: that of the first array. */
  readonly dtype?: D;
  /** The dtype of each of several results; default: `dtype`. */
  readonly dtypes?: readonly D[];
  /** Whether `f` is called for each place along the loop axes, with the core axes alone. */
  readonly vectorize?: boolean;
  /** Whether axes that the signature names may be put into one block; default: true. */
  readonly allowRechunk?: boolean;
  /** Lengths of core axes of the result that no array has, or that are others there. */
  readonly outputSizes?: Readonly<Record<string, number>>;
  /** Values of the variables that the function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/** Options of {@link gufunc}. */
export interface NamedGufuncOptions<S extends string, D extends DType> extends GufuncOptions<D> {
  /** As of {@link applyGufunc}. */
  readonly signature: S;
}

/** The function of arrays that {@link gufunc} returns. */
export type GufuncOfArrays<S extends string, D extends DType> = (
  ...arrays: readonly ChunkedArray[]
) => GufuncResult<S, D>;

/**
 * Applies a generalised ufunc. `f` works on the last axes of its arrays, which the signature names
 * and which it receives whole. All other axes broadcast.
 *
 * @param f called with a block of each array, as {@link blockwise}; with `vectorize` once for each
 * place along the other axes, with numbers where the signature names no axes
 * @param signature as `"(i),(i)->()"` for a scalar product, `"(m,n)->(n)"` for a sum of rows,
 * `"(i)->(),()"` for two results, which `f` gives as a list
 * @returns the other axes, then those that the signature gives the result. Of several results a
 * list of arrays, each of which calls `f` by itself
 * @chunks those of all arrays, aligned, axes of the signature in one block; one task per block, and
 * those of the rechunk
 * @throws ArgumentError `argument.value` for a signature that does not fit the arrays, otherwise as
 * {@link blockwise}
 * @see https://docs.dask.org/en/stable/generated/dask.array.gufunc.apply_gufunc.html
 * @example
 * const rows = asarray([[1, 5], [7, 2]]);
 * const largest = applyGufunc(
 *   (x, { shape }) => Array.from({ length: shape[0] }, (_, i) => Math.max(x.get(i, 0), x.get(i, 1))),
 *   "(i)->()",
 *   [rows],
 * );
 * await largest.compute(); // → [5, 7]
 */
export function applyGufunc<
  const S extends string,
  const X extends readonly ChunkedArray[],
  D extends DType = DType,
  const V extends boolean = false,
>(
  f: GufuncFunction<X, V>,
  signature: S,
  arrays: X,
  options: GufuncOptions<D> & { readonly vectorize?: V } = {},
): GufuncResult<S, D> {
  checkArrayList("applyGufunc", arrays);
  const parsed = parseSignature(signature, arrays);
  const { inputs, outputs } = parsed;
  const { axes, axis, keepdims = false, vectorize, allowRechunk, ...others } = options;
  const placed = placedAxes(parsed, options);
  const moved = arrays.map((x, i) => withLastAxes(x, placed.inputs[i] as readonly number[]));
  if (allowRechunk === false) checkWhole(moved, inputs);
  const loops = arrays.map((x, i) => x.ndim - (inputs[i] as readonly string[]).length);
  const widest = Math.max(0, ...loops);
  const loopAxes = (count: number) =>
    Array.from({ length: count }, (_, i) => `loop ${widest - count + i}`);
  const named = moved.map((array, i) => ({
    array,
    axes: [...loopAxes(loops[i] as number), ...(inputs[i] as readonly string[])],
  }));
  const whole = new Set(inputs.flat());
  const { outputSizes = {}, dtypes, ...rest } = others;
  const results = outputs.map((names, item) => {
    const dtype = dtypes?.[item];
    const cores = { operands: inputs.map((own) => own.length), result: names.length };
    const result = namedBlocks(
      f as BlocksFunction,
      [...loopAxes(widest), ...names],
      named,
      { ...rest, ...(dtype && { dtype }), newAxes: outputSizes, adjustChunks: outputSizes },
      whole,
      {
        ...(outputs.length > 1 && { item }),
        ...(vectorize === true && { cores }),
      },
    );
    return withPlacedAxes(result, placed.outputs[item] as readonly number[], keepdims);
  });
  return (results.length === 1 ? results[0] : results) as GufuncResult<S, D>;
}

/**
 * Turns a function of blocks into a function of arrays, by a signature. See {@link applyGufunc}.
 *
 * @param f a function of blocks
 * @returns a function of chunked arrays, which gives what {@link applyGufunc} gives
 * @chunks those of all arrays, aligned, axes of the signature in one block; one task per block, and
 * those of the rechunk
 * @throws ArgumentError `argument.value` for an invalid signature; the function that it returns as
 * {@link applyGufunc}
 * @see https://docs.dask.org/en/stable/generated/dask.array.gufunc.gufunc.html
 * @example
 * const span = gufunc(
 *   (x, { shape }) => Array.from({ length: shape[0] }, (_, i) => x.get(i, 1) - x.get(i, 0)),
 *   { signature: "(i)->()" },
 * );
 * await span(asarray([[1, 5], [7, 9]])).compute(); // → [4, 2]
 */
export function gufunc<const S extends string, D extends DType = DType>(
  f: BlocksFunction | BlockListFunction,
  options: NamedGufuncOptions<S, D>,
): GufuncOfArrays<S, D> {
  const { signature, ...rest } = options;
  checkFunction("gufunc makes a function of arrays of a function of blocks", f);
  groupsOf(signature);
  return (...arrays) => applyGufunc(f as BlocksFunction, signature, arrays, rest);
}

/**
 * {@link gufunc} with the signature first: it returns a function that takes the function.
 *
 * @param signature the core axes, as in `"(i),(i)->()"`
 * @returns a function of a function of blocks, which gives what {@link gufunc} gives
 * @chunks those of all arrays, aligned, axes of the signature in one block; one task per block, and
 * those of the rechunk
 * @throws ArgumentError `argument.value` for an invalid signature
 * @see https://docs.dask.org/en/stable/generated/dask.array.gufunc.as_gufunc.html
 * @example
 * const last = asGufunc("(i)->()")((x, { shape }) =>
 *   Array.from({ length: shape[0] }, (_, i) => x.get(i, x.shape[1] - 1)));
 * await last(asarray([[1, 5], [7, 9]])).compute(); // → [5, 9]
 */
export function asGufunc<const S extends string, D extends DType = DType>(
  signature: S,
  options: GufuncOptions<D> = {},
): (f: BlocksFunction | BlockListFunction) => GufuncOfArrays<S, D> {
  groupsOf(signature);
  return (f) => gufunc(f, { ...options, signature });
}

/** Refuses arrays of which an axis that the signature names is cut. */
function checkWhole(arrays: readonly ChunkedArray[], names: Signature["inputs"]): void {
  arrays.forEach((x, i) => {
    const own = names[i] as readonly string[];
    own.forEach((name, k) => {
      const blocks = x.numblocks[x.ndim - own.length + k] as number;
      if (blocks === 1) return;
      throw new ArgumentError(
        "chunks",
        `axis "${name}" of array ${i} is cut into ${blocks} blocks: rechunk it, or leave allowRechunk out`,
        { array: i, blocks },
      );
    });
  });
}

/** The names of axes in each pair of parentheses, before and after the arrow. */
function groupsOf(signature: string): Signature {
  const text = typeof signature === "string" ? signature.replaceAll(/\s/g, "") : "";
  const group = "\\((?:\\w+(?:,\\w+)*)?\\)";
  if (!new RegExp(`^${group}(?:,${group})*->${group}(?:,${group})*$`).test(text)) {
    throw new ArgumentError(
      "value",
      `${JSON.stringify(signature)} is no signature: expected something like "(i,j),(j)->(i)"`,
    );
  }
  const [inputs, outputs] = text
    .split("->")
    .map((side) =>
      [...side.matchAll(/\(([^)]*)\)/g)].map(([, names = ""]) =>
        names === "" ? [] : names.split(","),
      ),
    );
  return { inputs: inputs ?? [], outputs: outputs ?? [] };
}

function parseSignature(signature: string, arrays: readonly ChunkedArray[]): Signature {
  const groups = groupsOf(signature);
  const fits =
    groups.inputs.length === arrays.length &&
    groups.inputs.every((names, i) => names.length <= (arrays[i]?.ndim ?? 0));
  if (!fits) {
    throw new ArgumentError(
      "value",
      `the signature ${signature} does not fit arrays of shapes ` +
        arrays.map((x) => formatShape(x.shape)).join(", "),
    );
  }
  return groups;
}
