// Distinct values in ascending order, and for each of them its first position or how often it
// occurs. The same routine works on an array's blocks and joins its own results.
import type { Block } from "../../base/block.js";
import { contiguousBlock, setElements } from "../../base/block.js";
import { isComplex, type TypedArray } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { DynamicRoutineCompiler } from "../blocks/kernel.js";
import { copyBlock } from "../programs/copy-block.js";
import { complexAt, complexOrder } from "./complex-order.js";
import { sortValues } from "./radix-sort.js";

/** See `unique` in graph/model/routine.ts. */
export const unique: DynamicRoutineCompiler<"unique"> =
  ({ gives, hasNotes, equalNaN }) =>
  (operands, allocate) => {
    const half = hasNotes ? operands.length / 2 : operands.length;
    const values = joined(operands.slice(0, half));
    const ofComplex = isComplex(operandOf(operands, 0).dtype);
    if (gives === "values" && ofComplex) {
      const sorted = complexAt(values, complexOrder(values));
      const ends = complexGroupEnds(sorted, equalNaN);
      const result = allocate([ends.length]);
      ends.forEach((_, group) => {
        const from = 2 * (ends[group - 1] ?? 0);
        setElements(result.data, sorted.subarray(from, from + 2), 2 * (result.offset + group));
      });
      return { block: result };
    }
    if (gives === "values") {
      sortValues(values);
      const ends = groupEnds(values, equalNaN);
      const result = allocate([ends.length]);
      ends.forEach((end, group) => {
        result.data[result.offset + group] = values[end - 1] as number;
      });
      return { block: result };
    }
    const notes = hasNotes ? joined(operands.slice(half)) : undefined;
    const order = ofComplex ? complexOrder(values) : sortingOrder(values);
    const ends = ofComplex
      ? complexGroupEnds(complexAt(values, order), equalNaN)
      : groupEnds(elementsAt(values, order), equalNaN);
    const result = allocate([ends.length]);
    let start = 0;
    ends.forEach((end, group) => {
      const noted = (k: number) => BigInt(notes?.[order[k] as number] ?? 1);
      let total = noted(start);
      for (let k = start + 1; k < end; k++) {
        const note = noted(k);
        if (gives === "counts") total += note;
        else if (note < total) total = note;
      }
      (result.data as BigInt64Array)[result.offset + group] = total;
      start = end;
    });
    return { block: result };
  };

function elementsAt(values: TypedArray, order: Uint32Array): TypedArray {
  const sorted = values.slice();
  order.forEach((from, to) => {
    sorted[to] = values[from] as number;
  });
  return sorted;
}

/** The elements of blocks, row-major, as one array of its own; complex ones interleaved. */
function joined(blocks: readonly Block[]): TypedArray {
  const width = isComplex(operandOf(blocks, 0).dtype) ? 2 : 1;
  const sizes = blocks.map(({ shape }) => shape.reduce((product, n) => product * n, width));
  const [first] = blocks as [Block];
  const make = first.data.slice(0, 0).constructor as new (length: number) => TypedArray;
  const all = new make(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  blocks.forEach((block, k) => {
    const size = sizes[k] as number;
    const part = new make(size);
    copyBlock(block, contiguousBlock(block.dtype, part, block.shape));
    setElements(all, part, at);
    at += size;
  });
  return all;
}

/** The end of each run of equal elements; NaN comes last, and equals NaN by option. */
function groupEnds(sorted: TypedArray, equalNaN: boolean): number[] {
  const ends: number[] = [];
  const same = (a: unknown, b: unknown) =>
    a === b || (equalNaN && Number.isNaN(a) && Number.isNaN(b));
  for (let i = 1; i <= sorted.length; i++) {
    if (i === sorted.length || !same(sorted[i - 1], sorted[i])) ends.push(i);
  }
  return ends;
}

/** The same for interleaved complex numbers; a NaN in either part makes a NaN. */
function complexGroupEnds(sorted: TypedArray, equalNaN: boolean): number[] {
  const ends: number[] = [];
  const isNaNAt = (i: number) => Number.isNaN(sorted[2 * i]) || Number.isNaN(sorted[2 * i + 1]);
  const same = (i: number, j: number) =>
    (sorted[2 * i] === sorted[2 * j] && sorted[2 * i + 1] === sorted[2 * j + 1]) ||
    (equalNaN && isNaNAt(i) && isNaNAt(j));
  const count = sorted.length / 2;
  for (let i = 1; i <= count; i++) if (i === count || !same(i - 1, i)) ends.push(i);
  return ends;
}

/** Positions that put values in order; equal ones, and NaN among itself, keep theirs. */
function sortingOrder(values: TypedArray): Uint32Array {
  const order = new Uint32Array(values.length).map((_, i) => i);
  return order.sort((a, b) => {
    const [x, y] = [values[a] as number, values[b] as number];
    if (x < y) return -1;
    if (x > y) return 1;
    return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
  });
}
