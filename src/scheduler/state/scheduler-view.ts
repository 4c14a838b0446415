// The read-only state that policies see. The real records and stores are assignable to this type.
import type { EdgeStore } from "./edge-store.js";
import type { OpenGraphs } from "./open-graphs.js";
import type { ReadOnly } from "./read-only.js";
import type { GraphView } from "./records.js";
import type { RootQueue } from "./root-queue.js";
import type { SchedulerState } from "./scheduler-state.js";
import type { SharedGraphs } from "./shared-graphs.js";
import type { TaskStore } from "./task-store.js";

/** Fields of the state that decisions depend on. */
type Decisive =
  | "options"
  | "nowMs"
  | "statusCounts"
  | "layers"
  | "graphsByNumber"
  | "aliases"
  | "replicas"
  | "jobs"
  | "workers"
  | "openWorkers"
  | "lastAssigned"
  | "loadedWorkers"
  | "touched"
  | "steals"
  | "clients"
  | "workerlessSinceMs"
  | "transferBytesPerMs"
  | "replication"
  | "reach"
  | "actorTable"
  | "scratch";

/** Columns of tasks, and their numbers on the wire. */
export type TaskView = ReadOnly<TaskStore> & Pick<TaskStore, "idOf" | "slotOf">;

/** Who reads whom. */
export type EdgeView = ReadOnly<EdgeStore>;

/** The part of the state that a policy may read. */
export type SchedulerView = ReadOnly<Pick<SchedulerState, Decisive>> & {
  readonly tasks: TaskView;
  readonly edges: EdgeView;
  readonly queue: Pick<RootQueue, "size">;
  readonly sharedGraphs: Pick<SharedGraphs, "of">;
  readonly openGraphs: Pick<OpenGraphs, "hasBelow" | "lastTag" | "firstOfOthers"> &
    Iterable<GraphView>;
};
