// The types of what the methods of Client take and return.
export type { WorkerDescription } from "../protocol/messages/messages.js";
export type { LoggedLine } from "../protocol/values/logged-line.js";
export type { AboutProcess, AboutWorker } from "../system/about-process.js";
export type { NamesByName } from "./admin/described-tasks.js";
export type { SchedulerInfo, Versions } from "./admin/node-answers.js";
export type { ObserveOptions } from "./admin/observe-options.js";
export type {
  ClientPlugin,
  PluginOptions,
  PluginPlace,
  SchedulerPlugin,
  WorkerPlugin,
} from "./admin/plugin-arguments.js";
export type { RestartOptions } from "./admin/restart-cluster.js";
export type { RunFileOptions, TraceOptions } from "./admin/run-files.js";
export type { RuntimeEnvironment } from "./admin/runtime-environment.js";
export type { FollowOptions, LoggedEvent } from "./coordination/topic-events.js";
export type { ProfileOptions } from "./methods/inspection-methods.js";
export type { Items, StreamOptions } from "./methods/stream-methods.js";
export type * from "./session/client-options.js";
