// Workers that have been silent for a while, as when their link is down: their tasks go to others,
// and what they hold stays theirs until they count as lost. Tasks that wait for copies from them
// get these from other holders. When they speak again, results of tasks that others have got are
// freed there like any that nothing asked for.
import { touch } from "../accounts/holders.js";
import { log } from "../accounts/rate-limited-log.js";
import { decideSilent } from "../policy/open-to-work.js";
import { holds, workerOf } from "../state/lookups.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { slotsOf } from "../state/task-list.js";
import { MEMORY, PROCESSING, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { countMissing, stopWork } from "../tasks/liveness.js";

/** Takes their tasks from workers that have become silent. */
export function passOverSilent(state: SchedulerState): void {
  for (const { id } of decideSilent(state)) {
    const worker = state.workers.get(id);
    if (worker === undefined) continue;
    takeTasks(state, worker);
    askOthers(state, worker);
  }
}

/** A worker has spoken: it may get work again. */
export function hear(state: SchedulerState, worker: WorkerRecord): void {
  worker.seenMs = state.nowMs;
  if (!worker.isSilent) return;
  worker.isSilent = false;
  touch(state, worker);
  log(state, "info", `worker ${worker.name} speaks again`, { worker: worker.id });
}

function takeTasks(state: SchedulerState, worker: WorkerRecord): void {
  const { tasks, options } = state;
  worker.isSilent = true;
  touch(state, worker);
  const running = slotsOf(tasks, worker.processing);
  const text = `worker ${worker.name} has been silent for ${options.workerSilenceMs / 1000} s: others get its tasks`;
  log(state, "warn", text, { worker: worker.id, processing: running.length });
  takeBack(state, running);
}

/** Tasks of others that wait for what it holds are decided again, where others hold that, too. */
function askOthers(state: SchedulerState, silent: WorkerRecord): void {
  for (const reader of state.workers.values()) {
    if (reader.isSilent) continue;
    const waiting = slotsOf(state.tasks, reader.processing).filter(
      (slot) => !reader.suspended.has(slot) && mayAskOthers(state, slot, reader, silent),
    );
    if (waiting.length === 0) continue;
    takeBack(state, waiting);
    const message = { type: "workerSilent", worker: silent.id } as const;
    state.actions.push({ type: "send", to: reader.peer, message });
  }
}

/** Whether the task waits for a value that the silent worker was asked for, and another has. */
function mayAskOthers(
  state: SchedulerState,
  slot: number,
  reader: WorkerRecord,
  silent: WorkerRecord,
): boolean {
  const { tasks, edges, replicas } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    const copies = replicas.get(source);
    if (copies === undefined || tasks.status[source] !== MEMORY) continue;
    if (!holds(state, source, silent) || holds(state, source, reader)) continue;
    if ([workerOf(state, source), ...copies].some(({ isSilent }) => !isSilent)) return true;
  }
  return false;
}

function takeBack(state: SchedulerState, slots: readonly number[]): void {
  // Those that were pipelined behind an earlier one wait already when their turn comes.
  const taken = slots.filter((slot) => {
    if (state.tasks.status[slot] !== PROCESSING) return false;
    stopWork(state, slot);
    become(state, slot, WAITING);
    return true;
  });
  for (const slot of taken) countMissing(state, slot);
}
