// Layers that find quantiles of blocks in any order, without sorting them
// (docs/internals/exchange.md, "Ranks without sorting"): digit by digit of the elements' keys. The
// work in a block is kernels/sorting/ranks-by-digits.ts.
import { DTYPES, type DType } from "../../base/dtype.js";
import { blockCount, type Chunks, longest, sizeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { countsLayout, type Digit, type Quantiles } from "../../graph/model/rank-routine.js";
import { routineNode } from "../layers/take-layer.js";

/**
 * Blocks of any shape whose elements are examined together, and the parallel lanes that they are
 * cut into.
 */
export interface Lanes {
  readonly node: LayerNode;
  /** The axes along which elements are examined together: the first ones. */
  readonly axes: number;
}

/** The bits of the first digit, of which there is one table. */
const FIRST_BITS = 16;
/** Counts of a block in all of its tables, after that. */
const COUNTS_MAX = 2 ** 17;
/** Tables that one task adds up. */
const GROUP = 16;
/**
 * Every distinct prefix is looked for in a pass of its own. From this many quantiles on, sorting is
 * as fast.
 */
const QUANTILES_MAX = 8;

/**
 * Whether counting is less work than sorting: where there are few quantiles, and blocks are longer
 * than tables.
 */
export function isWorthCounting(
  { chunks }: { readonly chunks: Chunks },
  quantiles: number,
): boolean {
  const length = sizeOf(chunks.map(longest));
  return quantiles <= QUANTILES_MAX && length >= COUNTS_MAX;
}

/**
 * The digits of a key, the first one first: as few as the tables for that many ranks allow.
 *
 * @param ranks how many are looked for
 */
export function planDigits(dtype: DType, ranks: number): readonly Digit[] {
  const keyBits = 8 * DTYPES[dtype].itemBytes;
  const most = Math.min(16, Math.floor(Math.log2(COUNTS_MAX / ranks)));
  const digits: Digit[] = [];
  for (let skip = 0; skip < keyBits; ) {
    const bits = Math.min(keyBits - skip, skip === 0 ? FIRST_BITS : most);
    digits.push({ skip, bits });
    skip += bits;
  }
  return digits;
}

/**
 * Quantiles of all blocks of each column together, along a first axis; columns are cut into ones.
 */
export function selectedQuantiles(
  { node, axes }: Lanes,
  asked: Quantiles,
  ignoreNaN: boolean,
  dtype: DType,
): LayerNode {
  const { chunks, dtype: from } = node.layer;
  const [own, columns] = [chunks.slice(0, axes), chunks.slice(axes)];
  const count = 2 * asked.quantiles.length;
  const columnAxes = columns.map((_, i) => i + 1);
  const blocks = new Array<number>(blockCount(own)).fill(1);
  const column = (leading: Chunks) => ({
    loopChunks: [[1], ...columns],
    chunks: [...leading, ...columns],
  });
  let state: LayerNode | undefined;
  for (const digit of planDigits(from, count)) {
    const size = (state === undefined ? 1 : count) * countsLayout(digit).length;
    const blockAxes = columns.map((_, i) => i + axes);
    const before = state === undefined ? [] : [{ node: state, axes: [-1, -1, ...blockAxes] }];
    const counts = added(
      routineNode(
        { name: "countDigits", digit },
        [{ node, axes: [...chunks.keys()] }, ...before],
        { loopChunks: chunks, chunks: [blocks, [size], ...columns] },
        "uint32",
      ),
      columns,
    );
    state = routineNode(
      { name: "narrowDigits", digit, mayBeNaN: DTYPES[from].kind === "float", ...asked },
      [
        { node: counts, axes: [0, -1, ...columnAxes], parts: true },
        ...(state === undefined ? [] : [{ node: state, axes: [-1, -1, ...columnAxes] }]),
      ],
      column([[4], [count]]),
      "float64",
    );
  }
  const length = own.reduce((size, axis) => size * axis.reduce((sum, n) => sum + n, 0), 1);
  return routineNode(
    { name: "digitQuantiles", ...asked, dtype: from, ignoreNaN, length },
    [{ node: state as LayerNode, axes: [-1, -1, ...columnAxes] }],
    column([[asked.quantiles.length]]),
    dtype,
  );
}

/** Tables of many blocks as those of up to sixteen groups. */
function added(counts: LayerNode, columns: Chunks): LayerNode {
  const [blocks = [], size = []] = counts.layer.chunks;
  if (blocks.length <= GROUP) return counts;
  const groups = new Array<number>(Math.ceil(blocks.length / GROUP)).fill(1);
  const axes = [0, -1, ...columns.map((_, i) => i + 1)];
  const sums = routineNode(
    { name: "addCounts" },
    [{ node: counts, axes, every: GROUP }],
    { loopChunks: [groups, ...columns], chunks: [groups, size, ...columns] },
    "float64",
  );
  return added(sums, columns);
}
