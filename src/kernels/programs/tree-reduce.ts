// Blocks of tree reductions: joins the states of neighbouring blocks and, at the top of the tree,
// turns them into results. reduce-code.ts and block-moments.ts make a block's own state.
import { defined } from "../../base/assert.js";
import { type Block, contiguousBlock, emptyBlock } from "../../base/block.js";
import { type DType, isBigInt, isComplex, partsOf } from "../../base/dtype.js";
import type { TreeReduceLayer } from "../../graph/model/layer.js";
import {
  carriesMoments,
  type Reduction,
  type ReductionName,
  stateFields,
} from "../../graph/model/reduction.js";
import type { BlockKernel } from "../blocks/kernel.js";
import { bigintMax, bigintMin } from "../math/bigint-functions.js";
import {
  complexGreatestIm,
  complexGreatestRe,
  complexLeastIm,
  complexLeastRe,
} from "../math/complex-functions.js";
import { finishMoments, joinMoments } from "./block-moments.js";
import { checkElements } from "./blockwise.js";
import { contiguous, copyBlock } from "./copy-block.js";

/** Joins `other`, from element `start`, into `into`; each field is `size` long. */
type Join = (into: States, other: ArrayLike<number | bigint>, start: number, size: number) => void;

/** States while they are joined: numbers in double precision, 64-bit integers unchanged. */
type States = Float64Array | BigInt64Array | BigUint64Array;

/** How states are joined: numbers, and those BigInts and complex numbers that have another way. */
interface Joins {
  readonly numbers: Join;
  readonly bigints?: Join;
  readonly complex?: Join;
}

/** A join of elements; of complex ones, of their parts. */
function joinBy<T extends number | bigint>(combine: (x: T, y: T) => T): Join {
  return (into, other, start, size) => {
    for (let k = 0; k < size; k++) into[k] = combine(into[k] as T, other[start + k] as T);
  };
}

/** Joins values and their places: the better value, NaN above all, the first place among equals. */
function joinBest(isBetter: (x: number | bigint, y: number | bigint) => boolean): Join {
  return (into, other, start, size) => {
    for (let k = 0; k < size; k++) {
      const value = other[start + k] as number | bigint;
      const place = other[start + size + k] as number | bigint;
      const best = into[k] as number | bigint;
      const tie = value === best || (Number.isNaN(value) && Number.isNaN(best));
      const wins = tie
        ? place < (into[size + k] as number | bigint)
        : isBetter(value, best) || (Number.isNaN(value) && !Number.isNaN(best));
      if (!wins) continue;
      into[k] = value;
      into[size + k] = place;
    }
  };
}

/** Products of complex numbers, which are as (re, im). */
const joinComplexProducts: Join = (into, other, start, size) => {
  for (let k = 0; k < size; k += 2) {
    const [a, b] = [into[k] as number, into[k + 1] as number];
    const [c, d] = [other[start + k] as number, other[start + k + 1] as number];
    into[k] = a * c - b * d;
    into[k + 1] = a * d + b * c;
  }
};

/** The lesser or the greater of complex numbers, which are as (re, im). */
function joinComplexExtremes(
  real: (...parts: [number, number, number, number]) => number,
  imaginary: (...parts: [number, number, number, number]) => number,
): Join {
  return (into, other, start, size) => {
    for (let k = 0; k < size; k += 2) {
      const two = [into[k], into[k + 1], other[start + k], other[start + k + 1]];
      const parts = two as [number, number, number, number];
      into[k] = real(...parts);
      into[k + 1] = imaginary(...parts);
    }
  };
}

/** Joins sums and numbers of elements. */
const joinSums: Join = (into, other, start, size) => {
  for (let k = 0; k < 2 * size; k++) {
    into[k] = (into[k] as number) + (other[start + k] as number);
  }
};

const add: Joins = {
  numbers: joinBy<number>((x, y) => x + y),
  bigints: joinBy<bigint>((x, y) => x + y),
};
const JOINS: { readonly [R in ReductionName]: Joins } = {
  sum: add,
  mean: add,
  nanmean: { numbers: joinSums },
  prod: {
    numbers: joinBy<number>((x, y) => x * y),
    bigints: joinBy<bigint>((x, y) => x * y),
    complex: joinComplexProducts,
  },
  min: {
    numbers: joinBy<number>(Math.min),
    bigints: joinBy(bigintMin),
    complex: joinComplexExtremes(complexLeastRe, complexLeastIm),
  },
  max: {
    numbers: joinBy<number>(Math.max),
    bigints: joinBy(bigintMax),
    complex: joinComplexExtremes(complexGreatestRe, complexGreatestIm),
  },
  any: { numbers: joinBy<number>((x, y) => x | y) },
  all: { numbers: joinBy<number>((x, y) => x & y) },
  var: { numbers: joinMoments as Join },
  std: { numbers: joinMoments as Join },
  argmin: { numbers: joinBest((x, y) => x < y) },
  argmax: { numbers: joinBest((x, y) => x > y) },
};

/** The kernel of one level of a reduction's tree. */
export function compileTreeReduce(layer: TreeReduceLayer): BlockKernel {
  const { reduction, final } = layer;
  const gathering = gatheringDType(reduction.stateDType);
  const join = joinOf(reduction, gathering);
  return (_block, operands, output) => {
    const first = anyState(operands);
    const gathered = emptyBlock(gathering, first.shape);
    copyBlock(first, gathered);
    const states = gathered.data as States;
    if (final) checkElements(reduction, statesExtents(reduction, first), output);
    for (const operand of operands) {
      if (operand === first || operand.shape.includes(0)) continue;
      const state = contiguous(operand);
      const start = state.offset * partsOf(gathering);
      join(states, state.data, start, states.length / stateFields(reduction.name, reduction.count));
    }
    copyBlock(final ? finished(reduction, gathered, output.shape) : gathered, output);
  };
}

/** A state to begin with: one of no elements is skipped if there is another. */
export function anyState(states: readonly Block[]): Block {
  const full = states.find(({ shape }) => !shape.includes(0));
  return full ?? defined(states[0], "a state to reduce");
}

/** The lengths of a state along the axes of the loop. */
function statesExtents({ name, count }: Reduction, { shape }: Block): readonly number[] {
  return stateFields(name, count) > 1 ? shape.slice(1) : shape;
}

/** The dtype in which states are joined. */
function gatheringDType(dtype: DType): DType {
  if (isBigInt(dtype)) return dtype;
  return isComplex(dtype) ? "complex128" : "float64";
}

function joinOf({ name, count }: Reduction, gathering: DType): Join {
  if (carriesMoments(name, count)) return joinMoments as Join;
  const { numbers, bigints = numbers, complex = numbers } = JOINS[name];
  if (isBigInt(gathering)) return bigints;
  return isComplex(gathering) ? complex : numbers;
}

/** The results of states; their memory is reused. */
function finished(reduction: Reduction, states: Block, shape: readonly number[]): Block {
  const data = states.data as States;
  const size = data.length / stateFields(reduction.name, reduction.count);
  switch (reduction.name) {
    case "mean":
      if (!Number.isNaN(reduction.count)) {
        for (let k = 0; k < size; k++) data[k] = (data[k] as number) / reduction.count;
      } else finishAll(reduction, data, size);
      break;
    case "nanmean":
      for (let k = 0; k < size; k++) data[k] = (data[k] as number) / (data[size + k] as number);
      break;
    case "var":
    case "std":
      finishAll(reduction, data, size);
      break;
    case "argmin":
    case "argmax":
      data.copyWithin(0, size);
      break;
  }
  return contiguousBlock(states.dtype, data, shape);
}

function finishAll(reduction: Reduction, data: States, size: number): void {
  for (let k = 0; k < size; k++) {
    const [count, mean] = [data[k] as number, data[size + k] as number];
    data[k] = finishMoments(reduction, count, mean, data[2 * size + k] as number);
  }
}
