// Signals that give calls up: one listener for each signal, however many calls were made with it.
import type { CallRun } from "../futures/call-tracker.js";

/** By signal and run, the calls that have not ended. */
const underWay = new WeakMap<AbortSignal, Map<CallRun, Set<number>>>();

/** Gives the call up when the signal fires before it has ended. */
export function cancelOn(signal: AbortSignal, run: CallRun, call: number): void {
  let runs = underWay.get(signal);
  if (runs === undefined) underWay.set(signal, (runs = new Map()));
  if (runs.size === 0) signal.addEventListener("abort", cancelAll, { once: true });
  let calls = runs.get(run);
  if (calls === undefined) runs.set(run, (calls = new Set()));
  calls.add(call);
  run.whenEnded(call, () => forget(signal, run, call));
}

function cancelAll({ currentTarget }: Event): void {
  for (const [run, calls] of underWay.get(currentTarget as AbortSignal) ?? []) {
    for (const call of [...calls]) run.release(call, "cancelled");
  }
}

function forget(signal: AbortSignal, run: CallRun, call: number): void {
  const runs = underWay.get(signal);
  const calls = runs?.get(run);
  if (runs === undefined || calls === undefined) return;
  calls.delete(call);
  if (calls.size === 0) runs.delete(run);
  if (runs.size === 0) signal.removeEventListener("abort", cancelAll);
}
