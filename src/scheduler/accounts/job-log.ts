// Lines of the log about jobs: their start, their end, and tasks that failed. Level info: a
// program's own errors say the same to its user.
import { formatCount, formatDuration } from "../../base/units.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { log } from "./rate-limited-log.js";

/** So much of an error's message is in the log. */
const MESSAGE_MAX = 500;

/** A job begins. */
export function logJobStart(state: SchedulerState, graph: GraphRecord): void {
  const { total, layers } = graph;
  const facts = `${formatCount(total, "task")} of ${formatCount(layers.length, "layer")}`;
  logJob(state, () => `job ${nameOf(graph)} begins: ${facts}`);
}

/** A job has ended; what comes after its first end says nothing new. */
export function logJobEnd(
  state: SchedulerState,
  graph: GraphRecord,
  how: "done" | "failed" | "cancelled",
): void {
  if (graph.isEndLogged) return;
  graph.isEndLogged = true;
  const { total, active, submittedMs } = graph;
  const time = formatDuration(state.nowMs - submittedMs);
  const done = `${Math.max(0, total - active)} of ${formatCount(total, "task")} done`;
  logJob(state, () => {
    const job = `job ${nameOf(graph)}`;
    // Calls fail one by one, and the job of them all does not.
    const isDone = graph.areOutputsIndependent ? "has ended" : "is done";
    if (how === "done") return `${job} ${isDone}: ${formatCount(total, "task")} in ${time}`;
    const end = how === "failed" ? "failed" : "was cancelled";
    return `${job} ${end} after ${time}, ${done}`;
  });
}

/**
 * A run of a task ended with an error.
 *
 * @param message the worker's, which mostly names task and worker itself
 */
export function logFailure(
  state: SchedulerState,
  key: string,
  worker: string,
  { code, message }: Pick<WireError, "code" | "message">,
  isRetried: boolean,
): void {
  const then = isRetried ? "; it is tried again" : "";
  const line = message.slice(0, MESSAGE_MAX);
  const text = code === "task.failed" ? line : `${key} failed on worker ${worker}: ${line}`;
  logJob(state, () => `${text}${then}`);
}

function nameOf({ name, client }: GraphRecord): string {
  return `${name} of client ${client.name}`;
}

function logJob(state: SchedulerState, text: () => string): void {
  const leftOut = state.jobLines.spend(state.nowMs);
  if (leftOut === undefined) return;
  log(state, "info", text(), leftOut === 0 ? undefined : { linesLeftOut: leftOut });
}
