// The extent of a block's loop along each axis: from the grid or, for unknown lengths, from the
// operands.
import type { Block } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import {
  blockIndexOf,
  blockShape,
  type Chunks,
  hasUnknownLengths,
} from "../../graph/model/chunks.js";
import type { LayerName, LayerOperand } from "../../graph/model/layer.js";
import { shortName } from "../../graph/model/naming.js";

/** The extents of a block's loop. */
export type LoopExtents = (block: number, operands: readonly Block[]) => number[];

/** A layer whose operands follow a loop. */
interface LoopLayer {
  readonly inputs: readonly LayerName[];
  readonly operands: readonly LayerOperand[];
  readonly loopChunks: Chunks;
}

/**
 * The extents of the loop of `layer`.
 *
 * @param agree whether operands along an axis of unknown length must be equally long
 * @throws ArgumentError (when called) `argument.shape` for operands that are not
 */
export function loopExtents(
  { inputs, operands, loopChunks }: LoopLayer,
  agree = true,
): LoopExtents {
  const known = (block: number) => blockShape(loopChunks, blockIndexOf(loopChunks, block));
  if (!hasUnknownLengths(loopChunks)) return known;
  const nameOf = (k: number) => shortName(inputs[operands[k]?.input as number] as LayerName);
  return (block, blocks) => {
    const extents = known(block);
    const saidBy = new Map<number, number>();
    operands.forEach(({ axes }, k) => {
      axes.forEach((loopAxis, axis) => {
        if (loopAxis < 0) return;
        const extent = extents[loopAxis] as number;
        const length = blocks[k]?.shape[axis] as number;
        const other = saidBy.get(loopAxis);
        if (Number.isNaN(extent)) {
          extents[loopAxis] = length;
          saidBy.set(loopAxis, k);
        } else if (agree && extent !== length) {
          const against = other === undefined ? "the grid" : nameOf(other);
          throw new ArgumentError(
            "shape",
            `block ${block} along axis ${loopAxis}: ${nameOf(k)} has ${length} elements and ${against} ${extent}, expected as many: arrays with unknown lengths must come from the same selection`,
            { axis: loopAxis, block, lengths: [extent, length] },
          );
        }
      });
    });
    return extents;
  };
}
