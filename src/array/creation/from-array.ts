// Arrays of values that the caller holds. Those out of nothing are create.ts, files are io/.
import type { DType, TypedArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { ChunkedArray } from "../chunked-array.js";
import type { ShapeLike } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { type ArrayData, type ArrayDataOptions, readArrayData } from "../layers/array-data.js";
import { isChunkedArray } from "../layers/array-operands.js";
import type { DataDType, DataRank, RankOf } from "../layers/array-types.js";
import { checkDevice, type Device } from "../layers/device.js";
import { sourceNode } from "../layers/source-layer.js";
import { rechunk } from "../manipulation/rechunk.js";
import type { CreateOptions } from "./create.js";

/** Options of {@link fromArray}. */
export interface FromArrayOptions<D extends DType, S extends ShapeLike = ShapeLike>
  extends CreateOptions<D> {
  /** The shape of flat values. */
  readonly shape?: S;
  /**
   * true and undefined copy values unless they are in shared memory already; false forbids copying.
   */
  readonly copy?: boolean | null;
}

/**
 * An array of values in memory: an ndarray (strided views, too), a typed array with a shape, nested
 * lists, `{ data, shape, dtype }`. They are copied into shared memory, so later changes to them do
 * not reach the array. A typed array of the right dtype that is in shared memory already is used
 * without a copy; do not change it afterwards.
 *
 * Complex numbers are `{ re, im }` in lists; `{ data, shape, dtype: "complex128" }` has real and
 * imaginary parts in pairs.
 *
 * @param options.dtype that of the values by default; of lists: float64 for numbers, bool for
 * booleans, int64 for BigInts, complex128 for `{ re, im }`
 * @returns the shape of the data, in that dtype
 * @chunks by the options. Up to 64 KiB travel with the graph; of more, each block is a task that
 * fetches it from this process
 * @throws ArgumentError `argument.shape` for ragged lists or a shape of another size,
 * `argument.dtype` for elements of a kind that we do not have, `argument.value` when `copy` is
 * false and the values would have to be copied
 * @see https://docs.dask.org/en/stable/generated/dask.array.from_array.html
 * @example
 * await fromArray([[1, 2], [3, 4]], { chunks: [1, 2] }).sum().compute(); // → 10
 * fromArray(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] }).dtype; // → "float64"
 */
export function fromArray<
  V extends ArrayData,
  const S extends ShapeLike,
  D extends DType = DataDType<V>,
>(values: V, options: FromArrayOptions<D> & { readonly shape: S }): ChunkedArray<D, RankOf<S>>;
export function fromArray<V extends ArrayData, D extends DType = DataDType<V>>(
  values: V,
  options?: FromArrayOptions<D>,
): ChunkedArray<D, DataRank<V>>;
export function fromArray(
  values: ArrayData,
  options: FromArrayOptions<DType> = {},
): ChunkedArray<DType> {
  const reading: ArrayDataOptions = {
    ...(options.dtype === undefined ? {} : { dtype: options.dtype }),
    ...(options.shape === undefined ? {} : { shape: options.shape }),
  };
  checkDevice(options.device);
  const { data, shape, dtype } = readArrayData(values, reading);
  if (options.copy === false && !isHeldBy(values, data)) throw copyError("these values");
  return new ChunkedArray(sourceNode("data", { type: "data", data }, shape, dtype, options.chunks));
}

/** Whether `data` is the typed array that the caller gave, and no copy of it. */
function isHeldBy(values: ArrayData, data: TypedArray): boolean {
  return (
    values === data || (typeof values === "object" && "data" in values && values.data === data)
  );
}

function copyError(what: string): ArgumentError {
  return new ArgumentError(
    "value",
    `${what} cannot be used without copying them: leave copy out, or give a contiguous typed array ` +
      "over a SharedArrayBuffer, in the right dtype",
  );
}

/**
 * `values` as a chunked array. A chunked array is returned (in the dtype and chunks of the
 * options); anything else goes through {@link fromArray}.
 *
 * @returns shape and dtype as of {@link fromArray}
 * @chunks by the options; tasks as {@link fromArray}, none for a chunked array
 * @throws ArgumentError as {@link fromArray}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.asarray.html
 * @example
 * const x = asarray([[1, 2], [3, 4]], { chunks: [1, 2] });
 * [x.dtype, x.numblocks]; // → ["float64", [2, 1]]
 * asarray([true, false]).dtype; // → "bool"
 * asarray([{ re: 0, im: 1 }]).dtype; // → "complex128"
 * asarray([1n]).dtype; // → "int64"
 */
export function asarray<D extends DType, R extends number, T extends DType = D>(
  values: ChunkedArray<D, R>,
  options?: Omit<FromArrayOptions<T>, "shape">,
): ChunkedArray<T, R>;
export function asarray<
  V extends ArrayData,
  const S extends ShapeLike,
  D extends DType = DataDType<V>,
>(values: V, options: FromArrayOptions<D> & { readonly shape: S }): ChunkedArray<D, RankOf<S>>;
export function asarray<V extends ArrayData, D extends DType = DataDType<V>>(
  values: V,
  options?: FromArrayOptions<D>,
): ChunkedArray<D, DataRank<V>>;
export function asarray(
  values: ChunkedArray | ArrayData,
  options: FromArrayOptions<DType> = {},
): ChunkedArray {
  if (!isChunkedArray(values)) return fromArray(values, options);
  checkDevice(options.device);
  if (options.copy === false && (options.dtype ?? values.dtype) !== values.dtype) {
    throw copyError(`elements of ${values.dtype} as ${options.dtype}`);
  }
  const typed = options.dtype === undefined ? values : astype(values, options.dtype);
  return options.chunks === undefined ? typed : rechunk(typed, options.chunks);
}

/**
 * The array API standard's exchange between array libraries. JavaScript has no DLPack, so this only
 * accepts chunked arrays and returns them.
 *
 * @param options `device` is `"cpu"`, and `copy` changes nothing: the standard has them
 * @returns the array itself
 * @chunks those of `x`; no tasks
 * @throws ArgumentError `argument.value` for anything else
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.from_dlpack.html
 * @example
 * const x = ones([2]);
 * fromDlpack(x) === x; // → true
 */
export function fromDlpack<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: { readonly device?: Device | null; readonly copy?: boolean | null } = {},
): ChunkedArray<D, R> {
  checkDevice(options.device);
  if (isChunkedArray(x)) return x;
  throw new ArgumentError(
    "value",
    "fromDlpack takes chunked arrays only, since JavaScript has no DLPack: pass a typed array or an " +
      "ndarray to fromArray",
  );
}
