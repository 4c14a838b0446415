// Writes values to disk and reads them back, as the core asks, and reports the outcomes.
import { defined } from "../../base/assert.js";
import { isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { formatBytes } from "../../base/units.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type {
  RestoreFailed,
  SpillFailed,
  ValueRestored,
  ValueSpilled,
} from "../../worker/state/events.js";
import type { WorkerMemory } from "./worker-memory.js";

/** Moves values between memory and disk. */
export class ValueSpills {
  readonly #memory: WorkerMemory;
  readonly #bytesMax: number;
  /** Bytes of writes under way. */
  #writingBytes = 0;

  /** @param bytesMax the most bytes that may be on disk */
  constructor(memory: WorkerMemory, bytesMax = Number.POSITIVE_INFINITY) {
    this.#memory = memory;
    this.#bytesMax = bytesMax;
  }

  /** Writes a copy of a value. Rejects with InvariantErrors only. */
  async spill(task: TaskId): Promise<ValueSpilled | SpillFailed> {
    const { store, disk } = this.#memory;
    const value = defined(store.pin(task), `value ${task}`);
    if (disk.bytes + this.#writingBytes + value.bytes > this.#bytesMax) {
      store.unpin(value);
      const reason = `spillMax is ${formatBytes(this.#bytesMax)}, and ${formatBytes(disk.bytes)} are in ${disk.directory}`;
      return { type: "spillFailed", task, reason };
    }
    this.#writingBytes += value.bytes;
    try {
      await disk.write(task, value);
      return { type: "spilled", task };
    } catch (error) {
      return { type: "spillFailed", task, reason: `${diskReason(error)}, in ${disk.directory}` };
    } finally {
      this.#writingBytes -= value.bytes;
      store.unpin(value);
    }
  }

  /** Reads a value back and stores it. Rejects with InvariantErrors only. */
  async restore(task: TaskId): Promise<ValueRestored | RestoreFailed> {
    const { store, disk } = this.#memory;
    try {
      store.put(task, await disk.read(task));
      return { type: "restored", task };
    } catch (error) {
      return { type: "restoreFailed", task, reason: diskReason(error) };
    }
  }
}

/** Why the disk failed; a bug in tilework is rethrown. */
function diskReason(error: unknown): string {
  if (isTileworkError(error, "invariant")) throw error;
  return reasonOf(error);
}
