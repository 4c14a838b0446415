// Convolution with a short list: windows that slide along the array, times the list. Blocks that
// see their neighbours are overlap.ts; long lists are better multiplied as spectra (fft.ts).
import { DTYPES } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { conj } from "../elementwise/elementwise.js";
import { checkArrays, type Operand, operandArray } from "../layers/array-operands.js";
import { along } from "../layers/slice-layer.js";
import { matmul } from "../linear-algebra/matmul.js";
import { flip } from "../manipulation/flip.js";
import { pad } from "../manipulation/longer/pad.js";
import { slidingWindowView } from "../manipulation/sliding-window-view.js";

/**
 * How much of a convolution is kept: all of it, as much as the longer array, or where both overlap
 * whole.
 */
export type ConvolutionMode = "full" | "same" | "valid";

/** Options of {@link convolve} and {@link correlate}. */
export interface ConvolutionOptions {
  /** `"full"` by default for {@link convolve}, `"valid"` for {@link correlate}. */
  readonly mode?: ConvolutionMode;
}

/**
 * The convolution of two vectors, as of a signal with a short kernel.
 *
 * @param x one axis, in chunks
 * @param kernel one axis; the shorter of the two is put into one block
 * @returns the promoted dtype; one axis, of a length by `mode`
 * @chunks those of the longer of both, with its margins; some seven tasks per block, which hold a
 * window for each element
 * @throws ArgumentError `argument.shape` for other than one axis, or none of its elements,
 * `argument.value` for another mode
 * @see https://numpy.org/doc/stable/reference/generated/numpy.convolve.html
 * @example
 * const x = asarray([1, 2, 3], { chunks: 2 });
 * await convolve(x, [0, 1, 0.5]).compute(); // → [0, 1, 2.5, 4, 1.5]
 * await convolve(x, [0, 1, 0.5], { mode: "same" }).compute(); // → [1, 2.5, 4]
 */
export function convolve(
  x: ChunkedArray,
  kernel: Operand,
  options: ConvolutionOptions = {},
): ChunkedArray {
  checkArrays("convolve", x);
  const [first, second] = vectorPair("convolve", x, kernel);
  const [long, short] = first.size < second.size ? [second, first] : [first, second];
  return slide(long, short, options.mode ?? "full", (short.size - 1) >> 1);
}

/**
 * The cross-correlation of two vectors: sums of products of `x` with the conjugate of `other`,
 * moved along.
 *
 * @returns as {@link convolve}
 * @chunks those of the longer of both, with its margins; some seven tasks per block, which hold a
 * window for each element
 * @throws ArgumentError as {@link convolve}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.correlate.html
 * @example
 * await correlate(asarray([1, 2, 3]), [0, 1, 0.5]).compute(); // → [3.5]
 * await correlate(asarray([1, 2, 3]), [0, 1, 0.5], { mode: "full" }).compute(); // → [0.5, 2, 3.5, 3, 0]
 */
export function correlate(
  x: ChunkedArray,
  other: Operand,
  options: ConvolutionOptions = {},
): ChunkedArray {
  checkArrays("correlate", x);
  const [first, second] = vectorPair("correlate", x, other);
  const turned = flip(DTYPES[second.dtype].kind === "complex" ? conj(second) : second);
  const isSwapped = first.size < second.size;
  const [long, short] = isSwapped ? [turned, first] : [first, turned];
  // The middle of an even number of elements is on the other side, seen from the other operand.
  const start = isSwapped ? short.size >> 1 : (short.size - 1) >> 1;
  return slide(long, short, options.mode ?? "valid", start);
}

function vectorPair(what: string, x: ChunkedArray, other: Operand): [ChunkedArray, ChunkedArray] {
  const second: ChunkedArray = operandArray(x, other);
  for (const each of [x, second]) {
    checkLengths(what, each.chunks);
    if (each.ndim === 1 && each.size > 0) continue;
    throw new ArgumentError(
      "shape",
      `${what} takes vectors of at least one element, got ${formatShape(each.shape)}`,
      { shape: each.shape },
    );
  }
  return [x, second];
}

/**
 * Sums of products of `short`, backwards, with each run of `long`; `start` is where "same" begins.
 */
function slide(
  long: ChunkedArray,
  short: ChunkedArray,
  mode: ConvolutionMode,
  start: number,
): ChunkedArray {
  if (!["full", "same", "valid"].includes(mode)) {
    throw new ArgumentError(
      "value",
      `there is no mode ${JSON.stringify(mode)} of a convolution: expected "full", "same" or "valid"`,
    );
  }
  const margin = short.size - 1;
  const wide = mode === "valid" || margin === 0 ? long : pad(long, margin);
  const whole = matmul(slidingWindowView(wide, short.size), flip(short)) as ChunkedArray;
  return mode === "same" ? along(whole, 0, start, start + long.size) : whole;
}
