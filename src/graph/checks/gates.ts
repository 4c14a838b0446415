// Whether barriers and gates fit what they wait for, and gates the layers whose blocks they are.
import { blockCount, sameChunks } from "../model/chunks.js";
import type { BarrierLayer, GateLayer, Layer } from "../model/layer.js";
import { isRootLayer } from "../model/root-layers.js";
import { isCount, isRecord, isText, type Misfit, shown } from "./fits.js";

/** A barrier has one block for each group of its inputs' blocks. */
export function barrierMisfit(layer: BarrierLayer, inputs: readonly Layer[]): Misfit {
  const { every, chunks, dtype } = layer;
  if (!isCount(every) || every === 0) return "its groups are no number of blocks";
  const blocks = inputs.reduce((sum, input) => sum + blockCount(input.chunks), 0);
  const isFlags = chunks.length === 1 && chunks[0]?.every((length) => length === 1);
  if (!isFlags || dtype !== "bool") return "its blocks are no booleans";
  if (blockCount(chunks) === Math.max(1, Math.ceil(blocks / every))) return undefined;
  return "it has not one block for each group of its inputs' blocks";
}

/** A gate has the blocks of its root or first input, and may wait for one block besides. */
export function gateMisfit(
  layer: GateLayer,
  inputs: readonly Layer[],
  findMisfit: (layer: Layer, inputs: readonly Layer[]) => Misfit,
): Misfit {
  const { root, copy } = layer;
  if (copy !== undefined && !isText(copy)) return "its copy has no name";
  const barrier = inputs.at(-1);
  if (root === undefined) {
    if (inputs.length !== 2) return `it has ${inputs.length} inputs, and a gate has 2`;
    return openMisfit(barrier) ?? likenessMisfit(layer, inputs[0] as Layer);
  }
  if (!isRecord(root)) return "its root is no layer";
  if (!isRootLayer(root)) return `its root is of kind ${shown((root as Layer).kind)}`;
  if (root.kind === "source" && root.generator.type === "held") return "a client serves its blocks";
  if (inputs.length > 1) return `it has ${inputs.length} inputs besides a root`;
  return findMisfit(root, []) ?? openMisfit(barrier) ?? likenessMisfit(layer, root);
}

function openMisfit(barrier: Layer | undefined): Misfit {
  if (barrier === undefined || blockCount(barrier.chunks) === 1) return undefined;
  return "what it waits for is not one block";
}

function likenessMisfit(layer: Layer, like: Layer): Misfit {
  if (layer.dtype !== like.dtype || layer.holds !== like.holds) return "it holds something else";
  return sameChunks(layer.chunks, like.chunks) ? undefined : "it has other blocks";
}
