// Fourier transforms along one axis; those along several, and spectra laid out around their middle,
// are fftn.ts. An axis that is transformed is one block; the arithmetic is
// kernels/fourier/fourier-lanes.ts.
import { type DType, isBigInt, isComplex, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Complexified, complexified, type RealPart, realPart } from "../../base/promotion.js";
import { formatBytes } from "../../base/units.js";
import { type Chunks, longest, sizeOf } from "../../graph/model/chunks.js";
import type { FourierKind } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis } from "../chunks/axes.js";
import { defaultBlockBytes, normalizeChunks } from "../chunks/normalize-chunks.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { conj } from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { routineNode } from "../layers/take-layer.js";

/**
 * Which way a transform of n elements is scaled: `"backward"` divides inverses by n, `"forward"`
 * the others, `"ortho"` both by the square root of n.
 */
export type FourierNorm = "backward" | "ortho" | "forward";

/** Options of transforms along one axis. */
export interface FourierOptions {
  /**
   * How many elements are transformed: longer axes are cut, shorter ones filled up with zeros. As
   * many as there are by default. For `irfft` and `hfft` it is the length of the result, default:
   * even.
   */
  readonly n?: number;
  /** The last one by default. */
  readonly axis?: number;
  /** `"backward"` by default. */
  readonly norm?: FourierNorm;
}

/** Complex numbers in the precision of `D`. */
export type Spectrum<D extends DType, R extends number> = ChunkedArray<Complexified<D>, R>;

/**
 * Results of a Fourier transform of `D`: the spectrum, or the real array that a spectrum belongs
 * to.
 */
export interface FourierResults<D extends DType, R extends number> {
  readonly spectrum: Spectrum<D, R>;
  readonly numbers: ChunkedArray<RealPart<Complexified<D>>, R>;
}

/**
 * A Fourier transform, along one axis unless documented otherwise.
 *
 * @chunks one block along the axis, those of `x` along others; one task per block of the result,
 * and those of the rechunk
 */
export type FourierTransform<K extends keyof FourierResults<DType, number>, Options> = <
  D extends DType,
  R extends number,
>(
  x: ChunkedArray<D, R>,
  options?: Options,
) => FourierResults<D, R>[K];

/** Lanes of more bytes are refused: one task has all of a lane, and as much again to work in. */
const LANE_BYTES_MAX = 2 ** 31;

/**
 * The discrete Fourier transform along an axis.
 *
 * @param x any shape; real numbers, too
 * @returns complex64 for float32 and complex64, complex128 for all others
 * @chunks one block along the axis, those of `x` along others, cut where blocks would grow beyond
 * 128 MiB; one task per block of the result, and those of the rechunk
 * @throws ArgumentError `argument.axis`, `argument.value` for a length below 1 or an unknown norm,
 * `argument.chunks` when one lane alone is longer than 2 GiB
 * @see https://data-apis.org/array-api/latest/extensions/fourier_transform_functions.html
 * @example
 * const wave = asarray([1, 0, -1, 0], { chunks: 2 });
 * await fft.fft(wave).real().compute(); // → [0, 2, 0, 2]
 * await fft.fft(wave, { n: 2, norm: "forward" }).real().compute(); // → [0.5, 0.5]
 */
export const fft: FourierTransform<"spectrum", FourierOptions> = (x, options = {}) => {
  checkArrays("fft", x);
  return transformed(x, "complex", false, options);
};

/**
 * The inverse of {@link fft}.
 *
 * @returns shape and dtype as {@link fft}
 * @throws ArgumentError as {@link fft}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.ifft.html
 * @example await fft.ifft(fft.fft(asarray([1, 2, 4]))).real().round().compute(); // → [1, 2, 4]
 */
export const ifft: FourierTransform<"spectrum", FourierOptions> = (x, options = {}) => {
  checkArrays("ifft", x);
  return transformed(x, "complex", true, options);
};

/**
 * The transform of real numbers: the non-redundant half of {@link fft}.
 *
 * @param x real
 * @returns n / 2 + 1 elements (rounded down) along the axis, dtype as {@link fft}
 * @throws ArgumentError as {@link fft}, `argument.dtype` for complex numbers
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.rfft.html
 * @example await fft.rfft(asarray([1, 0, -1, 0])).real().compute(); // → [0, 2, 0]
 */
export const rfft: FourierTransform<"spectrum", FourierOptions> = (x, options = {}) => {
  checkArrays("rfft", x);
  if (isComplex(x.dtype)) {
    throw new ArgumentError("dtype", `rfft and ihfft take real numbers, got ${x.dtype}: see fft`, {
      dtype: x.dtype,
    });
  }
  return transformed(x, "real", false, options);
};

/**
 * The inverse of {@link rfft}: real numbers from half of a spectrum.
 *
 * @returns `n` elements along the axis, 2 (length - 1) by default; float32 for float32 and
 * complex64, float64 for all others
 * @throws ArgumentError as {@link fft}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.irfft.html
 * @example
 * const half = fft.rfft(asarray([1, 2, 4]));
 * await fft.irfft(half, { n: 3 }).round().compute(); // → [1, 2, 4]
 */
export const irfft: FourierTransform<"numbers", FourierOptions> = (x, options = {}) => {
  checkArrays("irfft", x);
  return transformed(x, "hermitian", true, options);
};

/**
 * The transform of a sequence whose second half mirrors its first: real.
 *
 * @param x the first half
 * @returns shape and dtype as {@link irfft}
 * @throws ArgumentError as {@link fft}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.hfft.html
 * @example await fft.hfft(asarray([1, 2, 3])).compute(); // → [8, -2, 0, -2]
 */
export const hfft: FourierTransform<"numbers", FourierOptions> = (x, options = {}) => {
  checkArrays("hfft", x);
  return irfft(conjugate(x), { ...options, norm: opposite(options.norm) });
};

/**
 * The inverse of {@link hfft}.
 *
 * @param x real
 * @returns shape and dtype as {@link rfft}
 * @throws ArgumentError as {@link rfft}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.ihfft.html
 * @example await fft.ihfft(asarray([8, -2, 0, -2])).real().compute(); // → [1, 2, 3]
 */
export const ihfft: FourierTransform<"spectrum", FourierOptions> = (x, options = {}) => {
  checkArrays("ihfft", x);
  return conjugate(rfft(x, { ...options, norm: opposite(options.norm) }));
};

/** One transform along one axis; `kind` sets its domain, `inverse` its direction. */
export function transformed<D extends DType, R extends number>(
  x: ChunkedArray,
  kind: FourierKind,
  inverse: boolean,
  options: FourierOptions,
): ChunkedArray<D, R> {
  const axis = checkAxis(options.axis ?? -1, x.ndim);
  checkLengths("a Fourier transform", x.chunks, [axis]);
  const given = x.shape[axis] as number;
  const length = options.n ?? (kind === "hermitian" ? 2 * (given - 1) : given);
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new ArgumentError(
      "value",
      `a Fourier transform of ${length} elements along axis ${axis} of length ${given}: expected 1 ` +
        "or more, as its length or as { n }",
      { n: length, axis },
    );
  }
  const scale = scaleOf(length, inverse, options.norm ?? "backward");
  const spectrum = complexified(x.dtype);
  const dtype = kind === "hermitian" ? realPart(spectrum) : spectrum;
  const outLength = kind === "real" ? Math.floor(length / 2) + 1 : length;
  const needed = kind === "hermitian" ? Math.floor(length / 2) + 1 : length;
  const lanes = needed < given ? along(x, axis, 0, needed) : x;
  const whole = wholeLanes(lanes, axis, length, itemBytes(spectrum));
  const chunks = whole.chunks.map((own, i) => (i === axis ? [outLength] : own));
  const operand = { node: whole.node, axes: [...x.shape.keys()] };
  const routine = { name: "fourier", kind, axis, length, inverse, scale } as const;
  return x.derive(routineNode(routine, [operand], { loopChunks: whole.chunks, chunks }, dtype));
}

/**
 * `x` with one block along `axis`; the other axes are cut where blocks of `length` would be too
 * large.
 */
function wholeLanes(
  x: ChunkedArray,
  axis: number,
  length: number,
  elementBytes: number,
): ChunkedArray {
  if (length * elementBytes > LANE_BYTES_MAX) {
    throw new ArgumentError(
      "chunks",
      `a Fourier transform of ${length} elements takes ${formatBytes(length * elementBytes)} in one ` +
        `block, more than ${formatBytes(LANE_BYTES_MAX)}: transform parts of the axis, see { n }`,
      { axis, length, bytes: length * elementBytes, limitBytes: LANE_BYTES_MAX },
    );
  }
  // The kernel reads every dtype but BigInts.
  const numbers: ChunkedArray = isBigInt(x.dtype) ? astype(x, "float64") : x;
  const whole: Chunks = x.chunks.map((own, i) => (i === axis ? [x.shape[i] as number] : own));
  const others = whole.map((own, i) => (i === axis ? 1 : longest(own)));
  const bytes = (chunks: Chunks) => sizeOf(chunks.map(longest)) * itemBytes(x.dtype);
  const limit = Math.max(defaultBlockBytes(), bytes(x.chunks));
  if (sizeOf(others) * length * elementBytes <= limit) return rechunkTo(numbers, whole);
  const shape = x.shape.map((own, i) => (i === axis ? length : own));
  const previous = whole.map((own, i) => (i === axis ? [length] : own));
  const fitted = normalizeChunks(
    whole.map((_, i) => (i === axis ? -1 : "auto")),
    shape,
    { itemBytes: elementBytes, limit: defaultBlockBytes(), previous },
  );
  return rechunkTo(
    numbers,
    fitted.map((own, i) => (i === axis ? (whole[i] as readonly number[]) : own)),
  );
}

function scaleOf(length: number, inverse: boolean, norm: FourierNorm): number {
  switch (norm) {
    case "backward":
      return inverse ? 1 / length : 1;
    case "forward":
      return inverse ? 1 : 1 / length;
    case "ortho":
      return 1 / Math.sqrt(length);
    default:
      throw new ArgumentError(
        "value",
        `unknown norm ${JSON.stringify(norm)}: expected "backward", "ortho" or "forward"`,
        { norm },
      );
  }
}

function opposite(norm: FourierNorm = "backward"): FourierNorm {
  if (norm === "backward") return "forward";
  return norm === "forward" ? "backward" : norm;
}

function conjugate<D extends DType, R extends number>(x: ChunkedArray<D, R>): ChunkedArray<D, R> {
  return isComplex(x.dtype) ? (conj(x) as ChunkedArray as ChunkedArray<D, R>) : x;
}
