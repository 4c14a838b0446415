// The eight states of a task, as small integers for a column. task-transitions.ts lists which may
// follow which.

/**
 * Names of the states; a state is its position here. The words are Dask's, so that its docs teach
 * ours.
 */
export const STATUS_NAMES = [
  "released",
  "waiting",
  "queued",
  "noWorker",
  "processing",
  "memory",
  "erred",
  "forgotten",
] as const;

/** The name of a state. */
export type TaskStatus = (typeof STATUS_NAMES)[number];

/** Known, and its result is not needed now. */
export const RELEASED = 0;
/** Needed; some input is not in memory yet, or it is about to be placed. */
export const WAITING = 1;
/** A root task that waits at the scheduler for a worker with room. */
export const QUEUED = 2;
/** A root task that waits for a first worker to join. */
export const NO_WORKER = 3;
/** Handed to a worker. */
export const PROCESSING = 4;
/** Its result is on one worker or several. */
export const MEMORY = 5;
/** It failed permanently; no task that needs it is alive. */
export const ERRED = 6;
/** The slot is free. */
export const FORGOTTEN = 7;

/** Whether a task in this state is work ahead: it is needed and it has not finished. */
export function isActive(status: number): boolean {
  return status >= WAITING && status <= PROCESSING;
}

/** The state's name. */
export function statusName(status: number): TaskStatus {
  return STATUS_NAMES[status] ?? "forgotten";
}
