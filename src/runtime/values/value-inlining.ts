// Adds small results to reports, for clients that wait for them, and shapes that do not follow from
// the layer.
import { defined } from "../../base/assert.js";
import type { WorkerToScheduler } from "../../protocol/messages/messages.js";
import type { ValueStore } from "./value-store.js";

/** The message, with the bytes of the results that it is to carry. */
export function withValues(message: WorkerToScheduler, store: ValueStore): WorkerToScheduler {
  if (message.type !== "tasksFinished" || message.inlined === undefined) return message;
  const { tasks, bytes, inlined } = message;
  const values = new Uint8Array(inlined.reduce((sum, row) => sum + (bytes[row] as number), 0));
  const shapes: (readonly number[])[] = [];
  let isAnyDynamic = false;
  let end = 0;
  for (const row of inlined) {
    const task = tasks[row] as number;
    const value = defined(store.pin(task), `result ${task}, which is to be sent`);
    const { buffer, byteOffset } = value.memory;
    values.set(new Uint8Array(buffer, byteOffset, value.bytes), end);
    end += value.bytes;
    shapes.push(value.shape);
    if (value.isDynamic === true) isAnyDynamic = true;
    store.unpin(value);
  }
  // Written out: the engine adds a field to a copy of a copy the slow way, each time.
  const { type, attempts, durationsMs } = message;
  const report = { type, tasks, attempts, bytes, durationsMs, inlined, values };
  return isAnyDynamic ? { ...report, shapes } : report;
}
