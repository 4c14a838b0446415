// The blocks of reductions of windows: windows are many times their elements, so that their blocks
// are cut smaller. What is left of them after a reduction is as large as the elements again.
import { sameChunks } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { rechunkNode } from "./rechunk-layer.js";

/**
 * The reduction of windows, each by itself, in the blocks in which their elements were; the
 * reduction itself where it is of something else.
 *
 * @param of what is reduced along its last axis alone
 * @param place the axis of the result along which windows slide, less that of the windows
 */
export function inElementBlocks(of: LayerNode, reduction: LayerNode, place = 0): LayerNode {
  const { layer, inputs } = of;
  if (layer.kind !== "routine" || layer.routine.name !== "window") return reduction;
  const { axis } = layer.routine;
  const [cut] = inputs;
  if (cut?.layer.kind !== "rechunk") return reduction;
  const lengths = cut.inputs[0]?.layer.chunks[axis];
  const own = reduction.layer.chunks[axis + place];
  if (lengths === undefined || own === undefined) return reduction;
  if (!sameChunks([own], [cut.layer.chunks[axis] as readonly number[]])) return reduction;
  return rechunkNode(reduction, reduction.layer.chunks.with(axis + place, lengths));
}
