// Policy: when workers look for work elsewhere, and among which workers. An idle one looks at once;
// at intervals, workers with little work look at those with the most. The number compared is
// limited, so a look costs the same in a large cluster. stealing.ts chooses the tasks.
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { startableCount } from "./admission.js";
import { takesWork } from "./open-to-work.js";
import { byLoad, type Side, sideOf, viewOf } from "./steal-view.js";
import { decideMoves, loadMs } from "./stealing.js";

/** Workers that are compared on each side. */
const VICTIMS_MAX = 16;
const THIEVES_MAX = 32;
/** How many workers with a queue are examined when one becomes idle. */
const LOOKED_AT_MAX = 32;
/** An idle worker that found nothing looks again after so long, or with the next tick. */
const RETRY_MS = 20;
/** A worker that will be through so soon is left alone: moving costs work, too. */
const LOAD_MS_MIN = 30;

/** A task that is better off elsewhere. */
export interface StealDecision {
  readonly slot: number;
  readonly victim: WorkerView;
  readonly thief: WorkerView;
  /** The time to bring its inputs to the thief. */
  readonly transferMs: number;
}

/** Workers that something happened to, became idle and are to look for work now. */
export function decideHungry(state: SchedulerView): WorkerView[] {
  if (state.loadedWorkers.size === 0) return [];
  const hungry: WorkerView[] = [];
  for (const worker of state.touched) {
    if (hungry.length === THIEVES_MAX) break;
    if (isHungry(state, worker)) hungry.push(worker);
  }
  return hungry;
}

function isHungry(state: SchedulerView, worker: WorkerView): boolean {
  return (
    takesWork(worker) &&
    startableCount(worker) + worker.movingCount < worker.threads &&
    state.nowMs - worker.lookedAtMs >= RETRY_MS &&
    state.workers.get(worker.id) === worker
  );
}

/** Chooses tasks for these workers from others that have a queue. */
export function decideFeeding(
  state: SchedulerView,
  hungry: readonly WorkerView[],
): StealDecision[] {
  const thieves = hungry.map((worker) => sideOf(state, worker));
  const loaded: Side[] = [];
  for (const worker of state.loadedWorkers) {
    loaded.push(sideOf(state, worker));
    if (loaded.length === LOOKED_AT_MAX) break;
  }
  return decideAmong(state, loaded, thieves);
}

/** At intervals: tasks that workers with little work take from those with the most. */
export function decideBalancing(state: SchedulerView): StealDecision[] {
  if (state.loadedWorkers.size === 0 || state.workers.size === 1) return [];
  const sides = byLoad([...state.workers.values()].map((worker) => sideOf(state, worker)));
  const averageMs = sides.reduce((sum, side) => sum + loadMs(side), 0) / sides.length;
  // Between half the average and all of it, no worker takes anything: estimates waver, work should
  // not.
  const thieves = sides
    .slice(-THIEVES_MAX)
    .filter(({ worker }) => takesWork(worker))
    .filter((side) => side.count < side.threads || loadMs(side) < averageMs / 2);
  return decideAmong(state, sides, thieves);
}

/** Chooses tasks of the busiest of `loaded` that are better off with `thieves`. */
function decideAmong(
  state: SchedulerView,
  loaded: Side[],
  thieves: readonly Side[],
): StealDecision[] {
  const victims = byLoad(loaded)
    .slice(0, VICTIMS_MAX)
    .filter((side) => side.count > side.threads && loadMs(side) > LOAD_MS_MIN);
  if (victims.length === 0 || thieves.length === 0) return [];
  const view = viewOf(state, victims, thieves);
  return decideMoves(view).map(({ task: slot, victim, thief }) => ({
    slot,
    victim: victim.worker,
    thief: thief.worker,
    transferMs: view.transferMs(slot, thief),
  }));
}
