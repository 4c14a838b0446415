// Fourier transforms along several axes, one after the other, and spectra laid out around their
// middle. The transforms along one axis are transforms.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { complexified } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { roll } from "../manipulation/roll.js";
import {
  type FourierNorm,
  type FourierOptions,
  type FourierTransform,
  irfft,
  rfft,
  transformed,
} from "./transforms.js";

/** Options of transforms along several axes. */
export interface FourierAxesOptions {
  /** How many elements are transformed along each of `axes`; as `n` of {@link FourierOptions}. */
  readonly s?: readonly number[];
  /** The axes; default: all, or the last ones if `s` is set. */
  readonly axes?: readonly number[];
  /** `"backward"` by default. */
  readonly norm?: FourierNorm;
}

/** Options of transforms along two axes. */
export interface Fourier2Options extends FourierAxesOptions {
  /** The last two by default. */
  readonly axes?: readonly [number, number];
}

/** Options of {@link fftshift} and {@link ifftshift}. */
export interface ShiftOptions {
  /** The axis or axes; default: all. */
  readonly axes?: AxisLike;
}

/**
 * {@link fft} along several axes, the last one first.
 *
 * @returns shape of `x`, or the lengths given; dtype as {@link fft}
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link fft}, `argument.value` when there are not as many lengths as axes
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.fftn.html
 * @example await fft.fftn(ones([2, 2])).real().compute(); // → [[4, 0], [0, 0]]
 */
export const fftn: FourierTransform<"spectrum", FourierAxesOptions> = (x, options = {}) => {
  checkArrays("fftn", x);
  return alongAxes(x, false, lengthsByAxis(x, options), options.norm);
};

/**
 * The inverse of {@link fftn}; as that.
 *
 * @returns shape and dtype as {@link fftn}
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link fftn}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.ifftn.html
 * @example
 * const dot = asarray([[4, 0], [0, 0]]);
 * await fft.ifftn(dot).real().compute(); // → [[1, 1], [1, 1]]
 */
export const ifftn: FourierTransform<"spectrum", FourierAxesOptions> = (x, options = {}) => {
  checkArrays("ifftn", x);
  return alongAxes(x, true, lengthsByAxis(x, options), options.norm);
};

/**
 * {@link rfft} along the last of several axes, {@link fft} along the others.
 *
 * @returns as {@link rfft} along the last axis, complex64 or complex128
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link rfft} and {@link fftn}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.rfftn.html
 * @example await fft.rfftn(ones([2, 4])).real().compute(); // → [[8, 0, 0], [0, 0, 0]]
 */
export const rfftn: FourierTransform<"spectrum", FourierAxesOptions> = (x, options = {}) => {
  checkArrays("rfftn", x);
  const { norm } = options;
  const lengths = lengthsByAxis(x, options);
  const last = lastOf(lengths);
  const halved = rfft(x, { ...last, ...normOption(norm) });
  return alongAxes(halved, false, lengths.slice(0, -1), norm) as ChunkedArray as never;
};

/**
 * The inverse of {@link rfftn}: {@link ifft} along all axes but the last, {@link irfft} along that.
 *
 * @returns as {@link irfft} along the last axis, float32 or float64
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link fftn}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.irfftn.html
 * @example
 * const half = fft.rfftn(asarray([[1, 2], [3, 5]]));
 * await fft.irfftn(half).round().compute(); // → [[1, 2], [3, 5]]
 */
export const irfftn: FourierTransform<"numbers", FourierAxesOptions> = (x, options = {}) => {
  checkArrays("irfftn", x);
  const { norm } = options;
  const lengths = lengthsByAxis(x, options);
  const inner: ChunkedArray = alongAxes(x, true, lengths.slice(0, -1), norm);
  const result: ChunkedArray = irfft(inner, { ...lastOf(lengths), ...normOption(norm) });
  return result as ChunkedArray as never;
};

/**
 * {@link fftn} along two axes.
 *
 * @returns shape and dtype as {@link fftn}
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link fftn}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fft.fft2.html
 * @example
 * const stack = ones([3, 2, 2], { chunks: [1, 2, 2] });
 * await fft.fft2(stack).real().slice(0).compute(); // → [[4, 0], [0, 0]]
 */
export const fft2: FourierTransform<"spectrum", Fourier2Options> = (x, options = {}) => {
  checkArrays("fft2", x);
  return fftn(x, inPlane(options));
};

/**
 * {@link ifftn} along two axes.
 *
 * @returns shape and dtype as {@link fftn}
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link fftn}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fft.ifft2.html
 * @example
 * const x = asarray([[1, 2], [3, 4]]);
 * await fft.ifft2(fft.fft2(x)).real().compute(); // → [[1, 2], [3, 4]]
 */
export const ifft2: FourierTransform<"spectrum", Fourier2Options> = (x, options = {}) => {
  checkArrays("ifft2", x);
  return ifftn(x, inPlane(options));
};

/**
 * {@link rfftn} along two axes.
 *
 * @returns shape and dtype as {@link rfftn}
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link rfftn}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fft.rfft2.html
 * @example fft.rfft2(ones([4, 6])).shape; // → [4, 4]
 */
export const rfft2: FourierTransform<"spectrum", Fourier2Options> = (x, options = {}) => {
  checkArrays("rfft2", x);
  return rfftn(x, inPlane(options));
};

/**
 * {@link irfftn} along two axes.
 *
 * @returns shape and dtype as {@link irfftn}
 * @chunks each axis is one block in its turn; tasks as {@link fft}, for each axis
 * @throws ArgumentError as {@link irfftn}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.fft.irfft2.html
 * @example
 * const half = fft.rfft2(asarray([[1, 2, 3], [4, 5, 6]]));
 * await fft.irfft2(half, { s: [2, 3] }).round().compute(); // → [[1, 2, 3], [4, 5, 6]]
 */
export const irfft2: FourierTransform<"numbers", Fourier2Options> = (x, options = {}) => {
  checkArrays("irfft2", x);
  return irfftn(x, inPlane(options));
};

/**
 * The array with frequency 0 moved from the beginning to the middle.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`, cut and exchanged at the middle; no tasks
 * @throws ArgumentError `argument.axis`
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.fftshift.html
 * @example await fft.fftshift(fft.fftfreq(4)).compute(); // → [-0.5, -0.25, 0, 0.25]
 */
export function fftshift<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: ShiftOptions = {},
): ChunkedArray<D, R> {
  checkArrays("fftshift", x);
  return shifted(x, options, (length) => Math.floor(length / 2));
}

/**
 * The inverse of {@link fftshift}, from which it differs for odd lengths.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`, cut and exchanged at the middle; no tasks
 * @throws ArgumentError as {@link fftshift}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.ifftshift.html
 * @example
 * const x = asarray([0, 1, 2, 3, 4]);
 * await fft.ifftshift(fft.fftshift(x)).compute(); // → [0, 1, 2, 3, 4]
 * await fft.ifftshift(x).compute(); // → [2, 3, 4, 0, 1]
 */
export function ifftshift<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: ShiftOptions = {},
): ChunkedArray<D, R> {
  checkArrays("ifftshift", x);
  return shifted(x, options, (length) => -Math.floor(length / 2));
}

function shifted<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  { axes }: ShiftOptions,
  by: (length: number) => number,
): ChunkedArray<D, R> {
  const at = checkAxes(axes, x.ndim);
  return roll(
    x,
    at.map((axis) => by(x.shape[axis] as number)),
    at,
  );
}

/** An axis and how many of its elements are transformed. */
type AxisLength = Pick<FourierOptions, "axis" | "n">;

function lengthsByAxis(x: ChunkedArray, options: FourierAxesOptions): AxisLength[] {
  const { s, axes = s === undefined ? undefined : s.map((_, i) => i - s.length) } = options;
  if (s !== undefined) checkList("s is a list of lengths", s);
  if (axes !== undefined && axes !== null) checkList("axes are a list", axes, "axis");
  const at = (axes ?? [...x.shape.keys()]).map((axis) => checkAxis(axis, x.ndim));
  if (s !== undefined && s.length !== at.length) {
    throw new ArgumentError(
      "value",
      `${s.length} lengths for ${at.length} axes: expected one of s for each of axes`,
      { s, axes: at },
    );
  }
  return at.map((axis, i) =>
    s === undefined || s[i] === -1 ? { axis } : { axis, n: s[i] as number },
  );
}

function lastOf(lengths: readonly AxisLength[]): AxisLength {
  const last = lengths.at(-1);
  if (last !== undefined) return last;
  throw new ArgumentError("axis", "a transform of real numbers needs at least one axis");
}

function alongAxes<D extends DType, R extends number>(
  x: ChunkedArray,
  inverse: boolean,
  lengths: readonly AxisLength[],
  norm: FourierNorm | undefined,
): ChunkedArray<D, R> {
  const spectrum = lengths.reduceRight<ChunkedArray>(
    (result, length) => transformed(result, "complex", inverse, { ...length, ...normOption(norm) }),
    x,
  );
  return astype(spectrum, complexified(x.dtype)) as ChunkedArray as ChunkedArray<D, R>;
}

const normOption = (norm: FourierNorm | undefined) => (norm === undefined ? {} : { norm });

function inPlane(options: Fourier2Options): FourierAxesOptions {
  return { axes: [-2, -1], ...options };
}
