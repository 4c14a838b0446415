// Policy: which workers a job's tasks may use, and how many at once. Names and resources are facts
// about workers: a job that no worker satisfies waits, and reports it. Limits are the job's own:
// its tasks wait here, by priority, and block no other job.
import { describeAmounts, MEMORY, THREADS } from "../../graph/model/resources.js";
import { holds, jobOf } from "../state/lookups.js";
import type { GraphView, JobView, LayerView, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { fitsMemory, hasRoom } from "./admission.js";
import { estimateMs } from "./durations.js";
import { takesWork } from "./open-to-work.js";
import { reachesInputs } from "./reach.js";
import { isUrgent } from "./urgency.js";

/**
 * For tasks that take resources: how many are handed out per running one, so that the next follows
 * at once.
 */
const TASKS_PER_RUNNING = 2;

/** Before a tag where workers are named. */
const TAG_PREFIX = "tag:";

/** Workers that tasks of the job may run on. */
export function suitableWorkers<Worker extends WorkerView>(
  workers: Iterable<Worker>,
  { terms: { workers: names, allowOtherWorkers }, resources }: JobView,
): Worker[] {
  const able = [...workers].filter((worker) =>
    resources.every(([name, amount]) => amountOf(worker, name) >= amount),
  );
  if (names === undefined) return able;
  const named = able.filter((worker) => names.some((name) => isCalled(worker, name)));
  return named.length === 0 && allowOtherWorkers === true ? able : named;
}

/** How much a worker has of a resource; of its threads and memory, all. */
function amountOf(worker: WorkerView, name: string): number {
  if (name === THREADS) return worker.threads;
  if (name === MEMORY) return worker.memoryLimitBytes;
  return worker.resources[name] ?? 0;
}

/** Workers that the job's tasks may run on now. */
export function suitableNow({ workers }: SchedulerView, job: JobView): readonly WorkerView[] {
  return job.suitable ?? suitableWorkers(workers.values(), job);
}

/** Whether a task may run on the worker at all: checked before it is moved there. */
export function mayRunOn(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  const job = jobOf(state, slot);
  return job === undefined || suitableNow(state, job).includes(worker);
}

/**
 * Whether a job that names a worker means this one: it is that, or was restarted in that one's
 * place.
 */
export function isCalled({ name, tags, inPlaceOf }: WorkerView, asked: string): boolean {
  if (asked.startsWith(TAG_PREFIX)) return tags.includes(asked.slice(TAG_PREFIX.length));
  if (name === asked || inPlaceOf === asked) return true;
  return inPlaceOf !== undefined && lifeOf(asked, inPlaceOf) < lifeOf(name, inPlaceOf);
}

/** Supervisors call those that they restart name-2, name-3, …; NaN for other names. */
function lifeOf(name: string, place: string): number {
  return name.startsWith(`${place}-`) ? Number(name.slice(place.length + 1)) : Number.NaN;
}

/** The requirement of a job that no worker meets. */
export function describeTerms({ terms: { workers }, resources }: JobView): string {
  return describeWorker(workers, resources);
}

/** A worker of one of some names that has some resources. */
export function describeWorker(
  workers: readonly string[] | undefined,
  resources: readonly (readonly [name: string, amount: number])[],
): string {
  const parts: string[] = [];
  if (workers !== undefined) parts.push(`named ${workers.join(" or ")}`);
  if (resources.length > 0) parts.push(`with ${describeAmounts(resources)}`);
  return `a worker ${parts.join(" ")}`;
}

/** Whether the job may have one more task running. */
export function hasCore(job: JobView): boolean {
  const { running, coresMax } = limitsOf(job);
  return running < coresMax;
}

/** The job whose limits apply, and whose account counts. */
function limitsOf(job: JobView): JobView {
  return job.whole ?? job;
}

/**
 * Whether a root of the job may go to the worker now. As many as its resources let run need no room
 * there: others that are short would always take it first. The worker runs them by priority.
 */
function mayBegin(state: SchedulerView, job: JobView, worker: WorkerView, slot: number): boolean {
  const running = job.shares.get(worker.id)?.running ?? 0;
  const atOnce = runningAtOnce(job, worker);
  if (running >= TASKS_PER_RUNNING * atOnce) return false;
  const needsRoom = job.resources.length === 0 || running >= atOnce;
  return isOpen(state, worker, slot, needsRoom);
}

/**
 * Whether the job stays within its memory on the worker with the task there: with its result and
 * the inputs to fetch, less those that only it waits for.
 */
function fitsJobMemory(
  state: SchedulerView,
  job: JobView,
  worker: WorkerView,
  slot: number,
): boolean {
  const { memoryPerWorkerBytes, shares } = limitsOf(job);
  if (memoryPerWorkerBytes === Number.POSITIVE_INFINITY) return true;
  const { tasks, edges } = state;
  let addedBytes = tasks.bytes[slot] as number;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    const bytes = tasks.bytes[source] as number;
    const isLastUser = tasks.needed[source] === 1 && tasks.wanted[source] === 0;
    if (!holds(state, source, worker)) addedBytes += bytes;
    else if (isLastUser) addedBytes -= bytes;
  }
  const heldBytes = shares.get(worker.id)?.bytes ?? 0;
  return addedBytes <= 0 || heldBytes + addedBytes <= memoryPerWorkerBytes;
}

/** Whether the worker has room for the task, or must take it because it is urgent. */
function isOpen(
  state: SchedulerView,
  worker: WorkerView,
  slot: number,
  needsRoom: boolean,
): boolean {
  const { tasks, layers, options, graphsByNumber } = state;
  const layer = layers.get(tasks.layer[slot] as number) as LayerView;
  if (hasRoom(options, worker, layer.durationMs >= 0)) return true;
  const graph = graphsByNumber.get(tasks.graph[slot] as number) as GraphView;
  const fits = takesWork(worker) && fitsMemory(options, worker, tasks.bytes[slot] as number);
  return fits && (!needsRoom || isUrgent(state, graph));
}

/** Tasks of the job that the worker's threads and resources let run side by side. */
function runningAtOnce({ resources }: JobView, worker: WorkerView): number {
  let count = worker.threads;
  for (const [name, amount] of resources) {
    count = Math.min(count, Math.floor(amountOf(worker, name) / amount));
  }
  return count;
}

/**
 * The worker for a task of a job: of those that it may run on the one where it would be done first,
 * as for any other task (placement.ts). Undefined while no worker may begin it.
 */
export function decideJobWorker(
  state: SchedulerView,
  job: JobView,
  workers: readonly WorkerView[],
  slot: number,
): WorkerView | undefined {
  const { tasks } = state;
  const isRoot = tasks.operandCount[slot] === 0;
  const layer = state.layers.get(tasks.layer[slot] as number) as LayerView;
  const taskMs = estimateMs(layer, tasks.bytes[slot] as number);
  let best: WorkerView | undefined;
  let bestMs = Number.POSITIVE_INFINITY;
  let bestFits = false;
  for (const worker of workers) {
    if (isRoot && !mayBegin(state, job, worker, slot)) continue;
    if (!takesWork(worker) && workers.some(takesWork)) continue;
    if (!reachesInputs(state, slot, worker)) continue;
    const fits = fitsJobMemory(state, job, worker, slot);
    // A limited job is slow, never stuck: one task starts if nothing of the job is under way.
    if (!fits && (bestFits || limitsOf(job).running > 0)) continue;
    const waitMs = worker.aheadMs / worker.threads;
    const ahead = (job.shares.get(worker.id)?.running ?? 0) / runningAtOnce(job, worker);
    // Other tasks run next to those that wait for a resource: the later of the two decides.
    const startMs = Math.max(waitMs, ahead * taskMs);
    const costMs = startMs + moveMs(state, slot, worker, taskMs);
    if (fits === bestFits && costMs >= bestMs) continue;
    best = worker;
    bestMs = costMs;
    bestFits = fits;
  }
  return best;
}

/** The time that moving the inputs there would take. */
function moveMs(state: SchedulerView, slot: number, worker: WorkerView, taskMs: number): number {
  const { tasks, edges, options, transferBytesPerMs } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let missingBytes = 0;
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    if (!holds(state, source, worker)) missingBytes += tasks.bytes[source] as number;
  }
  return missingBytes === 0
    ? 0
    : options.transferLatencyMs + taskMs + missingBytes / transferBytesPerMs;
}
