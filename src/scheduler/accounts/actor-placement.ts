// Policy: where an actor lives. On a worker that has what it takes, of those the one with the fewest actors,
// then the one with the least to do. What it takes of a worker's resources no task and no other actor
// has while it lives.
import { type ActorRecord, actorBecomes } from "../state/actor-state.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { forgetSuitable } from "./jobs.js";
import { log } from "./rate-limited-log.js";

/** Sums of fractions that are taken and given back are not quite what they were. */
const ROUNDING = 1e-6;

/** The worker for an actor; undefined when none will do now. */
export function decideActorWorker(
  state: SchedulerState,
  { wish }: ActorRecord,
): WorkerRecord | undefined {
  const { workers: names, resources = {} } = wish;
  const actorsOn = (worker: WorkerRecord) => state.actorBooks.byWorker.get(worker)?.size ?? 0;
  let best: WorkerRecord | undefined;
  for (const worker of state.workers.values()) {
    if (worker.isRetiring || names?.includes(worker.name) === false) continue;
    const hasAll = Object.entries(resources).every(
      ([name, amount]) => (worker.resources[name] ?? 0) >= amount * (1 - ROUNDING),
    );
    if (!hasAll) continue;
    const more = best === undefined ? 1 : actorsOn(best) - actorsOn(worker);
    const isBetter =
      best === undefined ||
      more > 0 ||
      (more === 0 && worker.aheadMs / worker.threads < best.aheadMs / best.threads);
    if (isBetter) best = worker;
  }
  return best;
}

/** Has waiting actors made, as far as there are workers for them. */
export function placeActors(state: SchedulerState): void {
  for (const actor of state.actorBooks.waiting) {
    const worker = decideActorWorker(state, actor);
    if (worker !== undefined) startActor(state, actor, worker);
  }
}

function startActor(state: SchedulerState, actor: ActorRecord, worker: WorkerRecord): void {
  const { actorBooks } = state;
  actorBecomes(actorBooks, actor, "starting");
  actor.worker = worker;
  actor.incarnation++;
  const here = actorBooks.byWorker.get(worker);
  if (here === undefined) actorBooks.byWorker.set(worker, new Set([actor]));
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

/** The actor is not on its worker any more: another may have what it took. */
export function leaveWorker(state: SchedulerState, actor: ActorRecord): void {
  const { worker } = actor;
  if (worker === undefined) return;
  actor.worker = undefined;
  const { byWorker } = state.actorBooks;
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
