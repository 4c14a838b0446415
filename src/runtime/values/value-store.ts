// The values of a worker, by task. A value that is being read or sent is pinned: if it is dropped
// meanwhile, its memory is freed with the last pin.
import { assert } from "../../base/assert.js";
import type { DType } from "../../base/dtype.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { Allocation, BufferPool } from "./buffer-pool.js";

/** A value in pool memory: C-contiguous from the allocation's first byte. */
export interface StoredValue {
  readonly memory: Allocation;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes of the value itself. */
  readonly bytes: number;
  /** The start of each part along the first axis, if it has parts. */
  readonly partStarts?: readonly number[];
  /** Whether its shape does not follow from its layer: reported by the worker that computed it. */
  readonly isDynamic?: boolean;
}

interface Holding extends StoredValue {
  pins: number;
  /** Frees the memory of a value that was dropped while it was pinned. */
  free: (() => void) | undefined;
}

/** A value that is not moved until `unpin`. */
export type PinnedValue = StoredValue;

/** Values by task. */
export class ValueStore {
  readonly #pool: BufferPool;
  readonly #holdings = new Map<TaskId, Holding>();
  #bytes = 0;

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** How many values are held. */
  get size(): number {
    return this.#holdings.size;
  }

  /** Bytes of the values held. */
  get bytes(): number {
    return this.#bytes;
  }

  has(task: TaskId): boolean {
    return this.#holdings.has(task);
  }

  /** Bytes of one value; 0 when it is not here. */
  bytesOf(task: TaskId): number {
    return this.#holdings.get(task)?.bytes ?? 0;
  }

  /** Keeps a value; from now on its memory is the store's to free. */
  put(task: TaskId, value: StoredValue): void {
    assert(!this.#holdings.has(task), "a value is stored under this number already", { task });
    // Field by field: a spread copy costs ten times as much, and this is done for every task.
    const { memory, dtype, shape, bytes, partStarts, isDynamic = false } = value;
    const kept = { memory, dtype, shape, bytes, isDynamic, pins: 0, free: undefined };
    this.#holdings.set(task, partStarts === undefined ? kept : { ...kept, partStarts });
    this.#bytes += bytes;
  }

  /**
   * The value of `task`, which stays in place until {@link unpin}; undefined when it is not here.
   */
  pin(task: TaskId): PinnedValue | undefined {
    const holding = this.#holdings.get(task);
    if (holding === undefined) return undefined;
    this.#pool.checkInUse(holding.memory);
    holding.pins++;
    return holding;
  }

  /** Ends one {@link pin}. */
  unpin(value: PinnedValue): void {
    const holding = value as Holding;
    assert(holding.pins > 0, "a value was unpinned more often than pinned");
    holding.pins--;
    if (holding.pins === 0) holding.free?.();
  }

  /** Forgets the value of `task`, if it is here; its memory is freed when no pin is left. */
  drop(task: TaskId): void {
    const holding = this.#holdings.get(task);
    if (holding === undefined) return;
    this.#holdings.delete(task);
    this.#bytes -= holding.bytes;
    if (holding.pins === 0) this.#pool.free(holding.memory);
    else holding.free = this.#pool.lend(holding.memory);
  }

  /** Forgets everything. */
  clear(): void {
    for (const task of [...this.#holdings.keys()]) this.drop(task);
  }
}
