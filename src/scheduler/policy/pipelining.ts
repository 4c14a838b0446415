// Policy: which tasks are handed out before their inputs are in memory. A task is pipelined if
// everything that it reads is on one worker, or will be soon. It then begins when its last input
// finishes, without a message to the scheduler, and reads blocks that are still in the cache. A
// task that is handed out is decided, so only short tasks behind short tasks are pipelined: they
// would not move elsewhere. Readers of large blocks may take long: they free these. Reads the state
// and changes nothing.
import { readsParts } from "../../graph/dependencies/regions.js";
import { holds, jobOf } from "../state/lookups.js";
import type { LayerView, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { MEMORY, PROCESSING, WAITING } from "../state/task-status.js";
import { fitsMemory } from "./admission.js";
import { estimateMs } from "./durations.js";
import { areLarge } from "./large-blocks.js";
import { takesWork } from "./open-to-work.js";
import { reachesInputs } from "./reach.js";

/**
 * A task that still misses more than this waits: it is unlikely to have all of them made at one
 * place.
 */
export const MISSING_MAX = 4;
const OPERANDS_MAX = 16;
/** Behind results of calls that are expected to be larger nothing is pipelined. */
const CALL_BYTES_MAX = 2 ** 20;
/** Pipelined tasks, for each thread. */
const PIPELINED_PER_THREAD = 16;
/** A thread with this much work gets no pipelined tasks: late ones may move (steal-moves.ts). */
const WORK_MS_MAX = 30;

/** Where a waiting task may go ahead of its inputs. */
export interface Pipelining {
  readonly worker: WorkerView;
  /** Whether it may go at once, and not only when another pipelined task has its inputs. */
  readonly hasRoom: boolean;
}

/** Where a waiting task may go ahead of its inputs; undefined when it is to wait for them. */
export function decidePipelining(state: SchedulerView, slot: number): Pipelining | undefined {
  const { tasks, layers, workers } = state;
  if (tasks.status[slot] !== WAITING || (tasks.operandCount[slot] as number) > OPERANDS_MAX) return;
  // A task that came back once waits for its inputs, so that it does not move to and fro.
  if ((tasks.attempt[slot] as number) > 0 || jobOf(state, slot) !== undefined) return;
  const layer = layers.get(tasks.layer[slot] as number) as LayerView;
  if (readsParts(layer.layer)) return;
  const id = whereMade(state, slot, layer.durationMs >= 0);
  const worker = id < 0 ? undefined : workers.get(id);
  if (worker === undefined || !takesWork(worker) || !isBestThere(state, slot, worker)) return;
  if (!reachesInputs(state, slot, worker)) return;
  return { worker, hasRoom: hasRoomAhead(state, slot, worker) };
}

/**
 * The number of the one worker that makes all inputs which are not in memory; -1 when there is
 * none.
 */
function whereMade(state: SchedulerView, slot: number, isMeasured: boolean): number {
  const { tasks, edges } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let id = -1;
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    const status = tasks.status[source] as number;
    if (status === MEMORY) continue;
    if (status !== PROCESSING || !mayPrecede(state, source, isMeasured)) return -1;
    const worker = tasks.worker[source] as number;
    if (id >= 0 && worker !== id) return -1;
    id = worker;
  }
  return id;
}

/**
 * Whether a task may be pipelined behind this one: it will likely finish on its current worker.
 * Several tasks of unknown duration are not pipelined behind one: they are better spread when it is
 * there.
 */
function mayPrecede(state: SchedulerView, source: number, isMeasured: boolean): boolean {
  const { tasks, edges, layers, steals } = state;
  if (tasks.deaths[source] !== 0 || tasks.failures[source] !== 0) return false;
  if (steals.get(source)?.type === "asked") return false;
  const { layer, dynamicSizes } = layers.get(tasks.layer[source] as number) as LayerView;
  // The size of dynamic results is a guess, and one that is too large has to fail there: so tasks
  // are pipelined only behind calls with small results, as most are.
  if (dynamicSizes !== undefined) {
    const bytes = Math.max(tasks.bytes[source] as number, dynamicSizes.meanBytes);
    if (layer.kind !== "calls" || bytes > CALL_BYTES_MAX) return false;
  }
  return isMeasured || (edges.next[tasks.firstUser[source] as number] as number) < 0;
}

function hasRoomAhead(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  const { tasks, layers, queue } = state;
  const { threads, pipelinedCount, aheadMs } = worker;
  if (pipelinedCount >= PIPELINED_PER_THREAD * threads) return false;
  const layer = layers.get(tasks.layer[slot] as number) as LayerView;
  // Pipelined tasks are not counted in `aheadMs`: each is assumed to take as long as this one.
  const eachMs = estimateMs(layer, tasks.bytes[slot] as number);
  if (aheadMs + (pipelinedCount + 1) * eachMs <= WORK_MS_MAX * threads) return true;
  // While roots wait, no worker runs out of work: nothing is lost by deciding early.
  return queue.size > 0 && readsLarge(state, slot, worker);
}

function readsLarge({ tasks, edges }: SchedulerView, slot: number, worker: WorkerView): boolean {
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    if (areLarge(tasks.bytes[edges.source[edge] as number] as number, worker)) return true;
  }
  return false;
}

/** Whether most of the task's inputs are on the worker, and all of them have room there. */
function isBestThere(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  const { tasks, edges, options } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let awayBytes = 0;
  let thereBytes = 0;
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    const bytes = tasks.bytes[source] as number;
    if (holds(state, source, worker)) thereBytes += bytes;
    else awayBytes += bytes;
  }
  const addedBytes = awayBytes + (tasks.bytes[slot] as number);
  return awayBytes <= thereBytes && fitsMemory(options, worker, addedBytes);
}
