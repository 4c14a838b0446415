// Code of a client that runs in the processes of the cluster: plugins of workers, and what the
// process of the scheduler does. Part of the unions of messages.ts.
import { isBytes, isError, isInteger, isString, nullable, oneOf, optional } from "./fields.js";
import { type MessageOf, message } from "./schema.js";

/**
 * Keeps a plugin under a name, for all workers that there are and that will join, or takes it away:
 * answered by `nodesAnswered`, with null or an error for each worker.
 */
export const plugWorkers = message("plugWorkers", {
  request: isInteger,
  name: isString,
  /** The packed plugin; null to take it away. */
  plugin: nullable(isBytes),
});
export type PlugWorkers = MessageOf<typeof plugWorkers>;

/** Hands that to a worker: answered by `workerAnswered`. */
export const plugWorker = message("plugWorker", {
  /** -1 where no client waits for the answer. */
  ask: isInteger,
  name: isString,
  plugin: nullable(isBytes),
});
export type PlugWorker = MessageOf<typeof plugWorker>;

/** Has the scheduler's process do something: answered by `schedulerAnswered`. */
export const askScheduler = message("askScheduler", {
  request: isInteger,
  /** Describe itself; call a function; add a plugin, or take one away. */
  what: oneOf("about", "call", "plug", "unplug"),
  /** Of the plugin; empty otherwise. */
  name: isString,
  /** The packed class and its arguments, to make an instance of. */
  maker: optional(isBytes),
});
export type AskScheduler = MessageOf<typeof askScheduler>;

/** Answer to `askScheduler`. */
export const schedulerAnswered = message("schedulerAnswered", {
  request: isInteger,
  /** The packed result; JSON text about the process. */
  value: optional(isBytes),
  error: optional(isError),
});
export type SchedulerAnswered = MessageOf<typeof schedulerAnswered>;
