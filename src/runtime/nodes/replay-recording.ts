// What a scheduler left in a file, told again without it: recorded events are run through its core
// again; a dump is read as it is.
import { readFileSync } from "node:fs";
import { formatCount } from "../../base/units.js";
import { DUMP_FORMAT, type SchedulerDump, snapshotOf } from "../../scheduler/inspect/dump.js";
import { storyIn, storyOf } from "../../scheduler/inspect/story.js";
import {
  createSchedulerState,
  type SchedulerState,
} from "../../scheduler/state/scheduler-state.js";
import { step } from "../../scheduler/step.js";
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
  return describeDump(snapshotOf(state));
}

/** The same of a dump. */
export function describeDump({
  taskCount,
  tasksByState,
  workers,
  graphs,
}: SchedulerDump): string[] {
  const counts = Object.entries(tasksByState).flatMap(([name, count]) =>
    count ? [`${count} ${name}`] : [],
  );
  const workerLines = workers.map(
    ({ name, threads, processing, results, heldBytes, aheadMs }) =>
      `  ${name}: ${formatCount(threads, "thread")}, ${processing} processing (${aheadMs.toFixed(1)} ms), ${formatCount(results, "result")} of ${heldBytes} bytes`,
  );
  const graphLines = graphs.map(
    ({ id, missing, active }) => `  ${id}: ${active} tasks to do, ${missing} outputs missing`,
  );
  return [
    `${formatCount(taskCount, "task")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`,
    formatCount(workers.length, "worker"),
    ...workerLines,
    formatCount(graphs.length, "graph"),
    ...graphLines,
  ];
}

/** What `client.dump()` wrote, if the file is that; undefined when it is something else. */
export function readDump(path: string): SchedulerDump | undefined {
  const text = readFileSync(path, "utf8");
  if (!text.startsWith("{")) return undefined;
  try {
    const dump = JSON.parse(text) as SchedulerDump;
    return dump.format === DUMP_FORMAT ? dump : undefined;
  } catch {
    return undefined;
  }
}

/** The story of a task or worker, as far as a dump remembers it. */
export function storyInDump({ notes }: SchedulerDump, about: string): string[] {
  return storyIn(notes, about);
}
