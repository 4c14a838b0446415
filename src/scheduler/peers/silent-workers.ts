// Workers that have been silent for a while, as when their link is down: their tasks go to others,
// and what they hold stays theirs until they count as lost. When they speak again, results of tasks
// that others have got are freed there like any that nothing asked for.
import { touch } from "../accounts/holders.js";
import { log } from "../accounts/rate-limited-log.js";
import { decideSilent } from "../policy/open-to-work.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { slotsOf } from "../state/task-list.js";
import { PROCESSING, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { countMissing, stopWork } from "../tasks/liveness.js";

/** Takes their tasks from workers that have become silent. */
export function passOverSilent(state: SchedulerState): void {
  for (const { id } of decideSilent(state)) {
    const worker = state.workers.get(id);
    if (worker !== undefined) takeTasks(state, worker);
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
  // Those that were pipelined behind an earlier one wait already when their turn comes.
  const taken = running.filter((slot) => {
    if (tasks.status[slot] !== PROCESSING) return false;
    stopWork(state, slot);
    become(state, slot, WAITING);
    return true;
  });
  for (const slot of taken) countMissing(state, slot);
}
