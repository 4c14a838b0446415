// Blocks of take layers: elements at listed positions, gathered from the few input blocks that hold
// them. graph/dependencies/take-plan.ts finds these blocks.
import { defined } from "../../base/assert.js";
import { type Block, setElements } from "../../base/block.js";
import { distinctBlocks, pointBlocks, takeSources } from "../../graph/dependencies/take-plan.js";
import { blockHolding, blockIndexOf, blockOffsets } from "../../graph/model/chunks.js";
import type { Layer, TakeLayer } from "../../graph/model/layer.js";
import type { BlockKernel } from "../blocks/kernel.js";
import { realBlocks } from "../programs/copy-block.js";

/** An axis that operand and output share: its length, and a step along it in each. */
interface SharedAxis {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Points of one operand that are evenly, as runs: where each begins in the operand and in the
 * output, how many points it has, and how far apart they are in the operand.
 */
interface Runs {
  readonly from: number[];
  readonly to: number[];
  readonly lengths: number[];
  readonly steps: number[];
}

/** Shorter stretches are copied element by element: a view of them takes longer. */
const STRETCH_MIN = 24;

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
        const runs = runsIn(layer, input, { blocks, blockNumber, first, from, to });
        const shared = sources.map((axis, i) => ({
          length: to.shape[i] as number,
          from: axis < 0 ? 0 : (from.stride[axis] as number),
          to: to.stride[i] as number,
        }));
        const { place } = layer;
        const box = { outer: shared.slice(0, place), inner: shared.slice(place + 1) };
        gather(from, to, runs, { ...box, step: to.stride[place] as number });
      });
    });
  };
}

function runsIn(
  { axes, indices, place }: TakeLayer,
  input: Layer,
  at: {
    readonly blocks: Float64Array;
    readonly blockNumber: number;
    readonly first: number;
    readonly from: Block;
    readonly to: Block;
  },
): Runs {
  const { blocks, blockNumber, first } = at;
  const runs: Runs = { from: [], to: [], lengths: [], steps: [] };
  let last = -1;
  let before = Number.NaN;
  const starts = axes.map((axis) => blockOffsets(input.chunks[axis] as readonly number[]));
  for (let p = 0; p < blocks.length; p++) {
    if (blocks[p] !== blockNumber) continue;
    let { offset } = at.from;
    axes.forEach((axis, k) => {
      const position = Number(indices[k]?.[first + p]);
      const held = blockHolding(input.chunks[axis] as readonly number[], position);
      offset += (position - (starts[k]?.[held] as number)) * (at.from.stride[axis] as number);
    });
    const run = runs.lengths.length - 1;
    const step = offset - before;
    const isNext = run >= 0 && p === last + 1;
    if (isNext && (runs.lengths[run] === 1 || runs.steps[run] === step)) {
      runs.lengths[run] = (runs.lengths[run] as number) + 1;
      runs.steps[run] = step;
    } else {
      runs.from.push(offset);
      runs.to.push(at.to.offset + p * (at.to.stride[place] as number));
      runs.lengths.push(1);
      runs.steps.push(0);
    }
    last = p;
    before = offset;
  }
  return runs;
}

/** Copies the elements of all runs, in the output's order: `outer` axes, points, `inner` axes. */
function gather(
  { data: source }: Block,
  { data: target }: Block,
  { from: starts, to: ends, lengths, steps }: Runs,
  box: {
    readonly outer: readonly SharedAxis[];
    readonly inner: readonly SharedAxis[];
    /** Between points of the output. */
    readonly step: number;
  },
): void {
  const { outer, inner, step: toStep } = box;
  const stretch = stretchOf(inner);
  const copyStretch = (from: number, to: number, length: number) => {
    if (length >= STRETCH_MIN) setElements(target, source.subarray(from, from + length), to);
    else for (let i = 0; i < length; i++) target[to + i] = source[from + i] as number;
  };
  const copyInner = (from: number, to: number, axis: number) => {
    const { length, from: step, to: outStep } = inner[axis] as SharedAxis;
    const isLast = axis === inner.length - 1;
    for (let i = 0; i < length; i++) {
      const [fromHere, toHere] = [from + i * step, to + i * outStep];
      if (isLast) target[toHere] = source[fromHere] as number;
      else copyInner(fromHere, toHere, axis + 1);
    }
  };
  const copyRun = (from: number, to: number, length: number, step: number) => {
    if (stretch !== undefined && toStep === stretch && (step === stretch || length === 1)) {
      copyStretch(from, to, length * stretch);
    } else if (stretch === 1) {
      for (let p = 0; p < length; p++) target[to + p * toStep] = source[from + p * step] as number;
    } else {
      for (let p = 0; p < length; p++) {
        const [fromHere, toHere] = [from + p * step, to + p * toStep];
        if (stretch !== undefined) copyStretch(fromHere, toHere, stretch);
        else copyInner(fromHere, toHere, 0);
      }
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
    for (let run = 0; run < lengths.length; run++) {
      const [start, end] = [starts[run] as number, ends[run] as number];
      copyRun(from + start, to + end, lengths[run] as number, steps[run] as number);
    }
  };
  copyOuter(0, 0, 0);
}

/** How many elements are one after the other in operand and output, if all along these axes do. */
function stretchOf(axes: readonly SharedAxis[]): number | undefined {
  let stretch = 1;
  for (const { length, from, to } of [...axes].reverse()) {
    if (length !== 1 && (from !== stretch || to !== stretch)) return undefined;
    stretch *= length;
  }
  return stretch;
}
