// Options of the scheduler's decisions, with their defaults.
import { CLIENT_TASKS_MAX, JOB_TASKS_MAX } from "../../graph/tasks/task-limit.js";

/** Settings of the scheduler core. */
export interface SchedulerOptions {
  /**
   * Names this run of the scheduler in handshakes; given by the shell, since cores have no chance
   * of their own.
   */
  readonly schedulerName: string;
  /** The interval of the heartbeats of workers and clients. */
  readonly heartbeatIntervalMs: number;
  /** The time without a message after which a worker counts as lost. */
  readonly workerTimeoutMs: number;
  /**
   * The time without a message after which a worker's tasks go to others, if these speak; it keeps
   * its values until it counts as lost.
   */
  readonly workerSilenceMs: number;
  /** The time without a message after which a client counts as gone and its graphs are released. */
  readonly clientTimeoutMs: number;
  /**
   * The most tasks of one job: a larger graph would slow the scheduler down for all its clients.
   */
  readonly jobTasksMax: number;
  /** The most tasks of all jobs of one client together, whose results it has not released. */
  readonly clientTasksMax: number;
  /**
   * How many workers may die while executing a task before its graph fails: that many are forgiven.
   */
  readonly allowedFailures: number;
  /** How often a graph that waits for a first worker is reported. */
  readonly noWorkersReportMs: number;
  /** After how long a graph fails that no worker may run; Infinity for never. */
  readonly noWorkersTimeoutMs: number;
  /** After how long without a job or an actor the cluster ends; Infinity for never. */
  readonly idleTimeoutMs: number;
  /** How often progress is reported at most. */
  readonly progressIntervalMs: number;
  /** Assumed bandwidth between workers until one was measured. */
  readonly transferBytesPerSecond: number;
  /** The cost of a transfer besides its bytes: keeps work near its inputs while waits are short. */
  readonly transferLatencyMs: number;
  /**
   * Root tasks are handed out until each thread of a worker has about this much work ahead: enough
   * to bridge the latency of messages, and no more, since blocks that are made early push others
   * out of the caches.
   */
  readonly aheadMs: number;
  /** The most tasks that a worker gets ahead for each of its threads, even if they are tiny. */
  readonly aheadTasksMax: number;
  /**
   * A worker gets no work that would fill it beyond this part of its memory while another has room.
   */
  readonly memoryTargetFraction: number;
  /**
   * The most that one step may cost, in units of about a microsecond: larger graphs are taken in by
   * several steps, between which others' messages are handled.
   */
  readonly stepCostMax: number;
}

/** Defaults of {@link SchedulerOptions}. */
export const SCHEDULER_DEFAULTS: SchedulerOptions = {
  schedulerName: "scheduler",
  heartbeatIntervalMs: 500,
  // A fault of the network, as after a switch was restarted, heals within this.
  workerTimeoutMs: 60_000,
  workerSilenceMs: 15_000,
  clientTimeoutMs: 60_000,
  jobTasksMax: JOB_TASKS_MAX,
  clientTasksMax: CLIENT_TASKS_MAX,
  allowedFailures: 3,
  noWorkersReportMs: 3_000,
  noWorkersTimeoutMs: Number.POSITIVE_INFINITY,
  idleTimeoutMs: Number.POSITIVE_INFINITY,
  progressIntervalMs: 100,
  transferBytesPerSecond: 1e9,
  transferLatencyMs: 1,
  aheadMs: 3,
  aheadTasksMax: 512,
  // Below the part from which workers spill (0.6): data that is not made yet waits more cheaply.
  memoryTargetFraction: 0.5,
  stepCostMax: 2_000,
};
