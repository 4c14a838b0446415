// Block lengths for axes that were left to us ("auto"): as near to a byte limit as the other axes
// allow, square without a model, and in the proportions of the previous chunks when there are some.
// Follows Dask's auto_chunks, so that arrays cut the same way there and here (see
// test/fixtures/normalize_chunks.json).
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, longest } from "../../graph/model/chunks.js";

/** Chunks in which some axes are settled (a block length or all lengths) and others are open. */
export type PartialChunks = readonly (number | readonly number[] | "auto")[];

/** Chunks in which every axis is settled. */
type SettledChunks = (number | readonly number[])[];

/** Inputs of the choice of chunks. */
export interface AutoOptions {
  readonly itemBytes: number;
  readonly limitBytes: number;
  readonly previous?: Chunks;
}

/** How much a block may exceed the limit before old chunks are cut instead of kept. */
const TOLERANCE = 1.25;

/** `partial` with every "auto" settled. */
export function autoChunks(
  partial: PartialChunks,
  shape: readonly number[],
  options: AutoOptions,
): SettledChunks {
  const limit = Math.max(1, options.limitBytes) / options.itemBytes;
  if (options.previous === undefined) return squareChunks(partial, shape, limit);
  return similarChunks(partial, shape, limit, previousChunks(options.previous, shape));
}

/**
 * Equal lengths along all open axes; axes shorter than that are taken whole, the rest solved again.
 */
function squareChunks(
  partial: PartialChunks,
  shape: readonly number[],
  limit: number,
): SettledChunks {
  const chunks = [...partial];
  for (;;) {
    const open = openAxes(chunks);
    const side = (limit / settledElements(chunks)) ** (1 / open.length);
    const short = open.filter((axis) => (shape[axis] as number) < side);
    for (const axis of short) chunks[axis] = [shape[axis] as number];
    if (short.length > 0 && short.length < open.length) continue;
    if (short.length === 0) {
      for (const axis of open) chunks[axis] = roundTo(side, shape[axis] as number);
    }
    return chunks as SettledChunks;
  }
}

/** State of {@link similarChunks}: lengths so far of open axes, as one number or a whole axis. */
interface Similar {
  readonly chunks: (number | readonly number[] | "auto")[];
  readonly shape: readonly number[];
  readonly previous: Chunks;
  /** Lengths in which new ones come in multiples: the usual previous length, or the whole axis. */
  readonly round: readonly number[];
  /** Per open axis, the length that the remaining factor is spread over. */
  readonly base: Map<number, number>;
  readonly result: Map<number, number | readonly number[]>;
  readonly open: Set<number>;
  /** Elements of a block along the settled axes. */
  settled: number;
}

/** Grows or shrinks the previous chunks by the same factor along all open axes. */
function similarChunks(
  partial: PartialChunks,
  shape: readonly number[],
  limit: number,
  previous: Chunks,
): SettledChunks {
  const state: Similar = {
    chunks: [...partial],
    shape,
    previous,
    round: shape.map((length, axis) => usualLength(previous[axis] as readonly number[]) ?? length),
    base: new Map(openAxes(partial).map((axis) => [axis, median(previous[axis] ?? [])])),
    result: new Map(),
    open: new Set(openAxes(partial)),
    settled: settledElements(partial),
  };
  const factor = () => limit / state.settled / product(state.base.values());
  let remaining = factor();
  const shrinking = remaining < 1;
  for (let again = true; again; ) {
    again = scaleOpenAxes(state, remaining, shrinking);
    if (again || shrinking) {
      const last = remaining;
      remaining = factor();
      if (remaining !== last) again = true;
    }
  }
  for (const [axis, lengths] of state.result) state.chunks[axis] = lengths;
  return state.chunks as SettledChunks;
}

/** One round over the open axes; true when an axis was settled, so that others take its share. */
function scaleOpenAxes(state: Similar, factor: number, shrinking: boolean): boolean {
  const count = state.open.size;
  let again = false;
  for (const axis of [...state.open].sort((a, b) => a - b)) {
    const length = state.shape[axis] as number;
    const previous = state.previous[axis] as readonly number[];
    const proposed = (state.base.get(axis) as number) * factor ** (1 / count);
    if (proposed > length) {
      state.open.delete(axis);
      state.settled *= length;
      state.result.set(axis, [length]);
      // While shrinking, lengths already found keep counting until all axes agree.
      if (shrinking) state.base.set(axis, length);
      else state.base.delete(axis);
      again = true;
    } else if (shrinking || longest(previous) > proposed * TOLERANCE ** (1 / count)) {
      const rounded = roundTo(proposed, state.round[axis] as number);
      state.result.set(axis, rounded);
      if (shrinking) state.base.set(axis, rounded);
      if (proposed < 1) {
        again = true;
        state.open.delete(axis);
      }
    } else {
      state.result.set(axis, mergeUpTo(previous, proposed));
    }
  }
  return again;
}

/** Neighbouring lengths joined while they stay within `width`. */
function mergeUpTo(lengths: readonly number[], width: number): readonly number[] {
  const merged: number[] = [];
  let run = 0;
  for (const length of lengths) {
    if (run + length <= width) {
      run += length;
    } else {
      if (run > 0) merged.push(run);
      run = length;
    }
  }
  if (run > 0) merged.push(run);
  return merged.length === 0 ? [0] : merged;
}

/** `width` if it is below `unit`, else the largest multiple of `unit` that fits. */
function roundTo(width: number, unit: number): number {
  if (width <= unit) return Math.max(1, Math.floor(width));
  return Math.floor(width / unit) * unit;
}

/** The most frequent length, when at least half of the blocks have it and it is not 1. */
function usualLength(lengths: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  let usual = 0;
  let most = 0;
  for (const [length, count] of counts) if (count > most) [usual, most] = [length, count];
  return usual > 1 && most >= lengths.length / 2 ? usual : undefined;
}

function median(lengths: readonly number[]): number {
  const sorted = [...lengths].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function openAxes(chunks: PartialChunks): number[] {
  return chunks.flatMap((entry, axis) => (entry === "auto" ? [axis] : []));
}

/** Elements of the largest block along the settled axes. */
function settledElements(chunks: PartialChunks): number {
  return product(
    chunks.map((entry) =>
      entry === "auto" ? 1 : typeof entry === "number" ? entry : longest(entry),
    ),
  );
}

/** The product of all that are not zero. */
function product(numbers: Iterable<number>): number {
  let result = 1;
  for (const n of numbers) if (n !== 0) result *= n;
  return result;
}

function previousChunks(previous: Chunks, shape: readonly number[]): Chunks {
  const fits = previous.length === shape.length;
  if (fits && previous.every((axis, i) => axis.reduce((a, b) => a + b, 0) === shape[i])) {
    return previous;
  }
  throw new ArgumentError("chunks", "the previous chunks are those of another shape", {
    previous,
    shape,
  });
}
