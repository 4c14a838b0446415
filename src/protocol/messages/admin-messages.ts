// Messages about the placement of data and the number of workers: copies, moves, joining and
// leaving. messages.ts lists who may send which.

import {
  counts,
  finites,
  isCount,
  isInteger,
  isLayerName,
  isNumber,
  isString,
  listOf,
  record,
  strings,
} from "./fields.js";
import { type MessageOf, message } from "./schema.js";
/**
 * Keep copies of each block of a persisted layer on that many workers: answered by `dataArranged`.
 */
export const replicateLayer = message("replicateLayer", {
  request: isInteger,
  layer: isLayerName,
  copies: isCount,
});
export type ReplicateLayer = MessageOf<typeof replicateLayer>;

/** Spread persisted blocks evenly over the workers: answered by `dataArranged`. */
export const rebalanceData = message("rebalanceData", {
  request: isInteger,
});
export type RebalanceData = MessageOf<typeof rebalanceData>;

/** Has workers copy data that only they hold, and leave: answered by `workersRetired`. */
export const retireWorkers = message("retireWorkers", {
  request: isInteger,
  names: strings,
});
export type RetireWorkers = MessageOf<typeof retireWorkers>;

/** Asks how many workers the work ahead is worth: answered by `scaleAdvised`. */
export const adviseScale = message("adviseScale", {
  request: isInteger,
  minimum: isCount,
  maximum: isCount,
  /** Workers that there are, those on their way included. */
  current: isCount,
  /** The time in which the work ahead should be done. */
  targetDurationMs: isNumber,
});
export type AdviseScale = MessageOf<typeof adviseScale>;

/** Answer to `replicateLayer` and `rebalanceData`, when all is where it should be or cannot be. */
export const dataArranged = message("dataArranged", {
  request: isInteger,
  /** Copies that were made. */
  blocks: isCount,
  bytes: isNumber,
  /** Copies that no worker had room for. */
  blocksShort: isCount,
});
export type DataArranged = MessageOf<typeof dataArranged>;

/** Answer to `retireWorkers`, when each of them has left or is known to stay. */
export const workersRetired = message("workersRetired", {
  request: isInteger,
  retired: strings,
  /** Those that hold data for which there is no room elsewhere. */
  stayed: listOf(record({ name: isString, reason: isString })),
});
export type WorkersRetired = MessageOf<typeof workersRetired>;

/** Answer to `adviseScale`. */
export const scaleAdvised = message("scaleAdvised", {
  request: isInteger,
  /** How many workers there should be. */
  workers: isCount,
  /** Those that can be spared when that is less than there are. */
  retire: strings,
});
export type ScaleAdvised = MessageOf<typeof scaleAdvised>;

/**
 * Fetch copies of these results, which no task here reads; answered by `replicasAdded`. Columns.
 */
export const acquireReplicas = message(
  "acquireReplicas",
  {
    tasks: counts,
    bytes: finites,
    /** Who holds each. */
    workers: counts,
  },
  { columns: [["tasks", "bytes", "workers"]] },
);
export type AcquireReplicas = MessageOf<typeof acquireReplicas>;

/**
 * Has all workers forget their data and start again; all graphs fail. Answered by
 * `clusterRestarted`.
 */
export const restartCluster = message("restartCluster", {
  request: isInteger,
});
export type RestartCluster = MessageOf<typeof restartCluster>;

/** Answer to `restartCluster`. */
export const clusterRestarted = message("clusterRestarted", {
  request: isInteger,
  /** How many workers there were: as many are to come back. */
  workers: isCount,
});
export type ClusterRestarted = MessageOf<typeof clusterRestarted>;
