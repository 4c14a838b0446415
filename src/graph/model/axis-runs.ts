// Axes by their runs of equal blocks, `[[length, count], …]`: for names, messages, and axes of very
// many blocks. The list of such an axis takes milliseconds to write, and each fact about it as long
// to find; so it is kept while something uses it, and what its runs tell is noted.
import { Recent } from "../../base/recent.js";
import { noteSound } from "./chunks.js";

/** Runs of equal blocks. */
export type Runs = readonly (readonly [length: number, count: number])[];

/** Axes of so many blocks are made once. */
const WIDE_BLOCKS_MIN = 4_096;
/** Of these, so many are remembered, and those of few runs. */
const WIDE_AXES_MAX = 64;
const WIDE_RUNS_MAX = 64;
const wideAxes = new Recent<string, WeakRef<readonly number[]>>(WIDE_AXES_MAX);

/** Run-length form of an axis, `[[length, count], …]`, for names and messages. */
export function encodeAxis(axis: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  let run: [number, number] | undefined;
  for (const length of axis) {
    if (run !== undefined && Object.is(run[0], length)) run[1]++;
    else runs.push((run = [length, 1]));
  }
  return runs;
}

/** The axis that {@link encodeAxis} wrote: for one of very many blocks, the same list each time. */
export function axisOfRuns(runs: Runs): readonly number[] {
  const blocks = runs.reduce((sum, [, count]) => sum + count, 0);
  if (blocks < WIDE_BLOCKS_MIN || runs.length > WIDE_RUNS_MAX) return decodeAxis(runs, blocks);
  const key = runs.map((run) => run.join()).join(";");
  const axis = wideAxes.get(key)?.deref() ?? decodeAxis(runs, blocks);
  wideAxes.set(key, new WeakRef(axis));
  return axis;
}

/** Several equal blocks. */
export function evenAxis(length: number, count: number): readonly number[] {
  return count < WIDE_BLOCKS_MIN
    ? new Array<number>(count).fill(length)
    : axisOfRuns([[length, count]]);
}

function decodeAxis(runs: Runs, blocks: number): readonly number[] {
  const axis = new Array<number>(blocks);
  let [at, end] = [0, 0];
  for (const [length, count] of runs) {
    axis.fill(length, at, at + count);
    at += count;
    if (count > 0) end += length * count;
  }
  if (Number.isNaN(end) || Number.isSafeInteger(end)) noteSound(axis, end);
  return axis;
}
