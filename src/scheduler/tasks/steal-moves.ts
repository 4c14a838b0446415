// Carrying out moves: a victim is asked for tasks, gives up those that have not begun and says so, and
// only then are they handed to the thief. Until it has answered nothing is certain: the task may have
// begun, be finished, or be gone with its worker. Which tasks to move is stealing.ts.
import type { StealAnswered } from "../../protocol/messages/messages.js";
import { assign, unassign } from "../accounts/assignment.js";
import { touch } from "../accounts/holders.js";
import { byLoad, type Side, sideOf, viewOf } from "../accounts/steal-view.js";
import { startableCount } from "../policy/admission.js";
import { estimateMs } from "../policy/durations.js";
import { decideMoves, loadMs } from "../policy/stealing.js";
import { forgetSteal, noteAsked, type StealNote } from "../state/pending-steals.js";
import type { LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { countMissing } from "./liveness.js";
import { takeBackRiders } from "./pipelining.js";

/** Workers that are compared on each side. */
const VICTIMS_MAX = 16;
const THIEVES_MAX = 32;
/** Of the workers with a queue so many are looked at when one becomes idle. */
const LOOKED_AT_MAX = 32;
/** An idle worker that found nothing looks again after so long, or with the next tick. */
const RETRY_MS = 20;
/** A worker that will be through so soon is left alone: moving costs work, too. */
const LOAD_MS_MIN = 30;

/** The step's end: workers that became idle take work from others that have it. Returns those asked. */
export function feedIdle(state: SchedulerState): readonly WorkerRecord[] {
  if (state.loadedWorkers.size === 0) return [];
  const thieves: Side[] = [];
  for (const worker of state.touched) {
    if (thieves.length < THIEVES_MAX && isHungry(state, worker))
      thieves.push(sideOf(state, worker));
  }
  if (thieves.length === 0) return [];
  for (const { worker } of thieves) worker.lookedAtMs = state.nowMs;
  const loaded: Side[] = [];
  let looked = 0;
  for (const worker of state.loadedWorkers) {
    loaded.push(sideOf(state, worker));
    if (++looked === LOOKED_AT_MAX) break;
  }
  return move(state, loaded, thieves);
}

function isHungry(state: SchedulerState, worker: WorkerRecord): boolean {
  return (
    !worker.isRetiring &&
    startableCount(worker) + worker.movingCount < worker.threads &&
    state.nowMs - worker.lookedAtMs >= RETRY_MS &&
    state.workers.get(worker.id) === worker
  );
}

/** Now and then: workers with little to do take work from those with the most. */
export function balance(state: SchedulerState): void {
  if (state.loadedWorkers.size === 0 || state.workers.size === 1) return;
  const sides = byLoad([...state.workers.values()].map((worker) => sideOf(state, worker)));
  const averageMs = sides.reduce((sum, side) => sum + loadMs(side), 0) / sides.length;
  // Between half the average and all of it nobody takes anything: estimates waver, work should not.
  const thieves = sides
    .slice(-THIEVES_MAX)
    .filter(({ worker }) => !worker.isRetiring)
    .filter((side) => side.count < side.threads || loadMs(side) < averageMs / 2);
  move(state, sides, thieves);
}

/** Has the busiest of `loaded` asked for what is better off with `thieves`. */
function move(state: SchedulerState, loaded: Side[], thieves: readonly Side[]): WorkerRecord[] {
  const victims = byLoad(loaded)
    .slice(0, VICTIMS_MAX)
    .filter((side) => side.count > side.threads && loadMs(side) > LOAD_MS_MIN);
  if (victims.length === 0 || thieves.length === 0) return [];
  const view = viewOf(state, victims, thieves);
  const moves = decideMoves(view);
  for (const { task, victim, thief } of moves) {
    ask(state, task, victim.worker, thief.worker, view.transferMs(task, thief));
  }
  return moves.map(({ victim }) => victim.worker);
}

function ask(
  state: SchedulerState,
  slot: number,
  victim: WorkerRecord,
  thief: WorkerRecord,
  transferMs: number,
): void {
  const { tasks, layers, steals } = state;
  // A worker keeps what tasks there wait for.
  takeBackRiders(state, slot);
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
    victimMs,
    thiefMs,
    moves,
  });
  state.history.noteMoment("asked", victim.id, layer.id, tasks.block[slot]);
  victim.mail.stolen.push({ task: tasks.idOf(slot), attempt });
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
    // What was cancelled, finished or lost meanwhile is not waited for any more.
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

/** The victim does not have the task any more: the thief gets it, or whoever is best if it is gone. */
function handOver(
  state: SchedulerState,
  slot: number,
  { victim, thief, moves }: Extract<StealNote, { type: "asked" }>,
): void {
  unassign(state, slot);
  become(state, slot, WAITING);
  if (state.workers.get(thief.id) !== thief || !hasInputs(state, slot)) {
    countMissing(state, slot);
    return;
  }
  assign(state, slot, thief);
  const atMs = state.nowMs;
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
