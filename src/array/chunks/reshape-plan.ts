// Into which chunks an array must be cut so that each block, reshaped by itself in row-major order,
// is a block of the result. That holds for blocks that are one contiguous run of their group of
// axes: leading axes of length 1, then any piece of one axis, then whole axes. Follows Dask's
// reshape_rechunk (test/fixtures/reshape.json); making the layers is manipulation/reshape.ts.
import { defined } from "../../base/assert.js";
import { type Chunks, longest } from "../../graph/model/chunks.js";

/** Chunks before and after; block n of one is block n of the other. */
export interface ReshapePlan {
  readonly inputChunks: Chunks;
  readonly outputChunks: Chunks;
}

/** Neighbouring axes of both shapes, `[start, end)`, with the same number of elements. */
interface AxisGroup {
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
}

/**
 * The shape between `shape` and `target` in which groups that are regrouped unevenly, as (4, 6) to
 * (8, 3), are one axis; `target` itself when there are none. {@link planReshape} takes no others.
 */
export function flattenedBetween(
  shape: readonly number[],
  target: readonly number[],
): readonly number[] {
  return axisGroups(shape, target).flatMap(({ input, output }) => {
    const lengths = target.slice(...output);
    const uneven = input[1] - input[0] > 1 && lengths.length > 1;
    return uneven ? [lengths.reduce((a, b) => a * b, 1)] : lengths;
  });
}

/** The plan for a reshape in which every group of axes merges into one axis or splits one. */
export function planReshape(
  shape: readonly number[],
  target: readonly number[],
  chunks: Chunks,
): ReshapePlan {
  const inputChunks: (readonly number[])[] = [];
  const outputChunks: (readonly number[])[] = [];
  for (const { input, output } of axisGroups(shape, target)) {
    const current = chunks.slice(...input);
    const lengths = target.slice(...output);
    if (lengths.length === 0 || current.length === 0) {
      inputChunks.push(...current.map(() => [1]));
      outputChunks.push(...lengths.map(() => [1]));
    } else if (lengths.length === 1 && current.length === 1) {
      inputChunks.push(...current);
      outputChunks.push(...current);
    } else if (lengths.length === 1) {
      const cut = mergeableChunks(current, shape.slice(...input));
      inputChunks.push(...cut);
      outputChunks.push(runLengths(cut));
    } else {
      const cut = splitChunks(defined(current[0], "the axis that is split"), lengths);
      inputChunks.push(runLengths(cut));
      outputChunks.push(...cut);
    }
  }
  return { inputChunks, outputChunks };
}

/**
 * The smallest groups of axes, from the last, whose elements are the same; axes of length 1 alone.
 */
function axisGroups(shape: readonly number[], target: readonly number[]): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [i, o] = [shape.length, target.length];
  while (i > 0 || o > 0) {
    const [inputEnd, outputEnd] = [i, o];
    let input = shape[i - 1] ?? 0;
    let output = target[o - 1] ?? 0;
    if (input === output) {
      i--;
      o--;
    } else if (input === 1) i--;
    else if (output === 1) o--;
    else {
      i--;
      o--;
      while (input !== output) {
        if (input < output) input *= defined(shape[--i], "an axis to merge");
        else output *= defined(target[--o], "an axis to split");
      }
    }
    groups.unshift({ input: [i, inputEnd], output: [o, outputEnd] });
  }
  return groups;
}

/** Chunks of axes that become one axis. */
function mergeableChunks(current: Chunks, lengths: readonly number[]): Chunks {
  const [first = [], ...inner] = current;
  const leading = current.slice(0, -1);
  if (leading.every((axis) => axis.every((n) => n === 1))) return current;
  const blocks = inner.reduce((count, axis) => count * axis.length, 1);
  const cut = [splitEach(first, blocks), ...lengths.slice(1).map((length) => [length])];
  return smooth(cut, largest(current));
}

/** Chunks of the axes that one axis, cut as `axis`, becomes. */
function splitChunks(axis: readonly number[], lengths: readonly number[]): Chunks {
  const [, ...inner] = lengths;
  const row = inner.reduce((a, b) => a * b, 1);
  const rows = wholeMultiples(axis, row).map((length) => length / row);
  return smooth([rows, ...inner.map((length) => [length])], longest(axis));
}

/** Lengths of the contiguous runs that the blocks of a group are, in row-major order. */
function runLengths(group: Chunks): readonly number[] {
  return group.reduce<readonly number[]>(
    (runs, axis) => runs.flatMap((run) => axis.map((length) => run * length)),
    [1],
  );
}

/**
 * Cuts blocks that grew beyond `elementsMax` along the first axis that is not all ones: only there
 * do pieces stay contiguous.
 */
function smooth(group: Chunks, elementsMax: number): Chunks {
  const elements = largest(group);
  const at = group.findIndex((axis) => axis.some((n) => n !== 1));
  if (elements <= elementsMax || at < 0) return group;
  const axis = group[at] as readonly number[];
  const perStep = Math.floor(elements / longest(axis));
  const cut = axis.flatMap((length) => {
    if (length * perStep <= elementsMax) return [length];
    return splitEvenly(length, Math.min(length, Math.ceil((length * perStep) / elementsMax)));
  });
  const smoothed = group.map((own, i) => (i === at ? cut : own));
  const again = cut.every((n) => n === 1) && at < group.length - 1;
  return again ? smooth(smoothed, elementsMax) : smoothed;
}

function splitEvenly(length: number, parts: number): number[] {
  const width = Math.ceil(length / parts);
  const narrow = width * parts - length;
  return Array.from({ length: parts }, (_, i) => (i < narrow ? width - 1 : width));
}

/** Each length cut into about `parts`, at least 1 long. */
function splitEach(lengths: readonly number[], parts: number): readonly number[] {
  if (parts === 1) return lengths;
  return lengths.flatMap((length) => {
    const part = Math.max(length / parts, 1);
    const pieces: number[] = [];
    let rest = length;
    while (rest >= 2 * part) {
      pieces.push(Math.floor(part));
      rest -= Math.floor(part);
    }
    return rest > 0 || length === 0 ? [...pieces, rest] : pieces;
  });
}

/** The lengths rounded down to multiples of `unit`; remainders go to the next length. */
function wholeMultiples(lengths: readonly number[], unit: number): number[] {
  const result: number[] = [];
  let carried = 0;
  for (const length of lengths) {
    const available = length + carried;
    carried = available % unit;
    if (available > carried) result.push(available - carried);
  }
  return result;
}

function largest(group: Chunks): number {
  return group.reduce((elements, axis) => elements * longest(axis), 1);
}
