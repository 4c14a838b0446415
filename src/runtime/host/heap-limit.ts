// What the objects of users' functions may take in one thread. It is what holds a function that takes memory
// faster than the process is looked at; mostly the worker ends its call before (worker/memory/process-pressure.ts). V8 ends the
// thread then, but where a single large string or array goes far beyond the limit, it ends the process.
import { getHeapStatistics } from "node:v8";

const PART_OF_LIMIT = 2;
/** What a thread needs to be of any use. */
const BYTES_MIN = 64 * 2 ** 20;

/** The limit of each thread's heap, on a worker whose memory is limited so. */
export function heapBytesMax(memoryLimitBytes: number): number {
  const { heap_size_limit: own } = getHeapStatistics();
  return Math.max(BYTES_MIN, Math.min(own, PART_OF_LIMIT * memoryLimitBytes));
}
