// Where a walk over a graph begins, and which operand it visits first. order.ts compares walks that
// differ in these.
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
export function choiceOf(graph: OrderGraph, choice: number): WalkChoice {
  const asNumbered: Compare = (a, b) => a - b;
  if (choice === 1)
    return choose(
      graph,
      byNeed(graph, (task) => task),
      asNumbered,
    );
  if (choice === 2) return choose(graph, asNumbered, asNumbered);
  const compare = byNeed(graph, tieBreak(choice));
  return choose(graph, compare, compare);
}

function choose(graph: OrderGraph, operands: Compare, sinks: Compare): WalkChoice {
  return {
    operands: sortedOperands(graph, operands),
    sinks: Int32Array.from(sinksOf(graph)).sort(sinks),
  };
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

function sortedOperands(graph: OrderGraph, compare: Compare): Int32Array {
  const sorted = graph.operands.slice();
  for (let task = 0; task < graph.count; task++) {
    const from = graph.operandStart[task] as number;
    const end = graph.operandStart[task + 1] as number;
    if (end - from > 1) sortRow(sorted.subarray(from, end), compare);
  }
  return sorted;
}

function sinksOf({ count, userStart }: OrderGraph): number[] {
  const sinks: number[] = [];
  for (let task = 0; task < count; task++) {
    if (userStart[task] === userStart[task + 1]) sinks.push(task);
  }
  return sinks;
}
