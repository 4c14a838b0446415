// How many states a task of a reduction's tree joins: sixteen, or fewer if they are large because
// long axes are kept. Then as many as fit a budget of bytes, at least two. It runs after slices and
// takes have moved down, which makes states smaller. Trees with a given `splitEvery` stay.
import { hasUnknownLengths } from "../model/chunks.js";
import type { Layer, LayerName, TreeReduceLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { DEFAULT_SPLIT_EVERY } from "../model/reduction-tree.js";
import { affordableSplit, JOINED_BYTES_MAX, plantTree } from "./plant-tree.js";
import { Workspace } from "./workspace.js";

/** Gives trees over large states more levels, of tasks that read fewer of them. */
export function splitReductions(
  graph: LayerGraph,
  joinedBytesMax: number = JOINED_BYTES_MAX,
): void {
  const workspace = new Workspace(graph);
  for (const top of layersOf(graph)) {
    if (top.kind !== "treeReduce" || !top.final || top.isGiven) continue;
    const states = statesBelow(workspace, top);
    if (states === undefined || hasUnknownLengths(states.chunks)) continue;
    if (affordableSplit(states, joinedBytesMax) < DEFAULT_SPLIT_EVERY) {
      plantTree(workspace, top, states.name, joinedBytesMax);
    }
  }
  workspace.finish();
}

/** The layer of states that the tree joins; undefined where others see a level of it. */
export function statesBelow(workspace: Workspace, top: TreeReduceLayer): Layer | undefined {
  let layer = workspace.layer(top.inputs[0] as LayerName);
  while (layer.kind === "treeReduce" && !layer.final) {
    if (!workspace.hasOneUser(layer.name)) return undefined;
    layer = workspace.layer(layer.inputs[0] as LayerName);
  }
  return layer;
}
