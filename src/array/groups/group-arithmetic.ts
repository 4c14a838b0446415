// What groups have besides reductions: quantiles, running sums, arithmetic with a row for each
// group, and functions of each group.
import { type DType, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating, promote } from "../../base/promotion.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { GroupRoutine } from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { take } from "../indexing/take.js";
import { isChunkedArray } from "../layers/array-operands.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { routineNode, takeNode } from "../layers/take-layer.js";
import { concatenate, stack } from "../manipulation/concatenate.js";
import { reshape } from "../manipulation/reshape.js";
import type { Label } from "./group-labels.js";
import { fittingResults, wholeAlong } from "./group-layers.js";
import { type Grouped, type GroupedRows, knownGroups, rowsOf, withOwnAxes } from "./grouped.js";

/** The arithmetic of elements with the rows of their groups. */
export type GroupArithmetic = "add" | "subtract" | "multiply" | "divide";

/** Quantiles of each group, one row for each. */
export function quantilesOf(
  grouped: Grouped,
  quantiles: readonly number[],
  method: "linear" | "middle",
): ChunkedArray {
  const { axis, span, skipNaN, labels } = grouped;
  const x = wholeAlong(grouped.x, axis, span);
  const { rows, operands } = rowsOf(grouped, x);
  const routine = { name: "groupQuantile", ...rows, skipNaN, quantiles, method } as const;
  const chunks = x.chunks.toSpliced(axis, span, [labels.length]);
  return routineOn(x, routine, operands, floating(x.dtype), chunks);
}

/** Running sums in each group, in the shape of the array. */
export function runningSums(grouped: Grouped, dtype: DType): ChunkedArray {
  const { axis, span } = grouped;
  const x = astype(wholeAlong(grouped.x, axis, span), dtype) as ChunkedArray;
  const { rows, operands } = rowsOf(grouped, x);
  const found = routineOn(x, { name: "groupScan", ...rows }, operands, dtype);
  return withOwnAxes(grouped, rechunkTo(found, grouped.x.chunks));
}

/** Each element with the row of its group in `values`. */
export function withRows(
  grouped: Grouped,
  apply: GroupArithmetic,
  values: ChunkedArray,
): ChunkedArray {
  const { axis, span, labels, groups, codes } = grouped;
  const wanted = grouped.x.shape.toSpliced(axis, span, labels.length);
  if (values.ndim !== wanted.length || !values.shape.every((n, i) => n === wanted[i])) {
    const text = `values of shape ${formatShape(values.shape)} are not those of the groups: expected ${formatShape(wanted)}`;
    throw new ArgumentError("shape", text, { shape: values.shape, expected: wanted });
  }
  const dtype = dtypeWithRows(grouped, apply, values);
  const whole = astype(grouped.x, dtype) as ChunkedArray;
  // One block for all groups may be many times a block of the array.
  const x = fittingResults(whole, axis, labels.length * itemBytes(dtype), span);
  if (x !== whole && codes === undefined && !groups?.includes(-1)) {
    const lengths = whole.chunks[axis] as readonly number[];
    const points = { axes: [axis], indices: [groups as Int32Array] };
    const each = values.derive(takeNode(values.node, points, axis, lengths));
    return astype(elementwise(apply, [whole, each]), dtype) as ChunkedArray;
  }
  const chunks = x.chunks.toSpliced(axis, span, [labels.length]);
  const row = rechunkTo(astype(values, dtype) as ChunkedArray, chunks);
  const { rows, operands } = rowsOf(grouped, x);
  const kept = [...x.shape.keys()].filter((i) => i < axis || i >= axis + span);
  const rowAxes = kept.toSpliced(axis, 0, -1);
  const routine = { name: "groupApply", apply, ...rows } as const;
  const met = routineOn(x, routine, [{ node: row.node, axes: rowAxes }, ...operands], dtype);
  return withOwnAxes(grouped, rechunkTo(met, whole.chunks));
}

/** The dtype of elements with the rows of their groups. */
export function dtypeWithRows({ x }: Grouped, apply: GroupArithmetic, values: ChunkedArray): DType {
  const promoted = promote(x.dtype, values.dtype);
  return apply === "divide" ? floating(promoted) : promoted;
}

/** The results of `f` for each group, in the order of the array, or stacked. */
export function mapped(
  grouped: Grouped,
  f: (group: ChunkedArray, label: Label) => ChunkedArray,
): ChunkedArray {
  const { x, axis, span, labels } = grouped;
  const groups = knownGroups(grouped, "map");
  const lengths = x.shape.slice(axis, axis + span);
  const flat = span === 1 ? x : reshape(x, x.shape.toSpliced(axis, span, sizeOf(lengths)));
  const members = labels.map((_, group) => positionsOf(groups, group));
  const results = members.map((positions, group) =>
    f(take(flat as ChunkedArray, positions, axis) as ChunkedArray, labels[group] as Label),
  );
  const { ndim } = flat;
  if (results.every((result) => isChunkedArray(result) && result.ndim === ndim - 1)) {
    return stack(results, axis);
  }
  const isKept = results.every(
    (result, k) =>
      isChunkedArray(result) && result.ndim === ndim && result.shape[axis] === members[k]?.length,
  );
  if (!isKept) {
    const shapes = results.map((result) =>
      isChunkedArray(result) ? formatShape(result.shape) : result,
    );
    const text = `the function gives ${shapes.join(", ")}: expected arrays as long as the groups, or without axis ${axis}`;
    throw new ArgumentError("shape", text);
  }
  const order = members.flat();
  if (order.length < groups.length) {
    const text = `elements are in no group: leave out expected, or give results without axis ${axis}`;
    throw new ArgumentError("shape", text);
  }
  const back = new Int32Array(order.length);
  order.forEach((position, at) => {
    back[position] = at;
  });
  const found = take(concatenate(results, axis), back, axis) as ChunkedArray;
  if (span === 1) return found;
  return withOwnAxes(grouped, reshape(found, found.shape.toSpliced(axis, 1, ...lengths)));
}

function positionsOf(groups: Int32Array, group: number): number[] {
  const found: number[] = [];
  groups.forEach((own, position) => {
    if (own === group) found.push(position);
  });
  return found;
}

function routineOn(
  x: ChunkedArray,
  routine: GroupRoutine,
  others: GroupedRows["operands"],
  dtype: DType,
  chunks = x.chunks,
): ChunkedArray {
  const operands = [{ node: x.node, axes: [...x.shape.keys()] }, ...others];
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks, chunks }, dtype));
}
