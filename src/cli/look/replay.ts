// `tilework replay`: runs recorded events through the scheduler's core and shows the final state,
// or shows a dump.
import { existsSync } from "node:fs";
import { formatCount } from "../../base/units.js";
import {
  describeDump,
  type Replay,
  readDump,
  replay,
  storyInDump,
} from "../../runtime/nodes/replay-recording.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";

/** Options of `tilework replay`. */
export interface ReplayOptions {
  /** Tasks and workers whose stories are reported. */
  readonly story: readonly string[];
  /** Milliseconds from the first event after which nothing more is replayed. */
  readonly until?: number;
  readonly json?: boolean;
}

/** Describes a dump, or replays a recording and fails if the core does. */
export function runReplay(path: string, options: ReplayOptions): number {
  const dump = existsSync(path) ? readDump(path) : undefined;
  if (dump === undefined) return replayRecording(path, options);
  print(dump, {}, (about) => storyInDump(dump, about), options);
  return EXIT_CLEAN;
}

function replayRecording(path: string, options: ReplayOptions): number {
  const { recorded, replayed, dump, crash, story } = replay(path, options.until);
  const error = crash && textOf(crash.error);
  const about = { recorded, replayed, ...(crash && { crash: { ...crash, error } }) };
  if (options.json === true) print(dump(), about, story, options);
  else {
    process.stdout.write(`${formatCount(replayed, "event")} of ${recorded}\n`);
    print(dump(), about, story, options);
    if (crash !== undefined) {
      const what = `the scheduler crashed at event ${replayed}, ${crash.event}:`;
      process.stdout.write(`\n${what}\n${error}\n`);
    }
  }
  return crash === undefined ? EXIT_CLEAN : EXIT_FAILURE;
}

/** Prints a state with the stories that were asked for. */
function print(
  dump: ReturnType<Replay["dump"]>,
  about: object,
  storyOf: (about: string) => readonly string[],
  { story, json }: ReplayOptions,
): void {
  const stories = story.map((name) => [name, storyOf(name)] as const);
  const lines = describeDump(dump);
  for (const [name, each] of stories) lines.push(...storyLines(name, each));
  const text =
    json === true
      ? JSON.stringify({ ...about, stories: Object.fromEntries(stories), state: dump })
      : lines.join("\n");
  process.stdout.write(`${text}\n`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function storyLines(about: string, story: readonly string[]): string[] {
  const nothing = "no task or worker of that name is known";
  return ["", `${about}:`, ...(story.length === 0 ? [nothing] : story)];
}
