// Which output a walk visits next, decided on arrival: the one with the fewest new results, less
// those that already exist for it. If neighbouring outputs share a lot (overlapping blocks, sums
// along two axes), the walk stays among neighbours, which no fixed order does.
import type { OrderGraph } from "./order-graph.js";

/** The most comparisons that a choice among the outputs of a graph may take. */
const LOOKS_MAX = 1_000_000;

/** Whether looking at all outputs before each of them is cheap enough. */
export function mayLookAhead({ count, userStart }: OrderGraph): boolean {
  let sinks = 0;
  for (let task = 0; task < count; task++) {
    if (userStart[task] === userStart[task + 1]) sinks++;
  }
  return sinks > 1 && sinks * sinks * count <= LOOKS_MAX;
}

/** Chooses among outputs. */
export class SinkChooser {
  readonly #graph: OrderGraph;
  readonly #sinks: Int32Array;
  /** Per task: the last look that met it. */
  readonly #seen: Int32Array;
  readonly #stack: Int32Array;
  #looks = 0;

  /** @param sinks those among equals first that come first */
  constructor(graph: OrderGraph, sinks: Int32Array) {
    this.#graph = graph;
    this.#sinks = sinks;
    this.#seen = new Int32Array(graph.count);
    this.#stack = new Int32Array(graph.count);
  }

  /** The next one; -1 when all have run. */
  next(done: Uint8Array): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    let fewest = Number.POSITIVE_INFINITY;
    for (const sink of this.#sinks) {
      if (done[sink] === 1) continue;
      const { made, held } = this.#look(sink, done);
      const adds = made - held;
      if (adds > least || (adds === least && made >= fewest)) continue;
      best = sink;
      least = adds;
      fewest = made;
    }
    return best;
  }

  /** How many results must be made for it, and how many of the existing ones it reads. */
  #look(sink: number, done: Uint8Array): { made: number; held: number } {
    const { operandStart, operands } = this.#graph;
    const look = ++this.#looks;
    const [seen, stack] = [this.#seen, this.#stack];
    stack[0] = sink;
    seen[sink] = look;
    let depth = 1;
    let made = 0;
    let held = 0;
    while (depth > 0) {
      const task = stack[--depth] as number;
      made++;
      for (let at = operandStart[task] as number; at < (operandStart[task + 1] as number); at++) {
        const operand = operands[at] as number;
        if (seen[operand] === look) continue;
        seen[operand] = look;
        if (done[operand] === 1) held++;
        else stack[depth++] = operand;
      }
    }
    return { made, held };
  }
}
