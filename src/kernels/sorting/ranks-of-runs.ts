// Elements of given ranks among several sorted runs, without looking at all of them. Every run has
// bounds between which its share of the elements before a rank ends. It shows samples from within
// its bounds, and all runs' samples together narrow them (docs/internals/exchange.md, "Sorting").
// How many rounds that takes is array/sorting/rank-plan.ts.
import { type Block, setElements } from "../../base/block.js";
import type { TypedArray } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { DynamicRoutineCompiler, RoutineCompiler } from "../blocks/kernel.js";
import { fillElements } from "../blocks/scalar-values.js";
import { emptyLike, mergeRuns, runValues } from "./merge-sorted.js";

/** A table of bounds, for each rank, in each run. */
interface Bounds {
  readonly ranks: number;
  readonly low: (rank: number, run: number) => number;
  readonly high: (rank: number, run: number) => number;
}

function boundsOf({ data, offset, shape, stride }: Block): Bounds {
  const [side = 0, rankStep = 0, runStep = 0] = stride;
  const from = (first: number) => (rank: number, run: number) =>
    Number(data[first + rank * rankStep + run * runStep]);
  return { ranks: shape[1] ?? 0, low: from(offset), high: from(offset + side) };
}

/**
 * Elements of a run at even distances between its bounds, for each rank; zeros if they are fewer.
 */
export const samples: RoutineCompiler<"samples"> =
  ({ count, columns }) =>
  (operands, output, block) => {
    const { data, offset, shape, stride } = operandOf(operands, 0);
    const [step = 1] = stride;
    const bounds = operands[1] === undefined ? undefined : boundsOf(operands[1]);
    const run = Math.floor(block / columns);
    for (let rank = 0; rank < (output.shape[1] as number); rank++) {
      const low = bounds?.low(rank, run) ?? 0;
      const width = (bounds?.high(rank, run) ?? (shape[0] as number)) - low;
      const taken = Math.min(count, width);
      const at = output.offset + rank * count;
      for (let k = 0; k < taken; k++) {
        output.data[at + k] = data[offset + (low + placeOf(k, width, count)) * step] as number;
      }
      fillElements(output, 0, rank * count + taken, count - taken);
    }
  };

/**
 * The place of sample `k` among `width` elements. Before, between and behind samples there are at
 * most ceil((width - count) / (count + 1)) others.
 */
function placeOf(k: number, width: number, count: number): number {
  return width <= count ? k : Math.floor(((k + 1) * (width + 1)) / (count + 1)) - 1;
}

/** Closer bounds for each rank in each run; finally both are the number of elements before it. */
export const narrow: RoutineCompiler<"narrow"> =
  ({ lengths, count }) =>
  (operands, output) => {
    const [side = 0, rankStep = 0] = output.stride;
    for (const group of groupsOf(operands, lengths, count)) {
      const write = (first: number, target: number, places: Float64Array) => {
        const at = output.offset + first + (group.ranks[target] as number) * rankStep;
        for (let run = 0; run < places.length; run++) {
          output.data[at + run] = (group.lows[run] as number) + (places[run] as number);
        }
        return at;
      };
      closeIn(group, {
        low: (target, places) => write(0, target, places),
        high: (target, places, own) => {
          const at = write(side, target, places) + own;
          // The sample itself may be the element of that rank.
          if (own >= 0) output.data[at] = (output.data[at] as number) + 1;
        },
      });
    }
  };

/**
 * The elements of the ranks, when samples are all elements between the bounds; 0 where there is
 * none.
 */
export const pick: RoutineCompiler<"pick"> =
  ({ lengths, count }) =>
  (operands, output) => {
    for (const group of groupsOf(operands, lengths, count)) {
      group.ranks.forEach((rank, i) => {
        const place = group.targets[i] as number;
        const isThere = place >= 0 && place < group.values.length;
        if (isThere) output.data[output.offset + rank] = group.values[place] as number;
        else fillElements(output, 0, rank, 1);
      });
    }
  };

/** The run, in parts that begin at the lower bounds of the ranks. */
export const partition: DynamicRoutineCompiler<"partition"> =
  ({ columns }) =>
  (operands, allocate, block) => {
    const run = operandOf(operands, 0);
    const result = allocate(run.shape);
    setElements(result.data, runValues(run), result.offset);
    const { low, ranks } = boundsOf(operandOf(operands, 1));
    const at = Math.floor(block / columns);
    return {
      block: result,
      partStarts: [0, ...Array.from({ length: ranks }, (_, k) => low(k, at))],
    };
  };

/** Ranks with the same bounds, and the samples from between them. */
interface Group {
  /** Which ranks, in ascending order of their targets. */
  readonly ranks: readonly number[];
  /** How many of the elements between the bounds are before the rank. */
  readonly targets: readonly number[];
  /** Per run: where it begins to be uncertain, and how many elements are. */
  readonly lows: readonly number[];
  readonly widths: readonly number[];
  /** At most how many samples a run has. */
  readonly count: number;
  /** Samples of all runs in order, and the run that each of them is of. */
  readonly values: TypedArray;
  readonly runOf: Uint32Array;
}

/** Operands are the runs' samples, the ranks, and bounds unless all elements are uncertain. */
function* groupsOf(
  operands: readonly Block[],
  lengths: readonly number[],
  count: number,
): Iterable<Group> {
  const tables = operands.slice(0, lengths.length);
  const ranks = Array.from(runValues(operandOf(operands, lengths.length)), Number);
  const table = operands[lengths.length + 1];
  if (table === undefined) {
    const order = [...ranks.keys()].sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
    const targets = order.map((k) => ranks[k] as number);
    const lows = lengths.map(() => 0);
    yield { ranks: order, targets, lows, ...joined(tables, 0, lengths, count) };
    return;
  }
  const { low, high } = boundsOf(table);
  for (const [k, rank] of ranks.entries()) {
    const lows = lengths.map((_, run) => low(k, run));
    const widths = lows.map((at, run) => high(k, run) - at);
    const target = rank - lows.reduce((sum, at) => sum + at, 0);
    yield { ranks: [k], targets: [target], lows, ...joined(tables, k, widths, count) };
  }
}

/** One row of all runs' samples, merged. */
function joined(
  tables: readonly Block[],
  row: number,
  widths: readonly number[],
  count: number,
): Pick<Group, "widths" | "count" | "values" | "runOf"> {
  const taken = widths.map((width) => Math.min(width, count));
  const length = taken.reduce((sum, n) => sum + n, 0);
  const values = emptyLike(operandOf(tables, 0).data, length);
  const runOf = new Uint32Array(length);
  const starts: number[] = [];
  let at = 0;
  tables.forEach(({ data, offset, stride }, run) => {
    const n = taken[run] as number;
    const first = offset + row * (stride[1] as number);
    starts.push(at);
    setElements(values, data.subarray(first, first + n), at);
    runOf.fill(run, at, at + n);
    at += n;
  });
  const merged = mergeRuns({ values, starts }, values.slice(), runOf);
  return { widths, count, values: merged, runOf };
}

/** Called with how many elements of each run are before a bound: an array that is used again. */
interface Closing {
  readonly low: (target: number, places: Float64Array) => void;
  /** `own` is the run of the sample that is the bound, -1 where that is the end of all runs. */
  readonly high: (target: number, places: Float64Array, own: number) => void;
}

/**
 * Walks through the samples. The last of which certainly no more than the target's elements are up
 * to it, itself included, is the lower bound; the first which certainly has as many before it the
 * upper.
 */
function closeIn({ targets, widths, count, runOf }: Group, { low, high }: Closing): void {
  // For each run: how many elements certainly are up to the samples so far, and how many may be.
  const least = new Float64Array(widths.length);
  const most = Float64Array.from(widths, (width) => (width > 0 ? placeOf(0, width, count) : 0));
  const seen = new Uint32Array(widths.length);
  let leastSum = 0;
  let mostSum = most.reduce((sum, n) => sum + n, 0);
  let [lower, upper] = [0, 0];
  for (const run of runOf) {
    const place = most[run] as number;
    while (lower < targets.length && mostSum + 1 > (targets[lower] as number)) low(lower++, least);
    const before = leastSum - (least[run] as number) + place;
    while (upper < targets.length && before >= (targets[upper] as number)) high(upper++, most, run);
    const width = widths[run] as number;
    const next = (seen[run] as number) + 1;
    seen[run] = next;
    const following = next < Math.min(width, count) ? placeOf(next, width, count) : width;
    leastSum += place + 1 - (least[run] as number);
    mostSum += following - place;
    least[run] = place + 1;
    most[run] = following;
  }
  while (lower < targets.length) low(lower++, least);
  while (upper < targets.length) high(upper++, most, -1);
}
