// Policy: blocks that fill a worker's memory if there are a few of them. The next one is not made
// ahead, their readers come before it, and they stay where they are while there is other work.
import type { WorkerView } from "../state/records.js";

/** The part of the memory for each thread from which on a block is large. */
const LARGE_FRACTION = 1 / 16;

/** Whether results or inputs of so many bytes are large for the worker. */
export function areLarge(bytes: number, { threads, memoryLimitBytes }: WorkerView): boolean {
  return bytes * threads >= LARGE_FRACTION * memoryLimitBytes;
}
