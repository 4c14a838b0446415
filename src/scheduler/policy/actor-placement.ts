// Policy: where an actor lives. Among the workers with the required resources, it takes the one
// with the fewest actors, then the one with the least work. While the actor lives, no task or other
// actor gets its resources (accounts/placed-actors.ts).
import type { ActorRecord } from "../state/actor-state.js";
import type { ReadOnly } from "../state/read-only.js";
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { takesWork } from "./open-to-work.js";
import { isCalled } from "./restrictions.js";

/** The tolerance for sums of fractions that are added and subtracted. */
const ROUNDING = 1e-6;

/** The worker for an actor; undefined if none is suitable now. */
export function decideActorWorker(
  state: SchedulerView,
  { wish }: ReadOnly<ActorRecord>,
): WorkerView | undefined {
  const { workers: names, resources = {} } = wish;
  const actorsOn = (worker: WorkerView) => state.actorTable.byWorker.get(worker)?.size ?? 0;
  let best: WorkerView | undefined;
  for (const worker of state.workers.values()) {
    if (!takesWork(worker) || names?.some((name) => isCalled(worker, name)) === false) continue;
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
