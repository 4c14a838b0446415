// Blocks of take layers: elements at listed positions, gathered from the few input blocks that hold
// them. Which blocks these are is graph/take-plan.ts.
import { defined } from "../base/assert.js";
import type { Block } from "../base/block.js";
import { blockHolding, blockIndexOf, blockOffsets } from "../graph/chunks.js";
import type { Layer, TakeLayer } from "../graph/layer.js";
import { distinctBlocks, pointBlocks, takeSources } from "../graph/take-plan.js";
import type { BlockKernel } from "./compile-layer.js";
import { realBlocks } from "./copy.js";

/** An axis that operand and output share: its length, and a step along it in each. */
interface SharedAxis {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** Points of one operand: where their elements begin in the operand and in the output. */
interface Points {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** The kernel of a take layer. */
export function compileTake(layer: TakeLayer, input: Layer): BlockKernel {
  const sources = takeSources(layer);
  const offsets = blockOffsets(layer.chunks[layer.place] as readonly number[]);
  return (block, operands, output) => {
    const row = blockIndexOf(layer.chunks, block)[layer.place] as number;
    const first = offsets[row] as number;
    const blocks = pointBlocks(layer, input.chunks, first, offsets[row + 1] as number);
    distinctBlocks(blocks).forEach((blockNumber, k) => {
      const operand = defined(operands[k], "an operand of a take");
      const targets = realBlocks(output);
      realBlocks(operand).forEach((from, part) => {
        const to = targets[part] as Block;
        const points = pointsIn(layer, input, { blocks, blockNumber, first, from, to });
        const shared = sources.map((axis, i) => ({
          length: to.shape[i] as number,
          from: axis < 0 ? 0 : (from.stride[axis] as number),
          to: to.stride[i] as number,
        }));
        const { place } = layer;
        gather(from, to, points, shared.slice(0, place), shared.slice(place + 1));
      });
    });
  };
}

function pointsIn(
  { axes, indices, place }: TakeLayer,
  input: Layer,
  at: {
    readonly blocks: Float64Array;
    readonly blockNumber: number;
    readonly first: number;
    readonly from: Block;
    readonly to: Block;
  },
): Points {
  const { blocks, blockNumber, first } = at;
  const from: number[] = [];
  const to: number[] = [];
  const starts = axes.map((axis) => blockOffsets(input.chunks[axis] as readonly number[]));
  for (let p = 0; p < blocks.length; p++) {
    if (blocks[p] !== blockNumber) continue;
    let { offset } = at.from;
    axes.forEach((axis, k) => {
      const position = Number(indices[k]?.[first + p]);
      const held = blockHolding(input.chunks[axis] as readonly number[], position);
      offset += (position - (starts[k]?.[held] as number)) * (at.from.stride[axis] as number);
    });
    from.push(offset);
    to.push(at.to.offset + p * (at.to.stride[place] as number));
  }
  return { from: Float64Array.from(from), to: Float64Array.from(to) };
}

/** Copies the points' elements, in the output's order: `outer` axes, points, `inner` axes. */
function gather(
  { data: source }: Block,
  { data: target }: Block,
  points: Points,
  outer: readonly SharedAxis[],
  inner: readonly SharedAxis[],
): void {
  const copyInner = (from: number, to: number, axis: number) => {
    const shared = inner[axis];
    if (shared === undefined) {
      target[to] = source[from] as number;
      return;
    }
    const isLast = axis === inner.length - 1;
    for (let i = 0; i < shared.length; i++) {
      const fromHere = from + i * shared.from;
      const toHere = to + i * shared.to;
      if (isLast) target[toHere] = source[fromHere] as number;
      else copyInner(fromHere, toHere, axis + 1);
    }
  };
  const copyOuter = (from: number, to: number, axis: number) => {
    const shared = outer[axis];
    if (shared !== undefined) {
      for (let i = 0; i < shared.length; i++) {
        copyOuter(from + i * shared.from, to + i * shared.to, axis + 1);
      }
      return;
    }
    for (let p = 0; p < points.from.length; p++) {
      copyInner(from + (points.from[p] as number), to + (points.to[p] as number), 0);
    }
  };
  copyOuter(0, 0, 0);
}
