// Divides the cores of this machine among the workers of a local cluster.
// runtime/host/process-usage.ts counts them.
import { availableCores } from "../runtime/host/process-usage.js";

/** How many workers of how many threads. */
export interface WorkerPlan {
  readonly workers: number;
  readonly threadsPerWorker: number;
}

/**
 * Shares out `cores`: up to four, one worker of one thread each; above, as many workers as threads
 * per worker or a few more, since threads of one worker share memory and workers do not.
 */
export function planWorkers(
  given: Partial<WorkerPlan>,
  cores: number = availableCores(),
): WorkerPlan {
  const { workers, threadsPerWorker } = given;
  if (workers !== undefined) {
    return {
      workers,
      threadsPerWorker: threadsPerWorker ?? Math.max(1, Math.floor(cores / workers)),
    };
  }
  if (threadsPerWorker !== undefined) {
    return { workers: Math.max(1, Math.floor(cores / threadsPerWorker)), threadsPerWorker };
  }
  if (cores <= 4) return { workers: cores, threadsPerWorker: 1 };
  let count = Math.ceil(Math.sqrt(cores));
  while (cores % count !== 0) count++;
  return { workers: count, threadsPerWorker: cores / count };
}
