// A binary heap of items with a priority and a number of arrival. Items are never removed from the
// middle; cancelled ones are recognised by their status when they come up.

/** An item of a queue: lower priorities first, then the earlier arrival. */
export interface Prioritised {
  readonly priority: number;
  readonly sequence: number;
}

/** Takes items in any order and returns them by priority. */
export class PriorityQueue<T extends Prioritised> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The next thing, which stays. */
  peek(): T | undefined {
    return this.#heap[0];
  }

  push(item: T): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as T;
      if (!isBefore(item, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = item;
  }

  /** Takes the next thing out. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  /** All things, in no particular order. */
  values(): Iterable<T> {
    return this.#heap;
  }

  /** Puts `item` where the root was and lets it sink to its place. */
  #sink(item: T): void {
    const heap = this.#heap;
    const size = heap.length;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (right < size && isBefore(heap[right] as T, heap[child] as T)) child = right;
      const below = heap[child] as T;
      if (!isBefore(below, item)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = item;
  }
}

/** Whether `a` comes before `b`. */
export function isBefore(a: Prioritised, b: Prioritised): boolean {
  return a.priority < b.priority || (a.priority === b.priority && a.sequence < b.sequence);
}
