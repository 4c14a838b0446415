// Operations on the groups along an axis besides reductions: quantiles, running totals, and
// arithmetic with a value for each group.
import { emptyBlock } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { quantileBetween, ranksOf } from "../sorting/quantile.js";
import { selectRanks } from "../sorting/quickselect.js";
import { groupsOfBlock, rowsAlong } from "./group-rows.js";

/** The quantiles of each group: row `g * quantiles.length + k` has the k-th of group g. */
export const groupQuantile: RoutineCompiler<"groupQuantile"> =
  ({ axis, span, skipNaN, quantiles, method, ...how }) =>
  (operands, output, block) => {
    const x = rowsAlong(operandOf(operands, 0), axis, span);
    const results = rowsAlong(output, axis);
    const members = rowsByGroup(
      groupsOfBlock(how, operands, block),
      results.length / Math.max(quantiles.length, 1),
    );
    for (const [group, rows] of members.entries()) {
      const values = new (x.data.constructor as Float64ArrayConstructor)(rows.length);
      for (let lane = 0; lane < x.outer * x.inner; lane++) {
        const outer = Math.floor(lane / x.inner);
        const start = x.start + outer * x.length * x.inner + (lane % x.inner);
        let numbers = 0;
        for (const row of rows) {
          const value = x.data[start + row * x.inner] as number;
          if (!Number.isNaN(value)) values[numbers++] = value;
        }
        const first = (outer * results.length + group * quantiles.length) * x.inner;
        const isUnknown = numbers === 0 || (numbers < rows.length && !skipNaN);
        const found = values.subarray(0, numbers);
        const ranks = ranksOf(numbers, { quantiles, method });
        if (!isUnknown) selectRanks(found, ranks);
        quantiles.forEach((q, k) => {
          const ends = [found[ranks[2 * k] as number], found[ranks[2 * k + 1] as number]] as const;
          const value = isUnknown ? Number.NaN : quantileBetween(ends, numbers, q, method);
          results.data[results.start + first + k * x.inner + (lane % x.inner)] = value;
        });
      }
    }
  };

/** The rows of each group, in order. */
function rowsByGroup(groups: Int32Array, count: number): number[][] {
  const members = Array.from({ length: count }, (): number[] => []);
  groups.forEach((group, row) => {
    if (group >= 0) members[group]?.push(row);
  });
  return members;
}

/** Running sums in each group; 64-bit integers wrap. Elements outside of all groups become NaN. */
export const groupScan: RoutineCompiler<"groupScan"> =
  ({ axis, span, ...how }) =>
  (operands, output, block) => {
    const x = rowsAlong(operandOf(operands, 0), axis, span);
    const results = rowsAlong(output, axis, span);
    const groups = groupsOfBlock(how, operands, block);
    const count = groups.reduce((most, group) => Math.max(most, group + 1), 0);
    const isBig = results.data instanceof BigInt64Array || results.data instanceof BigUint64Array;
    const zero = (isBig ? 0n : 0) as number;
    for (let outer = 0; outer < x.outer; outer++) {
      const totals = emptyBlock(isBig ? "int64" : "float64", [count * x.inner]).data;
      totals.fill(zero as never);
      for (const [row, group] of groups.entries()) {
        const at = (outer * x.length + row) * x.inner;
        for (let i = 0; i < x.inner; i++) {
          const value = x.data[x.start + at + i] as number;
          const held = group * x.inner + i;
          if (group >= 0) totals[held] = (totals[held] as number) + value;
          results.data[results.start + at + i] = group < 0 ? Number.NaN : (totals[held] as number);
        }
      }
    }
  };

/** Each element with the value of its group; NaN where it is in none. */
export const groupApply: RoutineCompiler<"groupApply"> =
  ({ apply, axis, span, ...how }) =>
  (operands, output, block) => {
    const x = rowsAlong(operandOf(operands, 0), axis, span);
    const values = rowsAlong(operandOf(operands, 1), axis);
    const results = rowsAlong(output, axis, span);
    const groups = groupsOfBlock(how, operands, block);
    const run = APPLIED[apply];
    for (let outer = 0; outer < x.outer; outer++) {
      for (let row = 0; row < groups.length; row++) {
        const group = groups[row] as number;
        const at = (outer * x.length + row) * x.inner;
        const to = results.start + at;
        if (group < 0) results.data.fill(Number.NaN as never, to, to + x.inner);
        else {
          const from = values.start + (outer * values.length + group) * x.inner;
          run(x.data, x.start + at, values.data, from, results.data, to, x.inner);
        }
      }
    }
  };

type Apply = (
  x: TypedArray,
  at: number,
  y: TypedArray,
  from: number,
  into: TypedArray,
  to: number,
  count: number,
) => void;

/** One loop each: a function for every element would be called for each. */
const APPLIED: Readonly<Record<"add" | "subtract" | "multiply" | "divide", Apply>> = {
  add: (x, at, y, from, into, to, count) => {
    for (let i = 0; i < count; i++) into[to + i] = (x[at + i] as number) + (y[from + i] as number);
  },
  subtract: (x, at, y, from, into, to, count) => {
    for (let i = 0; i < count; i++) into[to + i] = (x[at + i] as number) - (y[from + i] as number);
  },
  multiply: (x, at, y, from, into, to, count) => {
    for (let i = 0; i < count; i++) into[to + i] = (x[at + i] as number) * (y[from + i] as number);
  },
  divide: (x, at, y, from, into, to, count) => {
    for (let i = 0; i < count; i++) into[to + i] = (x[at + i] as number) / (y[from + i] as number);
  },
};
