// Removes needless rechunks: intermediate ones, if one pass is no worse, and those of sources whose
// elements follow from their positions, which are made in the other chunks at once. array/ plans
// the passes of a rechunk.
import { itemBytes } from "../../base/dtype.js";
import { edgeCount, edgeLimit } from "../dependencies/rechunk-edges.js";
import { type Chunks, hasUnknownLengths, sameChunks } from "../model/chunks.js";
import type { LayerName, RechunkLayer, SourceLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { Workspace } from "./workspace.js";

/** Random numbers are made in units of this length along the last axis. */
const RANDOM_UNIT = 64;

/**
 * Removes rechunks that change nothing, merges two into one, and makes sources in the needed
 * chunks.
 */
export function mergeRechunks(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const rechunk of layersOf(graph)) {
    if (rechunk.kind !== "rechunk" || hasUnknownLengths(rechunk.chunks)) continue;
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
      isMadeAnywhere(below, rechunk, isOnlyReader && space.hasOneUser(from))
    ) {
      space.replace(rechunk.name, { ...below, chunks: rechunk.chunks }, wordOf(below.name));
    } else if (from !== input) {
      space.replace(rechunk.name, { ...rechunk, inputs: [from] });
    }
  }
  space.finish();
}

/** Whether a plan would go straight from these chunks to the rechunk's. */
function isOnePass(from: Chunks, { chunks, dtype }: RechunkLayer): boolean {
  return edgeCount(from, chunks) < edgeLimit(from, chunks, itemBytes(dtype));
}

/** Whether the source makes the same elements in the other chunks, for about the same cost. */
function isMadeAnywhere(
  { generator, chunks }: SourceLayer,
  target: RechunkLayer,
  hasOneUser: boolean,
): boolean {
  switch (generator.type) {
    case "full":
    case "arange":
    case "linspace":
    case "eye":
      return true;
    case "uniform":
    case "draw": {
      // They are worth keeping for two users, and dear to make a few at a time.
      const width = shortest(target.chunks.at(-1));
      return hasOneUser && (width >= RANDOM_UNIT || width >= shortest(chunks.at(-1)));
    }
    default:
      return false;
  }
}

function shortest(axis: readonly number[] = [1]): number {
  return axis.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY);
}
