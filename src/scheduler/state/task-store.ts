// Where tasks live: one row per task over columns of typed arrays, about ninety bytes a row, and
// the way between a row ("slot"), which is used again, and a task's number on the wire, which is
// not.
//
// A message about a task may still be on its way when the task is forgotten: a copy that arrives
// late, a peer that requests a value. If another task had the number by then, that message would be
// attributed to it. So numbers go up and are not given out twice (after two thousand million they
// start over); pages of numbers are mapped to pages of slots, as memory is in an operating system.
import { finish, type Sliced } from "../../base/sliced.js";
import { BYTES_PER_COST, type Column, grown, growthOf } from "./columns.js";
import { FORGOTTEN } from "./task-status.js";

const PAGE_BITS = 8;
const PAGE_SLOTS = 1 << PAGE_BITS;
const SLOT_IN_PAGE = PAGE_SLOTS - 1;
/** Numbers stay below this, so that they fit an Int32Array anywhere. */
const IDS = 2 ** 31;
const PAGE_NAMES = IDS / PAGE_SLOTS;
/** Pages that are reserved beyond what is asked for: memory that is not written takes none. */
const SPARE_PAGES = 256;

/** All tasks, in columns. */
export class TaskStore {
  /** One of the states of task-status.ts. */
  status: Uint8Array = new Uint8Array(0);
  /** Workers that died while they may have been executing it. */
  deaths: Uint8Array = new Uint8Array(0);
  /** How often it failed, and was tried again. */
  failures: Uint8Array = new Uint8Array(0);
  /** Number of its layer. */
  layer: Int32Array = new Int32Array(0);
  /** Block number within the layer. */
  block: Int32Array = new Int32Array(0);
  /**
   * While waiting: operand edges whose source is not in memory. While processing: those whose
   * source its worker is still making: it is pipelined; 0 for most.
   */
  waitingCount: Int32Array = new Int32Array(0);
  /** Runs handed out so far; a message about an earlier one is stale. */
  attempt: Int32Array = new Int32Array(0);
  /**
   * Lower first: the user's priority, fair turns of clients, the order of the graph (fairness.ts).
   */
  priority: Float64Array = new Float64Array(0);
  /**
   * While processing: the worker it was handed to. In memory: the worker whose list it is in.
   * Otherwise -1.
   */
  worker: Int32Array = new Int32Array(0);
  /** Bytes of the result: predicted, then as reported. */
  bytes: Float64Array = new Float64Array(0);
  /** Edges to users that are active: they still need the result. */
  needed: Int32Array = new Int32Array(0);
  /** Output blocks of live graphs that are this task's result. */
  wanted: Int32Array = new Int32Array(0);
  /** Live graphs that contain it. */
  graphCount: Int32Array = new Int32Array(0);
  /**
   * Number of the one of these graphs that leads it (jobs.ts); the others are in
   * `SchedulerState.sharedGraphs`.
   */
  graph: Int32Array = new Int32Array(0);
  /** The first of its operand edges, which are adjacent. */
  operandStart: Int32Array = new Int32Array(0);
  operandCount: Int32Array = new Int32Array(0);
  /** First of the edges to its users; -1 for none. */
  firstUser: Int32Array = new Int32Array(0);
  /**
   * Neighbours in the list of its worker: of tasks processing there, or of results there. -1 at the
   * ends.
   */
  next: Int32Array = new Int32Array(0);
  previous: Int32Array = new Int32Array(0);
  /** Place in the queue; -1 when it is not there. */
  queuedAt: Int32Array = new Int32Array(0);
  /** While processing: its share of its worker's work ahead; 0 while it is pipelined. */
  chargedMs: Float32Array = new Float32Array(0);

  /** Tasks that are known. */
  count = 0;

  /** Per page of slots: its name, i.e. the upper bits of its tasks' numbers. */
  #nameOfPage: Int32Array = new Int32Array(0);
  /** Per page of slots: tasks that live there. */
  #liveInPage: Int32Array = new Int32Array(0);
  /** Per name: the page of slots; -1 when all its tasks are forgotten. */
  #pageOfName: Int32Array = new Int32Array(0);
  readonly #freePages: number[] = [];
  #pages = 0;
  #nextName = 0;
  #fillPage = -1;
  #fillSlot = PAGE_SLOTS;

  /** Slots that there are; those in state forgotten are free. */
  get slotCount(): number {
    return this.#pages * PAGE_SLOTS;
  }

  /** Bytes of all columns. */
  get columnBytes(): number {
    let bytes = this.#pageOfName.byteLength;
    for (const column of Object.values(this)) {
      if (ArrayBuffer.isView(column)) bytes += column.byteLength;
    }
    return bytes;
  }

  /** A free slot; its columns are the caller's to fill, except `status`, which is forgotten. */
  allocate(): number {
    if (this.#fillSlot === PAGE_SLOTS) this.#openPage();
    this.#liveInPage[this.#fillPage] = (this.#liveInPage[this.#fillPage] as number) + 1;
    this.count++;
    return this.#fillPage * PAGE_SLOTS + this.#fillSlot++;
  }

  /**
   * Makes room for that many more tasks in slices, so that no slot has to wait for it; and room to
   * spare for small graphs beside these, since one of them would wait while all columns grow.
   */
  *reserve(tasks: number): Sliced<void> {
    const used = this.#pages - this.#freePages.length;
    const pages = used + Math.ceil(tasks / PAGE_SLOTS) + 1;
    const known = this.#nameOfPage.length;
    if (pages <= known) return;
    yield* this.#grow(Math.max(pages + Math.min(pages, SPARE_PAGES), growthOf(known)));
  }

  /** Gives a slot back; its number is not given out again. */
  free(slot: number): void {
    this.status[slot] = FORGOTTEN;
    this.count--;
    const page = slot >> PAGE_BITS;
    const live = (this.#liveInPage[page] as number) - 1;
    this.#liveInPage[page] = live;
    if (live === 0 && page !== this.#fillPage) this.#closePage(page);
  }

  /** The task's number on the wire. */
  idOf(slot: number): number {
    return ((this.#nameOfPage[slot >> PAGE_BITS] as number) << PAGE_BITS) | (slot & SLOT_IN_PAGE);
  }

  /** The slot of the task with that number; -1 when there is none any more. */
  slotOf(id: number): number {
    if (id >= IDS) return -1;
    const name = id >>> PAGE_BITS;
    if (name >= this.#pageOfName.length) return -1;
    const page = this.#pageOfName[name] as number;
    if (page < 0) return -1;
    const slot = page * PAGE_SLOTS + (id & SLOT_IN_PAGE);
    return this.status[slot] === FORGOTTEN ? -1 : slot;
  }

  #openPage(): void {
    const full = this.#fillPage;
    if (full >= 0 && this.#liveInPage[full] === 0) this.#closePage(full);
    const page = this.#freePages.pop() ?? this.#pages++;
    if (page >= this.#nameOfPage.length) finish(this.#grow(Math.max(4, growthOf(page))));
    while (this.#nextName < this.#pageOfName.length && this.#pageOfName[this.#nextName] !== -1) {
      this.#nextName++;
    }
    const name = this.#nextName;
    if (name >= this.#pageOfName.length) {
      const known = this.#pageOfName.length;
      this.#pageOfName = grown(this.#pageOfName, Math.max(16, known * 2)).fill(-1, known);
    }
    this.#pageOfName[name] = page;
    this.#nameOfPage[page] = name;
    this.#nextName = (name + 1) % PAGE_NAMES;
    this.#fillPage = page;
    this.#fillSlot = 0;
  }

  #closePage(page: number): void {
    this.#pageOfName[this.#nameOfPage[page] as number] = -1;
    this.#freePages.push(page);
  }

  /** Makes all columns long enough, one after another; pages are opened when the last one is. */
  *#grow(pages: number): Sliced<void> {
    const slots = pages * PAGE_SLOTS;
    const known = this.status.length;
    this.status = grown(this.status, slots).fill(FORGOTTEN, known);
    for (const name of COLUMNS) {
      const column: Column = this[name];
      (this as Record<typeof name, Column>)[name] = grown(column, slots);
      yield column.byteLength / BYTES_PER_COST;
    }
    this.#liveInPage = grown(this.#liveInPage, pages);
    this.#nameOfPage = grown(this.#nameOfPage, pages);
  }
}

/** Columns besides `status`. */
const COLUMNS = [
  "deaths",
  "failures",
  "layer",
  "block",
  "waitingCount",
  "attempt",
  "priority",
  "worker",
  "bytes",
  "needed",
  "wanted",
  "graphCount",
  "graph",
  "operandStart",
  "operandCount",
  "firstUser",
  "next",
  "previous",
  "queuedAt",
  "chargedMs",
] as const satisfies readonly (keyof TaskStore)[];
