// Arrays out of nothing. Those of values that the caller holds are from-array.ts, random ones
// random-array.ts, files are io/.

import {
  checkDType,
  type DType,
  isBigInt,
  isComplex,
  isInteger,
  type Scalar,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { fitsInteger, isWhole, scalarDType } from "../../base/promotion.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkShape, type ShapeLike } from "../chunks/axes.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import { checkArrays, isScalar } from "../layers/array-operands.js";
import type { RankOf, ScalarDType } from "../layers/array-types.js";
import { checkDevice, type Device } from "../layers/device.js";
import { sourceNode } from "../layers/source-layer.js";

/** The dtype of numbers, which the compiler cannot distinguish further. */

/** Options of arrays that are made. */
export interface CreateOptions<D extends DType> {
  /** The elements' dtype. */
  readonly dtype?: D;
  /** How the array is divided; default: `"auto"`, blocks of at most 128 MiB. */
  readonly chunks?: ChunkSpec;
  /** The array's device: `"cpu"`, the only one. */
  readonly device?: Device | null;
}

/**
 * An array of zeros.
 *
 * @returns float64, unless the options name another dtype, of shape `shape`
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError `argument.shape`, `argument.dtype` or `argument.chunks`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.zeros.html
 * @example zeros([4, 6], { chunks: [2, 3], dtype: "int32" }).numblocks; // → [2, 2]
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
 * @returns float64, unless the options name another dtype, of shape `shape`
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError as {@link zeros}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.ones.html
 * @example await ones([3], { dtype: "int64" }).compute(); // → [1n, 1n, 1n]
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
 * @param options.dtype by default: bool for a boolean, int32 for a whole number, int64 for a
 * BigInt, complex128 for `{ re, im }`, float64 otherwise
 * @returns of shape `shape`, in that dtype
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError `argument.value` when the dtype cannot hold the value
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.full.html
 * @example
 * full([2], 7).dtype; // → "int32"
 * await full([2], 0.5).compute(); // → [0.5, 0.5]
 */
export function full<
  const S extends ShapeLike,
  V extends Scalar,
  D extends DType = V extends number ? "int32" | "float64" : ScalarDType<V>,
>(shape: S, value: V, options: CreateOptions<D> = {}): ChunkedArray<D, RankOf<S>> {
  if (!isScalar(value)) {
    throw new ArgumentError(
      "value",
      `full needs a number, a BigInt, a boolean or { re, im }, got ${kindOf(value)}`,
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
 * Zeros in the shape of `x`, with its dtype and chunks, unless options set others.
 *
 * @returns shape and dtype of `x` unless the options name a dtype
 * @chunks those of `x` by default; one task per block, none where its reader makes it
 * @throws ArgumentError as {@link zeros}
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.zeros_like.html
 * @example
 * const x = random([4, 6], { chunks: 2 });
 * zerosLike(x, { dtype: "int32" }).chunks; // → [[2, 2], [2, 2, 2]]
 */
export function zerosLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  checkArrays("zerosLike", x);
  return zeros(x.shape, likeOptions(x, options)) as ChunkedArray<D> as ChunkedArray<D, R>;
}

/**
 * Ones in the shape of `x`, with its dtype and chunks, unless options set others.
 *
 * @returns shape and dtype of `x` unless the options name a dtype
 * @chunks those of `x` by default; one task per block, none where its reader makes it
 * @throws ArgumentError as {@link zeros}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.ones_like.html
 * @example
 * onesLike(zeros([2], { dtype: "float32" })).dtype; // → "float32"
 * await onesLike(zeros([2])).compute(); // → [1, 1]
 */
export function onesLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  checkArrays("onesLike", x);
  return ones(x.shape, likeOptions(x, options)) as ChunkedArray<D> as ChunkedArray<D, R>;
}

/**
 * One value in the shape of `x`, with its dtype and chunks, unless options set others.
 *
 * @param value every element
 * @returns shape and dtype of `x` unless the options name a dtype
 * @chunks those of `x` by default; one task per block, none where its reader makes it
 * @throws ArgumentError as {@link full}
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.full_like.html
 * @example
 * const x = zeros([2, 2], { dtype: "int8", chunks: 1 });
 * fullLike(x, 7).numblocks; // → [2, 2]
 * await fullLike(x, 7).compute(); // → [[7, 7], [7, 7]]
 */
export function fullLike<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  value: Scalar,
  options: CreateOptions<D> = {},
): ChunkedArray<D, R> {
  checkArrays("fullLike", x);
  const made = full(x.shape, value, likeOptions(x, options));
  return made as ChunkedArray<D> as ChunkedArray<D, R>;
}

/**
 * Numbers from `start` up to, but not including, `stop`, in steps. With a single number, they start
 * at 0.
 *
 * @param options.dtype by default: int32 when all three are whole numbers, int64 when any is a
 * BigInt, float64 otherwise
 * @returns one axis, in that dtype
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError `argument.value` when the step is 0 or a bound is not finite
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.arange.html
 * @example
 * await arange(5).compute(); // → [0, 1, 2, 3, 4]
 * await arange(2, 10, 3, { chunks: 2 }).compute(); // → [2, 5, 8]
 */
export function arange<D extends DType = "int32" | "float64">(
  stop: number,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
export function arange<D extends DType = "int32" | "float64">(
  start: number,
  stop: number,
  options?: CreateOptions<D>,
): ChunkedArray<D, 1>;
/**
 * The same with a step.
 *
 * @param step the distance of two elements; default: 1
 */
export function arange<D extends DType = "int32" | "float64">(
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
  const isNumber = (arg: unknown) => typeof arg === "number" || typeof arg === "bigint";
  const given = args.filter((arg) => typeof arg === "number" || typeof arg === "bigint");
  const options = args.find((arg) => typeof arg === "object" && arg !== null) ?? {};
  // Numbers first, then options, and nothing else.
  const numbers = args.findIndex((arg) => !isNumber(arg));
  const rest = numbers < 0 ? [] : args.slice(numbers).filter((arg) => arg !== undefined);
  if (given.length === 0 || rest.length > 1 || rest.some((arg) => arg !== options)) {
    throw new ArgumentError(
      "value",
      `arange takes one to three numbers and then options, got ${args.map(String).join(", ")}`,
    );
  }
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
  /** Whether `stop` is the last number; default: true. */
  readonly endpoint?: boolean;
  /** Whether to return the step, too; {@link SteppedOptions} set it. */
  readonly retstep?: false;
}

/** Options of {@link linspace} that also return the distance between the numbers. */
export interface SteppedOptions<D extends DType> extends Omit<LinspaceOptions<D>, "retstep"> {
  readonly retstep: true;
}

/** The result of {@link linspace} with both. */
export interface SpacedNumbers<D extends DType> {
  readonly samples: ChunkedArray<D, 1>;
  /** From each to the next; NaN for less than two, or less than one without an endpoint. */
  readonly step: number;
}

/**
 * `count` evenly spaced numbers from `start` to `stop`.
 *
 * @param count 50 by default
 * @returns float64 unless the options name a dtype; one axis of `count` elements. With `retstep` an
 * object of `samples` and `step`, a number
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError `argument.value` when `count` is no whole number or a bound is not finite
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.linspace.html
 * @example await linspace(0, 1, 5).compute(); // → [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace<D extends DType = "float64">(
  start: number,
  stop: number,
  count?: number,
  options?: LinspaceOptions<D>,
): ChunkedArray<D, 1>;
export function linspace<D extends DType = "float64">(
  start: number,
  stop: number,
  count: number | undefined,
  options: SteppedOptions<D>,
): SpacedNumbers<D>;
export function linspace<D extends DType = "float64">(
  start: number,
  stop: number,
  count = 50,
  options: LinspaceOptions<D> | SteppedOptions<D> = {},
): ChunkedArray<D, 1> | SpacedNumbers<D> {
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new ArgumentError("value", `linspace needs finite bounds, got ${start} and ${stop}`);
  }
  checkDevice(options.device);
  const shape = checkShape(count);
  const dtype = checkDType(options.dtype ?? "float64");
  const endpoint = options.endpoint ?? true;
  const generator = { type: "linspace", start, stop, count, endpoint } as const;
  const node = sourceNode("linspace", generator, shape, dtype, options.chunks);
  const samples = new ChunkedArray<D, 1>(node);
  if (options.retstep !== true) return samples;
  const steps = endpoint ? count - 1 : count;
  return { samples, step: steps > 0 ? (stop - start) / steps : Number.NaN };
}

/** Options of {@link eye}. */
export interface EyeOptions<D extends DType> extends CreateOptions<D> {
  /** Which diagonal: 0 (by default) is the main one, positive ones are above it. */
  readonly k?: number | bigint;
}

/**
 * A matrix with ones on a diagonal and zeros elsewhere.
 *
 * @param rows how many rows
 * @param columns as many as rows by default; or the options
 * @returns float64 unless the options name a dtype; zeros but for ones on a diagonal
 * @chunks by the options; one task per block, none where its reader makes it
 * @throws ArgumentError `argument.shape` or `argument.value`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.eye.html
 * @example
 * await eye(2).compute(); // → [[1, 0], [0, 1]]
 * await eye(2, 3, { k: 1 }).compute(); // → [[0, 1, 0], [0, 0, 1]]
 * eye(1_000, { chunks: 500 }).chunks; // → [[500, 500], [500, 500]]
 */
export function eye<D extends DType = "float64">(
  rows: number,
  columns: number | null | EyeOptions<D> = rows,
  options: EyeOptions<D> = {},
): ChunkedArray<D, 2> {
  if (typeof columns === "object" && columns !== null) return eye(rows, null, columns);
  const offset = Number(options.k ?? 0);
  if (!Number.isInteger(offset)) {
    throw new ArgumentError("value", `the diagonal k of eye is a whole number, got ${offset}`);
  }
  checkDevice(options.device);
  const shape = checkShape([rows, columns ?? rows]);
  const dtype = checkDType(options.dtype ?? "float64");
  return new ChunkedArray(sourceNode("eye", { type: "eye", offset }, shape, dtype, options.chunks));
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
