// `tilework replay`: runs recorded events through the scheduler's core and shows the final state,
// or shows a dump.
import { existsSync } from "node:fs";
import { formatCount } from "../base/units.js";
import { describeDump, readDump, replay, storyInDump } from "../runtime/nodes/replay-recording.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "./exit-codes.js";

/** Options of `tilework replay`. */
export interface ReplayOptions {
  /** Tasks and workers whose stories are reported. */
  readonly story: readonly string[];
  /** Milliseconds from the first event after which nothing more is replayed. */
  readonly until?: number;
}

/** Describes a dump, or replays a recording and fails if the core does. */
export function runReplay(path: string, options: ReplayOptions): number {
  const dump = existsSync(path) ? readDump(path) : undefined;
  if (dump === undefined) return replayRecording(path, options);
  const lines = describeDump(dump);
  for (const about of options.story) lines.push(...storyLines(about, storyInDump(dump, about)));
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_CLEAN;
}

function replayRecording(path: string, options: ReplayOptions): number {
  const { recorded, replayed, dump, crash, story } = replay(path, options.until);
  const lines = [`${formatCount(replayed, "event")} of ${recorded}`, ...describeDump(dump())];
  for (const about of options.story) lines.push(...storyLines(about, story(about)));
  if (crash !== undefined) {
    const { error, event } = crash;
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    lines.push("", `the scheduler crashed at event ${replayed}, ${event}:`, what);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
  return crash === undefined ? EXIT_CLEAN : EXIT_FAILURE;
}

function storyLines(about: string, story: readonly string[]): string[] {
  const nothing = "no task or worker of that name is known";
  return ["", `${about}:`, ...(story.length === 0 ? [nothing] : story)];
}
