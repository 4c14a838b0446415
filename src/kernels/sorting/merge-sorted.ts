// Sorted runs are merged. sort-lanes.ts sorts the runs, ranks-of-runs.ts cuts them.
import { type Block, setElements } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { mergeSorted } from "./radix-sort.js";
import { laneValues } from "./sort-lanes.js";

/** Several sorted runs in one array, and where each of them begins. */
export interface Runs {
  readonly values: TypedArray;
  readonly starts: readonly number[];
}

/** All operands, each a sorted run, in order; equal elements by run. */
export const merge: RoutineCompiler<"merge"> = () => (operands, output) => {
  const { values, starts } = joinRuns(operands);
  const own = output.data.subarray(output.offset, output.offset + values.length);
  const merged = mergeRuns({ values, starts }, own);
  if (merged !== own) setElements(own, merged, 0);
};

/**
 * The origins of the elements of {@link merge}: the second half of the operands has their places
 * within runs.
 */
export const mergeOrder: RoutineCompiler<"mergeOrder"> =
  ({ starts: offsets }) =>
  (operands, output) => {
    const count = operands.length / 2;
    const { values, starts } = joinRuns(operands.slice(0, count));
    const positions = new BigInt64Array(values.length);
    operands.slice(count).forEach((block, run) => {
      const offset = BigInt(offsets[run] as number);
      const own = runValues(block) as BigInt64Array;
      const at = starts[run] as number;
      for (let i = 0; i < own.length; i++) positions[at + i] = (own[i] as bigint) + offset;
    });
    const order = new Uint32Array(values.length).map((_, i) => i);
    mergeRuns({ values, starts }, values.slice(), order);
    for (let i = 0; i < order.length; i++) {
      output.data[output.offset + i] = positions[order[i] as number] as bigint;
    }
  };

/** The elements of a block that is one lane along its first axis; its own memory may be shared. */
export function runValues({ data, offset, shape, stride }: Block): TypedArray {
  const lane = { offset, stride: stride[0] ?? 1, length: shape[0] ?? 1 };
  return lane.stride === 1 ? data.subarray(offset, offset + lane.length) : laneValues(data, lane);
}

function joinRuns(blocks: readonly Block[]): Runs {
  const starts: number[] = [];
  let length = 0;
  for (const { shape } of blocks) {
    starts.push(length);
    length += shape[0] as number;
  }
  const values = emptyLike(operandOf(blocks, 0).data, length);
  blocks.forEach((block, run) => {
    setElements(values, runValues(block), starts[run] as number);
  });
  return { values, starts };
}

/** An array of the same class. */
export function emptyLike(data: TypedArray, length: number): TypedArray {
  const values = data.slice(0, 0).constructor as new (length: number) => TypedArray;
  return new values(length);
}

/**
 * Merges runs two by two: log2 of their number passes. Equal elements come in the order of their
 * runs; NaN comes last.
 *
 * @param spare as long as the values; both are written to
 * @param notes a note for each element, which are put into the same order
 * @returns the array that has the result: the values or `spare`
 */
export function mergeRuns(runs: Runs, spare: TypedArray, notes?: Uint32Array): TypedArray {
  const runEnds = [...runs.starts.slice(1), runs.values.length];
  if (mergeSorted(runs.values, runEnds, spare, notes)) return spare;
  let [from, to] = [runs.values, spare];
  let noteFrom = notes;
  let noteTo: Uint32Array | undefined = notes?.slice();
  let ends = runEnds;
  while (ends.length > 1) {
    const next: number[] = [];
    let start = 0;
    for (let i = 0; i < ends.length; i += 2) {
      const middle = ends[i] as number;
      const end = ends[i + 1] ?? middle;
      mergeTwo(from, to, [start, middle, end], noteFrom, noteTo);
      next.push(end);
      start = end;
    }
    ends = next;
    [from, to] = [to, from];
    [noteFrom, noteTo] = [noteTo, noteFrom];
  }
  if (notes !== undefined && noteFrom !== undefined && noteFrom !== notes) notes.set(noteFrom);
  return from;
}

function mergeTwo(
  from: TypedArray,
  to: TypedArray,
  [start, middle, end]: readonly [number, number, number],
  noteFrom: Uint32Array | undefined,
  noteTo: Uint32Array | undefined,
): void {
  let [i, j, at] = [start, middle, start];
  while (i < middle && j < end) {
    const [x, y] = [from[i] as number, from[j] as number];
    // NaN compares false: the right one goes first if it is less, or a number next to NaN.
    const isRight = y < x || (Number.isNaN(x) && !Number.isNaN(y));
    if (noteTo !== undefined) noteTo[at] = noteFrom?.[isRight ? j : i] as number;
    to[at++] = isRight ? y : x;
    if (isRight) j++;
    else i++;
  }
  const rest: readonly [number, number] = i < middle ? [i, middle] : [j, end];
  setElements(to, from.subarray(...rest), at);
  if (noteFrom !== undefined) noteTo?.set(noteFrom.subarray(...rest), at);
}
