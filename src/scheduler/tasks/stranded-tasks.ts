// Tasks with inputs on workers that do not reach each other, and pairs of such workers. reach.ts
// decides; where no worker can have all inputs of a task, some are computed again.
import { TaskError } from "../../base/errors.js";
import type { WorkerId } from "../../protocol/values/ids.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { freeResult, recordOf, touch } from "../accounts/holders.js";
import { dequeue, workersFor } from "../accounts/jobs.js";
import { log, warnRarely } from "../accounts/rate-limited-log.js";
import {
  canHave,
  canReach,
  decideCutMs,
  decideStayer,
  inputsOf,
  isCutOver,
  isGivenUp,
  reachingWorkers,
} from "../policy/reach.js";
import { holdersOf, jobOf } from "../state/lookups.js";
import type { WorkerRecord, WorkerView } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { WAITING } from "../state/task-status.js";
import { failTask, keyOf, sendGraphErred } from "./failures.js";
import { activate, loseResult } from "./liveness.js";
import { sendOutputsErred } from "./release-outputs.js";

/** A worker could not fetch from another. */
export function noteCut(state: SchedulerState, reader: WorkerRecord, holder: WorkerRecord): void {
  const { cuts } = state.reach;
  const ofReader = cuts.get(reader.id) ?? new Map();
  cuts.set(reader.id, ofReader);
  const spanMs = decideCutMs(ofReader.get(holder.id)?.spanMs ?? 0);
  ofReader.set(holder.id, { untilMs: state.nowMs + spanMs, spanMs });
  const text = `worker ${reader.name} cannot fetch from worker ${holder.name} at ${holder.address}: tasks go where their inputs are or can come. Let workers reach each other's data ports (--data-port, --contact-address)`;
  warnRarely(state, `cut ${reader.id} ${holder.id}`, text, { seconds: spanMs / 1000 });
}

/** Forgets pairs: those of a worker that is gone. */
export function forgetCuts({ reach: { cuts } }: SchedulerState, gone: WorkerId): void {
  cuts.delete(gone);
  for (const [reader, ofReader] of cuts) {
    if (ofReader.delete(gone) && ofReader.size === 0) cuts.delete(reader);
  }
}

/** What time brings: workers get work again, and pairs that have long been well are forgotten. */
export function mendCuts(state: SchedulerState): void {
  const { cuts, stranded } = state.reach;
  for (const worker of state.workers.values()) {
    if (!isCutOver(state, worker)) continue;
    worker.cutOff = undefined;
    touch(state, worker);
    log(state, "info", `worker ${worker.name} gets tasks again`, { worker: worker.id });
  }
  for (const [reader, ofReader] of cuts) {
    for (const [holder, { untilMs, spanMs }] of ofReader) {
      if (state.nowMs >= untilMs + spanMs) ofReader.delete(holder);
    }
    if (ofReader.size === 0) cuts.delete(reader);
  }
  if (cuts.size === 0) stranded.clear();
  // Those that their job's limits hold back are not looked at when they become ready.
  else for (const job of state.jobs) strandAll(state, [...job.consumers.slots]);
}

/** Has inputs computed again that no worker can have together; the list may grow meanwhile. */
export function strandAll(state: SchedulerState, slots: readonly number[]): void {
  // A worker that is shut out is missing to those that were looked at before.
  for (let isAny = true; isAny; ) {
    isAny = false;
    for (let i = 0; i < slots.length; i++) {
      if (strandIfCut(state, slots[i] as number)) isAny = true;
    }
  }
}

/** Returns whether the inputs of a task that is ready are to be computed again, or it fails. */
function strandIfCut(state: SchedulerState, slot: number): boolean {
  const { tasks } = state;
  if (tasks.status[slot] !== WAITING || tasks.waitingCount[slot] !== 0) return false;
  const job = jobOf(state, slot);
  const workers = job === undefined ? [...state.workers.values()] : workersFor(state, job);
  if (reachingWorkers(state, slot, workers).length > 0) return false;
  const stayer = decideStayer(state, slot, workers);
  if (stayer === undefined) return false;
  strand(state, slot, stayer);
  return true;
}

/** The task's inputs that `stayer` cannot have are computed again, by workers that it reaches. */
function strand(state: SchedulerState, slot: number, stayer: WorkerView): void {
  const { reach, tasks } = state;
  const id = tasks.idOf(slot);
  const away = new Set(inputsOf(state, slot).filter((source) => !canHave(state, source, stayer)));
  if (isGivenUp(state, id) || [...away].some((source) => !isMadeInReach(state, source, stayer))) {
    giveUp(state, slot, stayer);
    return;
  }
  reach.stranded.set(id, (reach.stranded.get(id) ?? 0) + 1);
  for (const source of away) {
    for (const holder of holdersOf(state, source)) cutOff(state, holder, stayer);
    freeResult(state, source);
    loseResult(state, source);
  }
  for (const source of away) activate(state, source);
}

/** Whether the task may run on a worker that `stayer` reaches. */
function isMadeInReach(state: SchedulerState, slot: number, stayer: WorkerView): boolean {
  const job = jobOf(state, slot);
  if (job === undefined) return true;
  return workersFor(state, job).some((worker) => canReach(state, stayer, worker));
}

function cutOff(state: SchedulerState, worker: WorkerRecord, by: WorkerView): void {
  const untilMs = state.reach.cuts.get(by.id)?.get(worker.id)?.untilMs;
  if (untilMs === undefined || worker.cutOff !== undefined) return;
  worker.cutOff = { by: by.id, untilMs };
  touch(state, recordOf(worker));
  const seconds = Math.round((untilMs - state.nowMs) / 1000);
  const text = `worker ${worker.name} gets no tasks for ${seconds} s: worker ${by.name} cannot fetch from it, and no other reaches both. What others need of it is computed again`;
  log(state, "warn", text, { worker: worker.id });
}

/** Wherever its inputs are made, no worker that may run the task gets all of them. */
function giveUp(state: SchedulerState, slot: number, stayer: WorkerView): void {
  const inputs = inputsOf(state, slot).filter((source) => !canHave(state, source, stayer));
  const holders = inputs.flatMap((source) => holdersOf(state, source).map(({ name }) => name));
  const [holder = "another"] = holders;
  const key = keyOf(state, slot);
  const text = `task ${key} may run on worker ${stayer.name}, which cannot fetch its inputs from worker ${holder}, and they are made only there: let the workers reach each other, or name others for it`;
  const data = { key, worker: stayer.name, holders };
  const error = toWireError(new TaskError("unreachable", text, data));
  dequeue(state, slot);
  failTask(state, slot, {
    reportGraph: (graph) => sendGraphErred(state, graph, error),
    reportOutputs: (graph, columns) => sendOutputsErred(state, graph, columns, error),
  });
}
