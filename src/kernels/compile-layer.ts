// From a layer to a function that computes one of its blocks: the one door of this room.
import type { Block } from "../base/block.js";
import type { Layer } from "../graph/layer.js";

/**
 * Computes block number `block` into `output`, a C-contiguous block of the layer's dtype and that
 * block's shape, whose memory may hold anything before. Operands come in dependency order.
 */
export type BlockKernel = (block: number, operands: readonly Block[], output: Block) => void;

/**
 * The kernel of `layer`; compiled once per distinct program and cached by content. Throws
 * InvariantError for layers that are not computed here: concatenate and persisted (no tasks),
 * sources of type `held` and `npy` (runtime/ reads those).
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export declare function compileLayer(layer: Layer, inputs: readonly Layer[]): BlockKernel;
