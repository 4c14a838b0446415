// Rechunks that need not be: of a rechunk, where one pass from the first chunks to the last is no
// worse, and of sources whose elements follow from their positions, which are made in the other
// chunks at once. Through which chunks a rechunk goes is planned in array/.
import { itemBytes } from "../../base/dtype.js";
import { edgeCount, edgeLimit } from "../dependencies/rechunk-edges.js";
import { type Chunks, hasUnknownLengths, sameChunks } from "../model/chunks.js";
import type { Layer, LayerName, RechunkLayer, SourceLayer } from "../model/layer.js";
import type { LayerGraph } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import { type Draft, rebuild } from "./rewrite.js";

/** Random numbers are made in units of so many along the last axis. */
const RANDOM_UNIT = 64;

/** Leaves out rechunks that change nothing, makes one of two, and cuts sources where they are made. */
export function mergeRechunks(graph: LayerGraph): LayerGraph {
  const drafts = new Map<LayerName, Draft>();
  const standIns = new Map<LayerName, LayerName>();
  const resolve = (name: LayerName) => standIns.get(name) ?? name;
  const hasOneUser = (name: LayerName) => graph.users(name).length === 1 && !graph.isOutput(name);
  for (const rechunk of graph.topological()) {
    if (rechunk.kind !== "rechunk" || hasUnknownLengths(rechunk.chunks)) continue;
    // The way down leads over rechunks that have been looked at already.
    const input = rechunk.inputs[0] as LayerName;
    let from = resolve(input);
    let below: Layer = drafts.get(from)?.layer ?? graph.layer(from);
    if (below.kind === "rechunk" && hasOneUser(input) && hasOneUser(from) && !below.planned) {
      const first = below.inputs[0] as LayerName;
      const firstLayer = drafts.get(first)?.layer ?? graph.layer(first);
      if (isOnePass(firstLayer.chunks, rechunk)) [from, below] = [first, firstLayer];
    }
    if (sameChunks(below.chunks, rechunk.chunks)) {
      standIns.set(rechunk.name, from);
    } else if (
      below.kind === "source" &&
      isMadeAnywhere(below, rechunk, hasOneUser(input) && hasOneUser(from))
    ) {
      const layer = { ...below, name: rechunk.name, chunks: rechunk.chunks };
      drafts.set(rechunk.name, { layer, word: wordOf(below.name) });
    } else if (from !== input) {
      drafts.set(rechunk.name, { layer: { ...rechunk, inputs: [from] }, word: "rechunk" });
    }
  }
  return drafts.size + standIns.size === 0 ? graph : rebuild(graph, drafts, standIns);
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
