// The end of every step: tasks that became ready are handed out. Those with inputs go at once, roots
// as long as workers have room, so that producers never outrun consumers.

import { defined } from "../base/assert.js";
import { hasRoom } from "./admission.js";
import { assign } from "./assignment.js";
import { decideRootWorker, decideWorker } from "./placement.js";
import type { LayerRecord, SchedulerState, WorkerRecord } from "./state.js";
import { NO_WORKER, QUEUED, WAITING } from "./status.js";
import { become } from "./transitions.js";

/** Hands out what can be handed out. */
export function dispatch(state: SchedulerState): void {
  for (const worker of state.touched) noteRoom(state, worker);
  placeReady(state);
  placeRoots(state);
}

function placeReady(state: SchedulerState): void {
  const { tasks, ready } = state;
  if (ready.length === 0) return;
  state.ready = [];
  for (let i = 0; i < ready.length; i++) {
    const slot = ready[i] as number;
    // What became ready may be unneeded or lack inputs again by the end of the same step.
    if (tasks.status[slot] !== WAITING || tasks.waitingCount[slot] !== 0) continue;
    const worker = defined(decideWorker(state, slot), "a worker that holds inputs");
    assign(state, slot, worker);
    noteRoom(state, worker);
  }
}

function placeRoots(state: SchedulerState): void {
  const { tasks, layers, queue, openWorkers } = state;
  while (openWorkers.size > 0) {
    const slot = queue.peek();
    if (slot === undefined) return;
    const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
    const worker = decideRootWorker(state, slot, layer.durationMs >= 0);
    if (worker === undefined) return;
    queue.remove(slot);
    assign(state, slot, worker);
    openWorkers.delete(worker);
    noteRoom(state, worker);
  }
}

/** Keeps `openWorkers` true to what the policy says of `worker`; one that comes in comes last. */
function noteRoom(state: SchedulerState, worker: WorkerRecord): void {
  const isOpen = state.workers.get(worker.id) === worker && hasRoom(state.options, worker, true);
  if (isOpen) state.openWorkers.add(worker);
  else state.openWorkers.delete(worker);
}

/** A first worker joined: roots that waited for one queue for it. */
export function wakeRoots(state: SchedulerState): void {
  for (const slot of state.queue.slots) become(state, slot, QUEUED);
}

/** The last worker is gone: queued roots wait for another. */
export function parkRoots(state: SchedulerState): void {
  for (const slot of state.queue.slots) {
    if (state.tasks.status[slot] === QUEUED) become(state, slot, NO_WORKER);
  }
}
