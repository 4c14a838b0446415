// Which tasks are needed. A task whose result is needed becomes active, and so do the tasks below
// it without results. A task that is no longer needed is released at once, with everything that
// only it needed. "Needed" is a count of edges to active users and of output blocks of live graphs.
// So after every step, each active task or result has a count above zero.
import { unassign } from "../accounts/assignment.js";
import { addResult, freeResult, noteSpare } from "../accounts/holders.js";
import { dequeue, enqueue } from "../accounts/jobs.js";
import { increase } from "../state/columns.js";
import { graphsOf, workerOf } from "../state/lookups.js";
import type { WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import {
  ERRED,
  isActive,
  MEMORY,
  NO_WORKER,
  PROCESSING,
  QUEUED,
  RELEASED,
  WAITING,
} from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { mayStillPipeline, noteArrival, takeBackPipelined } from "./pipelined-tasks.js";

/** Whether the result of a task is needed. */
export function isNeeded(state: SchedulerState, slot: number): boolean {
  return (state.tasks.needed[slot] as number) > 0 || (state.tasks.wanted[slot] as number) > 0;
}

/**
 * Activates a task that is needed and has no result, and recursively its inputs.
 *
 * When: submission; a result was lost. Reads: operands. Writes: their `needed`, its `waitingCount`.
 */
export function activate(state: SchedulerState, slot: number): void {
  const pending = [slot];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    setGoing(state, next, pending);
  }
}

/**
 * Activates one task, and makes its inputs needed; `pending` gets those that have no result and are
 * not active.
 */
export function setGoing(state: SchedulerState, slot: number, pending?: number[]): void {
  const { tasks, edges } = state;
  if (tasks.status[slot] === ERRED) {
    become(state, slot, RELEASED);
    tasks.deaths[slot] = 0;
    tasks.failures[slot] = 0;
    state.deathLog.byTask.delete(tasks.idOf(slot));
  }
  if (tasks.status[slot] !== RELEASED) return;
  become(state, slot, WAITING);
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    increase(tasks.needed, source, 1);
    if (pending === undefined) continue;
    const status = tasks.status[source] as number;
    if (status !== MEMORY && !isActive(status)) pending.push(source);
  }
  countMissing(state, slot);
}

/** Counts the missing inputs of a waiting task; without any it is ready, and a root task queues. */
export function countMissing(state: SchedulerState, slot: number): void {
  const { tasks, edges } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let missing = 0;
  let underWay = 0;
  for (let edge = start; edge < end; edge++) {
    const status = tasks.status[edges.source[edge] as number] as number;
    if (status === MEMORY) continue;
    missing++;
    if (status === PROCESSING) underWay++;
  }
  tasks.waitingCount[slot] = missing;
  if (start === end) {
    become(state, slot, state.workers.size > 0 ? QUEUED : NO_WORKER);
    enqueue(state, slot);
  } else if (missing === 0) {
    state.ready.push(slot);
  } else if (missing === underWay && mayStillPipeline(state, slot)) {
    state.mayPipeline.push(slot);
  }
}

/** Releases a task if it is not needed, and recursively inputs that only it needed. */
export function releaseUnneeded(state: SchedulerState, slot: number): void {
  const pending = [slot];
  releaseSome(state, pending, Number.POSITIVE_INFINITY);
}

/**
 * The same for some of the tasks that are pending; inputs that only they needed are then, too.
 *
 * @param most how many it may look at
 * @returns how many it has looked at
 */
export function releaseSome(state: SchedulerState, pending: number[], most: number): number {
  let looks = 0;
  for (; looks < most && pending.length > 0; looks++) {
    const next = pending.pop() as number;
    if (isNeeded(state, next)) {
      noteSpare(state, next);
      continue;
    }
    const status = state.tasks.status[next] as number;
    if (status === MEMORY) {
      freeResult(state, next);
      become(state, next, RELEASED);
    } else if (isActive(status)) {
      stopWork(state, next);
      become(state, next, RELEASED);
      dropOperands(state, next, pending);
    }
  }
  return looks;
}

/**
 * Takes an active task from where it waits or runs; a worker that has it is asked to release it.
 */
export function stopWork(state: SchedulerState, slot: number): void {
  dequeue(state, slot);
  if (state.tasks.status[slot] !== PROCESSING) return;
  takeBackPipelined(state, slot);
  workerOf(state, slot).outbox.freed.push(state.tasks.idOf(slot));
  unassign(state, slot);
}

/** A task that was active needs its operands no longer: those that are not needed are released. */
export function releaseOperands(state: SchedulerState, slot: number): void {
  const unneeded: number[] = [];
  dropOperands(state, slot, unneeded);
  for (let i = 0; i < unneeded.length; i++) releaseUnneeded(state, unneeded[i] as number);
}

function dropOperands(state: SchedulerState, slot: number, unneeded: number[]): void {
  const { tasks, edges } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    if (increase(tasks.needed, source, -1) === 0) unneeded.push(source);
  }
}

/**
 * The result of an active task is on `worker`; the task was taken from where it waited or ran.
 *
 * Writes: holders, users' `waitingCount`, operands' `needed`. Recommends: users that become ready.
 */
export function becomeMemory(state: SchedulerState, slot: number, worker: WorkerRecord): void {
  const { tasks, edges } = state;
  become(state, slot, MEMORY);
  addResult(state, slot, worker);
  for (let edge = tasks.firstUser[slot] as number; edge >= 0; edge = edges.next[edge] as number) {
    noteArrival(state, edges.user[edge] as number);
  }
  if ((tasks.wanted[slot] as number) > 0) outputsCame(state, slot);
  if ((tasks.operandCount[slot] as number) > 0) releaseOperands(state, slot);
}

/**
 * All copies of a result are lost: waiting tasks count it as missing again. It is not activated
 * yet.
 */
export function loseResult(state: SchedulerState, slot: number): void {
  const { tasks, edges } = state;
  takeBackPipelined(state, slot);
  become(state, slot, RELEASED);
  for (let edge = tasks.firstUser[slot] as number; edge >= 0; edge = edges.next[edge] as number) {
    const user = edges.user[edge] as number;
    if (tasks.status[user] !== WAITING) continue;
    increase(tasks.waitingCount, user, 1);
    dequeue(state, user);
  }
  if ((tasks.wanted[slot] as number) === 0) return;
  for (const graph of graphsOf(state, slot)) {
    if (!graph.outputs.firstRow.has(slot)) continue;
    graph.missing++;
    if (graph.stage !== "opening") state.openGraphs.add(graph);
  }
}

function outputsCame(state: SchedulerState, slot: number): void {
  for (const graph of graphsOf(state, slot)) {
    if (!graph.outputs.firstRow.has(slot)) continue;
    graph.missing--;
    graph.arrived.push(slot);
    state.touchedGraphs.add(graph);
  }
}
