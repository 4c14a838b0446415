// The disk of a simulated worker: values take time to be written and read, one after another, and
// fail by chance.
import { defined } from "../base/assert.js";
import type { TaskId } from "../protocol/values/ids.js";
import type { Environment } from "./environment.js";
import type { VirtualValue } from "./values.js";

/** Copies of one worker's values. */
export class VirtualDisk {
  readonly #environment: Environment;
  readonly #copies = new Map<TaskId, VirtualValue>();
  #bytes = 0;
  #freeAtMs = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Bytes of all copies. */
  get bytes(): number {
    return this.#bytes;
  }

  has(task: TaskId): boolean {
    return this.#copies.has(task);
  }

  /** Writes a copy; `onEnd` receives whether it succeeded. */
  write(task: TaskId, value: VirtualValue, onEnd: (isWritten: boolean) => void): void {
    this.#take(value.bytes, (isWell) => {
      if (isWell) {
        this.#copies.set(task, value);
        this.#bytes += value.bytes;
      }
      onEnd(isWell);
    });
  }

  /** Reads a copy that is here now; `onEnd` gets nothing when that failed. */
  read(task: TaskId, onEnd: (value: VirtualValue | undefined) => void): void {
    const value = defined(this.#copies.get(task), `copy of ${task}`);
    this.#take(value.bytes, (isWell) => onEnd(isWell ? value : undefined));
  }

  /** Removes a copy; returns whether there was one. */
  remove(task: TaskId): boolean {
    this.#bytes -= this.#copies.get(task)?.bytes ?? 0;
    return this.#copies.delete(task);
  }

  #take(bytes: number, onEnd: (isWell: boolean) => void): void {
    const { world, costs, rng, diskFailChance } = this.#environment;
    const beginMs = Math.max(world.nowMs, this.#freeAtMs);
    this.#freeAtMs = beginMs + costs.diskLatencyMs + bytes / costs.diskBytesPerMs;
    const isWell = diskFailChance === 0 || !rng.chance(diskFailChance);
    world.at(this.#freeAtMs, () => onEnd(isWell));
  }
}
