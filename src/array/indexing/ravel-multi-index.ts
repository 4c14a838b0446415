// Positions in several axes as one number, and back; positions of triangles.
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkShape, formatShape, type ShapeLike } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { add, clip, floorDivide, multiply, remainder } from "../elementwise/elementwise.js";
import { checkArrays, checkReal } from "../layers/array-operands.js";
import { inRange } from "../layers/assert-layer.js";
import { checkArrayList, checkList, checkWord } from "../layers/check-arguments.js";

/**
 * How positions outside of an axis are handled: an error, counted modulo its length, or clipped to
 * the nearest one.
 */
export type PositionMode = "raise" | "wrap" | "clip";

/**
 * In which order positions are counted: `"C"`, the last axis first, or `"F"`, the first axis first.
 */
export type PositionOrder = "C" | "F";

/** Options of {@link unravelIndex}. */
export interface UnravelOptions {
  /** `"C"` by default. */
  readonly order?: PositionOrder;
}

/** Options of {@link ravelMultiIndex}. */
export interface RavelOptions extends UnravelOptions {
  /** For all axes or for each; default: `"raise"`. */
  readonly mode?: PositionMode | readonly PositionMode[];
}

/**
 * Positions along each axis of a shape as positions in row-major order.
 *
 * @param positions integers for each axis, of shapes that broadcast; one out of range fails when it
 * is computed; default mode: `"raise"`
 * @param shape the shape that the positions are in
 * @returns int64 in the broadcast shape
 * @chunks those of all, aligned; some three tasks per block: one for each array of positions that
 * is checked, one for all
 * @throws ArgumentError `argument.value` when there are not as many arrays as axes and for an
 * unknown mode or order, `argument.shape` when they do not broadcast, `argument.dtype` for complex
 * numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ravel_multi_index.html
 * @example
 * const flat = ravelMultiIndex([asarray([0, 1]), asarray([2, 1])], [2, 3]);
 * await flat.compute(); // → [2n, 4n]
 */
export function ravelMultiIndex(
  positions: readonly ChunkedArray[],
  shape: ShapeLike,
  options: RavelOptions = {},
): ChunkedArray<"int64"> {
  const lengths = checkShape(shape);
  const { mode = "raise", order = "C" } = options;
  checkWord("the order of ravelMultiIndex", order, ["C", "F"]);
  checkArrayList("ravelMultiIndex", positions);
  if (positions.length !== lengths.length || positions.length === 0) {
    throw new ArgumentError(
      "value",
      `positions along ${positions.length} axes for an array of shape ${formatShape(lengths)}`,
    );
  }
  const modes = typeof mode === "string" ? lengths.map(() => mode) : mode;
  checkList("the modes of ravelMultiIndex are a word or a list of them", modes);
  if (modes.length !== lengths.length) {
    throw new ArgumentError("value", `${modes.length} modes for ${lengths.length} axes`, { mode });
  }
  const found = positions.map((each, axis) => {
    const [length, own] = [lengths[axis] as number, modes[axis] as PositionMode];
    return { length, at: within(each, length, own, axis) };
  });
  if (order === "F") found.reverse();
  const flat = found
    .slice(1)
    .reduce<ChunkedArray>(
      (whole, { length, at }) => add(multiply(whole, length), at),
      found[0]?.at as ChunkedArray,
    );
  return flat as ChunkedArray<"int64">;
}

/** Positions along an axis, none of which is outside of it. */
function within(x: ChunkedArray, length: number, mode: PositionMode, axis: number): ChunkedArray {
  checkWord("a mode of ravelMultiIndex", mode, ["raise", "wrap", "clip"]);
  if (mode === "wrap") return remainder(astype(x, "int64"), length) as ChunkedArray;
  if (mode === "clip") return clip(astype(x, "int64"), 0, length - 1) as ChunkedArray;
  return checked(x, length, `axis ${axis} of length ${length}`);
}

/** Positions below `length`, checked when they are computed. */
function checked(x: ChunkedArray, length: number, what: string): ChunkedArray {
  checkReal("positions", x);
  return astype(inRange(x, length, `a position is out of range for ${what}`), "int64");
}

/**
 * Positions in row-major order as positions along each axis of a shape.
 *
 * @param flat integers; one out of range fails when it is computed
 * @param shape the shape that the positions are in
 * @returns an array for each axis, int64 in the shape of `flat`
 * @chunks those of `flat`; one task per block of each, and one that checks
 * @throws ArgumentError `argument.shape` for a shape without axes, `argument.value` for an unknown
 * order, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.unravel_index.html
 * @example
 * const [rows, columns] = unravelIndex(asarray([2, 4]), [2, 3]);
 * await rows.compute(); // → [0n, 1n]
 * await columns.compute(); // → [2n, 1n]
 */
export function unravelIndex(
  flat: ChunkedArray,
  shape: ShapeLike,
  options: UnravelOptions = {},
): ChunkedArray<"int64">[] {
  checkArrays("unravelIndex", flat);
  const { order = "C" } = options;
  checkWord("the order of unravelIndex", order, ["C", "F"]);
  const given = checkShape(shape);
  const lengths = order === "F" ? given.toReversed() : given;
  if (lengths.length === 0) {
    throw new ArgumentError("shape", "a shape without axes has no positions");
  }
  const size = sizeOf(lengths);
  const what = `the shape ${formatShape(given)} of ${size} elements`;
  const whole = checked(flat, size, what);
  const found = lengths.map((length, axis) => {
    const behind = sizeOf(lengths.slice(axis + 1));
    const upTo: ChunkedArray = behind === 1 ? whole : floorDivide(whole, behind);
    const along = axis === 0 ? upTo : remainder(upTo, length);
    return along as ChunkedArray as ChunkedArray<"int64">;
  });
  return order === "F" ? found.reverse() : found;
}
