// The interface of maps from a block to its input blocks, shared by all parts of dependencies.ts.

/**
 * Called for each operand: position of the input in `layer.inputs`, and the block's number in it.
 */
export type EmitDependency = (input: number, block: number) => void;

/** Lists the operands of one block. */
export type DependencyMap = (block: number, emit: EmitDependency) => void;
