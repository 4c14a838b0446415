// What is said about where data lies and how many workers there are: copies, moves, workers that come
// and go. Part of messages.ts, which says who may say what to whom.
import type { LayerName } from "../../graph/model/layer.js";
import type { TaskId, WorkerId } from "../values/ids.js";

/** Keep copies of each block of a persisted layer on so many workers: answered by `dataArranged`. */
export interface ReplicateLayer {
  readonly type: "replicateLayer";
  readonly request: number;
  readonly layer: LayerName;
  readonly copies: number;
}

/** Spread persisted blocks evenly over the workers: answered by `dataArranged`. */
export interface RebalanceData {
  readonly type: "rebalanceData";
  readonly request: number;
}

/** Have workers hand over what only they hold, and leave: answered by `workersRetired`. */
export interface RetireWorkers {
  readonly type: "retireWorkers";
  readonly request: number;
  readonly names: readonly string[];
}

/** Asks how many workers the work ahead is worth: answered by `scaleAdvised`. */
export interface AdviseScale {
  readonly type: "adviseScale";
  readonly request: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Workers that there are, those on their way included. */
  readonly current: number;
  /** The time in which the work ahead is to be done. */
  readonly targetDurationMs: number;
}

/** Answer to `replicateLayer` and `rebalanceData`, when all is where it should be or cannot be. */
export interface DataArranged {
  readonly type: "dataArranged";
  readonly request: number;
  /** Copies that were made. */
  readonly blocks: number;
  readonly bytes: number;
  /** Copies that no worker had room for. */
  readonly blocksShort: number;
}

/** Answer to `retireWorkers`, when each of them has left or is known to stay. */
export interface WorkersRetired {
  readonly type: "workersRetired";
  readonly request: number;
  readonly retired: readonly string[];
  /** Those that hold what nobody can take. */
  readonly stayed: readonly { readonly name: string; readonly reason: string }[];
}

/** Answer to `adviseScale`. */
export interface ScaleAdvised {
  readonly type: "scaleAdvised";
  readonly request: number;
  /** How many workers there should be. */
  readonly workers: number;
  /** Those that can be spared when that is less than there are. */
  readonly retire: readonly string[];
}

/** Fetch copies of these results, of which no task here speaks; answered by `replicasAdded`. Columns. */
export interface AcquireReplicas {
  readonly type: "acquireReplicas";
  readonly tasks: readonly TaskId[];
  readonly bytes: readonly number[];
  /** Who holds each. */
  readonly workers: readonly WorkerId[];
}

/** Has all workers forget what they have, and begin anew; all graphs fail. Answered by `clusterRestarted`. */
export interface RestartCluster {
  readonly type: "restartCluster";
  readonly request: number;
}

/** Answer to `restartCluster`. */
export interface ClusterRestarted {
  readonly type: "clusterRestarted";
  readonly request: number;
  /** How many workers there were: as many are to come back. */
  readonly workers: number;
}
