// Hands tasks to workers and takes them back: keeps the accounts and fills the message.
// placement.ts chose the worker before.
import { THREADS } from "../../graph/model/resources.js";
import { startableCount } from "../policy/admission.js";
import { estimateMs } from "../policy/durations.js";
import { canReach } from "../policy/reach.js";
import { increase } from "../state/columns.js";
import { jobOf, leaderOf, workerOf } from "../state/lookups.js";
import { forgetSteal } from "../state/pending-steals.js";
import type { ComputeColumns, LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { append, remove, slotsOf } from "../state/task-list.js";
import { MEMORY, PROCESSING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { predictBytes } from "./dynamic-sizes.js";
import { touch } from "./holders.js";
import { countRunning } from "./jobs.js";
import { ensureLayer } from "./layer-table.js";

/** Hands a task to `worker`: its inputs are in memory, or being made there (pipelining.ts). */
export function assign(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const { tasks } = state;
  const layer = state.layers.get(tasks.layer[slot] as number) as LayerRecord;
  predictBytes(state, layer, slot);
  const bytes = tasks.bytes[slot] as number;
  tasks.worker[slot] = worker.id;
  become(state, slot, PROCESSING);
  if (startableCount(worker) === 0) worker.quietSinceMs = state.nowMs;
  append(tasks, worker.processing, slot);
  countRunning(state, slot, worker, 1);
  worker.reservedBytes += bytes;
  if ((tasks.waitingCount[slot] as number) > 0) worker.pipelinedCount++;
  else charge(state, slot, worker);
  touch(state, worker);
  ensureLayer(worker, layer);
  const columns = (worker.outbox.compute ??= emptyColumns());
  columns.tasks.push(tasks.idOf(slot));
  columns.attempts.push(increase(tasks.attempt, slot, 1));
  columns.layers.push(layer.id);
  columns.blocks.push(tasks.block[slot] as number);
  columns.priorities.push(tasks.priority[slot] as number);
  columns.outputBytes.push(bytes);
  columns.operandCounts.push(tasks.operandCount[slot] as number);
  if ((tasks.operandCount[slot] as number) > 0) pushOperands(state, slot, worker, columns);
  pushResources(columns, jobOf(state, slot)?.terms.resources);
  noteFollower(state, slot, columns);
}

/** Has the worker send the result to the client as well, if it is all that the client waits for. */
function noteFollower(state: SchedulerState, slot: number, columns: ComputeColumns): void {
  const graph = leaderOf(state, slot);
  if (graph?.follower === undefined || graph.outputs.slot[0] !== slot) return;
  columns.follower = { name: graph.follower, graph: graph.id, task: state.tasks.idOf(slot) };
}

/** Counts the task as work that its worker has before it. */
export function charge(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const { tasks, layers } = state;
  const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
  tasks.chargedMs[slot] = workMs(state, layer, slot);
  worker.aheadMs += tasks.chargedMs[slot] as number;
}

/** The expected time of all threads that the task takes. */
function workMs(state: SchedulerState, layer: LayerRecord, slot: number): number {
  const threads = jobOf(state, slot)?.terms.resources?.[THREADS] ?? 1;
  return threads * estimateMs(layer, state.tasks.bytes[slot] as number);
}

/** Counts the task as no work that its worker has before it. */
export function discharge(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const { chargedMs } = state.tasks;
  worker.aheadMs = Math.max(0, worker.aheadMs - (chargedMs[slot] as number));
  chargedMs[slot] = 0;
  touch(state, worker);
}

/**
 * The last input of a pipelined task is there: from now on it is like any other of its worker's.
 */
export function endPipelining(state: SchedulerState, slot: number): void {
  const worker = workerOf(state, slot);
  worker.pipelinedCount--;
  const next = worker.waitingAhead.shift();
  if (next !== undefined) state.mayPipeline.push(next);
  charge(state, slot, worker);
  touch(state, worker);
}

/** The column of resources begins with the first task that takes any. */
function pushResources(
  columns: ComputeColumns,
  resources: Readonly<Record<string, number>> | undefined,
): void {
  if (columns.resources === undefined) {
    if (resources === undefined) return;
    columns.resources = new Array(columns.tasks.length - 1).fill(null);
  }
  columns.resources.push(resources ?? null);
}

/** Takes a task from the worker that it was handed to; its state is the caller's to change. */
export function unassign(state: SchedulerState, slot: number): void {
  const { tasks } = state;
  const worker = workerOf(state, slot);
  forgetSteal(state.steals, slot);
  worker.suspended.delete(slot);
  remove(tasks, worker.processing, slot);
  if ((tasks.waitingCount[slot] as number) > 0) {
    worker.pipelinedCount--;
    tasks.waitingCount[slot] = 0;
    tasks.chargedMs[slot] = 0;
  }
  countRunning(state, slot, worker, -1);
  tasks.worker[slot] = -1;
  const isIdle = worker.processing.count === 0;
  // From time to time sums of floats are started again, so that errors do not add up.
  worker.aheadMs = isIdle ? 0 : Math.max(0, worker.aheadMs - (tasks.chargedMs[slot] as number));
  worker.reservedBytes -= tasks.bytes[slot] as number;
  touch(state, worker);
}

/**
 * A layer was measured for the first time: its tasks that were handed out on a guess count again.
 */
export function recharge(state: SchedulerState, layer: LayerRecord): void {
  const { tasks } = state;
  for (const worker of state.workers.values()) {
    for (const slot of slotsOf(tasks, worker.processing)) {
      if (tasks.layer[slot] !== layer.id || worker.suspended.has(slot)) continue;
      if ((tasks.waitingCount[slot] as number) > 0) continue;
      const before = tasks.chargedMs[slot] as number;
      tasks.chargedMs[slot] = workMs(state, layer, slot);
      worker.aheadMs = Math.max(0, worker.aheadMs + (tasks.chargedMs[slot] as number) - before);
      touch(state, worker);
    }
  }
}

function pushOperands(
  state: SchedulerState,
  slot: number,
  worker: WorkerRecord,
  columns: ComputeColumns,
): void {
  const { tasks, edges } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    columns.operands.push(tasks.idOf(source));
    columns.operandBytes.push(knownBytes(state, source));
    columns.operandWorkers.push(sourceWorker(state, source, slot, worker));
  }
}

/** Nothing for a dynamic result that is yet to be made: the worker that makes it will know. */
function knownBytes({ tasks, layers }: SchedulerState, source: number): number {
  const isMade = tasks.status[source] === MEMORY;
  const isDynamic = layers.get(tasks.layer[source] as number)?.dynamicSizes !== undefined;
  return isMade || !isDynamic ? (tasks.bytes[source] as number) : 0;
}

/**
 * Where `worker` is to get an input from: -1 when it has it. Readers of a popular one take turns;
 * holders that are silent or out of reach are asked only where there are no others.
 */
function sourceWorker(
  state: SchedulerState,
  source: number,
  reader: number,
  worker: WorkerRecord,
): number {
  const first = state.tasks.worker[source] as number;
  if (first === worker.id || worker.replicas.has(source)) return -1;
  const holder = holderFor(state, source, reader, worker);
  introduce(worker, holder);
  return holder.id;
}

/** The holder that `worker` is to ask for a result; `reader` has several take turns. */
export function holderFor(
  state: SchedulerState,
  source: number,
  reader: number,
  worker: WorkerRecord,
): WorkerRecord {
  const first = workerOf(state, source);
  const copies = state.replicas.get(source);
  if (copies === undefined) return first;
  const holder = copies[reader % (copies.length + 1)] ?? first;
  const answers = (other: WorkerRecord) => !other.isSilent && canReach(state, worker, other);
  if (answers(holder)) return holder;
  const others = [first, ...copies].filter(answers);
  return others[reader % others.length] ?? holder;
}

/** Sends `worker` the data address of `other`, if it does not have it yet. */
export function introduce(worker: WorkerRecord, other: WorkerRecord): void {
  if (worker.knownWorkers.has(other.id)) return;
  worker.knownWorkers.add(other.id);
  worker.outbox.joined.push({ worker: other.id, name: other.name, address: other.address });
}

function emptyColumns(): ComputeColumns {
  return {
    tasks: [],
    attempts: [],
    layers: [],
    blocks: [],
    priorities: [],
    outputBytes: [],
    operandCounts: [],
    operands: [],
    operandBytes: [],
    operandWorkers: [],
  };
}
