// Values between the points of a table. The arithmetic is kernels/statistics/interpolate-table.ts.
import { type Complex, DTYPES } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { view } from "../data-types/view.js";
import { add, imag, real, remainder, subtract } from "../elementwise/elementwise.js";
import { take } from "../indexing/take.js";
import { checkArrays, isChunkedArray, type Operand } from "../layers/array-operands.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { concatenate, stack } from "../manipulation/concatenate.js";
import { rechunk } from "../manipulation/rechunk.js";
import { reshape } from "../manipulation/reshape.js";
import { argsort } from "../sorting/sort.js";

/** Options of {@link interp}. */
export interface InterpOptions {
  /** The value before the first point; default: that of the first point. */
  readonly left?: number | Complex;
  /** The value behind the last point; default: that of the last point. */
  readonly right?: number | Complex;
  /**
   * After how much the table begins again; then the points need no order, and there are no ends.
   */
  readonly period?: number;
}

/**
 * Values on straight lines between the points of a table.
 *
 * @param x where, any shape
 * @param xp where the points of the table are, ascending; one axis, put into one block
 * @param fp the value at each point
 * @returns float64 in the shape of `x`, complex128 for complex values. NaN gives NaN; among points
 * with NaN a place is looked for as NumPy does for its first element, and of other points that are
 * not in order the result is without meaning
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.shape` when `xp` and `fp` have other than one axis, differ in
 * length or are empty, `argument.dtype` for complex numbers as places, `argument.value` for points
 * of a list that do not ascend, or a period of 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.interp.html
 * @example
 * await interp(asarray([0.5, 1.25, 9]), [0, 1, 2], [0, 10, 30]).compute(); // → [5, 15, 30]
 * await interp(asarray([350]), [0, 180], [0, 90], { period: 360 }).compute(); // → [5]
 */
export function interp(
  x: ChunkedArray,
  xp: Operand,
  fp: Operand,
  options: InterpOptions = {},
): ChunkedArray<"float64" | "complex128"> {
  checkArrays("interp", x);
  const { period } = options;
  const table = (values: Operand): ChunkedArray =>
    isChunkedArray(values) ? values : x.derive(dataNode(values));
  const [points, heights] = [table(xp), table(fp)];
  checkTable(x, points, heights);
  if (period === undefined && !isChunkedArray(xp)) checkAscending(xp);
  if (DTYPES[heights.dtype].kind === "complex") {
    return complexValues(x, points, heights, options);
  }
  const left = realEnd("left", options.left);
  const right = realEnd("right", options.right);
  if (period !== undefined) return periodic(x, points, heights, period);
  const operands = [
    { node: astype(x, "float64").node, axes: [...x.shape.keys()] },
    ...[points, heights].map((each) => ({ node: oneBlock(each).node, axes: [-1] })),
  ];
  const ends = {
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
  };
  const routine = { name: "interpolateTable", ...ends } as const;
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks }, "float64"));
}

/** Real and imaginary parts each on lines of their own, side by side in memory. */
function complexValues(
  x: ChunkedArray,
  points: ChunkedArray,
  heights: ChunkedArray,
  { left, right, period }: InterpOptions,
): ChunkedArray<"complex128"> {
  const parts = (["re", "im"] as const).map((name) => {
    const end = (value: number | Complex): number =>
      typeof value === "number" ? (name === "re" ? value : 0) : value[name];
    return interp(x, points, name === "re" ? real(heights) : imag(heights), {
      ...(left === undefined ? {} : { left: end(left) }),
      ...(right === undefined ? {} : { right: end(right) }),
      ...(period === undefined ? {} : { period }),
    });
  });
  const pairs: ChunkedArray = rechunk(stack(parts as ChunkedArray[], -1), { [x.ndim]: 2 });
  return reshape(view(pairs, "complex128"), x.shape) as ChunkedArray as ChunkedArray<"complex128">;
}

function realEnd(name: string, value: number | Complex | undefined): number | undefined {
  if (typeof value !== "object") return value;
  const text = `${name} of interp is complex, but its values are real: give a number`;
  throw new ArgumentError("dtype", text);
}

function oneBlock(x: ChunkedArray): ChunkedArray {
  return rechunkTo(astype(x, "float64") as ChunkedArray, [[x.size]]);
}

function checkTable(x: ChunkedArray, points: ChunkedArray, heights: ChunkedArray): void {
  checkLengths("interp", points.chunks);
  checkLengths("interp", heights.chunks);
  const fits = points.ndim === 1 && heights.ndim === 1 && points.size === heights.size;
  if (!fits || points.size === 0) {
    throw new ArgumentError(
      "shape",
      `interp needs as many values as points, along one axis and at least one: got points of ` +
        `${formatShape(points.shape)} and values of ${formatShape(heights.shape)}`,
    );
  }
  const complex = [x, points].find(({ dtype }) => DTYPES[dtype].kind === "complex");
  if (complex !== undefined) {
    throw new ArgumentError("dtype", `interp takes real places, got ${complex.dtype}`);
  }
}

function checkAscending(xp: Operand): void {
  const list = Array.isArray(xp) ? (xp as readonly unknown[]) : [];
  const wrong = list.findIndex((at, i) => i > 0 && (at as number) < (list[i - 1] as number));
  if (wrong < 0) return;
  throw new ArgumentError(
    "value",
    `the points of interp ascend, but point ${wrong} is ${list[wrong]} after ${list[wrong - 1]}`,
    { at: wrong },
  );
}

/** The table laid end to end: its points by their place in the period, one more on either side. */
function periodic(
  x: ChunkedArray,
  points: ChunkedArray,
  heights: ChunkedArray,
  given: number,
): ChunkedArray<"float64"> {
  const period = Math.abs(given);
  if (!(period > 0)) {
    throw new ArgumentError(
      "value",
      `the period of interp is ${given}: expected a number other than 0`,
    );
  }
  const place = (each: ChunkedArray): ChunkedArray => remainder(astype(each, "float64"), period);
  const order = argsort(place(points));
  const [at, values]: ChunkedArray[] = [place(points), heights].map((each) => take(each, order, 0));
  const [count, sorted, tops] = [points.size, at as ChunkedArray, values as ChunkedArray];
  const first = (each: ChunkedArray): ChunkedArray => along(each, 0, 0, 1);
  const last = (each: ChunkedArray): ChunkedArray => along(each, 0, count - 1, count);
  const xp = concatenate([subtract(last(sorted), period), sorted, add(first(sorted), period)], 0);
  const fp = concatenate([last(tops), tops, first(tops)], 0);
  return interp(place(x), xp as ChunkedArray, fp as ChunkedArray) as ChunkedArray<"float64">;
}
