// Edges between tasks: one row per operand, repeats included. The operands of a task are adjacent,
// in the kernel's order. The users of a task are a linked list, since they come and go with graphs
// that share it. An edge takes sixteen bytes.
import { finish, type Sliced } from "../../base/sliced.js";
import { BYTES_PER_COST, grown, growthOf } from "./columns.js";

/** Edges that are reserved beyond what is asked for: memory that is not written takes none. */
const SPARE_EDGES = 2 ** 18;

/** All edges, in columns. */
export class EdgeStore {
  /** The task that is read. */
  source: Int32Array = new Int32Array(0);
  /** The task that reads. */
  user: Int32Array = new Int32Array(0);
  /** Neighbours in the list of the source's users; -1 at the ends. */
  next: Int32Array = new Int32Array(0);
  previous: Int32Array = new Int32Array(0);

  /** Edges in use. */
  count = 0;

  #end = 0;
  /**
   * The last free run of edges by its length; `source` of a run's first edge has the one before it,
   * or -1. Graphs repeat themselves, so that lengths recur.
   */
  readonly #freeRuns = new Map<number, number>();

  /** Bytes of all columns. */
  get columnBytes(): number {
    return 4 * this.source.byteLength;
  }

  /** The first of `count` free edges that are adjacent. */
  allocate(count: number): number {
    if (count === 0) return 0;
    this.count += count;
    const free = this.#freeRuns.get(count) ?? -1;
    if (free >= 0) {
      this.#freeRuns.set(count, this.source[free] as number);
      return free;
    }
    const start = this.#end;
    this.#end += count;
    if (this.#end > this.source.length) finish(this.#grow(Math.max(1024, growthOf(this.#end))));
    return start;
  }

  /**
   * Makes room for that many more edges in slices, so that no run of them has to wait for it; and
   * room to spare for small graphs beside these.
   */
  *reserve(edges: number): Sliced<void> {
    const length = this.#end + edges;
    const known = this.source.length;
    if (length <= known) return;
    yield* this.#grow(Math.max(length + Math.min(length, SPARE_EDGES), growthOf(known)));
  }

  /** Gives a run back that {@link EdgeStore.allocate} gave. */
  free(start: number, count: number): void {
    if (count === 0) return;
    this.count -= count;
    if (this.count === 0) {
      // Nothing is left: start again, so that lengths which will not recur leave no holes.
      this.#end = 0;
      this.#freeRuns.clear();
      return;
    }
    this.source[start] = this.#freeRuns.get(count) ?? -1;
    this.#freeRuns.set(count, start);
  }

  /** Makes `user` a reader of `source` by edge `edge`. */
  link(edge: number, source: number, user: number, firstUser: Int32Array): void {
    const head = firstUser[source] as number;
    this.source[edge] = source;
    this.user[edge] = user;
    this.next[edge] = head;
    this.previous[edge] = -1;
    if (head >= 0) this.previous[head] = edge;
    firstUser[source] = edge;
  }

  /** Takes back {@link EdgeStore.link}. */
  unlink(edge: number, firstUser: Int32Array): void {
    const next = this.next[edge] as number;
    const previous = this.previous[edge] as number;
    if (next >= 0) this.previous[next] = previous;
    if (previous >= 0) this.next[previous] = next;
    else firstUser[this.source[edge] as number] = next;
  }

  /** By the length of the first column edges are given out: it is the last to grow. */
  *#grow(length: number): Sliced<void> {
    const cost = this.source.byteLength / BYTES_PER_COST;
    this.user = grown(this.user, length);
    yield cost;
    this.next = grown(this.next, length);
    yield cost;
    this.previous = grown(this.previous, length);
    yield cost;
    this.source = grown(this.source, length);
  }
}
