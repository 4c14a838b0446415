// Policy: the view of the state for stealing. It has a limited number of workers and tasks, so a
// decision costs the same at any size. Reads, and changes nothing.
import { holds, jobOf, layerOf } from "../state/lookups.js";
import type { StealRecord } from "../state/pending-steals.js";
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { fitsMemory, startableCount } from "./admission.js";
import { estimateMs } from "./durations.js";
import { areLarge } from "./large-blocks.js";
import { takesWork } from "./open-to-work.js";
import { reachesInputs } from "./reach.js";
import { mayRunOn } from "./restrictions.js";
import { type Balanced, loadMs, type StealingView } from "./stealing.js";

/**
 * The number of tasks that are compared for each victim, and the number that are examined to find
 * them, the last ones first.
 */
const MOVABLE_MAX = 64;
const LOOKED_AT_MAX = 512;
/** A task that reads more than this stays: to look for its inputs would take too long. */
const OPERANDS_MAX = 64;
/** How long a task stays where it was moved to; each further move doubles it. */
const STAY_MS = 250;
/** How long it does not go back to where it came from; likewise. */
const AWAY_MS = 1_000;
/** Time for which a worker takes work: beyond two ticks, the best choice is unknown. */
const ENOUGH_MS = 200;

/** A worker as the policy sees it. */
export interface Side extends Balanced {
  readonly worker: WorkerView;
}

/** A worker with moves under way counted as done. */
export function sideOf(state: SchedulerView, worker: WorkerView): Side {
  const { threads, movingCount, movingMs } = worker;
  const count = startableCount(worker) + movingCount;
  const aheadMs = Math.max(0, worker.aheadMs + movingMs);
  return { worker, threads, count, aheadMs, lateMs: lateMs(state, worker) };
}

/**
 * For how much longer than expected a worker with work has finished nothing: a task there takes
 * longer than others of its layer, or the worker is slow, or stuck. A task that has taken long will
 * take long.
 */
function lateMs(state: SchedulerView, worker: WorkerView): number {
  const count = startableCount(worker);
  if (count === 0) return 0;
  return Math.max(0, state.nowMs - worker.quietSinceMs - worker.aheadMs / count);
}

/** The view of these workers; tasks are slots. */
export function viewOf(
  state: SchedulerView,
  victims: readonly Side[],
  thieves: readonly Side[],
): StealingView<Side, number> {
  const { tasks, options } = state;
  const coming = new Map<Side, Set<number>>();
  const missingBytes = (slot: number, side: Side) => {
    const inputs = inputsMissing(state, slot, side, coming.get(side));
    return inputs.reduce((sum, source) => sum + (tasks.bytes[source] as number), 0);
  };
  const transferBytes = (slot: number, side: Side) => {
    const bytes = missingBytes(slot, side);
    const isRechunk = layerOf(state, slot).layer.kind === "rechunk";
    // A rechunked block reads parts of its inputs, together no more than it has itself.
    return isRechunk ? Math.min(bytes, tasks.bytes[slot] as number) : bytes;
  };
  return {
    victims,
    thieves,
    movable: (side) => movableTasks(state, side),
    durationMs: (slot) => estimateMs(layerOf(state, slot), tasks.bytes[slot] as number),
    transferMs: (slot, side) => {
      const bytes = transferBytes(slot, side);
      return bytes === 0 ? 0 : options.transferLatencyMs + bytes / state.transferBytesPerMs;
    },
    mayMove: (slot, side) => {
      if (!takesWork(side.worker)) return false;
      const note = state.steals.get(slot);
      if (note?.type === "moved" && note.from === side.worker && isFresh(state, note, AWAY_MS)) {
        return false;
      }
      if (!mayRunOn(state, slot, side.worker)) return false;
      if (!reachesInputs(state, slot, side.worker)) return false;
      const inputBytes = transferBytes(slot, side);
      // Large inputs would be in memory twice, and a worker without work gets a root anyway.
      if (state.queue.size > 0 && areLarge(inputBytes, side.worker)) return false;
      const bytes = (tasks.bytes[slot] as number) + inputBytes;
      return fitsMemory(options, side.worker, bytes);
    },
    moved: (slot, side) => {
      const there = coming.get(side) ?? new Set();
      for (const source of inputsMissing(state, slot, side, there)) there.add(source);
      coming.set(side, there);
    },
    enoughMs: ENOUGH_MS,
    latencyMs: options.transferLatencyMs,
  };
}

/** Tasks of a worker that may be stolen, the most recently assigned first. */
function movableTasks(state: SchedulerView, { worker, lateMs }: Side): number[] {
  const { tasks } = state;
  const movable: number[] = [];
  let slot = worker.processing.last;
  for (let seen = 0; seen < LOOKED_AT_MAX && slot >= 0; seen++) {
    if (movable.length === MOVABLE_MAX) break;
    // A task of unknown duration may end at once, unless its worker is late.
    const isKnown = lateMs > 0 || layerOf(state, slot).durationMs >= 0;
    if (isKnown && mayBeAsked(state, slot, worker)) movable.push(slot);
    slot = tasks.previous[slot] as number;
  }
  return movable;
}

function mayBeAsked(state: SchedulerView, slot: number, worker: WorkerView): boolean {
  // A pipelined task is never moved without its inputs.
  if ((state.tasks.waitingCount[slot] as number) > 0) return false;
  if (worker.suspended.has(slot)) return false;
  if ((state.tasks.operandCount[slot] as number) > OPERANDS_MAX) return false;
  const job = jobOf(state, slot);
  // The job's shares per worker were fixed when its tasks were handed out.
  if (job && (job.resources.length > 0 || job.memoryPerWorkerBytes < Number.POSITIVE_INFINITY)) {
    return false;
  }
  const note = state.steals.get(slot);
  if (note === undefined) return true;
  return note.type === "moved" && !isFresh(state, note, STAY_MS);
}

type Moved = Extract<StealRecord, { type: "moved" }>;

/** Whether a move is no older than `ms`, which each move before doubles. */
function isFresh(
  { nowMs }: SchedulerView,
  { atMs, moves }: Pick<Moved, "atMs" | "moves">,
  ms: number,
): boolean {
  return nowMs - atMs < ms * 2 ** (moves - 1);
}

/** Inputs of a task that a worker neither holds nor is to get; each once. */
function inputsMissing(
  state: SchedulerView,
  slot: number,
  { worker }: Side,
  coming: ReadonlySet<number> | undefined,
): number[] {
  const { tasks, edges } = state;
  const missing: number[] = [];
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    if (holds(state, source, worker) || coming?.has(source) || missing.includes(source)) continue;
    missing.push(source);
  }
  return missing;
}

/** Those with the most to do first. */
export function byLoad(sides: Side[]): Side[] {
  return sides.sort((a, b) => loadMs(b) - loadMs(a));
}
