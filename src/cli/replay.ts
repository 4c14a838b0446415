// `tilework replay`: runs recorded events through the scheduler's core again and tells where that led.
import { formatCount } from "../base/units.js";
import { readRecording } from "../runtime/event-file.js";
import { createSchedulerState, type SchedulerState } from "../scheduler/state.js";
import { STATUS_NAMES } from "../scheduler/status.js";
import { step } from "../scheduler/step.js";
import { storyOf } from "../scheduler/story.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "./exit-codes.js";

/** Options of `tilework replay`. */
export interface ReplayOptions {
  /** Tasks and workers whose stories are told. */
  readonly story: readonly string[];
  /** Milliseconds from the first event after which nothing more is replayed. */
  readonly until?: number;
}

/** Replays the file; fails when the core does. */
export function runReplay(path: string, { story, until }: ReplayOptions): number {
  const { options, events } = readRecording(path);
  const state = createSchedulerState(options);
  const startMs = events[0]?.nowMs ?? 0;
  const endMs = startMs + (until ?? Number.POSITIVE_INFINITY);
  let replayed = 0;
  let error: unknown;
  for (const { event, nowMs } of events) {
    if (nowMs > endMs) break;
    replayed++;
    try {
      step(state, event, nowMs);
    } catch (thrown) {
      error = thrown;
      break;
    }
  }
  const lines = [`${formatCount(replayed, "event")} of ${events.length}`, ...describeState(state)];
  for (const about of story) lines.push("", `${about}:`, ...storyOf(state, about));
  if (error !== undefined) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    lines.push(
      "",
      `the scheduler crashed at event ${replayed}, ${events[replayed - 1]?.event.type}:`,
      what,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
  return error === undefined ? EXIT_CLEAN : EXIT_FAILURE;
}

/** Where everything stands, as lines for people. */
export function describeState(state: SchedulerState): string[] {
  const counts = STATUS_NAMES.flatMap((name, status) => {
    const count = name === "forgotten" ? 0 : (state.statusCounts[status] as number);
    return count === 0 ? [] : [`${count} ${name}`];
  });
  const workers = [...state.workers.values()].map(
    ({ name, threads, processing, results, heldBytes, aheadMs }) =>
      `  ${name}: ${formatCount(threads, "thread")}, ${processing.count} processing (${aheadMs.toFixed(1)} ms), ${formatCount(results.count, "result")} of ${heldBytes} bytes`,
  );
  const graphs = [...state.graphs.values()].map(
    ({ id, missing, active }) => `  ${id}: ${active} tasks to do, ${missing} outputs missing`,
  );
  return [
    `${formatCount(state.tasks.count, "task")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`,
    formatCount(state.workers.size, "worker"),
    ...workers,
    formatCount(state.graphs.size, "graph"),
    ...graphs,
  ];
}
