// The jobs that this program runs: what executors report of them, and who follows. A job is what
// one call of compute(), persist() or a writer of files has computed.

import { type LayerGraph, outputsOf } from "../model/layer-graph.js";
import type { LayerNode } from "../model/layer-node.js";
import { jobName } from "../model/naming.js";
import type { PersistHandle, ProgressReport, RunOptions } from "./executor.js";

/** Hears how a job comes along. */
export interface JobMonitor {
  /** Whether anyone follows it, and so wants the figures of its end. */
  readonly isFollowed?: boolean;
  reported(report: ProgressReport): void;
  /** Once, at the end. */
  ended(error?: unknown): void;
}

/** A job that runs, or has run. */
export class RunningJob implements JobMonitor {
  /** A description of its result, for people. */
  readonly name: string;
  #latest: ProgressReport | undefined;
  #end: { readonly error?: unknown } | undefined;
  readonly #followers = new Set<JobMonitor>();

  constructor(name: string) {
    this.name = name;
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /** Tells `follower` how it is now, and from now on. */
  follow(follower: JobMonitor): void {
    if (this.#latest !== undefined) follower.reported(this.#latest);
    if (this.#end !== undefined) follower.ended(this.#end.error);
    else this.#followers.add(follower);
  }

  reported(report: ProgressReport): void {
    if (this.isOver) return;
    this.#latest = report;
    for (const follower of this.#followers) follower.reported(report);
  }

  ended(error?: unknown): void {
    if (this.isOver) return;
    this.#end = { error };
    running.delete(this);
    for (const follower of this.#followers) follower.ended(error);
    this.#followers.clear();
  }
}

const running = new Set<RunningJob>();
const watchers = new Set<(job: RunningJob) => void>();
/** Those that the code which runs now has begun: it is empty when that code waits for something. */
let justBegun: RunningJob[] = [];

/** A job of a graph begins. */
export function beginJob(graph: LayerGraph): RunningJob {
  const job = new RunningJob(jobName(outputsOf(graph)));
  running.add(job);
  if (justBegun.length === 0) void Promise.resolve().then(() => (justBegun = []));
  justBegun.push(job);
  for (const watcher of watchers) watcher(job);
  return job;
}

/** Jobs that the code which runs now has begun; where it has begun none, all that run. */
export function latestJobs(): readonly RunningJob[] {
  return justBegun.length > 0 ? [...justBegun] : [...running];
}

/** Calls `watcher` for every job that begins, until the function is called that it returns. */
export function watchJobs(watcher: (job: RunningJob) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

const MONITOR = Symbol("tilework.monitor");

/**
 * Options by which an executor reports to `monitor`: those of a call that made its graph for this
 * job alone.
 */
export function monitoredBy<O extends RunOptions>(options: O, monitor: JobMonitor): O {
  return { ...options, [MONITOR]: monitor };
}

/** Who hears of the job that has these options. */
export function monitorOf(options: RunOptions): JobMonitor | undefined {
  return (options as { readonly [MONITOR]?: JobMonitor })[MONITOR];
}

/** Whether the job's graph was made for it alone, so that it may be rewritten in place. */
export function hasOwnGraph(options: RunOptions): boolean {
  return monitorOf(options) !== undefined;
}

const jobOfHandle = new WeakMap<PersistHandle, RunningJob>();
const jobOfNode = new WeakMap<LayerNode, RunningJob>();

/** The blocks behind `handle` come from `job`. */
export function noteHandle(handle: PersistHandle, job: RunningJob): void {
  jobOfHandle.set(handle, job);
}

/** The blocks of `node` are those behind `handle`. */
export function notePersisted(node: LayerNode, handle: PersistHandle): void {
  const job = jobOfHandle.get(handle);
  if (job !== undefined) jobOfNode.set(node, job);
}

/** The job that makes the blocks of a persisted collection. */
export function jobOfPersisted(node: LayerNode): RunningJob | undefined {
  return jobOfNode.get(node);
}
