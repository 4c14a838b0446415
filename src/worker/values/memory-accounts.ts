// Exact bytes: of values in each place, and of results, fetches and restores in progress. They
// decide whether more may begin. spill.ts makes room.
import type { TaskId } from "../../protocol/values/ids.js";
import type { TaskRecord } from "../state/task-records.js";
import { becomePlace, type ValuePlace } from "../state/transitions.js";
import type { WorkerState } from "../state/worker-state.js";

/** Moves a value to another place, with its bytes. */
export function moveValue(state: WorkerState, value: TaskRecord, place: ValuePlace): void {
  account(state, value.place, -value.bytes);
  becomePlace(value, place);
  account(state, value.place, value.bytes);
  if (state.managedBytes > state.peakManagedBytes) state.peakManagedBytes = state.managedBytes;
  trackValue(state, value);
}

function account(state: WorkerState, place: ValuePlace, bytes: number): void {
  switch (place) {
    case "absent":
      break;
    case "here":
      state.managedBytes += bytes;
      break;
    case "writing":
      state.managedBytes += bytes;
      state.writingBytes += bytes;
      break;
    case "spilled":
      state.spilledBytes += bytes;
      break;
    case "reading":
      state.spilledBytes += bytes;
      state.restoringBytes += bytes;
      break;
  }
}

/** Files the value under those that may be spilled, as the one used last, or takes it out. */
export function trackValue(state: WorkerState, value: TaskRecord): void {
  if (value.bytes < state.options.spillBytesMin) return;
  state.idleValues.delete(value);
  state.neededValues.delete(value);
  if (value.place !== "here" || value.pins > 0) return;
  (value.readers > 0 ? state.neededValues : state.idleValues).add(value);
}

/** Whether an execution could read the value in place. */
export function isInMemory(value: TaskRecord): boolean {
  return value.place === "here" || value.place === "writing";
}

/**
 * The part of the limit that the engine of tables may use, on all threads together. Values leave it
 * room while it computes: it takes up to half as much again beside its own account.
 */
export const ENGINE_FRACTION = 0.3;

/** Bytes in memory, and those promised to transfers and executions. */
export function takenBytes(state: WorkerState): number {
  const { managedBytes, reservedBytes, incomingBytes, restoringBytes } = state;
  return managedBytes + reservedBytes + incomingBytes + restoringBytes + engineBytes(state);
}

/** Bytes of the engine's threads that compute: further tasks wait for these. */
function engineBytes({ queries, options }: WorkerState): number {
  if (queries === 0) return 0;
  const { threads, memoryLimitBytes } = options;
  const share = Math.min(queries / threads, 1);
  return Math.floor(ENGINE_FRACTION * share * memoryLimitBytes);
}

/**
 * The part of the limit that values take at most where not even the disk brings relief: the process
 * needs the rest, and more, for itself.
 */
const FULL_FRACTION = 0.96;

/** Bytes that are free for values where not even the disk brings relief. */
export function freeBytes(state: WorkerState): number {
  const mostBytes = Math.floor(FULL_FRACTION * state.options.memoryLimitBytes);
  return Math.max(0, mostBytes - takenBytes(state));
}

/** Whether something that only adds to memory, and would take `bytes`, should wait. */
export function mustWaitForMemory(state: WorkerState, bytes: number): boolean {
  return (state.isPaused && isBusy(state)) || mustWaitForRoom(state, bytes);
}

/**
 * Whether something that would take `bytes` should wait: it would exceed the pause threshold, and
 * relief is expected. When memory is full it waits as long as anything else that could go to disk
 * is in memory (out-of-memory.ts). Notes the blocked bytes.
 *
 * @param operands its operands: spilling these would bring no relief
 */
export function mustWaitForRoom(
  state: WorkerState,
  bytes: number,
  operands: readonly TaskId[] = [],
): boolean {
  const { memoryPause, memoryLimitBytes } = state.options;
  const sumBytes = takenBytes(state) + bytes;
  if (bytes === 0 || sumBytes <= (memoryPause || 1) * memoryLimitBytes) return false;
  if (!isBusy(state)) {
    if (!hasOtherValues(state, operands)) return false;
    const wouldSpill = maySpill(state) && bytesPastTarget(state, bytes) > 0;
    if (!wouldSpill && sumBytes <= FULL_FRACTION * memoryLimitBytes) return false;
  }
  state.blockedBytes = Math.max(state.blockedBytes, bytes);
  return true;
}

/** Whether something is under way whose end could bring relief. */
export function isBusy(state: WorkerState): boolean {
  return state.writes > 0 || isWorking(state);
}

/** Whether something is under way that brings the work forward. */
export function isWorking({ executing, staging, requests, restores }: WorkerState): boolean {
  return executing > 0 || staging > 0 || requests.size > 0 || restores > 0;
}

/** Whether there are values in memory that are large enough to spill, apart from these. */
function hasOtherValues(state: WorkerState, operands: readonly TaskId[]): boolean {
  const { tasks, idleValues, neededValues } = state;
  const own = new Set(operands.map((operand) => tasks.get(operand)));
  for (const value of own) if (value === undefined || !neededValues.has(value)) own.delete(value);
  return idleValues.size + neededValues.size > own.size;
}

/** Whether values may go to disk at all now. */
export function maySpill({ options, tickedAtMs, diskRetryAtMs }: WorkerState): boolean {
  return options.memoryTarget > 0 && tickedAtMs >= diskRetryAtMs;
}

/** Whether memory is so far from its bounds that the order of tasks need not spare it. */
export function isMemoryAtHand(state: WorkerState): boolean {
  const { memoryTarget, memoryPause, memoryLimitBytes } = state.options;
  return takenBytes(state) <= 0.5 * (memoryTarget || memoryPause || 1) * memoryLimitBytes;
}

/** How far memory will be above the target with `bytes` more, once writes under way have ended. */
export function bytesPastTarget(state: WorkerState, bytes: number): number {
  const { memoryTarget, memoryLimitBytes } = state.options;
  return takenBytes(state) - state.writingBytes + bytes - memoryTarget * memoryLimitBytes;
}
