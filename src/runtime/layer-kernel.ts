// What computes a block of a layer in this process: kernels/ for all that is arithmetic, and here the
// few layers that read or write files, which may have to wait.
import { defined } from "../base/assert.js";
import type { Block } from "../base/block.js";
import type { Layer, SourceLayer, StoreLayer } from "../graph/layer.js";
import { compileLayer } from "../kernels/compile-layer.js";
import { readNpyBlock } from "./npy-source.js";
import { writeNpyBlock } from "./npy-target.js";

/** As a kernel of kernels/, but for the promise that it may return: then it ends with that. */
export type LayerKernel = (
  block: number,
  operands: readonly Block[],
  output: Block,
) => void | Promise<void>;

/**
 * The kernel of `layer`.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export function layerKernel(layer: Layer, inputs: readonly Layer[]): LayerKernel {
  if (layer.kind === "source") return sourceKernel(layer);
  if (layer.kind === "store") return storeKernel(layer, defined(inputs[0], "what is stored"));
  return compileLayer(layer, inputs);
}

function sourceKernel(layer: SourceLayer): LayerKernel {
  switch (layer.generator.type) {
    case "npy":
      return (block, _operands, output) => readNpyBlock(layer, block, output);
    default:
      return compileLayer(layer, []);
  }
}

function storeKernel({ target }: StoreLayer, input: Layer): LayerKernel {
  return (block, operands, output) => {
    writeNpyBlock(target, input.chunks, block, defined(operands[0], "a block to store"));
    output.data[output.offset] = 1;
  };
}
