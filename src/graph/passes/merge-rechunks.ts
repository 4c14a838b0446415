// Removes needless rechunks: intermediate ones, if one pass is no worse; those of sources, which
// are made or read in the other chunks at once (rechunk-into-sources.ts); and those below a
// reduction that leaves far less (reduce-before-rechunk.ts). Reductions of thin chunks of files
// read whole rows (reduce-whole-rows.ts). array/ plans the passes of a rechunk.
import { itemBytes } from "../../base/dtype.js";
import { edgeCount, edgeLimit } from "../dependencies/rechunk-edges.js";
import { type Chunks, hasUnknownLengths, sameChunks } from "../model/chunks.js";
import type { Layer, LayerName, RechunkLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { cutAgain, isMadeAnywhere, newChunksBelow } from "./rechunk-into-sources.js";
import { reduceBeforeRechunk } from "./reduce-before-rechunk.js";
import { reduceWholeRows } from "./reduce-whole-rows.js";
import { Workspace } from "./workspace.js";

/**
 * Removes rechunks that change nothing, merges two into one, and makes sources in the needed
 * chunks.
 */
export function mergeRechunks(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const layer of layersOf(graph)) {
    if (!space.has(layer.name)) continue;
    if (layer.kind === "treeReduce") reduceWholeRows(space, layer);
    if (layer.kind === "rechunk" && !hasUnknownLengths(layer.chunks)) mergeRechunk(space, layer);
  }
  space.finish();
}

/** Removes one rechunk, or leaves it with less to do. */
function mergeRechunk(space: Workspace, rechunk: RechunkLayer): void {
  // The way down passes only rechunks that were examined already.
  const input = rechunk.inputs[0] as LayerName;
  let from = space.behind(input);
  let below = space.layer(from);
  const isOnlyReader = space.hasOneUser(input) && space.hasOneUser(from);
  if (below.kind === "rechunk" && isOnlyReader && !below.planned) {
    const first = below.inputs[0] as LayerName;
    const firstLayer = space.layer(first);
    if (isOnePass(firstLayer.chunks, rechunk)) [from, below] = [first, firstLayer];
  }
  if (sameChunks(below.chunks, rechunk.chunks)) {
    space.standIn(rechunk.name, from);
  } else if (
    below.kind === "source" &&
    isMadeAnywhere(below, rechunk.chunks, isOnlyReader && space.hasOneUser(from))
  ) {
    space.replace(rechunk.name, { ...below, chunks: rechunk.chunks }, wordOf(below.name));
  } else if (isFollowed(below) && cutsBelow(space, from, rechunk)) {
    space.standIn(rechunk.name, from);
  } else if (reduceBeforeRechunk(space, rechunk)) {
    // The rechunk is gone, with its reader.
  } else if (from !== input) {
    space.replace(rechunk.name, { ...rechunk, inputs: [from] });
  }
}

/** Whether a plan would go straight from these chunks to the rechunk's. */
function isOnePass(from: Chunks, { chunks, dtype }: RechunkLayer): boolean {
  return edgeCount(from, chunks) < edgeLimit(from, chunks, itemBytes(dtype));
}

/** Whether a rechunk may go through the layer. */
function isFollowed({ kind }: Layer): boolean {
  return kind === "blockwise" || kind === "concatenate";
}

/**
 * Has the layer `name`, elementwise or a concatenation, and its sources come in the rechunk's
 * blocks, where all of them can.
 */
function cutsBelow(space: Workspace, name: LayerName, { chunks }: RechunkLayer): boolean {
  const found = newChunksBelow(space, name, chunks);
  if (found !== undefined) cutAgain(space, found);
  return found !== undefined;
}
