// Policy: which workers may get new work at all. Those that retire finish what they have; one that
// has not spoken for a while may be cut off from the network: what it holds stays its own, and work
// goes to others until it speaks again; so it does where others do not reach it (reach.ts).
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";

/** Whether the worker may get new work. */
export function takesWork({ isRetiring, isSilent, cutOff }: WorkerView): boolean {
  return !isRetiring && !isSilent && cutOff === undefined;
}

/** Workers that have been silent for too long to wait for what they run, if others speak. */
export function decideSilent({ workers, options, nowMs }: SchedulerView): WorkerView[] {
  const all = [...workers.values()];
  const silent = all.filter(({ seenMs }) => nowMs - seenMs > options.workerSilenceMs);
  return silent.length === all.length ? [] : silent.filter(({ isSilent }) => !isSilent);
}
