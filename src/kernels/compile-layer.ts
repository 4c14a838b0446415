// From a layer to a function that computes one of its blocks: the only entry of this room.
import { defined } from "../base/assert.js";
import { InvariantError } from "../base/errors.js";
import type { Layer } from "../graph/model/layer.js";
import type { BlockKernel, DynamicKernel } from "./blocks/kernel.js";
import { compileFused } from "./fused-blocks.js";
import { compileContract } from "./linalg/contract-blocks.js";
import { compileRechunk, compileReshape, compileSlice } from "./movement/move-elements.js";
import { compileTake } from "./movement/take-elements.js";
import { compileBlockwise } from "./programs/blockwise.js";
import { resultShapes } from "./programs/dynamic-shapes.js";
import { compileTreeReduce } from "./programs/tree-reduce.js";
import { compileDynamicRoutine, compileRoutine } from "./routines.js";
import { compileSource } from "./source-blocks.js";
import { compileDynamicMapBlocks, compileMapBlocks } from "./user-functions/map-blocks-kernel.js";

/** The kernel of a `layer` with unknown lengths. */
export function compileDynamic(layer: Layer, inputs: readonly Layer[]): DynamicKernel {
  const own = layer.kind === "routine" ? compileDynamicRoutine(layer) : undefined;
  if (own !== undefined) return own;
  if (layer.kind === "mapBlocks") return compileDynamicMapBlocks(layer);
  const shapeOf = resultShapes(layer, inputs);
  const kernel = compileLayer(layer, inputs);
  return (block, operands, allocate) => {
    const result = allocate(shapeOf(block, operands));
    const running = kernel(block, operands, result);
    const finished = { block: result };
    return running === undefined ? finished : running.then(() => finished);
  };
}

/**
 * The kernel of `layer`. Loops are compiled once per distinct program and kept by their text, so
 * that compiling the same layer again is cheap. A kernel runs to completion and keeps nothing.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 * @throws InvariantError for layers that are not computed here: concatenate and persisted (no
 * tasks), those that read or write files (runtime/ does)
 */
export function compileLayer(layer: Layer, inputs: readonly Layer[]): BlockKernel {
  const input = () => defined(inputs[0], `the input of ${layer.name}`);
  switch (layer.kind) {
    case "source":
      return compileSource(layer);
    case "blockwise":
      return compileBlockwise(layer);
    case "treeReduce":
      return compileTreeReduce(layer);
    case "rechunk":
      return compileRechunk(layer, input());
    case "slice":
      return compileSlice(layer, input());
    case "reshape":
      return compileReshape();
    case "contract":
      return compileContract(layer);
    case "mapBlocks":
      return compileMapBlocks(layer);
    case "take":
      return compileTake(layer, input());
    case "routine":
      return compileRoutine(layer);
    case "fused":
      return compileFused(layer, inputs, compileLayer);
    case "barrier":
      return (_block, _operands, output) => void (output.data[output.offset] = 1);
    case "gate":
      return compileReshape();
    case "store":
    case "calls":
    case "partitions":
    case "query":
      throw new InvariantError(`${layer.kind} layers are run by runtime/: ${layer.name}`);
    case "concatenate":
    case "pick":
    case "persisted":
      throw new InvariantError(`${layer.kind} layers have no kernel: their blocks exist already`);
  }
}
