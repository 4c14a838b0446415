/**
 * The scheduler as a state machine without I/O, for embedding: its core with its events and
 * actions, the messages of the cluster and their frames.
 *
 * @module tilework/scheduler
 */
// The entry `tilework/scheduler`.

// layers, which are submitted
export type { Layer, LayerName } from "../graph/index.js";
// frames
export { type AnyMessage, decodeMessages, encodeMessages } from "../protocol/frames/frames.js";
// messages
export {
  type ClientToScheduler,
  FROM_CLIENT,
  FROM_SCHEDULER,
  FROM_WORKER,
  type SchedulerToClient,
  type SchedulerToWorker,
  TO_CLIENT,
  TO_SCHEDULER,
  TO_WORKER,
  type WorkerToScheduler,
} from "../protocol/messages/messages.js";
export type {
  Check,
  FieldChecks,
  Fields,
  Flat,
  HeldBy,
  MessageIn,
  MessageOf,
  MessageSchema,
  OptionalCheck,
  Relations,
  Schemas,
} from "../protocol/messages/schema.js";
export type { ClusterSize } from "../protocol/values/cluster-size.js";
export {
  type ActorId,
  type GraphId,
  type LayerId,
  type PeerId,
  PROTOCOL_VERSION,
  type TaskId,
  type WorkerId,
} from "../protocol/values/ids.js";
export type { ToldKey, ToldNote } from "../protocol/values/told-notes.js";
export type { WireError } from "../protocol/values/wire-error.js";
// the core
export type {
  DumpedTask,
  DumpedWorker,
  SchedulerDump,
} from "../scheduler/inspect/scheduler-dump.js";
export { SchedulerCore } from "../scheduler/scheduler-core.js";
export type {
  AskShell,
  Continue,
  Log,
  SchedulerAction,
  Send,
  Stop,
} from "../scheduler/state/actions.js";
export type {
  Continued,
  PeerLost,
  Received,
  SchedulerEvent,
  Ticked,
} from "../scheduler/state/events.js";
export { SCHEDULER_DEFAULTS, type SchedulerOptions } from "../scheduler/state/options.js";
