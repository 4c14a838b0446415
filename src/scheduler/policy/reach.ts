// Policy: what follows when a worker cannot fetch from another, though both reach the scheduler. A
// task goes to a worker that reaches all its inputs. Where there is none, one of the workers that
// have inputs is chosen to go on, and those that it does not reach get no work for a while: what
// only they hold is computed again by the others. Since their number only grows, that ends.
import { holdersOf } from "../state/lookups.js";
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { MEMORY } from "../state/task-status.js";
import { takesWork } from "./open-to-work.js";

/** For how long a worker is not asked by one that could not reach it; doubled each time. */
const CUT_MS = 60_000;
const CUT_MS_MAX = 600_000;
/** How often the inputs of one task are computed again before it fails. */
const STRANDED_MAX = 20;

/** How long the next failure between two workers counts. */
export function decideCutMs(spanBeforeMs: number): number {
  return Math.min(CUT_MS_MAX, Math.max(CUT_MS, 2 * spanBeforeMs));
}

/** Whether `reader` can fetch from `holder`, as far as is known. */
export function canReach(
  { reach, nowMs }: SchedulerView,
  reader: WorkerView,
  holder: WorkerView,
): boolean {
  if (reach.cuts.size === 0 || reader === holder) return true;
  const cut = reach.cuts.get(reader.id)?.get(holder.id);
  return cut === undefined || cut.untilMs <= nowMs;
}

/** Whether the worker has a result that is in memory, or can fetch it. */
export function canHave(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  if (state.reach.cuts.size === 0) return true;
  return holdersOf(state, slot).some((holder) => canReach(state, worker, holder));
}

/** Whether the worker can have all inputs of a task that are in memory. */
export function reachesInputs(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  if (state.reach.cuts.size === 0) return true;
  return inputsOf(state, slot).every((source) => canHave(state, source, worker));
}

/** Inputs of a task that are in memory. */
export function inputsOf({ tasks, edges }: SchedulerView, slot: number): number[] {
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  const inputs: number[] = [];
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    if (tasks.status[source] === MEMORY) inputs.push(source);
  }
  return inputs;
}

/** Workers that may get the task and can have its inputs. */
export function reachingWorkers(
  state: SchedulerView,
  slot: number,
  workers: Iterable<WorkerView>,
): WorkerView[] {
  return openOnes(workers).filter((worker) => reachesInputs(state, slot, worker));
}

/** Those that take work; where none does, all. */
function openOnes(workers: Iterable<WorkerView>): WorkerView[] {
  const all = [...workers];
  const open = all.filter(takesWork);
  return open.length > 0 ? open : all;
}

/**
 * The worker that goes on where none reaches all inputs of a task: the oldest of those that have
 * some, and of all where these take no work. The oldest each time, so that all tasks agree.
 */
export function decideStayer(
  state: SchedulerView,
  slot: number,
  workers: Iterable<WorkerView>,
): WorkerView | undefined {
  const open = openOnes(workers);
  const holders = new Set(inputsOf(state, slot).flatMap((source) => holdersOf(state, source)));
  return open.find((worker) => holders.has(worker)) ?? open[0];
}

/** Whether the inputs of a task were computed again often enough. */
export function isGivenUp({ reach }: SchedulerView, id: number): boolean {
  return (reach.stranded.get(id) ?? 0) >= STRANDED_MAX;
}

/** Whether a worker that gets no work because `by` does not reach it may get some again. */
export function isCutOver({ workers, nowMs }: SchedulerView, { cutOff }: WorkerView): boolean {
  if (cutOff === undefined) return false;
  const by = workers.get(cutOff.by);
  return cutOff.untilMs <= nowMs || by === undefined || !takesWork(by);
}
