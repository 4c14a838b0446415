// Reductions of windows that slide along an axis, without the windows: the axis is cut into
// segments as long as a window, and each window is the end of one segment and the beginning of the
// next (van Herk, Gil and Werman). So nothing is ever subtracted, and a window of any length costs
// the same. slide-lanes.ts has the arithmetic, in double precision.
import { assert } from "../../base/assert.js";
import type { Block } from "../../base/block.js";
import { isBigInt, type TypedArray } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { SLIDE_ELEMENTS } from "../../graph/model/working-bytes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { contiguous, subBlock } from "../programs/copy-block.js";
import { joinedAlong } from "../programs/join-blocks.js";
import {
  type Scratch,
  type Slide,
  slideExtremes,
  slideMoments,
  slideProducts,
  slideSums,
} from "./slide-lanes.js";

/** Lanes of blocks of any dtype. */
interface BlockLanes {
  readonly x: TypedArray;
  readonly from: number;
  readonly pitch: number;
  readonly width: number;
  readonly count: number;
  readonly output: Block;
  /** The place of the first result in the output. */
  readonly to: number;
}

/**
 * Reduces runs of `size` neighbours along `axis`; the result may have one more axis, of length 1,
 * at the end.
 */
export const slide: RoutineCompiler<"slide"> = ({ axis, size, reduce, correction }) => {
  assert(Number.isSafeInteger(size) && size > 0, "windows have a length");
  const run = slideOf(reduce, size, correction);
  return (operands, output) => {
    const pitch = sizeOf(output.shape.slice(axis + 1));
    // As many neighbouring lanes as fit the scratch memory are worked through together.
    const widest = Math.max(1, Math.min(pitch, Math.floor(SLIDE_ELEMENTS / size)));
    const scratch = scratchOf(size, widest);
    const count = output.shape[axis] as number;
    for (const { blocks, first, windows } of stretchesOf(operands, axis, { size, count })) {
      const { data: x, offset, shape } = contiguous(joinedAlong(blocks, axis));
      const length = shape[axis] as number;
      const isDouble = x instanceof Float64Array && output.data instanceof Float64Array;
      const slideLanes = isDouble ? slideInPlace : slideCopies;
      for (let outer = 0; outer < sizeOf(shape.slice(0, axis)); outer++) {
        for (let lane = 0; lane < pitch; lane += widest) {
          const width = Math.min(widest, pitch - lane);
          const from = offset + outer * length * pitch + lane;
          const to = output.offset + (outer * count + first) * pitch + lane;
          slideLanes({ x, from, pitch, width, count: windows, output, to }, scratch, size, run);
        }
      }
    }
  };
};

/** Windows that follow one another, and blocks that have their elements. */
interface Stretch {
  readonly blocks: readonly Block[];
  readonly first: number;
  readonly windows: number;
}

/**
 * The windows within the longest of the operands, which are reduced where they are, and those
 * before and after it, which reach into others.
 */
function stretchesOf(
  operands: readonly Block[],
  axis: number,
  { size, count }: { readonly size: number; readonly count: number },
): Stretch[] {
  const lengths = operands.map(({ shape }) => shape[axis] as number);
  const longest = Math.max(...lengths);
  const own = lengths.indexOf(longest);
  const before = lengths.slice(0, own).reduce((sum, length) => sum + length, 0);
  const inside = Math.min(longest - size + 1, count - before);
  if (inside <= 0) return [{ blocks: operands, first: 0, windows: count }];
  const after = before + inside;
  const stretches = [
    { blocks: partsAlong(operands, axis, 0, before + size - 1), first: 0, windows: before },
    { blocks: [operands[own] as Block], first: before, windows: inside },
    {
      blocks: partsAlong(operands, axis, after, count + size - 1),
      first: after,
      windows: count - after,
    },
  ];
  return stretches.filter(({ windows }) => windows > 0);
}

/** The elements `start` to before `stop` of blocks one after another along an axis. */
function partsAlong(
  operands: readonly Block[],
  axis: number,
  start: number,
  stop: number,
): Block[] {
  let begin = 0;
  return operands.flatMap((operand) => {
    const length = operand.shape[axis] as number;
    const from = Math.max(start - begin, 0);
    const to = Math.min(stop - begin, length);
    begin += length;
    if (from >= to) return [];
    const origin = operand.shape.map(() => 0).with(axis, from);
    return [subBlock(operand, origin, operand.shape.with(axis, to - from))];
  });
}

function scratchOf(size: number, width: number): Scratch {
  const [one, two] = [new Float64Array(size * width), new Float64Array(size * width)];
  return { one, two, headOne: new Float64Array(width), headTwo: new Float64Array(width) };
}

function slideInPlace(lanes: BlockLanes, scratch: Scratch, size: number, run: Slide): void {
  const { from, pitch, width, count, to } = lanes;
  const [x, y] = [lanes.x as Float64Array, lanes.output.data as Float64Array];
  const all = { x, from, pitch, width, count, y, to, step: pitch };
  for (let first = 0; first < count; first += size) run(all, scratch, size, first);
}

/** The same of other dtypes: stretches of the lanes as doubles. */
function slideCopies(lanes: BlockLanes, scratch: Scratch, size: number, run: Slide): void {
  const { x, from, pitch, width, count, output, to } = lanes;
  const segments = Math.max(1, Math.floor(SLIDE_ELEMENTS / (size * width)));
  const stretch = Math.min(count, segments * size);
  const elements = new Float64Array((stretch + size - 1) * width);
  const results = new Float64Array(stretch * width);
  const cast = isBigInt(output.dtype) ? BigInt : Number;
  for (let start = 0; start < count; start += stretch) {
    const windows = Math.min(stretch, count - start);
    for (let row = 0; row < windows + size - 1; row++) {
      const at = from + (start + row) * pitch;
      for (let lane = 0; lane < width; lane++) {
        elements[row * width + lane] = Number(x[at + lane]);
      }
    }
    const own = { x: elements, from: 0, pitch: width, width, count: windows } as const;
    const copies = { ...own, y: results, to: 0, step: width };
    for (let first = 0; first < windows; first += size) run(copies, scratch, size, first);
    for (let row = 0; row < windows; row++) {
      const target = to + (start + row) * pitch;
      for (let lane = 0; lane < width; lane++) {
        output.data[target + lane] = cast(results[row * width + lane] as number);
      }
    }
  }
}

function slideOf(
  reduce: Parameters<typeof slide>[0]["reduce"],
  size: number,
  correction: number,
): Slide {
  const freedom = Math.max(size - correction, 0);
  switch (reduce) {
    case "sum":
      return slideSums(1);
    case "mean":
      return slideSums(size);
    case "prod":
      return slideProducts;
    case "min":
      return slideExtremes(-1);
    case "max":
      return slideExtremes(1);
    case "var":
      return slideMoments((squares) => squares / freedom);
    case "std":
      return slideMoments((squares) => Math.sqrt(squares / freedom));
  }
}
