// Rechunks of what is read or made block by block: the source makes the other blocks at once, and
// elementwise layers and concatenations on the way work through these. merge-rechunks.ts asks.

import { itemBytes } from "../../base/dtype.js";
import { RUN_BYTES } from "../dependencies/grid-costs.js";
import {
  axisLength,
  blockCount,
  type Chunks,
  hasUnknownLengths,
  shapeOf,
  sizeOf,
} from "../model/chunks.js";
import type {
  BlockwiseLayer,
  ConcatenateLayer,
  Layer,
  LayerName,
  SourceLayer,
} from "../model/layer.js";
import { chunksWithin } from "../model/layer-operands.js";
import type { Workspace } from "./workspace.js";

/** Random numbers are made in units of so many along the last axis. */
const RANDOM_UNIT = 64;

/** Whether the source makes the same elements in other chunks, for about the same cost. */
export function isMadeAnywhere(layer: SourceLayer, target: Chunks, hasOneUser: boolean): boolean {
  const { generator, chunks } = layer;
  const [width, own] = [shortest(target.at(-1)), shortest(chunks.at(-1))];
  switch (generator.type) {
    case "full":
    case "arange":
    case "linspace":
    case "eye":
      return true;
    case "uniform":
    case "draw":
      // They are worth keeping for two users, and dear to make a few at a time.
      return hasOneUser && (width >= RANDOM_UNIT || width >= own);
    case "npy":
      return hasOneUser && isReadAsFast(layer, target);
    case "zarr":
      return hasOneUser && staysOnGrid(storedLengths(generator.document), chunks, target);
    default:
      return false;
  }
}

function shortest(axis: readonly number[] = [1]): number {
  return axis.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY);
}

/** Whether shorter runs of a file cost no more than moving what was read in longer ones. */
function isReadAsFast(layer: SourceLayer, target: Chunks): boolean {
  const { chunks, dtype } = layer;
  const bytes = sizeOf(shapeOf(chunks)) * itemBytes(dtype);
  return (runsOf(layer, target) - runsOf(layer, chunks)) * RUN_BYTES <= bytes;
}

/** How many runs of neighbouring elements a `.npy` file is read in; none of other sources. */
export function runsOf({ generator, region }: SourceLayer, chunks: Chunks): number {
  if (generator.type !== "npy") return 0;
  const axes = generator.fortranOrder ? chunks.toReversed() : chunks;
  const isWhole = (axis: readonly number[]) => region === undefined && axis.length === 1;
  const last = axes.findLastIndex((axis) => !isWhole(axis));
  const before = axes.slice(0, Math.max(0, last));
  return before.reduce(
    (runs, axis) => runs * axis.reduce((sum, length) => sum + length, 0),
    axes[last]?.length ?? 1,
  );
}

/** The lengths of a Zarr array's own chunks, which are read and decoded whole. */
function storedLengths(document: Readonly<Record<string, unknown>>): readonly number[] | undefined {
  const grid = document.chunk_grid as { configuration?: { chunk_shape?: unknown } } | undefined;
  const lengths = document.chunks ?? grid?.configuration?.chunk_shape;
  return Array.isArray(lengths) ? (lengths as number[]) : undefined;
}

/** Whether blocks of the other grid decode no more than those of the own one. */
function staysOnGrid(stored: readonly number[] | undefined, own: Chunks, target: Chunks): boolean {
  if (stored?.length !== own.length) return false;
  return stored.every(
    (length, axis) => decoded(length, target[axis] ?? []) <= decoded(length, own[axis] ?? []),
  );
}

/** How many chunks of that length blocks of an axis reach into, together. */
function decoded(length: number, axis: readonly number[]): number {
  let [start, count] = [0, 0];
  for (const own of axis) {
    if (own > 0) count += Math.ceil((start + own) / length) - Math.floor(start / length);
    start += own;
  }
  return count;
}

/** Which layers get which chunks, so that the layer `name` comes in others. */
export type NewChunks = ReadonlyMap<LayerName, Chunks>;

/**
 * The layers to cut otherwise so that the layer `name`, elementwise or a concatenation, is in
 * `chunks`: itself, and all down to its sources. Undefined where something is needed as it is, or
 * where that makes more tasks.
 */
export function newChunksBelow(
  space: Workspace,
  name: LayerName,
  chunks: Chunks,
): NewChunks | undefined {
  const found = new Map<LayerName, Chunks>();
  if (!follow(space, name, chunks, found)) return undefined;
  // With the rechunk go as many tasks as it has blocks; elementwise layers become one.
  let [before, after] = [blockCount(space.layer(name).chunks), 0];
  for (const [each, own] of found) {
    const layer = space.layer(each);
    if (layer.kind !== "source") continue;
    before += blockCount(layer.chunks);
    after += blockCount(own);
  }
  return after <= before ? found : undefined;
}

function follow(
  space: Workspace,
  name: LayerName,
  chunks: Chunks,
  found: Map<LayerName, Chunks>,
): boolean {
  const layer = space.layer(name);
  const known = found.get(name);
  if (known !== undefined) return JSON.stringify(known) === JSON.stringify(chunks);
  if (!space.hasOneUser(name) || hasUnknownLengths(layer.chunks)) return false;
  if (layer.chunks.some((axis) => axis.includes(0))) return false;
  found.set(name, chunks);
  if (layer.kind === "source") return isMadeAnywhere(layer, chunks, true);
  if (layer.kind === "concatenate") return followParts(space, layer, chunks, found);
  if (layer.kind !== "blockwise" || layer.reduction !== undefined) return false;
  return layer.operands.every(({ input, axes }) => {
    const below = layer.inputs[input] as LayerName;
    const own = space.layer(below).chunks;
    return follow(space, below, chunksWithin(own, axes, chunks), found);
  });
}

/** The same of each part of a concatenation, where no new block reaches into two. */
function followParts(
  space: Workspace,
  { axis, inputs, parts }: ConcatenateLayer,
  chunks: Chunks,
  found: Map<LayerName, Chunks>,
): boolean {
  const wanted = chunks[axis] as readonly number[];
  if (wanted.includes(0)) return false;
  let next = 0;
  return parts.every((part) => {
    const name = inputs[part] as LayerName;
    let left = axisLength(space.layer(name).chunks[axis] as readonly number[]);
    const own: number[] = [];
    while (left > 0) {
      const length = wanted[next++] as number;
      left -= length;
      own.push(length);
    }
    return left === 0 && follow(space, name, chunks.with(axis, own), found);
  });
}

/** Gives the layers their new chunks. */
export function cutAgain(space: Workspace, chunks: NewChunks): void {
  for (const [name, own] of chunks) {
    const { name: _name, ...layer } = space.layer(name) as Extract<
      Layer,
      SourceLayer | BlockwiseLayer | ConcatenateLayer
    >;
    if (layer.kind !== "blockwise") space.replace(name, { ...layer, chunks: own });
    else space.replace(name, { ...layer, chunks: own, loopChunks: own });
  }
}
