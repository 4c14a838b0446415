// Jobs: graphs, or some of their layers, with requirements beyond a free thread. Here are their
// tasks that are handed out, and those that wait. One of its graphs leads a shared task: one
// without requirements if possible, so no graph waits for another's; otherwise the graph that
// brought it. restrictions.ts decides which worker may run a task.
import type { Layer, LayerName } from "../../graph/model/layer.js";
import { largerOf } from "../../graph/model/resources.js";
import type { JobTerms } from "../../graph/ports/job-options.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { LayerId, WorkerId } from "../../protocol/values/ids.js";
import { suitableWorkers } from "../policy/restrictions.js";
import { jobOf, leaderOf } from "../state/lookups.js";
import type { GraphRecord, JobRecord, LayerRecord, WorkerRecord } from "../state/records.js";
import { RootQueue } from "../state/root-queue.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY, PROCESSING, WAITING } from "../state/task-status.js";

/**
 * The record of a graph's terms, one graph more having them; undefined when they leave everything
 * to the scheduler. Graphs share a record if they have the same terms and no limits: there may be
 * very many of them.
 */
export function joinJob(state: SchedulerState, terms: JobTerms | undefined): JobRecord | undefined {
  if (terms === undefined) return undefined;
  const { resources = {}, workers, coresMax, memoryPerWorkerBytes } = terms;
  const isLimited = coresMax !== undefined || memoryPerWorkerBytes !== undefined;
  if (Object.keys(resources).length === 0 && workers === undefined && !isLimited) return undefined;
  const demand = isLimited ? undefined : demandOf(terms);
  let job = demand === undefined ? undefined : state.jobsByDemand.get(demand);
  if (job === undefined) {
    job = jobRecord(state, terms, demand);
    state.jobs.add(job);
    if (demand !== undefined) state.jobsByDemand.set(demand, job);
  }
  job.graphCount++;
  return job;
}

/**
 * The records of further terms of tasks of some layers, besides the graph's terms, by the layer's
 * number; undefined if there are none. Limits stay those of the whole graph.
 *
 * @param job the record of the graph's terms
 */
export function joinLayerJobs(
  state: SchedulerState,
  { terms = {}, layers }: Pick<SubmitGraph, "terms" | "layers">,
  records: ReadonlyMap<LayerName, LayerRecord>,
  job: JobRecord | undefined,
): ReadonlyMap<LayerId, JobRecord> | undefined {
  if (!layers.some(hasPlace)) return undefined;
  const { coresMax, memoryPerWorkerBytes, ...unlimited } = terms;
  const isLimited = coresMax !== undefined || memoryPerWorkerBytes !== undefined;
  const byDemand = new Map<string, JobRecord | undefined>([[demandOf(terms), job]]);
  const layerJobs = new Map<LayerId, JobRecord>();
  for (const layer of layers) {
    if (!hasPlace(layer)) continue;
    const { id } = records.get(layer.name) as LayerRecord;
    const { workers, allowOtherWorkers = false } = layer.terms ?? {};
    const wished = {
      ...unlimited,
      ...(workers === undefined ? {} : { workers, allowOtherWorkers }),
      resources: largerOf(terms.resources, layer.resources) ?? {},
    };
    const demand = demandOf(wished);
    if (!byDemand.has(demand)) {
      byDemand.set(demand, isLimited ? partOf(state, wished, job) : joinJob(state, wished));
    }
    const own = byDemand.get(demand);
    if (own !== undefined && own !== job) layerJobs.set(id, own);
  }
  return layerJobs.size === 0 ? undefined : layerJobs;
}

/** Whether terms of its own restrict where the tasks of a layer run. */
function hasPlace({ resources, terms }: Layer): boolean {
  return resources !== undefined || terms?.workers !== undefined;
}

/** A record for some layers of one graph that has limits. */
function partOf(state: SchedulerState, terms: JobTerms, whole: JobRecord | undefined): JobRecord {
  const job = jobRecord(state, terms, undefined, whole);
  state.jobs.add(job);
  job.graphCount++;
  return job;
}

/** One graph less has these terms. */
export function leaveJobs(state: SchedulerState, { job, layerJobs }: GraphRecord): void {
  if (job !== undefined) leaveJob(state, job);
  for (const own of new Set(layerJobs?.values())) leaveJob(state, own);
}

function leaveJob(state: SchedulerState, job: JobRecord): void {
  if (--job.graphCount > 0) return;
  state.jobs.delete(job);
  if (job.demand !== undefined) state.jobsByDemand.delete(job.demand);
}

/** A text that is equal for equal terms. */
function demandOf({ resources = {}, workers, allowOtherWorkers }: JobTerms): string {
  const amounts = Object.entries(resources).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([amounts, workers ?? null, allowOtherWorkers === true]);
}

function jobRecord(
  state: SchedulerState,
  terms: JobTerms,
  demand: string | undefined,
  whole?: JobRecord,
): JobRecord {
  const { resources = {}, coresMax, memoryPerWorkerBytes } = terms;
  return {
    terms,
    demand,
    whole,
    graphCount: 0,
    resources: Object.entries(resources),
    coresMax: coresMax ?? Number.POSITIVE_INFINITY,
    memoryPerWorkerBytes: memoryPerWorkerBytes ?? Number.POSITIVE_INFINITY,
    roots: new RootQueue(state.tasks),
    consumers: new RootQueue(state.tasks),
    running: 0,
    shares: new Map(),
    suitable: undefined,
    unsuitedSinceMs: state.nowMs,
  };
}

/** Workers that the job's tasks may run on now. */
export function workersFor(state: SchedulerState, job: JobRecord): readonly WorkerRecord[] {
  job.suitable ??= suitableWorkers(state.workers.values(), job);
  return job.suitable;
}

/** Finds the workers that suit each job, once for all policies of a step. */
export function knowSuitable(state: SchedulerState): void {
  for (const job of state.jobs) workersFor(state, job);
}

/** A worker came or went. */
export function forgetSuitable(state: SchedulerState, gone?: WorkerId): void {
  for (const job of state.jobs) {
    job.suitable = undefined;
    if (gone !== undefined) job.shares.delete(gone);
  }
}

/** Puts a task that is ready where it waits: a root, or one that its job's limits hold back. */
export function enqueue(state: SchedulerState, slot: number): void {
  queueOf(state, slot).push(slot);
}

/** Takes a task from where it waits, if it does. */
export function dequeue(state: SchedulerState, slot: number): void {
  if ((state.tasks.queuedAt[slot] as number) >= 0) queueOf(state, slot).remove(slot);
}

/** The queue that a task waits in. */
export function queueOf(state: SchedulerState, slot: number): RootQueue {
  const job = jobOf(state, slot);
  if (job === undefined) return state.queue;
  return state.tasks.operandCount[slot] === 0 ? job.roots : job.consumers;
}

/** All queues of roots. */
export function rootQueues(state: SchedulerState): RootQueue[] {
  return [state.queue, ...[...state.jobs].map((job) => job.roots)];
}

/** Another graph wants the task with the urgency of `priority`. */
export function hurry(state: SchedulerState, slot: number, priority: number): void {
  const { tasks } = state;
  if (priority >= (tasks.priority[slot] as number)) return;
  const isQueued = (tasks.queuedAt[slot] as number) >= 0;
  if (isQueued) dequeue(state, slot);
  tasks.priority[slot] = priority;
  if (isQueued) enqueue(state, slot);
}

/** The task was handed to `worker` (1), or taken from it again (-1). */
export function countRunning(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  by: 1 | -1,
): void {
  const graph = leaderOf(state, slot);
  if (graph === undefined) return;
  graph.processing += by;
  graph.client.processing += by;
  for (let job = jobOf(state, slot); job !== undefined; job = job.whole) {
    job.running += by;
    const share = shareOf(job, worker);
    share.running += by;
    share.bytes += by * (state.tasks.bytes[slot] as number);
  }
}

/** The worker holds that many more bytes of the task's result. */
export function countHeld(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  bytes: number,
): void {
  for (let job = jobOf(state, slot); job !== undefined; job = job.whole) {
    shareOf(job, worker).bytes += bytes;
  }
}

function shareOf(job: JobRecord, { id }: WorkerRecord): { running: number; bytes: number } {
  let share = job.shares.get(id);
  if (share === undefined) {
    share = { running: 0, bytes: 0 };
    job.shares.set(id, share);
  }
  return share;
}

/** Makes another of its graphs the leader of the task, with all accounts of it. */
export function leadBy(state: SchedulerState, slot: number, number: number): void {
  const { tasks } = state;
  const status = tasks.status[slot];
  const isQueued = (tasks.queuedAt[slot] as number) >= 0;
  if (isQueued) dequeue(state, slot);
  countAll(state, slot, -1);
  tasks.graph[slot] = number;
  countAll(state, slot, 1);
  if (!isQueued) return;
  if (status === WAITING && jobOf(state, slot) === undefined) state.ready.push(slot);
  else enqueue(state, slot);
}

function countAll(state: SchedulerState, slot: number, by: 1 | -1): void {
  const { tasks, workers, replicas } = state;
  const status = tasks.status[slot];
  if (status !== PROCESSING && status !== MEMORY) return;
  const worker = workers.get(tasks.worker[slot] as number) as WorkerRecord;
  if (status === PROCESSING) {
    countRunning(state, slot, worker, by);
    return;
  }
  if (state.jobs.size === 0) return;
  for (const holder of [worker, ...(replicas.get(slot) ?? [])]) {
    countHeld(state, slot, holder, by * (tasks.bytes[slot] as number));
  }
}

/**
 * A graph without terms takes the lead of tasks that it shares with jobs, among those of its tasks
 * from `from` to `end`.
 */
export function leadShared(
  state: SchedulerState,
  graph: GraphRecord,
  from: number,
  end: number,
): void {
  for (const slot of graph.tasks.subarray(from, end)) {
    if (jobOf(state, slot) === undefined) continue;
    if (graph.layerJobs?.has(state.tasks.layer[slot] as number)) continue;
    state.sharedGraphs.delete(slot, graph.number);
    state.sharedGraphs.add(slot, state.tasks.graph[slot] as number);
    leadBy(state, slot, graph.number);
  }
}
