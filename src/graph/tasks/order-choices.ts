// Where a walk over a graph begins, and which operand it visits first. order.ts compares walks that
// differ in these.
import { copyOf, inRanges, inRows, type Sliced } from "../../base/sliced.js";
import { type OrderGraph, sortRow } from "./order-graph.js";

/** One way to walk a graph. */
export interface WalkChoice {
  /** Operand rows in the order of the walk. */
  readonly operands: Int32Array;
  /** Tasks without readers, in the order in which the walk targets them. */
  readonly sinks: Int32Array;
}

type Compare = (a: number, b: number) => number;

/**
 * Choice 0 is the best one as a rule; 1 and 2 trust the numbers more; those after it shuffle
 * equals.
 */
export function* choiceOf(graph: OrderGraph, choice: number): Sliced<WalkChoice> {
  const asNumbered: Compare = (a, b) => a - b;
  const compare = choice === 2 ? asNumbered : byNeed(graph, tieBreak(choice === 1 ? 0 : choice));
  const operands = yield* sortedOperands(graph, compare);
  const sinks = yield* sinksOf(graph);
  if (choice === 0) return { operands, sinks: yield* mostNeedyFirst(graph, sinks) };
  return { operands, sinks: sinks.sort(choice <= 2 ? asNumbered : compare) };
}

/** Choices among equals: as numbered, backwards, and scattered in several ways. */
function tieBreak(choice: number): (task: number) => number {
  if (choice === 0) return (task) => task;
  if (choice === 3) return (task) => -task;
  return (task) => Math.imul(task + choice, 0x9e3779b1) >>> choice;
}

/** Those with the largest need first: other results are then held for the shortest time. */
function byNeed({ need }: OrderGraph, tie: (task: number) => number): Compare {
  return (a, b) => (need[b] as number) - (need[a] as number) || tie(a) - tie(b);
}

function* sortedOperands(graph: OrderGraph, compare: Compare): Sliced<Int32Array> {
  const sorted = yield* copyOf(graph.operands);
  const { operandStart } = graph;
  yield* inRows(operandStart, (first, last) => {
    for (let task = first; task < last; task++) {
      const from = operandStart[task] as number;
      const end = operandStart[task + 1] as number;
      if (end - from > 1) sortRow(sorted.subarray(from, end), compare);
    }
  });
  return sorted;
}

function* sinksOf({ count, userStart }: OrderGraph): Sliced<Int32Array> {
  const sinks = new Int32Array(count);
  let found = 0;
  yield* inRanges(count, (from, end) => {
    for (let task = from; task < end; task++) {
      if (userStart[task] === userStart[task + 1]) sinks[found++] = task;
    }
  });
  return sinks.subarray(0, found);
}

/** Sinks that come as numbered, sorted by {@link byNeed}: counted, since there may be millions. */
function* mostNeedyFirst({ need }: OrderGraph, sinks: Int32Array): Sliced<Int32Array> {
  let most = 0;
  yield* inRanges(sinks.length, (from, end) => {
    for (let at = from; at < end; at++) most = Math.max(most, need[sinks[at] as number] as number);
  });
  /** By `most` less the need: where the next of these goes. */
  const place = new Int32Array(most + 2);
  const rank = (at: number) => most - (need[sinks[at] as number] as number);
  yield* inRanges(sinks.length, (from, end) => {
    for (let at = from; at < end; at++) {
      place[rank(at) + 1] = (place[rank(at) + 1] as number) + 1;
    }
  });
  yield* inRanges(most, (from, end) => {
    for (let at = from; at < end; at++) {
      place[at + 1] = (place[at + 1] as number) + (place[at] as number);
    }
  });
  const sorted = new Int32Array(sinks.length);
  yield* inRanges(sinks.length, (from, end) => {
    for (let at = from; at < end; at++) {
      const free = place[rank(at)] as number;
      sorted[free] = sinks[at] as number;
      place[rank(at)] = free + 1;
    }
  });
  return sorted;
}
