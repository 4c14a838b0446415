// Settings of schedulers and workers that have no flags of their own. Commands read them; a
// LocalCluster, whose processes go by flags alone, hands them on.
import { withSettings } from "../base/settings.js";
import type { SchedulerNodeOptions } from "../runtime/nodes/scheduler-node.js";
import type { WorkerNodeOptions } from "../runtime/nodes/worker-node.js";

/** Options of a scheduler's core. */
export type SchedulerTuning = NonNullable<SchedulerNodeOptions["options"]>;

/** Options of a worker. */
export type WorkerTuning = Pick<
  WorkerNodeOptions,
  "fetchTimeoutMs" | "fetchesMax" | "spillBytesMax"
>;

/** Those of a scheduler that are set. */
export function schedulerTuning(): SchedulerTuning {
  return withSettings<SchedulerTuning>(
    {},
    {
      workerSilenceMs: "scheduler.workerSilence",
      clientTimeoutMs: "scheduler.clientTimeout",
      clientTasksMax: "scheduler.clientTasksMax",
      heartbeatIntervalMs: "scheduler.heartbeatInterval",
      allowedFailures: "scheduler.allowedFailures",
      progressIntervalMs: "scheduler.progressInterval",
      transferBytesPerSecond: "scheduler.transferBytesPerSecond",
      transferLatencyMs: "scheduler.transferLatency",
      aheadMs: "scheduler.ahead",
      aheadTasksMax: "scheduler.aheadTasksMax",
      memoryTargetFraction: "scheduler.memoryTargetFraction",
    },
  );
}

/** Those of a worker that are set. */
export function workerTuning(): WorkerTuning {
  return withSettings<WorkerTuning>(
    {},
    {
      fetchTimeoutMs: "worker.fetchTimeout",
      fetchesMax: "worker.fetchesMax",
      spillBytesMax: "worker.spillMax",
    },
  );
}

/** The hidden flag that hands them on to a process of a LocalCluster. */
export function tuningParameters(tuning: SchedulerTuning | WorkerTuning): string[] {
  return Object.keys(tuning).length === 0 ? [] : ["--tuning", JSON.stringify(tuning)];
}
