// Exact bytes: what values here take, what results under way will take, and whether more may be
// begun. What to do when memory stays short (writing values to disk) has no place here yet.
import type { WorkerState } from "./state.js";

/** The part of the limit above which nothing that only adds to memory is begun. */
const PAUSE_FRACTION = 0.8;

/** A value of so many bytes is here now. */
export function addValueBytes(state: WorkerState, bytes: number): void {
  state.managedBytes += bytes;
  if (state.managedBytes > state.peakManagedBytes) state.peakManagedBytes = state.managedBytes;
}

/** A value of so many bytes was dropped. */
export function removeValueBytes(state: WorkerState, bytes: number): void {
  state.managedBytes -= bytes;
}

/**
 * Whether `bytes` more had better wait. Never when nothing is under way whose end could bring
 * relief: a worker that is too small for a task tries it rather than waits for ever.
 */
export function mustWaitForMemory(state: WorkerState, bytes: number): boolean {
  if (state.executing === 0 && state.requests.size === 0) return false;
  const taken = state.managedBytes + state.reservedBytes + state.incomingBytes;
  return taken + bytes > PAUSE_FRACTION * state.options.memoryLimitBytes;
}
