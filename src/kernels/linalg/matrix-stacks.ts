// Walks stacks of matrices: the last axes of each block make a matrix, a vector or a number, the
// axes before count them. The routines define the operation on a matrix.
import type { Block } from "../../base/block.js";

/**
 * Calls `visit` with one view of each block for every place in the stack.
 *
 * @param own per block, how many of its last axes an item has; the other axes broadcast to those of
 * the last block
 */
export function eachItem(
  blocks: readonly Block[],
  own: readonly number[],
  visit: (items: readonly Block[]) => void,
): void {
  const last = blocks.at(-1) as Block;
  const lead = last.shape.slice(0, last.shape.length - (own.at(-1) as number));
  const strides = blocks.map((block, i) => leadStrides(block, own[i] as number, lead));
  const count = lead.reduce((product, length) => product * length, 1);
  const index = lead.map(() => 0);
  for (let n = 0; n < count; n++) {
    visit(
      blocks.map((block, i) => {
        const at = block.shape.length - (own[i] as number);
        const along = strides[i] as readonly number[];
        return {
          ...block,
          shape: block.shape.slice(at),
          stride: block.stride.slice(at),
          offset: index.reduce((sum, k, axis) => sum + k * (along[axis] as number), block.offset),
        };
      }),
    );
    for (let axis = lead.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (lead[axis] as number)) break;
      index[axis] = 0;
    }
  }
}

/**
 * How the block moves along each axis of the stack; not at all where it has length 1 or no axis.
 */
function leadStrides(block: Block, own: number, lead: readonly number[]): number[] {
  const count = block.shape.length - own;
  return lead.map((_, axis) => {
    const at = axis - lead.length + count;
    return at < 0 || block.shape[at] === 1 ? 0 : (block.stride[at] as number);
  });
}
