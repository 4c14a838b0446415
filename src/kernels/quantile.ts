// Quantiles of lanes. Blocks have all of the axis along which they are taken.
import type { TypedArray } from "../base/dtype.js";
import type { QuantileMethod } from "../graph/routine.js";
import { eachLane, operandOf, withAxisAt } from "./lanes.js";
import type { RoutineCompiler } from "./routines.js";
import { sortedLane } from "./sorting.js";

/** Alpha and beta of the methods that put a quantile at `n q + alpha + q (1 - alpha - beta) - 1`. */
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
      const sorted = sortedLane(x.data, source);
      const count = numberCount(sorted);
      const known = ignoreNaN ? count : sorted.length;
      quantiles.forEach((q, i) => {
        const value =
          count < known || known === 0 ? Number.NaN : quantileOf(sorted, known, q, method);
        output.data[results.offset + i * results.stride] = value;
      });
    });
  };

/** How many of the sorted elements are numbers: NaN stand last. */
function numberCount(sorted: TypedArray): number {
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  return count;
}

function quantileOf(sorted: TypedArray, count: number, q: number, method: QuantileMethod): number {
  const position = Math.min(Math.max(positionOf(count, q, method), 0), count - 1);
  const below = Math.floor(position);
  const [x, y] = [sorted[below] as number, sorted[Math.ceil(position)] as number];
  switch (method) {
    case "lower":
      return x;
    case "higher":
      return y;
    case "nearest": {
      const share = position - below;
      return share < 0.5 || (share === 0.5 && below % 2 === 0) ? x : y;
    }
    case "midpoint":
      return between(x, y, x === y ? 0 : 0.5);
    case "middle":
      return x === y ? x : (x + y) / 2;
    default:
      return between(x, y, position - below);
  }
}

function positionOf(count: number, q: number, method: QuantileMethod): number {
  const plotting = PLOTTING[method];
  if (plotting === undefined) return (count - 1) * q;
  const [alpha, beta] = plotting;
  return count * q + (alpha + q * (1 - alpha - beta)) - 1;
}

/** NumPy's interpolation, exact at both ends. */
function between(x: number, y: number, share: number): number {
  if (share === 0 || x === y) return x;
  const distance = y - x;
  return share >= 0.5 ? y - distance * (1 - share) : x + distance * share;
}
