// Adds small results to reports, for clients that wait for them, and shapes that do not follow from
// the layer.
import { defined } from "../../base/assert.js";
import type { WorkerToScheduler } from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { ValueStore } from "./value-store.js";

/**
 * The message, with the bytes of the results that it is to carry.
 *
 * @param answered the task whose result a follower was sent
 */
export function withValues(
  message: WorkerToScheduler,
  store: ValueStore,
  answered?: TaskId,
): WorkerToScheduler {
  if (message.type !== "tasksFinished" || message.inlined === undefined) return message;
  // Written out: the engine adds a field to a copy of a copy the slow way, each time.
  const { type, tasks, attempts, bytes, durationsMs, inlined } = message;
  const { values, shapes } = inlinedValues(
    store,
    inlined.map((row) => tasks[row] as number),
  );
  const report = { type, tasks, attempts, bytes, durationsMs, inlined, values };
  const whole = shapes === undefined ? report : { ...report, shapes };
  return answered === undefined ? whole : { ...whole, answered };
}

/** The bytes of results, one after another, and their shapes if these do not follow from layers. */
export function inlinedValues(
  store: ValueStore,
  tasks: readonly TaskId[],
): { values: Uint8Array; shapes?: readonly (readonly number[])[] } {
  const pinned = tasks.map((task) =>
    defined(store.pin(task), `result ${task}, which is to be sent`),
  );
  const values = new Uint8Array(pinned.reduce((sum, { bytes }) => sum + bytes, 0));
  let end = 0;
  for (const { memory, bytes } of pinned) {
    values.set(new Uint8Array(memory.buffer, memory.byteOffset, bytes), end);
    end += bytes;
  }
  const isAnyDynamic = pinned.some(({ isDynamic }) => isDynamic === true);
  const shapes = isAnyDynamic ? pinned.map(({ shape }) => shape) : undefined;
  for (const value of pinned) store.unpin(value);
  return shapes === undefined ? { values } : { values, shapes };
}
