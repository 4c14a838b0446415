// Arrays out of nothing or out of values that the caller holds. Random ones are random.ts, files
// are io/.
import {
  checkDType,
  type DType,
  isBigInt,
  isComplex,
  isInteger,
  type Scalar,
  type TypedArray,
} from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { fitsInteger, isWhole, scalarDType } from "../base/promotion.js";
import { type ArrayData, type ArrayDataOptions, readArrayData } from "./array-data.js";
import type { DataDType, DataRank, RankOf, ScalarDType } from "./array-types.js";
import { checkShape, type ShapeLike } from "./axes.js";
import { ChunkedArray } from "./chunked-array.js";
import { checkDevice, type Device } from "./device.js";
import type { ChunkSpec } from "./normalize-chunks.js";
import { isChunkedArray, isScalar } from "./operands.js";
import { astype } from "./ops/astype.js";
import { rechunk } from "./ops/rechunk.js";
import { sourceNode } from "./source.js";

/** The dtype of numbers that the compiler cannot tell apart. */
type WholeOrNot = "int32" | "float64";

/** Options of arrays that are made. */
export interface CreateOptions<D extends DType> {
  /** The elements' dtype. */
  readonly dtype?: D;
  /** How the array is cut; `"auto"`, blocks of at most 128 MiB, unless given. */
  readonly chunks?: ChunkSpec;
  /** Where the array lives: `"cpu"`, the only device there is. */
  readonly device?: Device | null;
}

/**
 * An array of zeros.
 *
 * @param options.dtype float64 unless given
 * @returns lazy; one task per block, or none where the layer that reads it makes it itself
 * @throws ArgumentError `argument.shape`, `argument.dtype` or `argument.chunks`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.zeros.html
 *
 * @example
 * ```ts
 * zeros([4, 6], { chunks: [2, 3], dtype: "int32" }).numblocks; // → [2, 2]
 * ```
 */
export function zeros<const S extends ShapeLike, D extends DType = "float64">(
  shape: S,
  options: CreateOptions<D> = {},
): ChunkedArray<D, RankOf<S>> {
  return filled("zeros", shape, 0, checkDType(options.dtype ?? "float64"), options);
}

/**
 * An array of ones; as {@link zeros}.
 *
 * @returns lazy, as {@link zeros}
 * @throws ArgumentError as {@link zeros}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.ones.html
 *
 * @example
 * ```ts
 * await ones([3], { dtype: "int64" }).compute(); // → [1n, 1n, 1n]
 * ```
 */
export function ones<const S extends ShapeLike, D extends DType = "float64">(
  shape: S,
  options: CreateOptions<D> = {},
): ChunkedArray<D, RankOf<S>> {
  return filled("ones", shape, 1, checkDType(options.dtype ?? "float64"), options);
}

/**
 * An array of one value.
 *
 * @param value a number, a BigInt, a boolean or `{ re, im }`
 * @param options.dtype unless given: bool for a boolean, int32 for a whole number, int64 for a BigInt,
 * complex128 for `{ re, im }`, float64 otherwise
 * @returns lazy; one task per block, or none where the layer that reads it makes it itself
 * @throws ArgumentError `argument.value` when the dtype cannot hold the value
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.full.html
 *
 * @example
 * ```ts
 * full([2], 7).dtype; // → "int32"
 * await full([2], 0.5).compute(); // → [0.5, 0.5]
 * ```
 */
export function full<
  const S extends ShapeLike,
  V extends Scalar,
  D extends DType = V extends number ? WholeOrNot : ScalarDType<V>,
>(shape: S, value: V, options: CreateOptions<D> = {}): ChunkedArray<D, RankOf<S>> {
  if (!isScalar(value)) {
    throw new ArgumentError(
      "value",
      `full needs a number, a BigInt, a boolean or { re, im }, got ${typeof value}`,
    );
  }
  const dtype = checkDType(options.dtype ?? scalarDType(value));
  if (!canHold(dtype, value)) {
    const given = typeof value === "object" ? `${value.re} + ${value.im}i` : value;
    throw new ArgumentError("value", `${given} does not fit into ${dtype}`, { value, dtype });
  }
  return filled("full", shape, value, dtype, options);
}

function canHold(dtype: DType, value: Scalar): boolean {
  if (typeof value === "object") return isComplex(dtype);
  if (!isInteger(dtype) || typeof value === "boolean") return true;
  return isWhole(value) && fitsInteger(dtype, value);
}

/**
 * Zeros in the shape of `x`, with its dtype and chunks unless the options name others.
 *
 * @returns lazy, as {@link zeros}
 * @throws ArgumentError as {@link zeros}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.zeros_like.html
 *
 * @example
 * ```ts
 * const x = random([4, 6], { chunks: 2 });
 * zerosLike(x, { dtype: "int32" }).chunks; // → [[2, 2], [2, 2, 2]]
 * ```
 */
export function zerosLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  return zeros(x.shape, likeOptions(x, options)) as ChunkedArray<D> as ChunkedArray<D, R>;
}

/**
 * Ones in the shape of `x`, with its dtype and chunks unless the options name others.
 *
 * @returns lazy, as {@link ones}
 * @throws ArgumentError as {@link zeros}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.ones_like.html
 *
 * @example
 * ```ts
 * onesLike(zeros([2], { dtype: "float32" })).dtype; // → "float32"
 * await onesLike(zeros([2])).compute(); // → [1, 1]
 * ```
 */
export function onesLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  return ones(x.shape, likeOptions(x, options)) as ChunkedArray<D> as ChunkedArray<D, R>;
}

/**
 * One value in the shape of `x`, with its dtype and chunks unless the options name others.
 *
 * @returns lazy, as {@link full}
 * @throws ArgumentError as {@link full}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.full_like.html
 *
 * @example
 * ```ts
 * const x = zeros([2, 2], { dtype: "int8", chunks: 1 });
 * fullLike(x, 7).numblocks; // → [2, 2]
 * await fullLike(x, 7).compute(); // → [[7, 7], [7, 7]]
 * ```
 */
export function fullLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  value: Scalar,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  const made = full(x.shape, value, likeOptions(x, options));
  return made as ChunkedArray<D> as ChunkedArray<D, R>;
}

/**
 * Numbers from `start` to before `stop` in steps; with one number, from 0 to before it.
 *
 * @param options.dtype unless given: int32 when all three are whole numbers, int64 when any is a
 * BigInt, float64 otherwise
 * @returns one dimension, lazy
 * @throws ArgumentError `argument.value` when the step is 0 or a bound is not finite
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.arange.html
 *
 * @example
 * ```ts
 * await arange(5).compute(); // → [0, 1, 2, 3, 4]
 * await arange(2, 10, 3, { chunks: 2 }).compute(); // → [2, 5, 8]
 * ```
 */
export function arange<D extends DType = WholeOrNot>(
  stop: number,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange<D extends DType = WholeOrNot>(
  start: number,
  stop: number,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange<D extends DType = WholeOrNot>(
  start: number,
  stop: number,
  step: number,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange<D extends DType = "int64">(
  stop: bigint,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange<D extends DType = "int64">(
  start: bigint,
  stop: bigint,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange<D extends DType = "int64">(
  start: bigint,
  stop: bigint,
  step: bigint,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange(
  ...args: readonly (number | bigint | CreateOptions<DType> | undefined)[]
): ChunkedArray<DType, 1> {
  const given = args.filter((arg) => typeof arg === "number" || typeof arg === "bigint");
  const options = args.find((arg) => typeof arg === "object") ?? {};
  const [start = 0, stop = 0, step = 1] = given.length === 1 ? [0, given[0]] : given;
  const bounds = [start, stop, step];
  if (!bounds.every((n) => Number.isFinite(Number(n))) || Number(step) === 0) {
    throw new ArgumentError(
      "value",
      `arange needs finite numbers and a step other than 0, got ${bounds.join(", ")}`,
    );
  }
  checkDevice(options.device);
  const dtype = checkDType(options.dtype ?? rangeDType(bounds));
  const exact = isBigInt(dtype) && bounds.every(isWhole);
  const generator = exact
    ? ({ type: "arange", start: BigInt(start), step: BigInt(step) } as const)
    : ({ type: "arange", start: Number(start), step: Number(step) } as const);
  const count = Math.max(0, Math.ceil(Number(differenceOf(start, stop)) / Number(step)));
  return new ChunkedArray(sourceNode("arange", generator, [count], dtype, options.chunks));
}

/** The dtype of a range with these bounds. */
function rangeDType(bounds: readonly (number | bigint)[]): DType {
  if (!bounds.every(isWhole)) return "float64";
  if (bounds.some((n) => typeof n === "bigint")) return "int64";
  return bounds.every((n) => fitsInteger("int32", n)) ? "int32" : "float64";
}

function differenceOf(start: number | bigint, stop: number | bigint): number | bigint {
  const exact = isWhole(start) && isWhole(stop);
  return exact ? BigInt(stop) - BigInt(start) : Number(stop) - Number(start);
}

/** Options of {@link linspace}. */
export interface LinspaceOptions<D extends DType> extends CreateOptions<D> {
  /** Whether `stop` is the last number; true unless said otherwise. */
  readonly endpoint?: boolean;
}

/**
 * `count` numbers in even steps from `start` to `stop`.
 *
 * @param count 50 unless given
 * @param options.dtype float64 unless given
 * @returns one axis, lazy; one task per block, or none where the layer that reads it makes it
 * itself
 * @throws ArgumentError `argument.value` when `count` is no whole number or a bound is not finite
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.linspace.html
 *
 * @example
 * ```ts
 * await linspace(0, 1, 5).compute(); // → [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace<D extends DType = "float64">(
  start: number,
  stop: number,
  count = 50,
  options: LinspaceOptions<D> = {},
): ChunkedArray<D, 1> {
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new ArgumentError("value", `linspace needs finite bounds, got ${start} and ${stop}`);
  }
  checkDevice(options.device);
  const shape = checkShape(count);
  const dtype = checkDType(options.dtype ?? "float64");
  const endpoint = options.endpoint ?? true;
  const generator = { type: "linspace", start, stop, count, endpoint } as const;
  return new ChunkedArray(sourceNode("linspace", generator, shape, dtype, options.chunks));
}

/** Options of {@link eye}. */
export interface EyeOptions<D extends DType> extends CreateOptions<D> {
  /** Which diagonal: 0 (unless given) is the main one, positive ones are above it. */
  readonly k?: number | bigint;
}

/**
 * A matrix with ones on a diagonal and zeros elsewhere.
 *
 * @param columns as many as rows unless given
 * @param options.dtype float64 unless given
 * @returns zeros but for ones on a diagonal, lazy; one task per block, or none where the layer
 * that reads it makes it itself
 * @throws ArgumentError `argument.shape` or `argument.value`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.eye.html
 *
 * @example
 * ```ts
 * await eye(2).compute(); // → [[1, 0], [0, 1]]
 * await eye(2, 3, { k: 1 }).compute(); // → [[0, 1, 0], [0, 0, 1]]
 * ```
 */
export function eye<D extends DType = "float64">(
  rows: number,
  columns: number | null = rows,
  options: EyeOptions<D> = {},
): ChunkedArray<D, 2> {
  const offset = Number(options.k ?? 0);
  if (!Number.isInteger(offset)) {
    throw new ArgumentError("value", `the diagonal k of eye is a whole number, got ${offset}`);
  }
  checkDevice(options.device);
  const shape = checkShape([rows, columns ?? rows]);
  const dtype = checkDType(options.dtype ?? "float64");
  return new ChunkedArray(sourceNode("eye", { type: "eye", offset }, shape, dtype, options.chunks));
}

/** Options of {@link fromArray}. */
export interface FromArrayOptions<D extends DType, S extends ShapeLike = ShapeLike>
  extends CreateOptions<D> {
  /** The shape of flat values. */
  readonly shape?: S;
  /**
   * true and undefined copy what does not lie in shared memory already; false says that nothing may
   * be copied.
   */
  readonly copy?: boolean | null;
}

/**
 * An array of values that the caller holds: an ndarray (strided views, too), a typed array with a
 * shape, nested lists, `{ data, shape, dtype }`. They are copied into shared memory, so that later
 * changes to them do not reach the array; a typed array that lies there already, in the right
 * dtype, is used as it is and must not be changed.
 *
 * Complex numbers are `{ re, im }` in lists; `{ data, shape, dtype: "complex128" }` has their real and
 * imaginary parts by turns.
 *
 * @param options.dtype that of the values unless given; of lists: float64 for numbers, bool for
 * booleans, int64 for BigInts, complex128 for `{ re, im }`
 * @returns lazy; up to 64 KiB travel with the graph, more is fetched block by block from this
 * process
 * @throws ArgumentError `argument.shape` for ragged lists or a shape of another size,
 * `argument.dtype` for elements of a kind that we do not have, `argument.value` when `copy` is false and
 * the values would have to be copied
 * @see https://docs.dask.org/en/stable/generated/dask.array.from_array.html
 *
 * @example
 * ```ts
 * await fromArray([[1, 2], [3, 4]], { chunks: [1, 2] }).sum().compute(); // → 10
 * fromArray(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] }).dtype; // → "float64"
 * ```
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
 * `values` as a chunked array: one that is one already is handed through (in the dtype and chunks
 * that the options name), anything else goes through {@link fromArray}.
 *
 * @returns lazy; one block unless `chunks` says otherwise; dtypes as {@link fromArray} says
 * @throws ArgumentError as {@link fromArray}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.asarray.html
 *
 * @example
 * ```ts
 * const x = asarray([[1, 2], [3, 4]], { chunks: [1, 2] });
 * [x.dtype, x.numblocks]; // → ["float64", [2, 1]]
 * asarray([true, false]).dtype; // → "bool"
 * asarray([{ re: 0, im: 1 }]).dtype; // → "complex128"
 * asarray([1n]).dtype; // → "int64"
 * ```
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
 * An array that another array library holds, by the array API standard's protocol. JavaScript has no
 * DLPack capsules to be read: only our own arrays can be taken, which are handed through.
 *
 * @returns the array itself
 * @throws ArgumentError `argument.value` for anything else
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.from_dlpack.html
 *
 * @example
 * ```ts
 * const x = ones([2]);
 * fromDlpack(x) === x; // → true
 * ```
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

function filled<S extends ShapeLike, D extends DType, R extends number = RankOf<S>>(
  word: string,
  shape: S,
  value: Scalar,
  dtype: DType,
  { chunks, device }: CreateOptions<DType>,
): ChunkedArray<D, R> {
  checkDevice(device);
  return new ChunkedArray(
    sourceNode(word, { type: "full", value }, checkShape(shape), dtype, chunks),
  );
}

function likeOptions<D extends DType>(
  x: ChunkedArray<D>,
  options: CreateOptions<D>,
): CreateOptions<D> {
  return { dtype: x.dtype, chunks: x.chunks, ...options };
}
