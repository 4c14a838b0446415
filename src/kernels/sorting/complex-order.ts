// The order of complex numbers: by real parts, equal ones by imaginary parts, as NumPy has it.
// Those with NaN come last: first where only the imaginary part is NaN, then the real part, then
// both. Values are interleaved, re and im by turns. Real numbers are put in order by sort-lanes.ts.
import type { TypedArray } from "../../base/dtype.js";
import type { Lane } from "../blocks/block-lanes.js";

/** A lane's complex elements as an interleaved array of their own. */
export function complexLane(data: TypedArray, { offset, stride, length }: Lane): TypedArray {
  if (stride === 1) return data.slice(2 * offset, 2 * (offset + length));
  const values = data.slice(0, 0).constructor as new (length: number) => TypedArray;
  const lane = new values(2 * length);
  for (let i = 0; i < length; i++) {
    const at = 2 * (offset + i * stride);
    lane[2 * i] = data[at] as number;
    lane[2 * i + 1] = data[at + 1] as number;
  }
  return lane;
}

/** Which of element `i` of `x` and element `j` of `y` comes first: negative, 0 or positive. */
export function compareComplex(x: TypedArray, i: number, y: TypedArray, j: number): number {
  const [a, b] = [x[2 * i] as number, x[2 * i + 1] as number];
  const [c, d] = [y[2 * j] as number, y[2 * j + 1] as number];
  const byNaN = nanRank(a, b) - nanRank(c, d);
  return byNaN !== 0 ? byNaN : compareNumbers(a, c) || compareNumbers(b, d);
}

/** 0 without NaN, 1 with it in the imaginary part, 2 in the real part, 3 in both. */
function nanRank(re: number, im: number): number {
  return 2 * Number(Number.isNaN(re)) + Number(Number.isNaN(im));
}

/** 0 also for NaN. */
function compareNumbers(x: number, y: number): number {
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Positions that put interleaved values in order; equal ones keep theirs. */
export function complexOrder(values: TypedArray, descending = false): Uint32Array {
  const sign = descending ? -1 : 1;
  const order = new Uint32Array(values.length / 2).map((_, i) => i);
  return order.sort((i, j) => sign * compareComplex(values, i, values, j));
}

/** Interleaved values at those positions. */
export function complexAt(values: TypedArray, positions: Uint32Array): TypedArray {
  const taken = values.slice(0, 2 * positions.length);
  positions.forEach((from, to) => {
    taken[2 * to] = values[2 * from] as number;
    taken[2 * to + 1] = values[2 * from + 1] as number;
  });
  return taken;
}

/**
 * The place at which element `at` of `values` keeps `sorted` in order: the first such, or the last.
 */
export function complexInsertionPoint(
  sorted: TypedArray,
  values: TypedArray,
  at: number,
  side: "left" | "right",
): number {
  let low = 0;
  let high = sorted.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareComplex(sorted, middle, values, at);
    if (side === "left" ? order < 0 : order <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
