// The input blocks of a take: the block of each point, and the blocks that each output block reads.
// Shared by expansion and kernels. array/ turns a user's index into points;
// kernels/movement/take-elements.ts copies the elements.
import {
  blockHolding,
  blockIndexOf,
  blockOffsets,
  type Chunks,
  contiguousStrides,
  numBlocks,
} from "../model/chunks.js";
import type { Layer, TakeLayer } from "../model/layer.js";
import type { DependencyMap } from "./dependency-map.js";

/** The input axis behind each output axis of a take; -1 for the axis of points. */
export function takeSources({ axes, place, chunks }: TakeLayer): number[] {
  const rank = chunks.length - 1 + axes.length;
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter((a) => !axes.includes(a));
  kept.splice(place, 0, -1);
  return kept;
}

/**
 * For points `first` to before `end`, the number that its block adds to the number of an operand:
 * the part that comes from the indexed axes.
 */
export function pointBlocks(
  { axes, indices }: TakeLayer,
  inputChunks: Chunks,
  first: number,
  end: number,
): Float64Array {
  const strides = contiguousStrides(numBlocks(inputChunks));
  const blocks = new Float64Array(end - first);
  axes.forEach((axis, k) => {
    const lengths = inputChunks[axis] as readonly number[];
    const offsets = blockOffsets(lengths);
    const stride = strides[axis] as number;
    let block = 0;
    for (let p = first; p < end; p++) {
      const at = Number(indices[k]?.[p]);
      // Neighbouring points mostly are in one block.
      if (at < (offsets[block] as number) || at >= (offsets[block + 1] as number)) {
        block = blockHolding(lengths, at);
      }
      blocks[p - first] = (blocks[p - first] as number) + block * stride;
    }
  });
  return blocks;
}

/**
 * The distinct numbers among `blocks`, ascending: the operands of an output block, in their order.
 */
export function distinctBlocks(blocks: Float64Array): Float64Array {
  return Float64Array.from(new Set(blocks)).sort();
}

/** Lists the input blocks behind a block of a take. */
export function takeMap(layer: TakeLayer, input: Layer): DependencyMap {
  const sources = takeSources(layer);
  const strides = contiguousStrides(numBlocks(input.chunks));
  const offsets = blockOffsets(layer.chunks[layer.place] as readonly number[]);
  const rows = Array.from({ length: offsets.length - 1 }, (_, row) =>
    distinctBlocks(
      pointBlocks(layer, input.chunks, offsets[row] as number, offsets[row + 1] as number),
    ),
  );
  return (block, emit) => {
    const index = blockIndexOf(layer.chunks, block);
    let base = 0;
    sources.forEach((axis, i) => {
      if (axis >= 0) base += (index[i] as number) * (strides[axis] as number);
    });
    for (const blockNumber of rows[index[layer.place] as number] as Float64Array) {
      emit(0, base + blockNumber);
    }
  };
}
