// Independent parts of a graph: each is ordered alone, and they run one after another, in the order
// that holds the least memory. order.ts orders them.
import type { OrderGraph } from "./order-graph.js";

/** A part's tasks in their order, and the memory held along it. */
interface PartOrder {
  readonly tasks: readonly number[];
  /** The most of its results that are alive at once, and those that stay. */
  readonly peak: number;
  readonly left: number;
}

/** The best orders seen of the parts of a graph. */
export class PartOrders {
  readonly #graph: OrderGraph;
  /** Per task: the part that it is of, as one of its tasks. */
  readonly #partOf: Int32Array;
  readonly #best = new Map<number, PartOrder>();

  constructor(graph: OrderGraph) {
    this.#graph = graph;
    this.#partOf = partsOf(graph);
  }

  /** Whether there is more than one. */
  get areSeveral(): boolean {
    return this.#partOf.some((part) => part !== this.#partOf[0]);
  }

  /**
   * Examines an order of the whole graph, and keeps of it the parts that are better than before.
   */
  see(sequence: Int32Array): void {
    for (const [part, order] of this.#split(sequence)) {
      const best = this.#best.get(part);
      if (best === undefined || order.peak < best.peak) this.#best.set(part, order);
    }
  }

  /** The parts one after another: those first whose results go before the next part begins. */
  arrange(): Int32Array {
    const orders = [...this.#best.values()].sort((a, b) => b.peak - b.left - (a.peak - a.left));
    const sequence = new Int32Array(this.#graph.count);
    let at = 0;
    for (const { tasks } of orders) {
      sequence.set(tasks, at);
      at += tasks.length;
    }
    return sequence;
  }

  #split(sequence: Int32Array): Map<number, PartOrder> {
    const { userStart, operandStart, operands } = this.#graph;
    const usersLeft = new Int32Array(this.#graph.count);
    const parts = new Map<number, { tasks: number[]; peak: number; left: number }>();
    for (const task of sequence) {
      const number = this.#partOf[task] as number;
      let part = parts.get(number);
      if (part === undefined) parts.set(number, (part = { tasks: [], peak: 0, left: 0 }));
      part.tasks.push(task);
      part.peak = Math.max(part.peak, ++part.left);
      usersLeft[task] = (userStart[task + 1] as number) - (userStart[task] as number);
      for (let at = operandStart[task] as number; at < (operandStart[task + 1] as number); at++) {
        const operand = operands[at] as number;
        const left = (usersLeft[operand] as number) - 1;
        usersLeft[operand] = left;
        if (left === 0) part.left--;
      }
    }
    return parts;
  }
}

/** Per task: the representative of its connected component. */
function partsOf({ count, operandStart, operands }: OrderGraph): Int32Array {
  const above = Int32Array.from({ length: count }, (_, task) => task);
  const partOf = (task: number) => {
    let part = task;
    while (above[part] !== part) {
      above[part] = above[above[part] as number] as number;
      part = above[part] as number;
    }
    return part;
  };
  for (let task = 0; task < count; task++) {
    for (let at = operandStart[task] as number; at < (operandStart[task + 1] as number); at++) {
      above[partOf(operands[at] as number)] = partOf(task);
    }
  }
  return above.map((_, task) => partOf(task));
}
