// Carries out moves. A victim is asked for tasks and releases those that have not begun; only then
// does the thief get them. Until it answers nothing is certain: a task may have begun, be finished,
// or be lost with its worker. steal-rounds.ts decides when to look, stealing.ts which tasks move.
import type { StealAnswered } from "../../protocol/messages/messages.js";
import { assign, unassign } from "../accounts/assignment.js";
import { recordOf, touch } from "../accounts/holders.js";
import { knowSuitable } from "../accounts/jobs.js";
import { estimateMs } from "../policy/durations.js";
import {
  decideBalancing,
  decideFeeding,
  decideHungry,
  type StealDecision,
} from "../policy/steal-rounds.js";
import { forgetSteal, noteAsked, type StealRecord } from "../state/pending-steals.js";
import type { LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { countMissing } from "./liveness.js";
import { takeBackPipelined } from "./pipelined-tasks.js";

/**
 * The step's end: workers that became idle take work from others that have it. Returns those asked.
 */
export function feedIdle(state: SchedulerState): readonly WorkerRecord[] {
  const hungry = decideHungry(state);
  if (hungry.length === 0) return [];
  for (const worker of hungry) recordOf(worker).lookedAtMs = state.nowMs;
  knowSuitable(state);
  return askAll(state, decideFeeding(state, hungry));
}

/** Now and then: workers with little to do take work from those with the most. */
export function balance(state: SchedulerState): void {
  knowSuitable(state);
  askAll(state, decideBalancing(state));
}

function askAll(state: SchedulerState, decisions: readonly StealDecision[]): WorkerRecord[] {
  return decisions.map(({ slot, victim, thief, transferMs }) => {
    const asked = recordOf(victim);
    ask(state, slot, asked, recordOf(thief), transferMs);
    return asked;
  });
}

function ask(
  state: SchedulerState,
  slot: number,
  victim: WorkerRecord,
  thief: WorkerRecord,
  transferMs: number,
): void {
  const { tasks, layers, steals } = state;
  // A worker keeps the inputs of tasks that wait there.
  takeBackPipelined(state, slot);
  const attempt = tasks.attempt[slot] as number;
  const earlier = steals.get(slot);
  const moves = earlier?.type === "moved" ? earlier.moves : 0;
  const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
  const thiefMs = estimateMs(layer, tasks.bytes[slot] as number) + transferMs;
  const victimMs = tasks.chargedMs[slot] as number;
  noteAsked(state.steals, slot, {
    type: "asked",
    attempt,
    victim,
    thief,
    askedMs: state.nowMs,
    victimMs,
    thiefMs,
    moves,
  });
  state.history.noteMoment("asked", victim.id, layer.id, tasks.block[slot]);
  victim.outbox.stolen.push({ task: tasks.idOf(slot), attempt });
  touch(state, victim);
}

/** A victim has answered. */
export function stealAnswered(
  state: SchedulerState,
  worker: WorkerRecord,
  event: StealAnswered,
): void {
  for (let k = 0; k < event.tasks.length; k++) {
    const slot = state.tasks.slotOf(event.tasks[k] as number);
    const note = state.steals.get(slot);
    // The task was cancelled, finished or lost meanwhile: its answer no longer matters.
    if (note?.type !== "asked" || note.victim !== worker) continue;
    if (note.attempt !== event.attempts[k]) continue;
    if (event.outcomes[k] === "givenUp") {
      handOver(state, slot, note);
    } else {
      forgetSteal(state.steals, slot);
      state.steals.set(slot, { type: "refused" });
      const { layer, block } = state.tasks;
      state.history.noteMoment("refused", worker.id, layer[slot], block[slot]);
    }
    touch(state, note.thief);
  }
}

/** The victim has given up the task: the thief gets it, or the best worker if the thief is gone. */
function handOver(
  state: SchedulerState,
  slot: number,
  { victim, thief, moves, askedMs }: Extract<StealRecord, { type: "asked" }>,
): void {
  unassign(state, slot);
  become(state, slot, WAITING);
  if (state.workers.get(thief.id) !== thief || !hasInputs(state, slot)) {
    countMissing(state, slot);
    return;
  }
  assign(state, slot, thief);
  victim.totals.givenUp++;
  (thief as WorkerRecord).totals.stolen++;
  const atMs = state.nowMs;
  const { layer, block } = state.tasks;
  const [row, at] = [layer[slot] as number, block[slot] as number];
  state.observer.noteSteal(thief.id, victim.id, row, at, askedMs, atMs);
  state.steals.set(slot, { type: "moved", from: victim, atMs, moves: moves + 1 });
}

function hasInputs({ tasks, edges }: SchedulerState, slot: number): boolean {
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    if (tasks.status[edges.source[edge] as number] !== MEMORY) return false;
  }
  return true;
}
