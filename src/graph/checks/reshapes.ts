// Reshapes: block n has as many elements as block n of the input. If the axes of both grids pair
// up, this is decided axis by axis; otherwise block by block.
import { blockCount, type Chunks, hasUnknownLengths } from "../model/chunks.js";
import type { Layer, ReshapeLayer } from "../model/layer.js";
import { dtypeMisfit, type Misfit } from "./fits.js";

export function reshapeMisfit(layer: ReshapeLayer, input: Layer): Misfit {
  return dtypeMisfit(layer, input) ?? blocksMisfit(layer, input);
}

function blocksMisfit({ chunks }: ReshapeLayer, input: Layer): Misfit {
  const [blocks, before] = [blockCount(chunks), blockCount(input.chunks)];
  if (blocks !== before) return `it has ${blocks} blocks, and its input has ${before}`;
  if (hasUnknownLengths(chunks) || hasUnknownLengths(input.chunks)) return undefined;
  if (blocks === 0 || pairUp(chunks, input.chunks)) return undefined;
  const odd = firstOdd(chunks, input.chunks);
  return odd < 0 ? undefined : `block ${odd} has another size than that of its input`;
}

/**
 * Whether axes of more than one block come in pairs of equal lengths, and the others make up equal
 * sizes.
 */
function pairUp(a: Chunks, b: Chunks): boolean {
  const [cutA, cutB] = [cutAxes(a), cutAxes(b)];
  if (cutA.length !== cutB.length) return false;
  let [sizeA, sizeB] = [wholeSize(a), wholeSize(b)];
  for (const [k, axis] of cutA.entries()) {
    const other = cutB[k] as readonly number[];
    const [first, otherFirst] = [axis[0] as number, other[0] as number];
    if (axis.length !== other.length || first === 0 || otherFirst === 0) return false;
    // Proportional: whole numbers, so that nothing is rounded where products can be counted.
    const isEven = axis.every((length, i) => length * otherFirst === (other[i] as number) * first);
    if (!isEven) return false;
    sizeA *= first;
    sizeB *= otherFirst;
  }
  return sizeA === sizeB && Number.isSafeInteger(sizeA);
}

/** Axes of several blocks. */
function cutAxes(chunks: Chunks): Chunks {
  return chunks.filter((axis) => axis.length > 1);
}

/** The product of the lengths of all axes of one block. */
function wholeSize(chunks: Chunks): number {
  return chunks.reduce((size, axis) => (axis.length === 1 ? size * (axis[0] as number) : size), 1);
}

/** The first block whose size differs; -1 when there is none. */
function firstOdd(a: Chunks, b: Chunks): number {
  const [walkA, walkB] = [sizesOf(a), sizesOf(b)];
  for (let block = 0; ; block++) {
    const [one, other] = [walkA.next(), walkB.next()];
    if (one.done === true || other.done === true) return -1;
    if (one.value !== other.value) return block;
  }
}

/** The sizes of all blocks, in order. */
function* sizesOf(chunks: Chunks, from = 0, size = 1): Generator<number> {
  const axis = chunks[from];
  if (axis === undefined) yield size;
  else for (const length of axis) yield* sizesOf(chunks, from + 1, size * length);
}
