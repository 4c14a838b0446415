// Reductions of the elements of each group along an axis. Memory is read in order, row by row;
// floats are added up in 64 bits. array/groups/ joins the results of blocks by the same reductions.
import type { TypedArray } from "../../base/dtype.js";
import type { GroupReduction, GroupState } from "../../graph/model/group-routine.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { elementOf, groupsOfBlock, type Rows, rowsAlong } from "./group-rows.js";

/** One run of rows, and one of results: where they begin, and which group each row is of. */
interface Run {
  readonly from: TypedArray;
  readonly start: number;
  readonly to: TypedArray;
  readonly end: number;
  readonly inner: number;
  readonly groups: Int32Array;
  /** How many groups there are. */
  readonly count: number;
  /** Where reductions that choose an element note a 1 for each group that had one. */
  readonly isSeen?: Uint8Array;
}

type Reduce = (run: Run) => void;

/** The initial values of results. */
const INITIAL: { readonly [R in GroupReduction]?: number } = { prod: 1 };

export const groupReduce: RoutineCompiler<"groupReduce"> =
  ({ reduce, state, axis, span, skipNaN, ...how }) =>
  (operands, output, block) => {
    const x = operandOf(operands, 0);
    const rows = rowsAlong(x, axis, span);
    const results = rowsAlong(output, axis);
    const groups = groupsOfBlock(how, operands, block);
    const initial = elementOf(output.dtype, INITIAL[reduce] ?? 0);
    const size = results.outer * results.length * results.inner;
    results.data.fill(initial as never, results.start, results.start + size);
    const mayBeNaN = x.dtype === "float32" || x.dtype === "float64";
    const plain = KERNELS[reduce](skipNaN && mayBeNaN);
    const run = state === undefined ? plain : withPresence(plain, state);
    for (let at = 0; at < rows.outer; at++) run(runOf(rows, results, groups, at));
  };

function runOf(rows: Rows, results: Rows, groups: Int32Array, at: number): Run {
  const { inner } = rows;
  return {
    from: rows.data,
    start: rows.start + at * rows.length * inner,
    to: results.data,
    end: results.start + at * results.length * inner,
    inner,
    groups,
    count: results.length,
  };
}

/**
 * A reduction that chooses an element, of a block that may lack groups: two rows for each, the
 * element, and whether there was one. These are the rows of `run`, too, where they are joined.
 */
function withPresence(reduce: Reduce, state: GroupState): Reduce {
  return (run) => {
    const { to, end, inner } = run;
    const count = run.count / 2;
    const values = to.slice(end, end + count * inner);
    const isSeen = new Uint8Array(count);
    const one = typeof to[end] === "bigint" ? 1n : 1;
    const groups = state === "made" ? run.groups : presentRows(run);
    reduce({ ...run, to: values, end: 0, groups, count, isSeen });
    for (let group = 0; group < count; group++) {
      const at = end + 2 * group * inner;
      to.set(values.subarray(group * inner, (group + 1) * inner) as never, at);
      if (isSeen[group] === 1) to.fill(one as never, at + inner, at + 2 * inner);
    }
  };
}

/** Of results with presence, the rows of elements that there are. */
function presentRows({ from, start, inner, groups }: Run): Int32Array {
  return groups.map((group, row) => {
    const isElement = row % 2 === 0;
    return isElement && Number(from[start + (row + 1) * inner]) !== 0 ? group : -1;
  });
}

/** By their names, kernels that skip NaN, or not. */
const KERNELS: { readonly [R in GroupReduction]: (skipNaN: boolean) => Reduce } = {
  sum: (skipNaN) => (skipNaN ? sumNumbers : sum),
  sumCount: (skipNaN) => (run) => sumCount(run, skipNaN),
  count: () => count,
  prod: (skipNaN) => (run) => prod(run, skipNaN),
  min: (skipNaN) => (run) => extreme(run, skipNaN, false),
  max: (skipNaN) => (run) => extreme(run, skipNaN, true),
  first: (skipNaN) => (run) => pick(run, skipNaN, false),
  last: (skipNaN) => (run) => pick(run, skipNaN, true),
  moments: (skipNaN) => (run) => moments(run, skipNaN),
  mergeMoments: () => mergeMoments,
};

/** Sums of numbers, or of BigInts, which wrap as they are stored. */
function sum({ from, start, to, end, inner, groups }: Run): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const into = end + group * inner;
    for (let i = 0; i < inner; i++) {
      to[into + i] = (to[into + i] as number) + (from[at + i] as number);
    }
  }
}

function sumNumbers({ from, start, to, end, inner, groups }: Run): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const into = end + group * inner;
    for (let i = 0; i < inner; i++) {
      const value = from[at + i] as number;
      if (!Number.isNaN(value)) to[into + i] = (to[into + i] as number) + value;
    }
  }
}

function sumCount({ from, start, to, end, inner, groups }: Run, skipNaN: boolean): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const sums = end + 2 * group * inner;
    for (let i = 0; i < inner; i++) {
      const value = Number(from[at + i]);
      if (skipNaN && Number.isNaN(value)) continue;
      to[sums + i] = (to[sums + i] as number) + value;
      to[sums + inner + i] = (to[sums + inner + i] as number) + 1;
    }
  }
}

function count({ from, start, to, end, inner, groups }: Run): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const into = end + group * inner;
    for (let i = 0; i < inner; i++) {
      const value = from[at + i];
      if (!Number.isNaN(value)) to[into + i] = (to[into + i] as number) + 1;
    }
  }
}

function prod({ from, start, to, end, inner, groups }: Run, skipNaN: boolean): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const into = end + group * inner;
    for (let i = 0; i < inner; i++) {
      const value = from[at + i] as number;
      if (skipNaN && Number.isNaN(value)) continue;
      to[into + i] = (to[into + i] as number) * value;
    }
  }
}

/**
 * The least or largest elements; NaN wins where it is not skipped. Empty groups are NaN, or 0 for
 * integers.
 */
function extreme(run: Run, skipNaN: boolean, isLargest: boolean): void {
  const { from, start, to, end, inner, groups, count } = run;
  const { isSeen = new Uint8Array(count) } = run;
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const into = end + group * inner;
    if (isSeen[group] === 0) {
      isSeen[group] = 1;
      for (let i = 0; i < inner; i++) to[into + i] = from[at + i] as number;
      continue;
    }
    for (let i = 0; i < inner; i++) {
      const value = from[at + i] as number;
      const held = to[into + i] as number;
      const isBeyond = isLargest ? value > held : value < held;
      const isTaken = isBeyond || (skipNaN ? Number.isNaN(held) : Number.isNaN(value));
      if (isTaken) to[into + i] = value;
    }
  }
  fillUnseen(run, isSeen);
}

/** The first or last elements; with NaN skipped those that are numbers. */
function pick(run: Run, skipNaN: boolean, isLast: boolean): void {
  const { from, start, to, end, inner, groups, count } = run;
  const { isSeen = new Uint8Array(count) } = run;
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const isFirst = isSeen[group] === 0;
    isSeen[group] = 1;
    if (!isFirst && !isLast && !skipNaN) continue;
    const at = start + row * inner;
    const into = end + group * inner;
    for (let i = 0; i < inner; i++) {
      const value = from[at + i] as number;
      const held = to[into + i] as number;
      const isNumber = !skipNaN || !Number.isNaN(value);
      if (isFirst || (isLast ? isNumber : Number.isNaN(held))) to[into + i] = value;
    }
  }
  fillUnseen(run, isSeen);
}

function fillUnseen({ to, end, inner }: Run, isSeen: Uint8Array): void {
  if (!(to instanceof Float64Array) && !(to instanceof Float32Array)) return;
  for (let group = 0; group < isSeen.length; group++) {
    if (isSeen[group] === 0) to.fill(Number.NaN, end + group * inner, end + (group + 1) * inner);
  }
}

/** Count, mean and squared deviations: first the means, then the deviations from them. */
function moments(run: Run, skipNaN: boolean): void {
  const { from, start, to, end, inner, groups, count } = run;
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const counts = end + 3 * group * inner;
    for (let i = 0; i < inner; i++) {
      const value = Number(from[at + i]);
      if (skipNaN && Number.isNaN(value)) continue;
      to[counts + i] = (to[counts + i] as number) + 1;
      to[counts + inner + i] = (to[counts + inner + i] as number) + value;
    }
  }
  for (let row = 0; row < count; row += 3) {
    const counts = end + row * inner;
    for (let at = counts; at < counts + inner; at++) {
      const elements = to[at] as number;
      to[at + inner] = elements === 0 ? 0 : (to[at + inner] as number) / elements;
    }
  }
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    if (group < 0) continue;
    const at = start + row * inner;
    const means = end + (3 * group + 1) * inner;
    for (let i = 0; i < inner; i++) {
      const value = Number(from[at + i]);
      if (skipNaN && Number.isNaN(value)) continue;
      const deviation = value - (to[means + i] as number);
      to[means + inner + i] = (to[means + inner + i] as number) + deviation * deviation;
    }
  }
}

/** Joins moments pairwise, after Chan et al. */
function mergeMoments({ from, start, to, end, inner, groups }: Run): void {
  for (let state = 0; state < groups.length; state += 3) {
    const group = groups[state] as number;
    if (group < 0) continue;
    const at = start + state * inner;
    const into = end + 3 * group * inner;
    for (let i = 0; i < inner; i++) {
      const more = from[at + i] as number;
      if (more === 0) continue;
      const held = to[into + i] as number;
      const total = held + more;
      const apart = (from[at + inner + i] as number) - (to[into + inner + i] as number);
      to[into + i] = total;
      to[into + inner + i] = (to[into + inner + i] as number) + (apart * more) / total;
      to[into + 2 * inner + i] =
        (to[into + 2 * inner + i] as number) +
        (from[at + 2 * inner + i] as number) +
        (apart * apart * held * more) / total;
    }
  }
}
