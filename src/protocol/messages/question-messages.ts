// Questions about the state of the cluster, and the scheduler's answers. Part of the unions of
// messages.ts.

import {
  isBoolean,
  isCount,
  isInteger,
  isString,
  listOf,
  nullable,
  numbers,
  oneOf,
  optional,
  strings,
} from "./fields.js";
import { type MessageOf, message } from "./schema.js";

/** Requests the history of a task or a worker: answered by `storyTold`. */
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

/** Asks for all that the scheduler has observed: answered by `runObserved`. */
export const observeRun = message("observeRun", {
  request: isInteger,
  /** The most spans; more are thinned evenly. */
  spansMax: isCount,
  /** Where the spans begin: the `cursor` of an earlier answer; default: at the start of the run. */
  spansFrom: optional(isCount),
  /** Whether notes are wanted, of which stories are made; default: no. */
  withNotes: optional(isBoolean),
});
export type ObserveRun = MessageOf<typeof observeRun>;

/** Answer to `observeRun`. */
export const runObserved = message("runObserved", {
  request: isInteger,
  /** An observation (values/observation.ts) as JSON text. */
  json: isString,
});
export type RunObserved = MessageOf<typeof runObserved>;

/** Asks which workers have results, or were given tasks: answered by `tasksDescribed`. */
export const describeTasks = message("describeTasks", {
  request: isInteger,
  status: oneOf("memory", "processing"),
  /** Names of layers; null for all. */
  layers: nullable(strings),
});
export type DescribeTasks = MessageOf<typeof describeTasks>;

/** Answer to `describeTasks`. Columns. */
export const tasksDescribed = message(
  "tasksDescribed",
  {
    request: isInteger,
    keys: strings,
    /** Of results; 0 for tasks that are processed. */
    bytes: numbers,
    /** The names of those that have the result, or process the task. */
    workers: listOf(strings),
    /** Further tasks, for which there was no room. */
    leftCount: isCount,
  },
  { columns: [["keys", "bytes", "workers"]] },
);
export type TasksDescribed = MessageOf<typeof tasksDescribed>;

/** Questions that the shells of workers answer. */
const isTopic = oneOf("logs", "about", "stacks", "profile", "values", "page");

/** Asks workers for something that their processes know: answered by `nodesAnswered`. */
export const askNodes = message("askNodes", {
  request: isInteger,
  topic: isTopic,
  /** Names of workers; null for all. */
  workers: nullable(strings),
  /** Of a profile. */
  durationMs: optional(isCount),
});
export type AskNodes = MessageOf<typeof askNodes>;

/** Hands such a question to a worker: answered by `workerAnswered`. */
export const askWorker = message("askWorker", {
  ask: isInteger,
  topic: isTopic,
  durationMs: optional(isCount),
});
export type AskWorker = MessageOf<typeof askWorker>;

/** Answer to `askWorker`. */
export const workerAnswered = message("workerAnswered", {
  ask: isInteger,
  /** JSON text, which goes to the client unchanged. */
  json: isString,
});
export type WorkerAnswered = MessageOf<typeof workerAnswered>;

/** Answer to `askNodes`: of the workers that are still there. */
export const nodesAnswered = message(
  "nodesAnswered",
  { request: isInteger, names: strings, answers: strings },
  { columns: [["names", "answers"]] },
);
export type NodesAnswered = MessageOf<typeof nodesAnswered>;

/** Answer to `tellStory`. */
export const storyTold = message("storyTold", {
  request: isInteger,
  /** Lines of text, oldest first; empty if nothing is known of the subject. */
  lines: strings,
});
export type StoryTold = MessageOf<typeof storyTold>;

/** Answer to `dumpState`. */
export const stateDumped = message("stateDumped", {
  request: isInteger,
  /** The state as JSON text, which is written to a file unchanged. */
  json: isString,
});
export type StateDumped = MessageOf<typeof stateDumped>;
