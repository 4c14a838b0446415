/**
 * Fourier transforms, by the array API's names: the namespace `fft` of the entry.
 *
 * @module
 */
// The transforms are fft/transforms.ts; frequencies, which come out of nothing, are made here.

import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { ChunkSpec } from "../chunks/normalize-chunks.js";
import { arange } from "../creation/create.js";
import { less, multiply, subtract, where } from "../elementwise/elementwise.js";
import { checkFinite } from "../layers/check-arguments.js";

export {
  type Fourier2Options,
  type FourierAxesOptions,
  fft2,
  fftn,
  fftshift,
  ifft2,
  ifftn,
  ifftshift,
  irfft2,
  irfftn,
  rfft2,
  rfftn,
  type ShiftOptions,
} from "./fftn.js";
export {
  type FourierNorm,
  type FourierOptions,
  type FourierResults,
  type FourierTransform,
  fft,
  hfft,
  ifft,
  ihfft,
  irfft,
  rfft,
  type Spectrum,
} from "./transforms.js";

/** Options of {@link fftfreq} and {@link rfftfreq}. */
export interface FrequencyOptions {
  /** The distance between samples; default: 1. */
  readonly d?: number;
  /** float64 by default. */
  readonly dtype?: "float32" | "float64";
  /** How the array is cut; default: `"auto"`. */
  readonly chunks?: ChunkSpec;
}

/**
 * The frequencies that belong to the elements of {@link fft}: 0 and positive ones, then negative
 * ones.
 *
 * @param n how many elements are transformed
 * @returns float64 of shape (n)
 * @chunks by the options; one task per block
 * @throws ArgumentError `argument.value` when `n` is no whole number from 1
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.fftfreq.html
 * @example await fft.fftfreq(4, { d: 0.5 }).compute(); // → [0, 0.5, -1, -0.5]
 */
export function fftfreq(n: number, options: FrequencyOptions = {}): ChunkedArray<"float64", 1> {
  const count = positions(n, n, options);
  const signed = where(less(count, Math.ceil(n / 2)), count, subtract(count, n));
  return scaled(signed, n, options);
}

/**
 * The frequencies that belong to the elements of {@link rfft}.
 *
 * @param n how many elements were transformed
 * @returns float64 of shape (n / 2 + 1), rounded down
 * @chunks by the options; one task per block
 * @throws ArgumentError as {@link fftfreq}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.fft.rfftfreq.html
 * @example await fft.rfftfreq(4, { d: 0.5 }).compute(); // → [0, 0.5, 1]
 */
export function rfftfreq(n: number, options: FrequencyOptions = {}): ChunkedArray<"float64", 1> {
  return scaled(positions(n, Math.floor(n / 2) + 1, options), n, options);
}

function positions(n: number, count: number, { chunks = "auto" }: FrequencyOptions): ChunkedArray {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new ArgumentError("value", `frequencies of ${n} elements: expected 1 or more`, { n });
  }
  return arange(0, count, { dtype: "float64", chunks });
}

function scaled(
  numbers: ChunkedArray,
  n: number,
  { d = 1, dtype = "float64" }: FrequencyOptions,
): ChunkedArray<"float64", 1> {
  checkFinite("the spacing d of frequencies", d);
  const result: ChunkedArray = multiply(numbers, 1 / (n * d));
  return result.astype(dtype) as ChunkedArray as ChunkedArray<"float64", 1>;
}
