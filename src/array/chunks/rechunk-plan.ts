// The intermediate chunks of a rechunk. Mostly there is one pass: every new block fetches its
// pieces of the old ones, and each byte moves once (docs/internals/exchange.md). But a pass in
// which every block meets every other has (old blocks × new blocks) pieces, each with its cost;
// where they would be too small or too many, merging along some axes first, under a memory limit,
// or splitting along others, keeps them near the number of blocks. Follows the idea of Dask's
// plan_rechunk; test/fixtures/rechunk.json holds it to Dask's task counts and peaks.
import { EDGE_THRESHOLD, edgeCount, edgeLimit } from "../../graph/dependencies/rechunk-edges.js";
import { blockCount, type Chunks, longest, sameChunks, sizeOf } from "../../graph/model/chunks.js";
import { defaultBlockBytes } from "./normalize-chunks.js";

/** Limits of a rechunk plan. */
export interface RechunkPlanOptions {
  readonly itemBytes: number;
  /** Largest block of an intermediate pass, in bytes. */
  readonly blockBytesMax?: number;
  /**
   * A pass is fine when its edges stay below this many times the blocks of both ends; by default,
   * 4, or when its pieces are large and not too many.
   */
  readonly threshold?: number;
}

/**
 * Parts of the limit within which passes are planned as well, for blocks that are smaller without
 * much else.
 */
const LIMIT_PARTS = [1, 0.85, 0.7];
/** How many times the edges smaller blocks are worth. */
const EDGES_FOR_SMALLER = 1.5;

/** The chunks to pass through, in order; the last are `target`. */
export function planRechunk(from: Chunks, target: Chunks, options: RechunkPlanOptions): Chunks[] {
  if (target.length <= 1 || blockElements(target) === 0) return [target];
  const limit = (options.blockBytesMax ?? defaultBlockBytes()) / options.itemBytes;
  const ends = Math.max(blockElements(from), blockElements(target));
  let best = planWithin(from, target, Math.max(limit, ends), "as numbered", options);
  const edgesMax = edgesOf(from, best) * EDGES_FOR_SMALLER;
  const blocksMax = blocksOf(best);
  for (const part of LIMIT_PARTS) {
    for (const ties of TIES) {
      const largest = largestOf(best);
      if (largest <= ends) return best;
      const plan = planWithin(from, target, Math.max(limit * part, ends), ties, options);
      const isSmaller = largestOf(plan) < largest && plan.length <= best.length;
      // With one grid between, a tighter limit is mostly more blocks and nothing else.
      const isAsFew = part === 1 || plan.length > 2 || blocksOf(plan) <= blocksMax;
      if (isSmaller && isAsFew && edgesOf(from, plan) <= edgesMax) best = plan;
    }
  }
  return best;
}

function largestOf(plan: readonly Chunks[]): number {
  return Math.max(...plan.map(blockElements));
}

function blocksOf(plan: readonly Chunks[]): number {
  return plan.reduce((sum, chunks) => sum + blockCount(chunks), 0);
}

/** Pieces that all passes of a plan move. */
function edgesOf(from: Chunks, plan: readonly Chunks[]): number {
  return plan.reduce((sum, to, pass) => sum + edgeCount(plan[pass - 1] ?? from, to), 0);
}

function planWithin(
  from: Chunks,
  target: Chunks,
  elementsMax: number,
  ties: Ties,
  options: RechunkPlanOptions,
): Chunks[] {
  const threshold = options.threshold ?? EDGE_THRESHOLD;
  const edgesMax = edgeLimit(from, target, options.itemBytes, options.threshold);
  const plan: Chunks[] = [];
  let current = from;
  for (let first = true; edgeCount(current, target) >= edgesMax; first = false) {
    // After a merge that hit the memory limit, more edges are accepted to make blocks smaller
    // first.
    const split = first ? current : splitToward(current, target, threshold);
    const { chunks, limited } = mergeToward(split, target, elementsMax, ties);
    if (sameChunks(chunks, target) || (!first && sameChunks(chunks, current))) break;
    if (!sameChunks(chunks, current)) plan.push(chunks);
    current = chunks;
    if (!limited) break;
  }
  return [...plan, target];
}

function blockElements(chunks: Chunks): number {
  return sizeOf(chunks.map(longest));
}

/** Merges blocks along axes that need fewer, the most edges saved per byte of growth first. */
function mergeToward(
  from: Chunks,
  target: Chunks,
  elementsMax: number,
  ties: Ties,
): { chunks: Chunks; limited: boolean } {
  const chunks = [...from];
  let elements = blockElements(from);
  let limited = false;
  for (const axis of mergeOrder(from, target, ties)) {
    const width = longest(from[axis] as readonly number[]);
    const wanted = target[axis] as readonly number[];
    const grown = Math.floor((elements * longest(wanted)) / (width || 1));
    if (grown <= elementsMax) {
      chunks[axis] = wanted;
      elements = grown;
      continue;
    }
    limited = true;
    const part = divideToWidth(wanted, Math.floor((elementsMax * width) / elements));
    if (part.length <= (from[axis] as readonly number[]).length) {
      chunks[axis] = part;
      elements = Math.floor((elements * longest(part)) / width);
    }
  }
  return { chunks, limited };
}

/** Which of two axes is merged first when both save as much per byte. */
const TIES = ["as numbered", "most blocks first", "fewest blocks first"] as const;
type Ties = (typeof TIES)[number];

function compareTied(ties: Ties, a: number, b: number): number {
  if (ties === "as numbered") return 0;
  return ties === "most blocks first" ? b - a : a - b;
}

function mergeOrder(from: Chunks, target: Chunks, ties: Ties): number[] {
  const fewer = (axis: number) =>
    (from[axis] as readonly number[]).length / (target[axis] as readonly number[]).length;
  const value = (axis: number) => {
    const [old, wanted] = [from[axis] as readonly number[], target[axis] as readonly number[]];
    const growth = longest(wanted) / (longest(old) || 1);
    if (growth <= 0) return 0;
    return -Math.log(fewer(axis)) / Math.log(growth === 1 ? 1 + 1e-9 : growth);
  };
  return from
    .map((_, axis) => axis)
    .filter((axis) => fewer(axis) >= 1)
    .map((axis) => ({ axis, value: value(axis) }))
    .sort((a, b) => a.value - b.value || compareTied(ties, fewer(a.axis), fewer(b.axis)))
    .map(({ axis }) => axis);
}

/** Splits blocks along axes that need more, as far as the edges to `target` stay bounded. */
function splitToward(from: Chunks, target: Chunks, threshold: number): Chunks {
  const edgesMax = edgeCount(from, target) * threshold;
  const chunks = [...from];
  for (let axis = 0; axis < from.length; axis++) {
    const edges = edgeCount(chunks, target);
    if (edges > edgesMax) break;
    const old = from[axis] as readonly number[];
    const wanted = target[axis] as readonly number[];
    if (old.length > wanted.length) continue;
    const merged = mergeToCount(wanted, Math.floor((old.length * edgesMax) / edges));
    if (merged.length >= old.length && longest(merged) <= longest(old)) {
      chunks[axis] = merged;
    }
  }
  return chunks;
}

/** `lengths` cut as little as it takes for none to exceed `widthMax`. */
export function divideToWidth(lengths: readonly number[], widthMax: number): number[] {
  return lengths.flatMap((length) => {
    const parts = Math.ceil(length / Math.max(1, widthMax));
    return Array.from(
      { length: parts },
      (_, i) => Math.floor((length * (i + 1)) / parts) - Math.floor((length * i) / parts),
    );
  });
}

/**
 * Neighbours of `lengths` merged until there are `countMax`, keeping the widest as narrow as a walk
 * from the front can.
 */
export function mergeToCount(lengths: readonly number[], countMax: number): readonly number[] {
  if (lengths.length <= countMax) return lengths;
  const ends: number[] = [];
  let total = 0;
  for (const length of lengths) ends.push((total += length));
  // The narrowest width that `countMax` greedy runs can keep, found by halving.
  let low = longest(lengths);
  let high = total;
  while (low < high) {
    const width = Math.floor((low + high) / 2);
    if (runsWithin(lengths, width).length <= countMax) high = width;
    else low = width + 1;
  }
  return runsWithin(lengths, low);
}

function runsWithin(lengths: readonly number[], width: number): number[] {
  const runs: number[] = [];
  let run = 0;
  for (const length of lengths) {
    if (run > 0 && run + length > width) {
      runs.push(run);
      run = 0;
    }
    run += length;
  }
  runs.push(run);
  return runs;
}
