// Which input blocks a block needs: the one question that expansion asks of every kind of layer.
// Answers come in operand order, the order in which kernels/ expects the blocks.
import type { Layer } from "./layer.js";

/** Called for each operand: position of the input in `layer.inputs`, and the block's number in it. */
export type EmitDependency = (input: number, block: number) => void;

/**
 * A function that lists the operands of one block of `layer`; what is the same for all blocks is
 * worked out once, here. A block that stands twice among the operands is emitted twice.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export declare function dependencyMap(
  layer: Layer,
  inputs: readonly Layer[],
): (block: number, emit: EmitDependency) => void;
