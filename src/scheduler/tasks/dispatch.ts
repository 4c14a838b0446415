// The end of every step: hands out tasks that became ready. Tasks with inputs go at once; roots go
// while workers have room, so producers never outrun consumers.
import { defined } from "../../base/assert.js";
import { assign } from "../accounts/assignment.js";
import { recordOf } from "../accounts/holders.js";
import { rootQueues, workersFor } from "../accounts/jobs.js";
import { hasRoom, startableCount } from "../policy/admission.js";
import { decideForcedWorker } from "../policy/fairness.js";
import { decidePipelining } from "../policy/pipelining.js";
import { decideRootWorker, decideWorker } from "../policy/placement.js";
import { decideJobWorker, hasCore } from "../policy/restrictions.js";
import { jobOf, leaderOf } from "../state/lookups.js";
import type { JobRecord, LayerRecord, WorkerRecord } from "../state/records.js";
import type { RootQueue } from "../state/root-queue.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { NO_WORKER, QUEUED, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { noteUsers } from "./pipelined-tasks.js";
import { feedIdle } from "./steal-moves.js";
import { strandAll } from "./stranded-tasks.js";

/** The most tasks that wait for room ahead on a worker: the next of a chain is among the first. */
const WAITING_AHEAD_MAX = 4;

/** Hands out all tasks that can be handed out. */
export function dispatch(state: SchedulerState): void {
  // It may shut workers out, and has more tasks become ready.
  if (state.reach.cuts.size > 0) strandAll(state, state.ready);
  for (const worker of state.touched) noteRoom(state, worker);
  placeReady(state);
  placeRoots(state);
  // A steal request also takes the tasks back that were pipelined behind the task.
  for (const worker of feedIdle(state)) noteRoom(state, worker);
  // Last, so that nothing is handed out and taken back in one step: frees are sent before work.
  placePipelined(state);
}

function placeReady(state: SchedulerState): void {
  const { tasks, ready } = state;
  if (ready.length === 0) return;
  state.ready = [];
  for (let i = 0; i < ready.length; i++) {
    const slot = ready[i] as number;
    // A task that became ready may be unneeded or lack inputs again by the end of the same step.
    if (tasks.status[slot] !== WAITING || tasks.waitingCount[slot] !== 0) continue;
    if ((tasks.queuedAt[slot] as number) >= 0) continue;
    const job = jobOf(state, slot);
    if (job !== undefined) {
      job.consumers.push(slot);
      continue;
    }
    const worker = recordOf(defined(decideWorker(state, slot), "a worker that holds inputs"));
    assign(state, slot, worker);
    noteUsers(state, slot);
    noteRoom(state, worker);
  }
}

/**
 * Roots in the order of their priority, those of all queues; one queue that is stuck stops no
 * other.
 */
function placeRoots(state: SchedulerState): void {
  if (state.jobs.size === 0) {
    while (placeRoot(state, undefined));
    return;
  }
  for (const job of state.jobs) while (placeJobTask(state, job, job.consumers));
  const { priority } = state.tasks;
  const going = new Set([undefined, ...state.jobs]);
  while (going.size > 0) {
    let next: JobRecord | undefined;
    let nextPriority = Number.POSITIVE_INFINITY;
    for (const job of going) {
      const first = (job?.roots ?? state.queue).peek();
      if (first === undefined || (priority[first] as number) >= nextPriority) continue;
      next = job;
      nextPriority = priority[first] as number;
    }
    if (nextPriority === Number.POSITIVE_INFINITY) return;
    if (!placeRoot(state, next)) going.delete(next);
  }
}

/** Hands out the first root of a job, or of the common queue; false when none can be. */
function placeRoot(state: SchedulerState, job: JobRecord | undefined): boolean {
  if (job !== undefined) return placeJobTask(state, job, job.roots);
  const { tasks, layers, queue, openWorkers } = state;
  const slot = queue.peek();
  if (slot === undefined) return false;
  const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
  const isMeasured = layer.durationMs >= 0;
  let worker = openWorkers.size > 0 ? decideRootWorker(state, slot, isMeasured) : undefined;
  worker ??= decideForcedWorker(
    state,
    defined(leaderOf(state, slot), "graph of a root"),
    tasks.bytes[slot] as number,
  );
  if (worker === undefined) return false;
  queue.remove(slot);
  assignRoot(state, slot, recordOf(worker));
  return true;
}

/** Hands out the first task of one of a job's queues; false when none can be. */
function placeJobTask(state: SchedulerState, job: JobRecord, queue: RootQueue): boolean {
  const slot = queue.peek();
  if (slot === undefined || !hasCore(job)) return false;
  const worker = decideJobWorker(state, job, workersFor(state, job), slot);
  if (worker === undefined) return false;
  queue.remove(slot);
  assignRoot(state, slot, recordOf(worker));
  return true;
}

/**
 * Tasks whose last inputs are being made on one worker go there ahead of them; and then, maybe,
 * their users.
 */
function placePipelined(state: SchedulerState): void {
  const { tasks, mayPipeline } = state;
  if (mayPipeline.length === 0) return;
  for (let i = 0; i < mayPipeline.length; i++) {
    const slot = mayPipeline[i] as number;
    const decided = decidePipelining(state, slot);
    if (decided === undefined) continue;
    const worker = recordOf(decided.worker);
    if (!decided.hasRoom) {
      if (worker.waitingAhead.length < WAITING_AHEAD_MAX) worker.waitingAhead.push(slot);
      continue;
    }
    state.history.noteMoment("pipelined", worker.id, tasks.layer[slot], tasks.block[slot]);
    assign(state, slot, worker);
    noteUsers(state, slot);
    noteRoom(state, worker);
  }
  state.mayPipeline = [];
}

/** A worker that got a root moves to the end of the line. */
function assignRoot(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  assign(state, slot, worker);
  noteUsers(state, slot);
  state.lastAssigned = worker;
  state.openWorkers.delete(worker);
  noteRoom(state, worker);
}

/** Keeps `openWorkers` and `loadedWorkers` consistent with `worker`; a new member comes last. */
function noteRoom(state: SchedulerState, worker: WorkerRecord): void {
  const isHere = state.workers.get(worker.id) === worker;
  if (isHere && hasRoom(state.options, worker, true)) state.openWorkers.add(worker);
  else state.openWorkers.delete(worker);
  if (isHere && startableCount(worker) > worker.threads) state.loadedWorkers.add(worker);
  else state.loadedWorkers.delete(worker);
}

/** A first worker joined: roots that waited for one queue for it. */
export function wakeRoots(state: SchedulerState): void {
  for (const queue of rootQueues(state)) {
    for (const slot of queue.slots) become(state, slot, QUEUED);
  }
}

/** The last worker is gone: queued roots wait for another. */
export function parkRoots(state: SchedulerState): void {
  for (const queue of rootQueues(state)) {
    for (const slot of queue.slots) {
      if (state.tasks.status[slot] === QUEUED) become(state, slot, NO_WORKER);
    }
  }
}
