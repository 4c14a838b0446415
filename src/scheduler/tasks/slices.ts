// Does work in slices: each step has a budget, which all of it shares, and what is left is done in
// further steps that the shell is asked for, once it has passed on the messages that came
// meanwhile.
import { SLICE_ITEMS } from "../../base/sliced.js";
import type { Counting, Parting, Turn } from "../state/backlog.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** How much of one work is done before others have their turn. */
const SHARE_COST = 1_000;

/** How many tasks one slice may take: few where a step may do little. */
export function sliceTasks({ options }: SchedulerState): number {
  return Math.max(1, Math.min(SLICE_ITEMS, Math.floor(options.stepCostMax)));
}

/** A step begins: it has the whole budget. */
export function beginStep({ backlog, options }: SchedulerState): void {
  backlog.left = options.stepCostMax;
}

/** Begins work, and does as much of it as this step has time for. */
export function startWork(state: SchedulerState, work: Turn | Parting | Counting): void {
  state.backlog.work.add(work);
  doSome(state, work, Number.POSITIVE_INFINITY);
}

/** Goes on with all work, by turns, until the step's budget is spent. */
export function continueWork(state: SchedulerState): void {
  const { backlog } = state;
  while (backlog.left > 0) {
    const [first] = backlog.work;
    if (first === undefined) return;
    backlog.work.delete(first);
    backlog.work.add(first);
    doSome(state, first, SHARE_COST);
  }
}

/** The step ends: asks the shell for another one if there is work left, or there are reports. */
export function askToContinue({ backlog, actions, touchedGraphs }: SchedulerState): void {
  if ((backlog.work.size === 0 && touchedGraphs.size === 0) || backlog.isAsked) return;
  backlog.isAsked = true;
  actions.push({ type: "continue" });
}

function doSome({ backlog }: SchedulerState, work: Turn | Parting | Counting, most: number): void {
  let spent = 0;
  while (backlog.left > 0 && spent < most) {
    const next = work.slices.next();
    if (next.done === true) {
      backlog.work.delete(work);
      return;
    }
    spent += next.value;
    backlog.left -= next.value;
  }
}
