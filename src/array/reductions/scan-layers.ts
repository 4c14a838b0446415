// How running totals become layers: each block by itself, then totals of blocks in groups, up and
// down a tree, then every block joined to the total before it. Names and dtypes are
// reductions/cumsum.ts.
import { isInteger, itemBytes } from "../../base/dtype.js";
import { type Chunks, isUnknownAxis, longest, sizeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ScanName } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { elementwise } from "../layers/elementwise-layer.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { along } from "../layers/slice-layer.js";
import { routineNode, takeNode } from "../layers/take-layer.js";
import { concatenateParts } from "../manipulation/concatenate.js";

/** Blocks whose totals one task runs through: the tree is as deep as its logarithm to this base. */
const GROUP = 32;

/** Totals of up to this many bytes are read whole by each task that needs one of them. */
const LANE_BYTES_MAX = 2 ** 20;

/**
 * Running totals of `x` along `axis`, in its dtype and chunks. Two tasks per block, and a small one
 * or two for each 32 of them; the longest chain of tasks grows with the logarithm of the number of
 * blocks.
 */
export function scanArray(x: ChunkedArray, scan: ScanName, axis: number): ChunkedArray {
  if (isUnknownAxis(x.chunks[axis] ?? [])) return scanOfUnknown(x, scan, axis);
  const lengths = x.chunks[axis] as readonly number[];
  const full = lengths.filter((length) => length > 0);
  if (full.length < lengths.length && full.length > 0) {
    return rechunkTo(scanArray(rechunkTo(x, withAxis(x, axis, full)), scan, axis), x.chunks);
  }
  const local = x.derive<typeof x.dtype, number>(scanNode(x, scan, axis));
  if (full.length <= 1) return local;
  let end = 0;
  const lasts = Float64Array.from(full, (length) => (end += length) - 1);
  const points = { axes: [axis], indices: [lasts] };
  const totals: ChunkedArray = x.derive(takeNode(local.node, points, axis, grouped(full.length)));
  const running = scanArray(totals, scan, axis);
  const [first, rest] = [
    along(local, axis, 0, full[0] as number),
    along(local, axis, full[0] as number, end),
  ];
  const carries = carriesOf(running, axis, rest.chunks);
  return concatenateParts([first, x.derive(carryNode(rest, carries, scan, axis))], axis);
}

/**
 * The totals before each block but the first, from the running totals of all: a whole lane in one
 * block, which all tasks read, where that is small; else a block for each task.
 *
 * @param rest the chunks of those blocks, which lack empty ones along the other axes
 */
function carriesOf(running: ChunkedArray, axis: number, rest: Chunks): ChunkedArray {
  const count = running.shape[axis] as number;
  const widest = running.chunks.map((lengths, i) => (i === axis ? count : longest(lengths)));
  if (sizeOf(widest) * itemBytes(running.dtype) <= LANE_BYTES_MAX) {
    return rechunkTo(running, rest.with(axis, [count]));
  }
  const before = along(running, axis, 0, count - 1);
  return rechunkTo(before, withAxis(before, axis, new Array<number>(count - 1).fill(1)));
}

/** The same where no positions are known: every block has a total, of no elements, too. */
function scanOfUnknown(x: ChunkedArray, scan: ScanName, axis: number): ChunkedArray {
  const blocks = x.numblocks[axis] as number;
  const local = x.derive<typeof x.dtype, number>(scanNode(x, scan, axis));
  if (blocks === 1) return local;
  const single = new Array<number>(blocks).fill(1);
  const operand = { node: x.node, axes: [...x.shape.keys()] };
  const grids = { loopChunks: x.chunks, chunks: withAxis(x, axis, single) };
  const totals: ChunkedArray = x.derive(
    routineNode({ name: "total", scan, axis }, [operand], grids, x.dtype),
  );
  const inGroups = rechunkTo(totals, withAxis(totals, axis, grouped(blocks)));
  const running = scanArray(inGroups, scan, axis);
  const none = identityLike(along(totals, axis, 0, 1), scan);
  const before = concatenateParts([none, along(running, axis, 0, blocks - 1)], axis);
  const carries = rechunkTo(before, withAxis(before, axis, single));
  return x.derive(carryNode(local, carries, scan, axis));
}

/** The identity element of the scan, in the shape of `x`. */
function identityLike(x: ChunkedArray, scan: ScanName): ChunkedArray {
  const value = scan === "last" ? Number.NaN : scan === "sum" ? 0 : 1;
  const identity: ChunkedArray = astype(elementwise("where", [x, value, value]), x.dtype);
  // Only -0 leaves -0 unchanged.
  const isSigned = scan === "sum" && !isInteger(x.dtype) && x.dtype !== "bool";
  return isSigned ? elementwise("negative", [identity]) : identity;
}

function scanNode(x: ChunkedArray, scan: ScanName, axis: number): LayerNode {
  const operands = [{ node: x.node, axes: [...x.shape.keys()] }];
  return routineNode({ name: "scan", scan, axis }, operands, { loopChunks: x.chunks }, x.dtype);
}

function carryNode(
  rest: ChunkedArray,
  before: ChunkedArray,
  scan: ScanName,
  axis: number,
): LayerNode {
  const axes = [...rest.shape.keys()];
  // Blocks read the only one of a lane, or those of their own number.
  const isLane = before.numblocks[axis] === 1;
  const operands = [
    { node: rest.node, axes },
    { node: before.node, axes: isLane ? axes.with(axis, -1) : axes },
  ];
  const grids = { loopChunks: rest.chunks };
  return routineNode({ name: "carry", scan, axis }, operands, grids, rest.dtype);
}

/** Groups of blocks of length 1. */
function grouped(blocks: number): number[] {
  return Array.from({ length: Math.ceil(blocks / GROUP) }, (_, i) =>
    Math.min(GROUP, blocks - i * GROUP),
  );
}

function withAxis(x: ChunkedArray, axis: number, lengths: readonly number[]) {
  return x.chunks.map((own, i) => (i === axis ? lengths : own));
}
