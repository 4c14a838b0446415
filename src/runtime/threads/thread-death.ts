// Why an executor thread is gone that was not asked to go.
import { formatBytes } from "../../base/units.js";

/** Why a thread is gone. */
export interface ThreadDeath {
  readonly reason: string;
  /** Whether it, or the process, had too little memory. */
  readonly isMemory: boolean;
}

/** Why a thread ended by itself. */
export function deathOf(
  failure: unknown,
  code: number,
  heapBytesMax: number | undefined,
): ThreadDeath {
  if (failure === undefined) return { reason: `process.exit(${code}) was called`, isMemory: false };
  const isMemory = (failure as { code?: unknown } | null)?.code === "ERR_WORKER_OUT_OF_MEMORY";
  if (!isMemory) return { reason: String(failure), isMemory };
  const limit = heapBytesMax === undefined ? "" : ` of ${formatBytes(heapBytesMax)}`;
  return { reason: `its objects took more than the heap${limit} that a thread may have`, isMemory };
}
