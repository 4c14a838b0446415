// Lends values to peers and clients while an answer is sent: from the store, or else read from disk
// for this answer only. Reads are sequential, so requests for values on disk do not fill the memory
// that the core accounts for.
import { reasonOf } from "../../base/reason.js";
import type { Cut } from "../../graph/dependencies/regions.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { StoredValue } from "./value-store.js";
import type { WorkerMemory } from "./worker-memory.js";

/** A value that stays until it is returned. */
export interface ValueLoan {
  readonly value: StoredValue;
  /** Whether it is only the requested part. */
  readonly isPart: boolean;
  /** To be called once. */
  readonly release: () => void;
}

/** Receives values whose file cannot be read. */
export type OnUnreadable = (task: TaskId, reason: string) => void;

/** Lends a worker's values. */
export class ValueLoans {
  readonly #memory: WorkerMemory;
  readonly #unreadable: OnUnreadable | undefined;
  #lastRead: Promise<unknown> = Promise.resolve();

  constructor(memory: WorkerMemory, unreadable?: OnUnreadable) {
    this.#memory = memory;
    this.#unreadable = unreadable;
  }

  /**
   * The value of a task, or only its part at `region` where that saves reading; undefined when it
   * is nowhere here. Synchronous if the value is in memory.
   */
  lend(task: TaskId, region: Cut | null): ValueLoan | undefined | Promise<ValueLoan | undefined> {
    const { store, disk } = this.#memory;
    const value = store.pin(task);
    if (value !== undefined) return { value, isPart: false, release: () => store.unpin(value) };
    if (!disk.has(task)) return undefined;
    const read = this.#lastRead.then(() => this.#read(task, region));
    this.#lastRead = read;
    return read;
  }

  /**
   * Reads a value from disk. One that cannot be read counts as missing, and the requester has it
   * computed again.
   */
  async #read(task: TaskId, region: Cut | null): Promise<ValueLoan | undefined> {
    const { pool, disk } = this.#memory;
    if (!disk.has(task)) return undefined;
    try {
      const part = region === null ? undefined : disk.readPart(task, region);
      const value = await (part ?? disk.read(task));
      return { value, isPart: part !== undefined, release: pool.lend(value.memory) };
    } catch (error) {
      this.#unreadable?.(task, reasonOf(error));
      return undefined;
    }
  }
}
