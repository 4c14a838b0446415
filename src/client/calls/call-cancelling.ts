// Signals that cancel calls: one listener for each signal, for any number of calls.
import type { CallTracker } from "../futures/call-tracker.js";

/** By signal and run, the calls that have not ended. */
const underWay = new WeakMap<AbortSignal, Map<CallTracker, Set<number>>>();

/** Gives the call up when the signal fires before it has ended. */
export function cancelOn(signal: AbortSignal, tracker: CallTracker, call: number): void {
  let trackers = underWay.get(signal);
  if (trackers === undefined) underWay.set(signal, (trackers = new Map()));
  if (trackers.size === 0) signal.addEventListener("abort", cancelAll, { once: true });
  let calls = trackers.get(tracker);
  if (calls === undefined) trackers.set(tracker, (calls = new Set()));
  calls.add(call);
  tracker.whenEnded(call, () => forget(signal, tracker, call));
}

function cancelAll({ currentTarget }: Event): void {
  for (const [tracker, calls] of underWay.get(currentTarget as AbortSignal) ?? []) {
    for (const call of [...calls]) tracker.release(call, "cancelled");
  }
}

function forget(signal: AbortSignal, tracker: CallTracker, call: number): void {
  const trackers = underWay.get(signal);
  const calls = trackers?.get(tracker);
  if (trackers === undefined || calls === undefined) return;
  calls.delete(call);
  if (calls.size === 0) trackers.delete(tracker);
  if (trackers.size === 0) signal.removeEventListener("abort", cancelAll);
}
