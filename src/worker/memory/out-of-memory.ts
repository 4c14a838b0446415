// Memory is full, nothing runs, and nothing more can go to disk. Another worker may still free
// values here, so the blocked tasks wait for a while. Then the most urgent one fails with an error
// that explains this, which frees its graph's values.
import { isBefore } from "../state/priority-queue.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { freeBytes, isWorking } from "../values/memory-accounts.js";
import { failForMemory } from "./size-limits.js";

/**
 * At the end of each step: whether the worker is stuck, and since when. That something is tried to
 * be written is no way out until it succeeds.
 */
export function noteStalemate(state: WorkerState): void {
  const isWriting = state.writes > 0 && !isWorking(state);
  if (isWriting) return;
  if (state.blockedBytes === 0 || isWorking(state)) state.stuckSinceMs = Number.POSITIVE_INFINITY;
  else if (state.stuckSinceMs > state.tickedAtMs) state.stuckSinceMs = state.tickedAtMs;
}

/** Fails the most urgent task when the worker has been stuck for long. */
export function endStalemate(state: WorkerState, out: StepOutbox): void {
  if (state.writes > 0) return;
  if (state.tickedAtMs - state.stuckSinceMs < patienceMs(state)) return;
  state.stuckSinceMs = Number.POSITIVE_INFINITY;
  const record = mostUrgent(state, "ready") ?? mostUrgent(state, "waiting");
  if (record === undefined) return;
  const { name, memoryLimitBytes } = state.options;
  const neededBytes = state.blockedBytes;
  const availableBytes = freeBytes(state);
  const text = `needs ${neededBytes} bytes, and ${availableBytes} of the ${memoryLimitBytes} bytes that worker ${name} may use are free: results that are still needed take the others, and ${whyNotOnDisk(state)}`;
  failForMemory(state, record, { text, neededBytes, availableBytes }, out);
}

function patienceMs({ options, diskFault }: WorkerState): number {
  return diskFault === "" ? options.memoryWaitMs : options.brokenDiskWaitMs;
}

function whyNotOnDisk({ options, diskFault }: WorkerState): string {
  if (options.memoryTarget === 0) return "memoryTarget is off, so that none go to disk";
  if (diskFault === "") return "too few of them can go to disk";
  return `they cannot be written to disk: ${diskFault}. Make room there, choose another localDirectory, or give workers more memory`;
}

function mostUrgent(state: WorkerState, status: "ready" | "waiting"): TaskRecord | undefined {
  let first: TaskRecord | undefined;
  for (const record of state.tasks.values()) {
    if (record.status !== status || waitsHere(state, record)) continue;
    if (first === undefined || isBefore(record, first)) first = record;
  }
  return first;
}

/** Whether the task waits for another that runs here: that one is stuck then. */
function waitsHere({ tasks }: WorkerState, { operands }: TaskRecord): boolean {
  return operands.some((operand) => (tasks.get(operand)?.status ?? "memory") !== "memory");
}
