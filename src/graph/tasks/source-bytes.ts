// How much a graph reads or makes out of nothing: blocks of sources, by themselves or as steps of
// fused layers.
import { itemBytes } from "../../base/dtype.js";
import { blockCount, blockIndexOf, blockShape, shapeOf, sizeOf } from "../model/chunks.js";
import type { Layer, SourceLayer } from "../model/layer.js";
import type { NeededLayer } from "./count-tasks.js";

/** Bytes that all needed blocks of a layer read or make; of a fused layer, in proportion. */
export function sourceBytesOf({
  layer,
  tasks,
  bytes,
}: Pick<NeededLayer, "layer" | "tasks" | "bytes">): number {
  if (layer.kind === "source") return bytes;
  const share = tasks / blockCount(layer.chunks);
  return share * sum(sourcesIn(layer), ({ chunks }) => sizeOf(shapeOf(chunks)));
}

/** Bytes that one block of a layer reads or makes. */
export function blockSourceBytes(layer: Layer, block: number): number {
  const sources = layer.kind === "source" ? [layer] : sourcesIn(layer);
  return sum(sources, ({ chunks }) => sizeOf(blockShape(chunks, blockIndexOf(chunks, block))));
}

function sourcesIn(layer: Layer): SourceLayer[] {
  if (layer.kind !== "fused") return [];
  return layer.steps.flatMap((step) => (step.layer.kind === "source" ? [step.layer] : []));
}

function sum(sources: readonly SourceLayer[], elements: (layer: SourceLayer) => number): number {
  return sources.reduce((bytes, each) => bytes + elements(each) * itemBytes(each.dtype), 0);
}
