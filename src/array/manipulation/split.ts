// Splits arrays along an axis: NumPy's split and its relatives. Nothing is copied: each part is a
// slice.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkAxis, formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { along } from "../layers/slice-layer.js";

/** The number of parts, or the positions where each part but the first begins. */
export type Sections = number | readonly number[];

/**
 * The array in parts along an axis.
 *
 * @param sections a number of equal parts, or the positions at which parts begin; those beyond the
 * end leave empty parts
 * @param axis the first by default
 * @returns the parts in order, in the dtype of `x`
 * @chunks those of `x`, cut where parts end; no tasks but for blocks that are cut
 * @throws ArgumentError `argument.value` when the axis cannot be cut into that many equal parts
 * ({@link arraySplit} makes them as equal as it can), `argument.axis`, `argument.chunks` when its
 * length is not known
 * @see https://numpy.org/doc/stable/reference/generated/numpy.split.html
 * @example
 * const [low, high] = split(arange(6), 2);
 * await high.compute(); // → [3, 4, 5]
 * split(arange(6), [1, 4]).map((part) => part.size); // → [1, 3, 2]
 */
export function split<D extends DType>(
  x: ChunkedArray<D>,
  sections: Sections,
  axis = 0,
): ChunkedArray<D>[] {
  checkArrays("split", x);
  const length = x.shape[checkAxis(axis, x.ndim)] as number;
  if (typeof sections === "number" && length % sections !== 0 && !Number.isNaN(length)) {
    throw new ArgumentError(
      "value",
      `split cannot cut axis ${axis} of length ${length} into ${sections} equal parts: see arraySplit`,
      { sections, length },
    );
  }
  return arraySplit(x, sections, axis);
}

/**
 * The array in nearly equal parts along an axis: if the length is not divisible, the first parts
 * are longer by 1.
 *
 * @param sections as for {@link split}
 * @param axis the first by default
 * @returns as {@link split}
 * @chunks those of `x`, cut where parts end; no tasks but for blocks that are cut
 * @throws ArgumentError `argument.value` when the number of parts is none from 1, `argument.axis`,
 * `argument.chunks` when the axis's length is not known
 * @see https://numpy.org/doc/stable/reference/generated/numpy.array_split.html
 * @example arraySplit(arange(7), 3).map((part) => part.size); // → [3, 2, 2]
 */
export function arraySplit<D extends DType>(
  x: ChunkedArray<D>,
  sections: Sections,
  axis = 0,
): ChunkedArray<D>[] {
  checkArrays("arraySplit", x);
  const at = checkAxis(axis, x.ndim);
  checkLengths("split", x.chunks, [at]);
  const length = x.shape[at] as number;
  if (typeof sections !== "number")
    checkList("parts are a number or a list of positions", sections);
  const starts = typeof sections === "number" ? evenStarts(length, sections) : sections;
  const places = [0, ...starts, length].map((place) => clipped(place, length));
  return places.slice(1).map((stop, i) => {
    const start = places[i] as number;
    return along(x, at, start, Math.max(start, stop));
  });
}

/** Positions as slices have them: from the end where negative, never outside. */
function clipped(place: number, length: number): number {
  return Math.min(length, place < 0 ? Math.max(0, place + length) : place);
}

function evenStarts(length: number, sections: number): number[] {
  if (!Number.isSafeInteger(sections) || sections < 1) {
    throw new ArgumentError("value", `${sections} parts: expected a whole number from 1`, {
      sections,
    });
  }
  const [even, longer] = [Math.floor(length / sections), length % sections];
  return Array.from({ length: sections - 1 }, (_, i) => (i + 1) * even + Math.min(i + 1, longer));
}

/**
 * {@link split} along the second axis, of vectors along their only one.
 *
 * @param sections how many parts, or where to cut
 * @returns as {@link split}
 * @chunks those of `x`, cut where parts end; no tasks but for blocks that are cut
 * @throws ArgumentError as {@link split}, `argument.shape` for an array without axes
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hsplit.html
 * @example hsplit(ones([2, 4]), 2).map((part) => part.shape); // → [[2, 2], [2, 2]]
 */
export function hsplit<D extends DType>(x: ChunkedArray<D>, sections: Sections): ChunkedArray<D>[] {
  checkArrays("hsplit", x);
  return split(withAxes(x, 1, "hsplit"), sections, x.ndim > 1 ? 1 : 0);
}

/**
 * {@link split} along the first axis of two or more.
 *
 * @param sections how many parts, or where to cut
 * @returns as {@link split}
 * @chunks those of `x`, cut where parts end; no tasks but for blocks that are cut
 * @throws ArgumentError as {@link split}, `argument.shape` for fewer axes
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vsplit.html
 * @example vsplit(ones([4, 2]), [1]).map((part) => part.shape); // → [[1, 2], [3, 2]]
 */
export function vsplit<D extends DType>(x: ChunkedArray<D>, sections: Sections): ChunkedArray<D>[] {
  checkArrays("vsplit", x);
  return split(withAxes(x, 2, "vsplit"), sections, 0);
}

/**
 * {@link split} along the third axis.
 *
 * @param sections how many parts, or where to cut
 * @returns as {@link split}
 * @chunks those of `x`, cut where parts end; no tasks but for blocks that are cut
 * @throws ArgumentError as {@link split}, `argument.shape` for fewer axes
 * @see https://numpy.org/doc/stable/reference/generated/numpy.dsplit.html
 * @example dsplit(ones([2, 2, 4]), 2).map((part) => part.shape); // → [[2, 2, 2], [2, 2, 2]]
 */
export function dsplit<D extends DType>(x: ChunkedArray<D>, sections: Sections): ChunkedArray<D>[] {
  checkArrays("dsplit", x);
  return split(withAxes(x, 3, "dsplit"), sections, 2);
}

function withAxes<X extends ChunkedArray>(x: X, least: number, what: string): X {
  if (x.ndim >= least) return x;
  throw new ArgumentError(
    "shape",
    `${what} needs ${least} axes or more, got shape ${formatShape(x.shape)}`,
    { shape: x.shape },
  );
}
