// The graph below a collection in a few words.
import { formatCount } from "../../base/units.js";
import { blockCount } from "./chunks.js";
import type { Layer } from "./layer.js";
import { layersBelow } from "./layer-graph.js";
import type { LayerNode } from "./layer-node.js";

/** The layers and tasks below a node as they were built: `3 layers, 12 tasks`. */
export function graphText(node: LayerNode): string {
  const layers = layersBelow([node]);
  const tasks = layers.reduce((sum, layer) => sum + taskCount(layer), 0);
  return `${formatCount(layers.length, "layer")}, ${formatCount(tasks, "task")}`;
}

/** One for each block, but where blocks are other layers' or there already. */
function taskCount({ kind, chunks }: Layer): number {
  return kind === "concatenate" || kind === "pick" || kind === "persisted" ? 0 : blockCount(chunks);
}
