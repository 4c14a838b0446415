// Quantiles of lanes: of blocks that have all of the axis along which they are taken, or of the
// elements that were picked out of sorted runs (ranks-of-runs.ts). Quantiles of elements that are
// selected in place are ranks-by-digits.ts.
import type { Block } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import type { QuantileMethod, Quantiles } from "../../graph/model/rank-routine.js";
import { eachLane, type Lane, operandOf, withAxisAt } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { runValues } from "./merge-sorted.js";
import { selectRanks } from "./quickselect.js";
import { laneValues } from "./sort-lanes.js";

/**
 * Alpha and beta of the methods that put a quantile at `n q + alpha + q (1 - alpha - beta) - 1`.
 */
const PLOTTING: { readonly [M in QuantileMethod]?: readonly [alpha: number, beta: number] } = {
  hazen: [0.5, 0.5],
  weibull: [0, 0],
  medianUnbiased: [1 / 3, 1 / 3],
  normalUnbiased: [3 / 8, 3 / 8],
  interpolatedInvertedCdf: [0, 1],
};

/** The quantiles of each lane, along the output's first axis. */
export const quantile: RoutineCompiler<"quantile"> =
  ({ axis, quantiles, method, ignoreNaN }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    const target = withAxisAt(output, 0, axis);
    eachLane([x, target], axis, ([source, results]) => {
      const values = laneValues(x.data, source);
      // Of which count they are the ranks is known once NaN are counted.
      const numbers = ignoreNaN ? numbersIn(values) : values.length;
      const positions = quantiles.map((q) => clippedPosition(numbers, q, method));
      const ranks = positions.flatMap((at) => [Math.floor(at), Math.ceil(at)]);
      const isUnknown = numbers === 0 || selectRanks(values, ranks) < numbers;
      const elementOf = (rank: number) =>
        values[rank] === 0 ? zeroOfRank(x.data, source, rank) : values[rank];
      positions.forEach((at, i) => {
        const [below, above] = [elementOf(Math.floor(at)), elementOf(Math.ceil(at))];
        const value = isUnknown ? Number.NaN : elementAt(below, above, at, method);
        output.data[results.offset + i * results.stride] = value;
      });
    });
  };

/** How many elements of a sorted run are numbers. */
export const countNumbers: RoutineCompiler<"countNumbers"> = () => (operands, output) => {
  output.data[output.offset] = numberCount(runValues(operandOf(operands, 0)));
};

/** The ranks of the two elements that each quantile is between. */
export const quantileRanks: RoutineCompiler<"quantileRanks"> =
  ({ quantiles, method }) =>
  (operands, output) => {
    ranksOf(sumOf(operands), { quantiles, method }).forEach((rank, i) => {
      output.data[output.offset + i] = rank;
    });
  };

/** The ranks of the two elements that each quantile of `count` elements is between. */
export function ranksOf(count: number, { quantiles, method }: Quantiles): readonly number[] {
  return quantiles.flatMap((q) => {
    const position = count === 0 ? 0 : clippedPosition(count, q, method);
    return [Math.floor(position), Math.ceil(position)];
  });
}

/** The quantiles between elements of those ranks. */
export const interpolate: RoutineCompiler<"interpolate"> =
  ({ quantiles, method, ignoreNaN, length }) =>
  (operands, output) => {
    const [picked, ...counts] = operands;
    const elements = runValues(operandOf(operands, 0));
    const count = sumOf(counts);
    const isUnknown = picked === undefined || count === 0 || (count < length && !ignoreNaN);
    quantiles.forEach((q, i) => {
      output.data[output.offset + i] = isUnknown
        ? Number.NaN
        : quantileBetween([elements[2 * i], elements[2 * i + 1]], count, q, method);
    });
  };

/** A quantile of `count` elements, between the two of its ranks. */
export function quantileBetween(
  [below, above]: readonly [number | bigint | undefined, number | bigint | undefined],
  count: number,
  q: number,
  method: QuantileMethod,
): number {
  return elementAt(below, above, clippedPosition(count, q, method), method);
}

function sumOf(counts: readonly Block[]): number {
  return counts.reduce((sum, { data, offset }) => sum + Number(data[offset]), 0);
}

/** How many of the sorted elements are numbers: NaN come last. */
function numberCount(sorted: TypedArray): number {
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  return count;
}

/**
 * The zero of that rank: zeros of either sign are equal, and keep their order as in sorted runs.
 */
function zeroOfRank(data: TypedArray, { offset, stride, length }: Lane, rank: number): number {
  let before = 0;
  for (let i = 0; i < length; i++) if (Number(data[offset + i * stride]) < 0) before++;
  for (let i = 0; i < length; i++) {
    const value = Number(data[offset + i * stride]);
    if (value === 0 && before++ === rank) return value;
  }
  return 0;
}

/** How many of the elements are numbers. */
function numbersIn(values: TypedArray): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) count++;
  return count;
}

/** The value at a position between two elements, by the given method. */
function elementAt(
  below: number | bigint | undefined,
  above: number | bigint | undefined,
  position: number,
  method: QuantileMethod,
): number {
  const share = position - Math.floor(position);
  // Methods that choose an element return 64-bit integers exactly.
  if (method === "lower" || method === "invertedCdf" || method === "closestObservation") {
    return below as number;
  }
  if (method === "higher") return above as number;
  if (method === "nearest") {
    const isBelow = share < 0.5 || (share === 0.5 && Math.floor(position) % 2 === 0);
    return (isBelow ? below : above) as number;
  }
  const [x, y] = [Number(below), Number(above)];
  if (method === "middle") return x === y ? x : (x + y) / 2;
  return between(x, y, method !== "midpoint" ? share : x === y ? 0 : 0.5);
}

/** Where a quantile is among `count` elements. */
function clippedPosition(count: number, q: number, method: QuantileMethod): number {
  return Math.min(Math.max(positionOf(count, q, method), 0), count - 1);
}

function positionOf(count: number, q: number, method: QuantileMethod): number {
  const step = stepPosition(count * q - 1, method);
  if (step !== undefined) return step;
  const plotting = PLOTTING[method];
  if (plotting === undefined) return (count - 1) * q;
  const [alpha, beta] = plotting;
  return count * q + (alpha + q * (1 - alpha - beta)) - 1;
}

/**
 * The position for methods that go from element to element in steps: beyond `at`, an element's own
 * place, it is the next element; at `at` it is the element itself, or halfway to the next. Of two
 * equally close elements, counted from 1, the closest one is the one of even position.
 */
function stepPosition(at: number, method: QuantileMethod): number | undefined {
  switch (method) {
    case "invertedCdf":
      return Math.ceil(at);
    case "averagedInvertedCdf":
      return Number.isInteger(at) ? at + 0.5 : Math.ceil(at);
    case "closestObservation": {
      const below = Math.floor(at - 0.5);
      return at - 0.5 === below && Math.abs(below) % 2 === 1 ? below : below + 1;
    }
    default:
      return undefined;
  }
}

/** NumPy's interpolation, exact at both ends. */
function between(x: number, y: number, share: number): number {
  if (share === 0 || x === y) return x;
  const distance = y - x;
  return share >= 0.5 ? y - distance * (1 - share) : x + distance * share;
}
