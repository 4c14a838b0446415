// How running totals become layers: each block by itself, then totals of blocks in groups, up and
// down a tree, then every block joined to what came before it. Names and dtypes are ops/cumulative.ts.
import type { LayerNode } from "../graph/layer-node.js";
import type { ScanName } from "../graph/routine.js";
import type { ChunkedArray } from "./chunked-array.js";
import { rechunkTo } from "./ops/rechunk.js";
import { along } from "./ops/slicing.js";
import { concatenateParts } from "./ops/stacking.js";
import { routineNode, takeNode } from "./take.js";
import { checkLengths } from "./unknown-lengths.js";

/** Blocks whose totals one task runs through: the tree is as deep as its logarithm to this base. */
const GROUP = 32;

/**
 * Running totals of `x` along `axis`, in its dtype and chunks. A task or two per block, and as many
 * small ones; the longest chain of tasks grows with the logarithm of the number of blocks.
 */
export function scanArray(x: ChunkedArray, scan: ScanName, axis: number): ChunkedArray {
  checkLengths("a running total", x.chunks, [axis]);
  const lengths = x.chunks[axis] as readonly number[];
  const full = lengths.filter((length) => length > 0);
  if (full.length < lengths.length && full.length > 0) {
    return rechunkTo(scanArray(rechunkTo(x, withAxis(x, axis, full)), scan, axis), x.chunks);
  }
  const local = x.derive<typeof x.dtype, number>(scanNode(x, scan, axis));
  if (full.length <= 1) return local;
  let end = 0;
  const lasts = Float64Array.from(full, (length) => (end += length) - 1);
  const single = full.map(() => 1);
  const totals: ChunkedArray = x.derive(
    takeNode(local.node, { axes: [axis], indices: [lasts] }, axis, single),
  );
  const running = scanArray(
    rechunkTo(totals, withAxis(totals, axis, grouped(full.length))),
    scan,
    axis,
  );
  const before = along(running, axis, 0, full.length - 1);
  const [first, rest] = [
    along(local, axis, 0, full[0] as number),
    along(local, axis, full[0] as number, end),
  ];
  const carries = rechunkTo(before, withAxis(before, axis, single.slice(1)));
  return concatenateParts([first, x.derive(carryNode(rest, carries, scan, axis))], axis);
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
  const operands = [rest, before].map(({ node }) => ({ node, axes }));
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
