// Ranges whose steps are no differences but factors, and the unit matrix by NumPy's other name.
// Ranges of equal steps are create.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { multiply, pow } from "../elementwise/elementwise.js";
import { along } from "../layers/slice-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { concatenateParts } from "../manipulation/concatenate.js";
import { type CreateOptions, eye, type LinspaceOptions, linspace } from "./create.js";

/** Options of {@link logspace}. */
export interface LogspaceOptions<D extends DType> extends LinspaceOptions<D> {
  /** The base of the powers; default: 10. */
  readonly base?: number;
}

/**
 * Powers of a base whose exponents are evenly spaced.
 *
 * @param start the first exponent
 * @param stop the last exponent
 * @param num how many; default: 50
 * @param options.dtype float64 by default
 * @returns float64 unless the options name a dtype
 * @chunks by the options; about two tasks per block
 * @throws ArgumentError as {@link linspace}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logspace.html
 * @example
 * await logspace(0, 3, 4).compute(); // → [1, 10, 100, 1000]
 * await logspace(0, 3, 4, { base: 2 }).compute(); // → [1, 2, 4, 8]
 */
export function logspace<D extends DType = "float64">(
  start: number,
  stop: number,
  num = 50,
  options: LogspaceOptions<D> = {},
): ChunkedArray<D, 1> {
  const { base = 10, dtype, ...rest } = options;
  if (Number.isNaN(base)) throw new ArgumentError("value", "the base of logspace is NaN");
  const powers: ChunkedArray = pow(base, linspace(start, stop, num, rest));
  return astype(powers, dtype ?? "float64") as ChunkedArray<DType> as ChunkedArray<D, 1>;
}

/**
 * A geometric sequence: each number is the one before it times the same factor.
 *
 * @param start the first number
 * @param stop the last number; of the same sign
 * @param num how many; default: 50
 * @param options.dtype float64 by default
 * @returns float64 unless the options name a dtype; both ends are exact
 * @chunks by the options; some five tasks per block
 * @throws ArgumentError `argument.value` when an end is 0 or the ends differ in sign, otherwise as
 * {@link linspace}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.geomspace.html
 * @example
 * await geomspace(1, 1000, 4).compute(); // → ≈ [1, 10, 100, 1000]
 * await geomspace(-8, -1, 4).compute(); // → ≈ [-8, -4, -2, -1]
 */
export function geomspace<D extends DType = "float64">(
  start: number,
  stop: number,
  num = 50,
  options: LinspaceOptions<D> = {},
): ChunkedArray<D, 1> {
  if (!(start * stop > 0) || !Number.isFinite(start / stop)) {
    throw new ArgumentError(
      "value",
      `geomspace goes from ${start} to ${stop}: expected numbers of one sign, neither of them 0`,
      { start, stop },
    );
  }
  const { dtype, ...rest } = options;
  const [first, last] = [Math.log10(Math.abs(start)), Math.log10(Math.abs(stop))];
  const powers: ChunkedArray = multiply(logspace(first, last, num, rest), Math.sign(start));
  const end = (value: number): ChunkedArray =>
    powers.derive(sourceNode("full", { type: "full", value }, [1], "float64"));
  const hasEnd = options.endpoint !== false && num > 1;
  const exact =
    num === 0
      ? powers
      : concatenateParts(
          [
            end(start),
            along(powers, 0, 1, hasEnd ? num - 1 : num),
            ...(hasEnd ? [end(stop)] : []),
          ].filter((part) => part.size > 0),
          0,
        ).rechunk(powers.chunks);
  return astype(exact, dtype ?? "float64") as ChunkedArray<DType> as ChunkedArray<D, 1>;
}

/**
 * The unit matrix. As {@link eye}.
 *
 * @param length how many rows and columns
 * @returns as {@link eye}
 * @chunks as {@link eye}
 * @throws ArgumentError as {@link eye}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.identity.html
 * @example await identity(2).compute(); // → [[1, 0], [0, 1]]
 */
export function identity<D extends DType = "float64">(
  length: number,
  options: CreateOptions<D> = {},
): ChunkedArray<D, 2> {
  return eye(length, length, options);
}
