// Margins of padded arrays: constants, ramps, statistics, or the array's own elements again. They
// are concatenated axis by axis, so that the array's own blocks stay unchanged. pad.ts reads the
// arguments.
import { isComplex, isInteger, itemBytes, type Scalar } from "../../../base/dtype.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { astype } from "../../data-types/astype.js";
import { floor, multiply, round, subtract } from "../../elementwise/elementwise.js";
import { positionArray } from "../../layers/positions.js";
import { along } from "../../layers/slice-layer.js";
import { sourceNode } from "../../layers/source-layer.js";
import { limitedLengths, takeNode } from "../../layers/take-layer.js";
import { max, mean, min } from "../../reductions/sum.js";
import { median } from "../../statistics/quantiles.js";
import { broadcastTo } from "../broadcast-to.js";
import { concatenate } from "../concatenate.js";
import { flip } from "../flip.js";
import { reshape } from "../reshape.js";

/** One margin: its position and width, and the numbers from the options. */
export interface PadMargin {
  readonly axis: number;
  readonly count: number;
  readonly isStart: boolean;
  readonly constant: Scalar;
  readonly end: number;
  readonly statLength: number | null;
}

/** How a margin of `count` is cut: one block unless that would be larger than blocks may be. */
function marginLengths(x: ChunkedArray, axis: number, count: number): readonly number[] {
  return limitedLengths(count, x.chunks.toSpliced(axis, 1), itemBytes(x.dtype));
}

/** One value all over. */
export function constantMargin(
  x: ChunkedArray,
  { axis, count }: PadMargin,
  value: Scalar,
): ChunkedArray {
  const shape = x.shape.with(axis, count);
  const chunks = x.chunks.with(axis, marginLengths(x, axis, count));
  return x.derive(sourceNode("pad", { type: "full", value }, shape, x.dtype, chunks));
}

/** The element at the array's edge, again and again. */
export function edgeMargin(x: ChunkedArray, { axis, count, isStart }: PadMargin): ChunkedArray {
  const at = isStart ? 0 : (x.shape[axis] as number) - 1;
  return stretched(along(x, axis, at, at + 1), axis, count);
}

/** Elements of the array again; which, follows from how far away the margin's are. */
export function mirrored(
  x: ChunkedArray,
  mode: "reflect" | "symmetric" | "wrap",
  { axis, count, isStart }: PadMargin,
): ChunkedArray {
  const length = x.shape[axis] as number;
  const positions = positionArray(count, length);
  for (let i = 0; i < count; i++) {
    positions[i] = sourcePosition(mode, isStart ? i - count : length + i, length);
  }
  const points = { axes: [axis], indices: [positions] };
  return x.derive(takeNode(x.node, points, axis, marginLengths(x, axis, count)));
}

/** The element among `length` for a position outside of them. */
function sourcePosition(
  mode: "reflect" | "symmetric" | "wrap",
  position: number,
  length: number,
): number {
  const period = mode === "wrap" ? length : mode === "symmetric" ? 2 * length : 2 * length - 2;
  if (period === 0) return 0;
  const at = ((position % period) + period) % period;
  if (at < length) return at;
  return mode === "symmetric" ? period - 1 - at : period - at;
}

/**
 * The array between its own elements mirrored about its edges: twice the edge less each. A margin
 * wider than the array is mirrored again, about the new edges.
 *
 * @param hasEdge whether the edge itself is repeated
 */
export function oddlyMirrored(
  x: ChunkedArray,
  axis: number,
  [before, after]: readonly [number, number],
  hasEdge: boolean,
): ChunkedArray {
  const period = (x.shape[axis] as number) - (hasEdge ? 0 : 1);
  // A single element has nothing but itself to mirror.
  if (period === 0) {
    const edges = [before, after].map((count) => (count > 0 ? [stretched(x, axis, count)] : []));
    return concatenate([...(edges[0] ?? []), x, ...(edges[1] ?? [])], axis);
  }
  let padded = x;
  let [left, right] = [before, after];
  while (left > 0 || right > 0) {
    const length = padded.shape[axis] as number;
    // Only whole periods are mirrored at once, so that edges stay those of a period.
    const reach = Math.floor((length - (hasEdge ? 0 : 1)) / period) * period;
    const [now, then] = [Math.min(left, reach), Math.min(right, reach)];
    const skip = hasEdge ? 0 : 1;
    const parts: ChunkedArray[] = [padded];
    if (now > 0) parts.unshift(turned(padded, axis, skip, skip + now, 0));
    if (then > 0) {
      parts.push(turned(padded, axis, length - skip - then, length - skip, length - 1));
    }
    padded = concatenate(parts, axis);
    left -= now;
    right -= then;
  }
  return padded;
}

/**
 * Positions `start` to `stop` backwards, subtracted from twice the element at `edge`, in the
 * array's dtype.
 */
function turned(
  x: ChunkedArray,
  axis: number,
  start: number,
  stop: number,
  edge: number,
): ChunkedArray {
  const wide = x.dtype === "bool" ? astype(x, "int64") : x;
  const twice: ChunkedArray = multiply(along(wide, axis, edge, edge + 1), 2);
  const values: ChunkedArray = subtract(twice, flip(along(wide, axis, start, stop), axis));
  return astype(values, x.dtype);
}

/** From the end value to the array's edge, in even steps; integers are rounded down. */
export function ramp(x: ChunkedArray, { axis, count, isStart, end }: PadMargin): ChunkedArray {
  const length = x.shape[axis] as number;
  const edge = along(x, axis, isStart ? 0 : length - 1, isStart ? 1 : length);
  const counting = isStart
    ? ({ type: "arange", start: 0, step: 1 } as const)
    : ({ type: "arange", start: count - 1, step: -1 } as const);
  const lengths = marginLengths(x, axis, count);
  const numbers = x.derive(sourceNode("ramp", counting, [count], "float64", [lengths]));
  const shape = x.shape.map((_, i) => (i === axis ? count : 1));
  const fine = astype(edge, isComplex(x.dtype) ? "complex128" : "float64");
  const step: ChunkedArray = subtract(fine, end).divide(count);
  const steps: ChunkedArray = multiply(step, reshape(numbers, shape));
  const values: ChunkedArray = steps.add(end);
  return astype(isInteger(x.dtype) ? floor(values) : values, x.dtype);
}

/** Statistics of lanes that can fill a margin. */
export type MarginStatistic = "maximum" | "minimum" | "mean" | "median";

const STATISTICS: Readonly<
  Record<MarginStatistic, (x: ChunkedArray, axis: number) => ChunkedArray>
> = {
  maximum: (x, axis) => max(x, axis, { keepdims: true }),
  minimum: (x, axis) => min(x, axis, { keepdims: true }),
  mean: (x, axis) => mean(x, axis, { keepdims: true }),
  median: (x, axis) => median(x, axis, { keepdims: true }),
};

/** One statistic per lane, of all elements or of those next to the margin; rounded for integers. */
export function statistic(
  x: ChunkedArray,
  name: MarginStatistic,
  { axis, count, isStart, statLength }: PadMargin,
): ChunkedArray {
  const length = x.shape[axis] as number;
  const used = Math.min(statLength ?? length, length);
  const part = along(x, axis, isStart ? 0 : length - used, isStart ? used : length);
  const one = STATISTICS[name](part, axis);
  const isMiddle = name === "mean" || name === "median";
  const fitted = astype(isMiddle && isInteger(x.dtype) ? round(one) : one, x.dtype);
  return stretched(fitted, axis, count);
}

/** The array, of length 1 along `axis`, `count` times along it. */
function stretched(x: ChunkedArray, axis: number, count: number): ChunkedArray {
  const lengths = marginLengths(x, axis, count);
  const options = lengths.length === 1 ? {} : { chunks: x.chunks.with(axis, lengths) };
  return broadcastTo(x, x.shape.with(axis, count), options);
}
