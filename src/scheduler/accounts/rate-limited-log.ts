// Log lines. Messages that peers can cause at will are logged the 1st, 2nd, 4th, 8th … time, with
// bounded memory. So a misbehaving peer fills neither the log nor the scheduler.
import type { Log } from "../state/actions.js";
import type { SchedulerState } from "../state/scheduler-state.js";

const KEYS_MAX = 1000;

/** Writes a line to the log. */
export function log(
  state: SchedulerState,
  level: Log["level"],
  text: string,
  data?: Log["data"],
): void {
  if (level !== "debug") state.observer.addEvent({ atMs: state.nowMs, level, text });
  state.actions.push({ type: "log", level, text, ...(data === undefined ? {} : { data }) });
}

/** Warns, more and more seldom, of something that `key` names. */
export function warnRarely(
  state: SchedulerState,
  key: string,
  text: string,
  data: Readonly<Record<string, unknown>> = {},
): void {
  const { warningCounts } = state;
  const times = (warningCounts.get(key) ?? 0) + 1;
  if (times === 1 && warningCounts.size >= KEYS_MAX) return;
  warningCounts.set(key, times);
  if ((times & (times - 1)) === 0) log(state, "warn", text, { ...data, times });
}
