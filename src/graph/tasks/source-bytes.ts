// How much a graph reads or makes out of nothing: blocks of sources, by themselves or as steps of
// fused layers.
import { itemBytes } from "../../base/dtype.js";
import { stepBlock } from "../dependencies/place-blocks.js";
import { blockCount, shapeOf, sizeOf } from "../model/chunks.js";
import type { Layer, LayerName } from "../model/layer.js";
import { outputBytes } from "../model/output-bytes.js";
import type { NeededLayer } from "./count-tasks.js";

/** Bytes that all needed blocks of a layer read or make; of a fused layer, in proportion. */
export function sourceBytesOf({
  layer,
  tasks,
  bytes,
}: Pick<NeededLayer, "layer" | "tasks" | "bytes">): number {
  if (layer.kind !== "fused") return layer.kind === "source" ? bytes : 0;
  const share = tasks / blockCount(layer.chunks);
  const places = new Map<LayerName, number>();
  let made = 0;
  for (const { layer: step } of layer.steps) {
    if (step.kind !== "source") continue;
    const before = places.get(step.name) ?? 0;
    places.set(step.name, before + 1);
    // Tasks on one side of a diagonal make two blocks each, which are all: those on it make one.
    const added = share < 1 ? Math.min(1, (before + 1) * share) - Math.min(1, before * share) : 1;
    made += added * sizeOf(shapeOf(step.chunks)) * itemBytes(step.dtype);
  }
  return made;
}

/** Bytes that one block of a layer reads or makes. */
export function blockSourceBytes(layer: Layer, block: number): number {
  if (layer.kind === "source") return outputBytes(layer, block);
  if (layer.kind !== "fused") return 0;
  const made = new Map<string, number>();
  for (const step of layer.steps) {
    if (step.layer.kind !== "source") continue;
    const own = stepBlock(layer, step)(block);
    made.set(`${step.layer.name} ${own}`, outputBytes(step.layer, own));
  }
  return [...made.values()].reduce((sum, bytes) => sum + bytes, 0);
}
