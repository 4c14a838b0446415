// Runs recorded events through a scheduler's core again, and tells where everything stands then.
import { formatCount } from "../base/units.js";
import { createSchedulerState, type SchedulerState } from "../scheduler/state.js";
import { STATUS_NAMES } from "../scheduler/status.js";
import { step } from "../scheduler/step.js";
import { storyOf } from "../scheduler/story.js";
import { readRecording } from "./event-file.js";

/** What came of a replay. */
export interface Replay {
  /** Events in the file, and how many of them were replayed. */
  readonly recorded: number;
  readonly replayed: number;
  readonly state: SchedulerState;
  /** What the core threw, and at what kind of event. */
  readonly crash: { readonly error: unknown; readonly event: string } | undefined;
  /** The story of a task or worker, as far as it was replayed. */
  story(about: string): string[];
}

/** Replays the events of a file until `untilMs` after the first one, or until the core throws. */
export function replay(path: string, untilMs = Number.POSITIVE_INFINITY): Replay {
  const { options, events } = readRecording(path);
  const state = createSchedulerState(options);
  const endMs = (events[0]?.nowMs ?? 0) + untilMs;
  let replayed = 0;
  let crash: Replay["crash"];
  for (const { event, nowMs } of events) {
    if (nowMs > endMs || crash !== undefined) break;
    replayed++;
    try {
      step(state, event, nowMs);
    } catch (error) {
      crash = { error, event: event.type };
    }
  }
  const story = (about: string) => storyOf(state, about);
  return { recorded: events.length, replayed, state, crash, story };
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
