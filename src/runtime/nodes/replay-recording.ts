// Replays a recording of a scheduler through its core, and reads its dumps.
import { readFileSync } from "node:fs";
import { formatCount } from "../../base/units.js";
import { storyIn } from "../../protocol/values/told-notes.js";
import { guardedStep } from "../../scheduler/guarded-step.js";
import { DUMP_FORMAT, snapshotOf } from "../../scheduler/inspect/dump.js";
import type { SchedulerDump } from "../../scheduler/inspect/scheduler-dump.js";
import { storyOf } from "../../scheduler/inspect/story.js";
import { createSchedulerState } from "../../scheduler/state/scheduler-state.js";
import { readRecording } from "./event-file.js";

/** The result of a replay. */
export interface Replay {
  /** Events in the file, and how many of them were replayed. */
  readonly recorded: number;
  readonly replayed: number;
  /** The error that the core threw, and the type of the event that caused it. */
  readonly crash: { readonly error: unknown; readonly event: string } | undefined;
  /** A dump of the scheduler's state at that point. */
  dump(): SchedulerDump;
  /** The story of a task or worker, as far as it was replayed. */
  story(about: string): string[];
}

/**
 * Runs the events through a scheduler again that another has recorded, as
 * `tilework scheduler --record` and `LocalCluster.start({ record })` do: until `untilMs` after the
 * first one, or until the scheduler crashes.
 *
 * @param path the file
 * @throws ArgumentError `argument.value` when the file cannot be read, ProtocolError when it is no
 * recording of this version
 * @see `LocalCluster.start()`, whose option `record` makes a recording
 * @example
 * import { replay } from "tilework/diagnostics";
 *
 * const cluster = await LocalCluster.start({ workers: 1, record: "events.bin" });
 * await ones([4], { chunks: 2 }).sum().compute();
 * await cluster.close();
 * const { recorded, replayed, story } = replay("events.bin");
 * recorded === replayed; // → true
 * story("worker-0").length > 1; // → true
 */
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
      guardedStep(state, event, nowMs);
    } catch (error) {
      crash = { error, event: event.type };
    }
  }
  const story = (about: string) => storyOf(state, about);
  const dump = () => snapshotOf(state);
  return { recorded: events.length, replayed, crash, dump, story };
}

/**
 * A summary of a dump, as lines of text.
 *
 * @param dump what {@link readDump} returned
 * @throws nothing
 * @see {@link readDump}, which reads one
 * @example
 * import { describeDump } from "tilework/diagnostics";
 * import { SchedulerCore } from "tilework/scheduler";
 *
 * describeDump(new SchedulerCore().dump()); // → ["0 tasks", "0 workers", "0 graphs"]
 */
export function describeDump(dump: SchedulerDump): string[] {
  const { taskCount, tasksByState, workers, graphs, opening } = dump;
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
  const openingLines = opening.map(
    ({ id, phase, tasks }) =>
      `  ${id}: being taken in (${phase}), ${formatCount(tasks, "task")} so far`,
  );
  return [
    `${formatCount(taskCount, "task")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`,
    formatCount(workers.length, "worker"),
    ...workerLines,
    formatCount(graphs.length, "graph"),
    ...graphLines,
    ...openingLines,
  ];
}

/**
 * Reads a file that `client.dump()` wrote; undefined if it is another kind of file.
 *
 * @param path a file that `client.dump` wrote
 * @throws Error when there is no such file
 * @see `client.dump()`, which writes it
 * @example
 * import { describeDump, readDump } from "tilework/diagnostics";
 *
 * const cluster = await LocalCluster.start({ workers: 2 });
 * await cluster.client.dump({ file: "state.json" });
 * await cluster.close();
 * const dump = readDump("state.json");
 * dump && describeDump(dump)[1]; // → "2 workers"
 */
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

/**
 * The story of a task or worker, as far as a dump remembers it.
 *
 * @param dump what {@link readDump} returned
 * @param about a part of the key of a task
 * @throws nothing
 * @see {@link readDump}, which reads one
 * @example
 * import { storyInDump } from "tilework/diagnostics";
 * import { SchedulerCore } from "tilework/scheduler";
 *
 * storyInDump(new SchedulerCore().dump(), "worker-0"); // → []
 */
export function storyInDump(dump: SchedulerDump, about: string): string[] {
  return storyIn(dump.notes, about);
}
