// Root tasks that wait for a worker with room: a binary heap by priority over the tasks' columns.
// Tasks know their position, so a cancelled one can be removed from the middle.
import { grown } from "./columns.js";
import type { TaskStore } from "./task-store.js";

/** Room that a queue has at first. */
const ENTRIES_MIN = 16;

/** Slots of tasks in state queued or no-worker. */
export class RootQueue {
  readonly #tasks: TaskStore;
  #heap: Int32Array = new Int32Array(0);
  #size = 0;

  constructor(tasks: TaskStore) {
    this.#tasks = tasks;
  }

  get size(): number {
    return this.#size;
  }

  /** All slots, in no particular order. */
  get slots(): Int32Array {
    return this.#heap.subarray(0, this.#size);
  }

  /** The slot that comes first, which stays; undefined when there is none. */
  peek(): number | undefined {
    return this.#size === 0 ? undefined : this.#heap[0];
  }

  push(slot: number): void {
    if (this.#size === this.#heap.length) {
      this.#heap = grown(this.#heap, Math.max(ENTRIES_MIN, 2 * this.#size));
    }
    this.#rise(this.#size++, slot);
  }

  remove(slot: number): void {
    const { queuedAt } = this.#tasks;
    const at = queuedAt[slot] as number;
    queuedAt[slot] = -1;
    const last = this.#heap[--this.#size] as number;
    if (last === slot) return;
    this.#rise(at, last);
    this.#sink(queuedAt[last] as number, last);
  }

  #rise(start: number, slot: number): void {
    const { priority, queuedAt } = this.#tasks;
    const heap = this.#heap;
    const own = priority[slot] as number;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if ((priority[above] as number) <= own) break;
      heap[at] = above;
      queuedAt[above] = at;
      at = parent;
    }
    heap[at] = slot;
    queuedAt[slot] = at;
  }

  #sink(start: number, slot: number): void {
    const { priority, queuedAt } = this.#tasks;
    const heap = this.#heap;
    const size = this.#size;
    const own = priority[slot] as number;
    let at = start;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (
        right < size &&
        (priority[heap[right] as number] as number) < (priority[heap[child] as number] as number)
      ) {
        child = right;
      }
      const below = heap[child] as number;
      if ((priority[below] as number) >= own) break;
      heap[at] = below;
      queuedAt[below] = at;
      at = child;
    }
    heap[at] = slot;
    queuedAt[slot] = at;
  }
}
