// Policy: where replicas should be. Replicas that transfers leave are useful while they may be read
// again. They cost memory, and making one again costs only its bytes. So they are dropped when no
// active task has read the result for a while, or at once if memory is tight. The last copy stays,
// and so does any that an assigned task may read. Reads the state and changes nothing.
import { holdersOf, holds } from "../state/lookups.js";
import type { LayerView, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { MEMORY, PROCESSING } from "../state/task-status.js";
import { fitsMemory } from "./admission.js";
import { takesWork } from "./open-to-work.js";
import { canHave } from "./reach.js";

/** How long copies are kept without readers, where memory allows. */
const SPARE_MS = 1_000;
/** Copies that one look at a full worker finds. */
const DROPS_MAX = 256;
/** Workers this much apart, in parts of the mean, count as even. */
const UNEVEN_PART = 0.1;

/** A result that is to go from one worker to another. */
export interface ReplicaMove {
  readonly slot: number;
  readonly from: WorkerView;
  readonly to: WorkerView;
}

/** The number of workers that should hold a result. */
export function copiesWanted(state: SchedulerView, slot: number): number {
  const { copiesWanted } = state.replication;
  if (copiesWanted.size === 0) return 1;
  const { tasks, layers, aliases } = state;
  const layer = layers.get(tasks.layer[slot] as number) as LayerView;
  let wanted = copiesWanted.get(layer) ?? 1;
  for (const alias of aliases.get(slot) ?? []) {
    wanted = Math.max(wanted, copiesWanted.get(alias.layer) ?? 1);
  }
  return wanted;
}

/**
 * The holders that may release a result that no active task reads: all beyond the required number.
 * Those that stay are not about to leave, and are the ones that clients learnt of.
 */
export function decideSpareHolders(
  state: SchedulerView,
  slot: number,
  sinceMs: number,
): WorkerView[] {
  const holders = holdersOf(state, slot);
  const order = [
    ...holders.filter(({ isRetiring }) => !isRetiring),
    ...holders.filter(({ isRetiring }) => isRetiring),
  ];
  const spare = order.slice(copiesWanted(state, slot));
  if (state.nowMs - sinceMs >= SPARE_MS) return spare;
  return spare.filter((worker) => !fitsMemory(state.options, worker, 0));
}

/** Copies on a worker whose memory is tight that no task which was handed out reads. */
export function decideDropsUnderPressure(state: SchedulerView, worker: WorkerView): number[] {
  const drops: number[] = [];
  if (fitsMemory(state.options, worker, 0)) return drops;
  for (const slot of worker.replicas) {
    if (isBeingRead(state, slot) || copiesWanted(state, slot) > 1) continue;
    const [first] = holdersOf(state, slot);
    if (first?.isRetiring === true) continue;
    drops.push(slot);
    if (drops.length === DROPS_MAX) break;
  }
  return drops;
}

/** Whether a task that was handed out reads the result. */
function isBeingRead({ tasks, edges }: SchedulerView, slot: number): boolean {
  for (let edge = tasks.firstUser[slot] as number; edge >= 0; edge = edges.next[edge] as number) {
    if (tasks.status[edges.user[edge] as number] === PROCESSING) return true;
  }
  return false;
}

/**
 * The worker for another copy: one that stays, can fetch the result, does not hold it and has room
 * for it; the emptiest. `promised`: bytes that are under way to workers.
 */
export function decideTaker(
  state: SchedulerView,
  slot: number,
  promised: ReadonlyMap<WorkerView, number>,
): WorkerView | undefined {
  const bytes = state.tasks.bytes[slot] as number;
  let best: WorkerView | undefined;
  let bestPart = Number.POSITIVE_INFINITY;
  for (const worker of state.workers.values()) {
    if (!takesWork(worker) || holds(state, slot, worker)) continue;
    if (!canHave(state, slot, worker)) continue;
    const promisedBytes = promised.get(worker) ?? 0;
    if (!fitsMemory(state.options, worker, promisedBytes + bytes)) continue;
    const part = (worker.heldBytes + promisedBytes) / worker.memoryLimitBytes;
    if (part >= bestPart) continue;
    best = worker;
    bestPart = part;
  }
  return best;
}

/**
 * The moves that spread results evenly: from the worker with the largest part of its memory taken
 * to the one with the smallest, one result after another, while that brings them closer together.
 */
export function decideMoves(state: SchedulerView): ReplicaMove[] {
  const staying = [...state.workers.values()].filter(takesWork);
  const part = (worker: WorkerView) => (held.get(worker) as number) / worker.memoryLimitBytes;
  const held = new Map(staying.map((worker) => [worker, worker.heldBytes]));
  const mean = staying.reduce((sum, worker) => sum + part(worker), 0) / staying.length;
  const moves: ReplicaMove[] = [];
  for (const from of [...staying].sort((a, b) => part(b) - part(a))) {
    for (const slot of movable(state, from)) {
      if (part(from) <= mean * (1 + UNEVEN_PART)) break;
      const bytes = state.tasks.bytes[slot] as number;
      const to = staying.reduce((least, worker) => (part(worker) < part(least) ? worker : least));
      const partThen = ((held.get(to) as number) + bytes) / to.memoryLimitBytes;
      if (partThen >= part(from) || holds(state, slot, to)) continue;
      if (!canHave(state, slot, to)) continue;
      held.set(from, (held.get(from) as number) - bytes);
      held.set(to, (held.get(to) as number) + bytes);
      moves.push({ slot, from, to });
    }
  }
  return moves;
}

/** Results of a worker that clients hold and no active task reads. */
function movable({ tasks, replication }: SchedulerView, worker: WorkerView): number[] {
  const slots: number[] = [];
  for (let slot = worker.results.first; slot >= 0; slot = tasks.next[slot] as number) {
    if (tasks.status[slot] !== MEMORY || (tasks.needed[slot] as number) > 0) continue;
    if (!replication.acquiring.has(tasks.idOf(slot))) slots.push(slot);
  }
  return slots;
}
