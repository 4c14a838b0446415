// Cutting an array anew. How many passes that takes is ../rechunk-plan.ts.
import type { DType } from "../../base/dtype.js";
import { itemBytes } from "../../base/dtype.js";
import {
  type Chunks,
  hasUnknownLengths,
  isUnknownAxis,
  sameChunks,
  UNKNOWN_LENGTH,
} from "../../graph/model/chunks.js";
import type { RechunkLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { evenChunks } from "../even-chunks.js";
import { type AxisChunks, type ChunkSpec, normalizeChunks } from "../normalize-chunks.js";
import { checkArrays } from "../operands.js";
import { planRechunk } from "../rechunk-plan.js";
import { routineNode } from "../take.js";
import { checkLengths, lengthsNeeded } from "../unknown-lengths.js";

/** Options of {@link rechunk}. */
export interface RechunkOptions {
  /** Bytes that "auto" blocks may have, as a number or like `"64MiB"`; 128 MiB unless given. */
  readonly limit?: number | string;
  /** Largest block of an intermediate pass, in bytes; 128 MiB unless given. */
  readonly blockBytesMax?: number;
  /**
   * How many pieces a pass may have for each block of both its ends before it is split in two; unless
   * given, 4, and as many as are large enough to be worth fetching one by one.
   */
  readonly threshold?: number;
  /** Whether to even out the new blocks, so that the last along an axis is no mere remainder; false. */
  readonly balance?: boolean;
}

/**
 * The same array in other chunks. Goes through intermediate chunks where a single pass would make
 * every new block of very many old ones.
 *
 * @param x any shape and dtype
 * @param chunks the new chunks; an axis whose entry is null or missing keeps its own, `"auto"` stays
 * in the proportions of the old ones
 * @returns shape and dtype of `x`
 * @chunks as `chunks` says; one task per block that is not one of `x` already, and those of steps between where
 * few blocks meet many
 * @throws ArgumentError `argument.chunks` when they do not fit the shape
 * @see https://docs.dask.org/en/stable/generated/dask.array.rechunk.html
 *
 * @example
 * ```ts
 * const rows = zeros([1000, 1000], { chunks: [10, 1000] });
 * rechunk(rows, [1000, 10]).numblocks; // → [1, 100]
 * rechunk(rows, { 0: -1 }).numblocks; // → [1, 1]
 * ```
 */
export function rechunk<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  chunks: ChunkSpec,
  options: RechunkOptions = {},
): ChunkedArray<D, R> {
  checkArrays("rechunk", x);
  if (hasUnknownLengths(x.chunks)) return rechunkKnown(x, chunks, options);
  const target = normalizeChunks(completed(chunks, x.chunks), x.shape, {
    itemBytes: itemBytes(x.dtype),
    previous: x.chunks,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  return rechunkTo(x, options.balance === true ? target.map(evenChunks) : target, options);
}

/** The same along axes of known lengths; the others keep their chunks. */
function rechunkKnown<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  spec: ChunkSpec,
  options: RechunkOptions,
): ChunkedArray<D, R> {
  const entries = completed(spec, x.chunks);
  const known = [...x.chunks.keys()].filter((axis) => !isUnknownAxis(x.chunks[axis] ?? []));
  const entryOf = (axis: number): AxisChunks =>
    typeof entries === "object"
      ? ((entries as Record<number, AxisChunks>)?.[axis] ?? null)
      : entries;
  x.chunks.forEach((own, axis) => {
    const entry = entryOf(axis);
    const isKept = entry === null || entry === own || (entry === -1 && axis === 0);
    if (!known.includes(axis) && !isKept) {
      throw lengthsNeeded("cutting an array anew", axis);
    }
  });
  const cut = normalizeChunks(
    known.map(entryOf),
    known.map((axis) => x.shape[axis] as number),
    { itemBytes: itemBytes(x.dtype), previous: known.map((axis) => x.chunks[axis] ?? []) },
  );
  const target = x.chunks.map((own, axis) => {
    if (known.includes(axis)) return cut[known.indexOf(axis)] as readonly number[];
    return entryOf(axis) === -1 ? [UNKNOWN_LENGTH] : own;
  });
  return rechunkTo(x, target, options);
}

/** {@link rechunk} to chunks that are known to fit. */
export function rechunkTo<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  target: Chunks,
  options: RechunkOptions = {},
): ChunkedArray<D, R> {
  if (sameChunks(x.chunks, target)) return x;
  return x.derive(rechunkNode(x.node, target, options));
}

/** The node with its blocks cut as `target` says. */
export function rechunkNode(
  node: LayerNode,
  target: Chunks,
  options: RechunkOptions = {},
): LayerNode {
  const { dtype } = node.layer;
  const { chunks: from } = node.layer;
  if (sameChunks(from, target)) return node;
  const changed = [...from.keys()].filter((i) => !sameChunks([from[i] ?? []], [target[i] ?? []]));
  if (changed.includes(0) && isUnknownAxis(from[0] ?? []) && target[0]?.length === 1) {
    return rechunkNode(gatheredNode(node), target, options);
  }
  checkLengths("cutting an array anew", from, changed);
  const isKnown = !hasUnknownLengths(from);
  const plan = isKnown
    ? planRechunk(from, target, { itemBytes: itemBytes(dtype), ...options })
    : [target];
  return plan.reduce<LayerNode>((from, chunks, pass) => {
    const layer = nameLayer<RechunkLayer>("rechunk", {
      kind: "rechunk",
      inputs: [from.layer.name],
      chunks,
      dtype,
      ...(pass < plan.length - 1 ? { planned: true } : {}),
    });
    return { layer, inputs: [from] };
  }, node);
}

/** The node with all blocks of its first axis, whose lengths are not known, as one. */
function gatheredNode(node: LayerNode): LayerNode {
  const chunks: Chunks = [[UNKNOWN_LENGTH], ...node.layer.chunks.slice(1)];
  const axes = [...chunks.keys()];
  const operands = [{ node, axes, parts: true }];
  return routineNode({ name: "gather" }, operands, { loopChunks: chunks }, node.layer.dtype);
}

/**
 * Unlike where arrays are made, an axis keeps the chunks it has where its entry is null or an object
 * does not name it.
 */
function completed(spec: ChunkSpec, current: Chunks): ChunkSpec {
  if (spec === null || typeof spec !== "object") return spec;
  const ndim = current.length;
  if (Array.isArray(spec)) {
    const list = spec as readonly AxisChunks[];
    return list.length === ndim ? list.map((entry, i) => entry ?? current[i] ?? null) : list;
  }
  const given = spec as Readonly<Record<string, AxisChunks>>;
  const entries = Object.entries(given).map(([key, entry]) => [
    key,
    entry ?? current[Number(key) < 0 ? Number(key) + ndim : Number(key)] ?? null,
  ]);
  const kept = current.flatMap((axis, i) => (i in given || i - ndim in given ? [] : [[i, axis]]));
  return Object.fromEntries([...kept, ...entries]);
}
