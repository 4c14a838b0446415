// The heap limit of users' functions on one thread. It stops a function that takes memory faster
// than the worker measures; usually the worker ends such a call earlier
// (worker/memory/process-pressure.ts). V8 then ends the thread, or the whole process if a single
// large string or array goes far beyond the limit.
import { getHeapStatistics } from "node:v8";

const PART_OF_LIMIT = 2;
/** The least heap with which a thread can do any work. */
const BYTES_MIN = 64 * 2 ** 20;

/** The limit of each thread's heap, on a worker whose memory is limited so. */
export function heapBytesMax(memoryLimitBytes: number): number {
  const { heap_size_limit: own } = getHeapStatistics();
  return Math.max(BYTES_MIN, Math.min(own, PART_OF_LIMIT * memoryLimitBytes));
}
