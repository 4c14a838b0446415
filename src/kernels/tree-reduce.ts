// Blocks of tree reductions: joins the states of neighbouring blocks and, at the top of the tree,
// turns them into results. What a block's own state is made of is reduce-code.ts and moments.ts.

import { defined } from "../base/assert.js";
import { type Block, contiguousBlock } from "../base/block.js";
import type { TreeReduceLayer } from "../graph/layer.js";
import { type Reduction, type ReductionName, stateFields } from "../graph/reduction.js";
import type { BlockKernel } from "./compile-layer.js";
import { copyBlock, isContiguous } from "./copy.js";
import { finishMoments, joinMoments } from "./moments.js";

/** Joins `other`, from element `start`, into `into`; each field is `size` long. */
type Join = (into: Float64Array, other: ArrayLike<number>, start: number, size: number) => void;

function joinBy(combine: (x: number, y: number) => number): Join {
  return (into, other, start, size) => {
    for (let k = 0; k < size; k++) {
      into[k] = combine(into[k] as number, other[start + k] as number);
    }
  };
}

/** Joins values and their places: the better value, NaN above all, the first place among equals. */
function joinBest(isBetter: (x: number, y: number) => boolean): Join {
  return (into, other, start, size) => {
    for (let k = 0; k < size; k++) {
      const value = other[start + k] as number;
      const place = other[start + size + k] as number;
      const best = into[k] as number;
      const tie = value === best || (Number.isNaN(value) && Number.isNaN(best));
      const wins = tie
        ? place < (into[size + k] as number)
        : isBetter(value, best) || (Number.isNaN(value) && !Number.isNaN(best));
      if (!wins) continue;
      into[k] = value;
      into[size + k] = place;
    }
  };
}

const add = joinBy((x, y) => x + y);
const JOINS: { readonly [R in ReductionName]: Join } = {
  sum: add,
  mean: add,
  prod: joinBy((x, y) => x * y),
  min: joinBy(Math.min),
  max: joinBy(Math.max),
  any: joinBy((x, y) => x | y),
  all: joinBy((x, y) => x & y),
  var: joinMoments,
  std: joinMoments,
  argmin: joinBest((x, y) => x < y),
  argmax: joinBest((x, y) => x > y),
};

/** The kernel of one level of a reduction's tree. */
export function compileTreeReduce(layer: TreeReduceLayer): BlockKernel {
  const { reduction, final } = layer;
  const fields = stateFields(reduction.name);
  const join = JOINS[reduction.name];
  return (_block, operands, output) => {
    const first = contiguous(defined(operands[0], "a state to reduce"));
    const stateSize = first.shape.reduce((n, extent) => n * extent, 1);
    const size = stateSize / fields;
    const gathered = new Float64Array(stateSize);
    gathered.set(first.data.subarray(first.offset, first.offset + stateSize));
    for (let i = 1; i < operands.length; i++) {
      const state = contiguous(operands[i] as Block);
      join(gathered, state.data, state.offset, size);
    }
    if (final) finishStates(reduction, gathered, size, output);
    else output.data.set(gathered, output.offset);
  };
}

/** Writes the results that `states` stand for. */
function finishStates(
  reduction: Reduction,
  states: Float64Array,
  size: number,
  output: Block,
): void {
  const { data, offset } = output;
  for (let k = 0; k < size; k++) {
    switch (reduction.name) {
      case "mean":
        data[offset + k] = (states[k] as number) / reduction.count;
        break;
      case "var":
      case "std":
        data[offset + k] = finishMoments(
          reduction,
          states[k] as number,
          states[2 * size + k] as number,
        );
        break;
      case "argmin":
      case "argmax":
        data[offset + k] = states[size + k] as number;
        break;
      default:
        data[offset + k] = states[k] as number;
    }
  }
}

function contiguous(block: Block): Block {
  if (isContiguous(block)) return block;
  const size = block.shape.reduce((n, extent) => n * extent, 1);
  const copy = contiguousBlock("float64", new Float64Array(size), block.shape);
  copyBlock(block, copy);
  return copy;
}
