// Windows of signal processing: one weight for each position, made from the position.
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { arange, type CreateOptions, ones } from "../creation/create.js";
import {
  abs,
  add,
  cos,
  divide,
  i0,
  multiply,
  sqrt,
  square,
  subtract,
} from "../elementwise/elementwise.js";

/** How a window is cut. */
export type WindowOptions = Pick<CreateOptions<"float64">, "chunks">;

/** A window of `length` weights, as a function of positions and the last position. */
function windowOf(
  length: number,
  options: WindowOptions,
  weights: (positions: ChunkedArray, last: number) => ChunkedArray,
): ChunkedArray<"float64", 1> {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new ArgumentError(
      "value",
      `a window has a whole number of weights from 0, got ${length}`,
      {
        length,
      },
    );
  }
  if (length <= 1) return ones([length], options);
  const positions = arange(length, { ...options, dtype: "float64" });
  return weights(positions, length - 1) as ChunkedArray<"float64", 1>;
}

/** a - b cos(2πn / last) + c cos(4πn / last). */
function cosines(positions: ChunkedArray, last: number, [a, b, c = 0]: readonly number[]) {
  const turn = (times: number): ChunkedArray =>
    cos(divide(multiply(positions, times * Math.PI) as ChunkedArray, last) as ChunkedArray);
  const waves: ChunkedArray = subtract(a as number, multiply(turn(2), b as number));
  return c === 0 ? waves : (add(waves, multiply(turn(4), c)) as ChunkedArray);
}

/**
 * Hann's window: a cosine raised to touch 0 at both ends.
 *
 * @param length how many elements
 * @returns float64 of that length
 * @chunks by the options; one task per block, none where it joins the layers around it
 * @throws ArgumentError `argument.value` when the length is no whole number from 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hanning.html
 * @example await hanning(5).compute(); // → ≈ [0, 0.5, 1, 0.5, 0]
 */
export function hanning(length: number, options: WindowOptions = {}): ChunkedArray<"float64", 1> {
  return windowOf(length, options, (n, last) => cosines(n, last, [0.5, 0.5]));
}

/**
 * Hamming's window: a cosine on a platform. As {@link hanning}.
 *
 * @param length how many elements
 * @returns float64 of that length
 * @chunks by the options; one task per block, none where it joins the layers around it
 * @throws ArgumentError as {@link hanning}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hamming.html
 * @example await hamming(3).compute(); // → ≈ [0.08, 1, 0.08]
 */
export function hamming(length: number, options: WindowOptions = {}): ChunkedArray<"float64", 1> {
  return windowOf(length, options, (n, last) => cosines(n, last, [0.54, 0.46]));
}

/**
 * Blackman's window: two cosines. As {@link hanning}.
 *
 * @param length how many elements
 * @returns float64 of that length
 * @chunks by the options; one task per block, none where it joins the layers around it
 * @throws ArgumentError as {@link hanning}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.blackman.html
 * @example await blackman(5).compute(); // → ≈ [0, 0.34, 1, 0.34, 0]
 */
export function blackman(length: number, options: WindowOptions = {}): ChunkedArray<"float64", 1> {
  return windowOf(length, options, (n, last) => cosines(n, last, [0.42, 0.5, 0.08]));
}

/**
 * Bartlett's window: a triangle. As {@link hanning}.
 *
 * @param length how many elements
 * @returns float64 of that length
 * @chunks by the options; one task per block, none where it joins the layers around it
 * @throws ArgumentError as {@link hanning}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.bartlett.html
 * @example await bartlett(5).compute(); // → [0, 0.5, 1, 0.5, 0]
 */
export function bartlett(length: number, options: WindowOptions = {}): ChunkedArray<"float64", 1> {
  return windowOf(length, options, (n, last) => {
    const slope: ChunkedArray = abs(subtract(divide(multiply(n, 2) as ChunkedArray, last), 1));
    return subtract(1, slope) as ChunkedArray;
  });
}

/**
 * Kaiser's window: the higher `beta`, the narrower. As {@link hanning}.
 *
 * @param length how many elements
 * @param beta 0 gives ones, 5 is about Hamming's window, 8.6 about Blackman's
 * @returns float64 of that length
 * @chunks by the options; one task per block, none where it joins the layers around it
 * @throws ArgumentError `argument.value` when the length is no whole number from 0 or `beta` no
 * number
 * @see https://numpy.org/doc/stable/reference/generated/numpy.kaiser.html
 * @example await kaiser(3, 0).compute(); // → [1, 1, 1]
 */
export function kaiser(
  length: number,
  beta: number,
  options: WindowOptions = {},
): ChunkedArray<"float64", 1> {
  if (!Number.isFinite(beta)) {
    throw new ArgumentError("value", `the beta of Kaiser's window is ${beta}: expected a number`);
  }
  return windowOf(length, options, (n, last) => {
    const from = subtract(divide(multiply(n, 2) as ChunkedArray, last), 1) as ChunkedArray;
    const arch: ChunkedArray = sqrt(subtract(1, square(from)) as ChunkedArray);
    const top: ChunkedArray = i0(multiply(arch, beta) as ChunkedArray);
    return divide(top, i0(ones([], {}).multiply(beta) as ChunkedArray)) as ChunkedArray;
  });
}
