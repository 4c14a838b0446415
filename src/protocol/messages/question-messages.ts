// Questions about what is going on, and the scheduler's answers. Part of the unions of messages.ts.

import { isInteger, isString, strings } from "./fields.js";
import { type MessageOf, message } from "./schema.js";
/** Asks what happened to a task or a worker: answered by `storyTold`. */
export const tellStory = message("tellStory", {
  request: isInteger,
  /** A task's key, or a worker's name. */
  about: isString,
});
export type TellStory = MessageOf<typeof tellStory>;

/** Asks for the scheduler's state as data: answered by `stateDumped`. */
export const dumpState = message("dumpState", {
  request: isInteger,
});
export type DumpState = MessageOf<typeof dumpState>;

/** Answer to `tellStory`. */
export const storyTold = message("storyTold", {
  request: isInteger,
  /** For people, oldest first; none when nothing is known of what was asked about. */
  lines: strings,
});
export type StoryTold = MessageOf<typeof storyTold>;

/** Answer to `dumpState`. */
export const stateDumped = message("stateDumped", {
  request: isInteger,
  /** The state as JSON text: it is written to a file as it is. */
  json: isString,
});
export type StateDumped = MessageOf<typeof stateDumped>;
