// Places actors by policy/actor-placement.ts, and accounts for the resources that they take from
// workers.
import { decideActorWorker } from "../policy/actor-placement.js";
import { type ActorRecord, actorBecomes } from "../state/actor-state.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { recordOf } from "./holders.js";
import { forgetSuitable } from "./jobs.js";
import { log } from "./rate-limited-log.js";

/** Starts waiting actors, as far as there are workers for them. */
export function placeActors(state: SchedulerState): void {
  for (const actor of state.actorTable.waiting) {
    const worker = decideActorWorker(state, actor);
    if (worker !== undefined) startActor(state, actor, recordOf(worker));
  }
}

function startActor(state: SchedulerState, actor: ActorRecord, worker: WorkerRecord): void {
  const { actorTable } = state;
  actorBecomes(actorTable, actor, "starting");
  actor.worker = worker;
  actor.incarnation++;
  const here = actorTable.byWorker.get(worker);
  if (here === undefined) actorTable.byWorker.set(worker, new Set([actor]));
  else here.add(actor);
  changeResources(state, actor, worker, -1);
  const { maker, concurrency, timeLimitMs, resources } = actor.wish;
  const message = {
    type: "startActor",
    actor: actor.id,
    incarnation: actor.incarnation,
    maker,
    concurrency,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(resources === undefined ? {} : { resources }),
  } as const;
  state.actions.push({ type: "send", to: worker.peer, message });
  log(state, "debug", `actor ${actor.id} is made on worker ${worker.name}`);
}

/** The actor has left its worker: its resources are free again. */
export function leaveWorker(state: SchedulerState, actor: ActorRecord): void {
  const { worker } = actor;
  if (worker === undefined) return;
  actor.worker = undefined;
  const { byWorker } = state.actorTable;
  const here = byWorker.get(worker);
  here?.delete(actor);
  if (here?.size === 0) byWorker.delete(worker);
  changeResources(state, actor, worker, 1);
}

function changeResources(
  state: SchedulerState,
  { wish: { resources } }: ActorRecord,
  worker: WorkerRecord,
  by: 1 | -1,
): void {
  if (resources === undefined) return;
  const left = { ...worker.resources };
  for (const [name, amount] of Object.entries(resources)) {
    left[name] = Math.max(0, (left[name] ?? 0) + by * amount);
  }
  worker.resources = left;
  forgetSuitable(state);
}
