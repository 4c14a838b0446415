// The memory of one worker: its pool, the values in it, those on disk, and when released buffers
// return to the system.
import { ENGINE_BYTES_MIN, type EngineRoom } from "../../engine/engine-room.js";
import type { TaskId } from "../../protocol/values/ids.js";
import { ENGINE_FRACTION } from "../../worker/values/memory-accounts.js";
import { privateResidentBytes, residentBytes } from "../host/process-usage.js";
import { Arenas } from "./arenas.js";
import { BufferPool } from "./buffer-pool.js";
import { DiskValues } from "./disk-values.js";
import { ownPrefix, SpillDirectory } from "./spill-directory.js";
import { ValueStore } from "./value-store.js";

/**
 * How much of the limit values in use and idle buffers may take together before idle ones go:
 * little more than the target of values, since what threads and sockets need comes on top.
 */
const KEPT_FRACTION = 0.65;
/** Idle buffers are dropped after this long. */
const IDLE_MS_MAX = 10_000;
/** A collection is requested when dropped buffers exceed this share of the limit … */
const COLLECT_FRACTION = 1 / 8;
const COLLECT_BYTES_MIN = 8 * 2 ** 20;
/** … or when any were, this long ago. */
const COLLECT_AFTER_MS = 1_000;

/** Buffers that threads are to release. */
export interface DroppedBuffers {
  readonly buffers: readonly number[];
  /** Whether it is time to collect garbage, in every thread. */
  readonly collect: boolean;
}

/** A worker's memory. */
export class WorkerMemory {
  /** The limit for values. */
  readonly limitBytes: number;
  /** Where values are that kernels reach, as far as there is room. */
  readonly arenas: Arenas;
  readonly pool: BufferPool;
  readonly store: ValueStore;
  readonly disk: DiskValues;
  readonly #collectBytes: number;
  #dropped: number[] = [];
  #uncollectedBytes = 0;
  #droppedAtMs = 0;
  #isCollectionDue = false;

  /**
   * @param directory where values go that do not fit; one in the system's by default
   * @param arenas what kernels reach of its memory: all of it by default
   */
  constructor(
    limitBytes: number,
    directory = new SpillDirectory(),
    arenas = new Arenas(limitBytes),
  ) {
    this.limitBytes = limitBytes;
    this.#collectBytes = Math.max(COLLECT_BYTES_MIN, limitBytes * COLLECT_FRACTION);
    this.arenas = arenas;
    this.pool = new BufferPool({
      keptBytesMax: limitBytes * KEPT_FRACTION,
      idleMsMax: IDLE_MS_MAX,
      nowMs: () => performance.now(),
      onBufferDropped: (id, bufferBytes) => this.#noteDropped(id, bufferBytes),
      arenas,
    });
    this.store = new ValueStore(this.pool);
    this.disk = new DiskValues(this.pool, directory);
  }

  /**
   * The memory of the engine of tables on each of so many threads; values have the rest of the
   * memory.
   */
  engineRoom(threads: number): EngineRoom {
    const threadBytes = this.limitBytes / Math.max(threads, 1);
    return {
      memoryBytes: Math.max(ENGINE_FRACTION * threadBytes, ENGINE_BYTES_MIN),
      threadBytes,
      threads: Math.max(threads, 1),
      base: this.disk.directory,
      prefix: ownPrefix(),
    };
  }

  /**
   * Gives up idle buffers before the engine computes: what it takes, they may not. Results of its
   * queries are in buffers of their own, which it does not use again.
   */
  leaveEngineRoom(): void {
    this.pool.keepAtMost((KEPT_FRACTION - ENGINE_FRACTION) * this.limitBytes);
  }

  /**
   * Bytes of the process, without those of arenas that are free for reuse. Each value counts where
   * it is held: memory here that only peers still read counts as theirs, and memory of peers that
   * is read here counts as if it were copied.
   */
  processBytes(): number {
    const { bytesBorrowed, bytesLent } = this.pool;
    const { files, idleBytes } = this.arenas;
    if (files === undefined && bytesBorrowed === 0) return residentBytes() - idleBytes;
    const ownBytes = privateResidentBytes() - idleBytes + (files?.residentBytes ?? 0);
    return ownBytes - bytesLent + bytesBorrowed;
  }

  /** Forgets a value, wherever it is. */
  drop(task: TaskId): void {
    this.store.drop(task);
    this.disk.drop(task);
  }

  /** Drops memory that is kept for reuse; {@link takeDropped} then requests a collection. */
  release(): void {
    this.pool.dropIdle();
    this.#isCollectionDue = true;
  }

  /** Buffers that threads must release since the last call; undefined if there are none. */
  takeDropped(): DroppedBuffers | undefined {
    const collect =
      this.#isCollectionDue ||
      this.#uncollectedBytes >= this.#collectBytes ||
      (this.#uncollectedBytes > 0 && performance.now() - this.#droppedAtMs > COLLECT_AFTER_MS);
    if (this.#dropped.length === 0 && !collect) return undefined;
    const buffers = this.#dropped;
    this.#dropped = [];
    if (collect) {
      this.#uncollectedBytes = 0;
      this.#isCollectionDue = false;
    }
    return { buffers, collect };
  }

  #noteDropped(id: number, bytes: number): void {
    this.#dropped.push(id);
    this.#uncollectedBytes += bytes;
    this.#droppedAtMs = performance.now();
  }
}
