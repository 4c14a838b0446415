// Layers on sorted runs: blocks of one lane each, in order along their first axis. Rounds of
// samples find the elements of given ranks (docs/internals/exchange.md, "Sorting"); sorting/sort.ts
// and statistics/quantiles.ts use them.
import type { DType } from "../../base/dtype.js";
import { blockOffsets, type Chunks, UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { LayerOperand, RoutineLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { Quantiles } from "../../graph/model/rank-routine.js";
import type { Routine } from "../../graph/model/routine.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { planRounds } from "./rank-plan.js";

/** An operand of a routine, by its node. */
type NodeOperand = Omit<LayerOperand, "input"> & { readonly node: LayerNode };

/** Blocks of one lane each along the first axis: every other axis is cut into ones. */
export interface SortedRuns {
  readonly node: LayerNode;
  /** The lengths of the runs. */
  readonly lengths: readonly number[];
  /** The chunks of the other axes. */
  readonly columns: Chunks;
}

/** The blocks of a node as runs, in order each for itself. */
export function sortedRuns(node: LayerNode): SortedRuns {
  const { chunks, dtype } = node.layer;
  const [lengths = [], ...columns] = chunks;
  const sort = { name: "sort", axis: 0, descending: false } as const;
  const operands = [{ node, axes: [...chunks.keys()] }];
  return { node: routineNode(sort, operands, { loopChunks: chunks }, dtype), lengths, columns };
}

/** Where the elements of runs come from, within each of them. */
export function runOrder(node: LayerNode): LayerNode {
  const { chunks } = node.layer;
  const argsort = { name: "argsort", axis: 0, descending: false } as const;
  const operands = [{ node, axes: [...chunks.keys()] }];
  return routineNode(argsort, operands, { loopChunks: chunks }, "int64");
}

/** Ranks that are known beforehand; equal ones for all columns. */
export function knownRanks(ranks: readonly number[]): NodeOperand {
  return { node: dataNode(Float64Array.from(ranks), { chunks: -1 }), axes: [-1] };
}

/**
 * For each run, how many elements are before each rank: a table of 2 by ranks by runs for each
 * column, whose halves are equal.
 *
 * @param count how many ranks there are
 */
export function runBounds(runs: SortedRuns, ranks: NodeOperand, count: number): LayerNode {
  const rounds = planRounds(runs.lengths, count);
  return rounds.reduce<LayerNode | undefined>(
    (bounds, samples) => narrowed(runs, ranks, count, samples, bounds),
    undefined,
  ) as LayerNode;
}

/** The elements of those ranks, along a first axis. */
export function rankedElements(runs: SortedRuns, ranks: NodeOperand, count: number): LayerNode {
  const rounds = planRounds(runs.lengths, count);
  const bounds = rounds
    .slice(0, -1)
    .reduce<LayerNode | undefined>(
      (before, samples) => narrowed(runs, ranks, count, samples, before),
      undefined,
    );
  const last = rounds.at(-1) as number;
  const routine = { name: "pick", lengths: runs.lengths, count: last } as const;
  const operands = joiningOperands(runs, ranks, count, last, bounds);
  return columnNode(runs, routine, operands, [[count]], runs.node.layer.dtype);
}

function narrowed(
  runs: SortedRuns,
  ranks: NodeOperand,
  count: number,
  samples: number,
  bounds: LayerNode | undefined,
): LayerNode {
  const routine = { name: "narrow", lengths: runs.lengths, count: samples } as const;
  const operands = joiningOperands(runs, ranks, count, samples, bounds);
  return columnNode(runs, routine, operands, [[2], [count], [runs.lengths.length]], "float64");
}

/**
 * Operands of one column's task: samples of its sorted runs, the ranks, and the bounds found so
 * far.
 */
function joiningOperands(
  runs: SortedRuns,
  ranks: NodeOperand,
  count: number,
  samples: number,
  bounds: LayerNode | undefined,
): NodeOperand[] {
  const loopChunks = [runs.lengths, ...runs.columns];
  const rows = bounds === undefined ? 1 : count;
  const columnAxes = runs.columns.map((_, i) => i + 1);
  const table = bounds === undefined ? [] : [{ node: bounds, axes: [-1, -1, -1, ...columnAxes] }];
  const taken = routineNode(
    { name: "samples", count: samples, columns: columnCount(runs) },
    [{ node: runs.node, axes: [...loopChunks.keys()] }, ...table],
    { loopChunks, chunks: [runs.lengths.map(() => 1), [rows], [samples], ...runs.columns] },
    runs.node.layer.dtype,
  );
  return [{ node: taken, axes: [0, -1, -1, ...columnAxes], parts: true }, ranks, ...table];
}

/** A routine with one task for each column, of all runs in it. */
function columnNode(
  { columns }: SortedRuns,
  routine: Routine,
  operands: readonly NodeOperand[],
  leading: Chunks,
  dtype: DType,
): LayerNode {
  const grids = { loopChunks: [[1], ...columns], chunks: [...leading, ...columns] };
  return routineNode(routine, operands, grids, dtype);
}

function columnCount({ columns }: SortedRuns): number {
  return columns.reduce((product, axis) => product * axis.length, 1);
}

/** Quantiles of all runs of each column together, along a first axis. */
export function quantilesOfRuns(
  runs: SortedRuns,
  { quantiles, method }: Quantiles,
  ignoreNaN: boolean,
  dtype: DType,
): LayerNode {
  const { node, lengths, columns } = runs;
  const columnAxes = columns.map((_, i) => i + 1);
  const ones = lengths.map(() => 1);
  const counts = routineNode(
    { name: "countNumbers" },
    [{ node, axes: [...node.layer.chunks.keys()] }],
    { loopChunks: [lengths, ...columns], chunks: [ones, ...columns] },
    "float64",
  );
  const counted: NodeOperand = { node: counts, axes: [0, ...columnAxes], parts: true };
  const count = 2 * quantiles.length;
  const find = { name: "quantileRanks", quantiles, method } as const;
  const ranks = columnNode(runs, find, [counted], [[count]], "float64");
  const wanted = { node: ranks, axes: [-1, ...columnAxes] };
  const picked = { node: rankedElements(runs, wanted, count), axes: [-1, ...columnAxes] };
  const length = lengths.reduce((sum, n) => sum + n, 0);
  const between = { name: "interpolate", quantiles, method, ignoreNaN, length } as const;
  return columnNode(runs, between, [picked, counted], [[quantiles.length]], dtype);
}

/**
 * All runs of each column merged, cut into `lengths`; `order` returns positions instead of
 * elements.
 */
export function mergedRuns(
  runs: SortedRuns,
  lengths: readonly number[],
  order: LayerNode | undefined,
): LayerNode {
  const ranks = [...blockOffsets(lengths)].slice(1, lengths.length);
  const bounds = runBounds(runs, knownRanks(ranks), ranks.length);
  const loopChunks = [lengths, ...runs.columns];
  const axes = [...loopChunks.keys()];
  const parts = (node: LayerNode): NodeOperand => ({
    node: partitioned(runs, node, bounds, lengths.length),
    axes,
    parts: true,
  });
  const { dtype } = runs.node.layer;
  if (order === undefined) {
    return routineNode({ name: "merge" }, [parts(runs.node)], { loopChunks }, dtype);
  }
  const starts = [...blockOffsets(runs.lengths)].slice(0, runs.lengths.length);
  const operands = [parts(runs.node), parts(order)];
  return routineNode({ name: "mergeOrder", starts }, operands, { loopChunks }, "int64");
}

function partitioned(
  runs: SortedRuns,
  node: LayerNode,
  bounds: LayerNode,
  parts: number,
): LayerNode {
  const loopChunks = [runs.lengths, ...runs.columns];
  const columnAxes = runs.columns.map((_, i) => i + 1);
  const layer = nameLayer<RoutineLayer>("partition", {
    kind: "routine",
    routine: { name: "partition", columns: columnCount(runs) },
    inputs: [node.layer.name, bounds.layer.name],
    operands: [
      { input: 0, axes: [...loopChunks.keys()] },
      { input: 1, axes: [-1, -1, -1, ...columnAxes] },
    ],
    loopChunks,
    chunks: [runs.lengths.map(() => UNKNOWN_LENGTH), ...runs.columns],
    dtype: node.layer.dtype,
    parts,
  });
  return { layer, inputs: [node, bounds] };
}
