// Spilling: which values go to disk, when, and which come back. Memory stays below its target by
// writing values that no task here needs, then those that are needed last. A value comes back for
// the execution that reads it; peers and clients are served from its file. memory-accounts.ts
// counts the bytes in each place; process-pressure.ts watches the whole process.
import type { RestoreFailed, SpillFailed, ValueRestored, ValueSpilled } from "../state/events.js";
import { noteDiskBegin, noteDiskEnd } from "../state/span-reports.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { bytesPastTarget, maySpill, moveValue } from "../values/memory-accounts.js";
import { endUse, forgetValue } from "../values/pins.js";
import { giveUpReaders } from "../values/release.js";

/** Writes under way at once: few, so that the next victim is chosen late. */
const WRITES_MAX = 2;
/** Values that are examined to find the one that is needed last. */
const CANDIDATES_MAX = 64;
/** After how long a disk that failed is tried again. */
const DISK_RETRY_MS = 1_000;

/** Moves values out of memory down to the target. Says whether memory was freed at once. */
export function spillValues(state: WorkerState, out: StepOutbox): boolean {
  let hasFreed = false;
  while (mustSpill(state)) {
    const victim = findVictim(state);
    if (victim === undefined) break;
    if (!victim.isOnDisk && state.writes >= WRITES_MAX) break;
    state.pressureBytes = Math.max(0, state.pressureBytes - victim.bytes);
    if (victim.isOnDisk) {
      moveValue(state, victim, "spilled");
      out.evict(victim.task);
      hasFreed = true;
    } else {
      moveValue(state, victim, "writing");
      state.writes++;
      noteDiskBegin(state, victim.task);
      out.spill(victim.task);
    }
  }
  return hasFreed;
}

function mustSpill(state: WorkerState): boolean {
  if (!maySpill(state)) return false;
  return state.pressureBytes > 0 || bytesPastTarget(state, state.blockedBytes) > 0;
}

/** The least recently used value that no task here needs; otherwise one that is needed late. */
function findVictim(state: WorkerState): TaskRecord | undefined {
  for (const value of state.idleValues) return value;
  let latest: TaskRecord | undefined;
  let candidates = 0;
  for (const value of state.neededValues) {
    if (candidates++ === CANDIDATES_MAX) break;
    if (latest === undefined || value.usePriority > latest.usePriority) latest = value;
  }
  return latest;
}

/** A value is on disk: it leaves memory, unless a task has begun to use it. */
export function valueSpilled(state: WorkerState, event: ValueSpilled, out: StepOutbox): void {
  const value = endWrite(state, event, out);
  if (value === undefined) return;
  value.isOnDisk = true;
  noteDiskEnd(state, "spill", value);
  state.spilledBytesTotal += value.bytes;
  state.stuckSinceMs = Number.POSITIVE_INFINITY;
  if (state.diskFault !== "") {
    state.diskFault = "";
    out.log("info", "values can be written to disk again");
  }
  if (state.tombstones.has(event.task) || value.pins > 0) {
    moveValue(state, value, "here");
    endUse(state, value, out);
  } else {
    moveValue(state, value, "spilled");
    out.evict(value.task);
  }
}

/** A value could not be written: it stays, and the disk is left alone for a while. */
export function spillFailed(state: WorkerState, event: SpillFailed, out: StepOutbox): void {
  const value = endWrite(state, event, out);
  if (value === undefined) return;
  state.diskRetryAtMs = state.tickedAtMs + DISK_RETRY_MS;
  state.diskSinceMs.delete(event.task);
  const isNew = state.diskFault === "";
  state.diskFault = event.reason;
  if (isNew) {
    const text =
      "values cannot be written to disk: they stay in memory, and new work waits when that is full";
    out.log("error", text, { reason: event.reason, managedBytes: state.managedBytes });
  }
  moveValue(state, value, "here");
  endUse(state, value, out);
}

function endWrite(
  state: WorkerState,
  event: ValueSpilled | SpillFailed,
  out: StepOutbox,
): TaskRecord | undefined {
  const value = valueIn(state, event.task, "writing");
  if (value === undefined) out.log("warn", "an unknown write ended", { task: event.task });
  else state.writes--;
  return value;
}

/** Reads a spilled value back for a task that is staging. */
export function restoreValue(state: WorkerState, value: TaskRecord, out: StepOutbox): void {
  moveValue(state, value, "reading");
  state.restores++;
  noteDiskBegin(state, value.task);
  out.restore(value.task);
}

/** A value is back in memory; returns it when tasks may wait for it. */
export function valueRestored(
  state: WorkerState,
  event: ValueRestored,
  out: StepOutbox,
): TaskRecord | undefined {
  const value = endRestore(state, event, out);
  if (value === undefined) return undefined;
  noteDiskEnd(state, "restore", value);
  moveValue(state, value, "here");
  return endUse(state, value, out) ? undefined : value;
}

/** A value cannot be read back: it is lost here, and the scheduler decides on its readers again. */
export function restoreFailed(state: WorkerState, event: RestoreFailed, out: StepOutbox): void {
  const value = endRestore(state, event, out);
  if (value === undefined) return;
  const { task, reason } = event;
  state.diskSinceMs.delete(task);
  out.log("error", "a value could not be read back from disk: it is lost here", { task, reason });
  if (value.status === "memory") {
    // A piece has no number that the scheduler knows: only its reader is given up.
    if (task >= 0) {
      const inputs = { inputs: [task], workers: [state.self] };
      out.send({ type: "inputsMissing", tasks: [], attempts: [], ...inputs });
    }
    giveUpReaders(state, new Set([task]), out);
  }
  forgetValue(state, value, out);
}

function endRestore(
  state: WorkerState,
  event: ValueRestored | RestoreFailed,
  out: StepOutbox,
): TaskRecord | undefined {
  const value = valueIn(state, event.task, "reading");
  if (value === undefined) out.log("warn", "an unknown restore ended", { task: event.task });
  else state.restores--;
  return value;
}

/** The value of that number in that place, also when it is buried (tombstones.ts). */
function valueIn(
  state: WorkerState,
  task: number,
  place: "writing" | "reading",
): TaskRecord | undefined {
  const tombstone = state.tombstones.get(task);
  const value = tombstone?.type === "uses" ? tombstone.record : state.tasks.get(task);
  return value?.place === place ? value : undefined;
}
