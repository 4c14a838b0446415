// Pipelined tasks: handed to a worker before it has made their inputs. A pipelined task is never
// moved without its inputs. If an input will not be finished there, its pipelined users come back
// first and wait at the scheduler. pipelining.ts chooses them; dispatch.ts hands them out.
import { endPipelining, unassign } from "../accounts/assignment.js";
import { MISSING_MAX } from "../policy/pipelining.js";
import { increase } from "../state/columns.js";
import { workerOf } from "../state/lookups.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY, PROCESSING, WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";

/**
 * Users of one task that are examined when it is handed out; a worker takes few pipelined tasks.
 */
const USERS_MAX = 64;

/** Whether a task was handed out ahead of inputs that are not there yet. */
export function isPipelined({ tasks }: SchedulerState, slot: number): boolean {
  return tasks.status[slot] === PROCESSING && (tasks.waitingCount[slot] as number) > 0;
}

/** A task was handed out: those that wait for it may be pipelined. */
export function noteUsers(state: SchedulerState, slot: number): void {
  const { tasks, edges, mayPipeline } = state;
  let edge = tasks.firstUser[slot] as number;
  for (let seen = 0; edge >= 0 && seen < USERS_MAX; seen++) {
    const user = edges.user[edge] as number;
    if (mayStillPipeline(state, user)) mayPipeline.push(user);
    edge = edges.next[edge] as number;
  }
}

/**
 * An input of a task is in memory: with the last one it is ready, or no longer pipelined; before,
 * it may be pipelined.
 */
export function noteArrival(state: SchedulerState, user: number): void {
  const { tasks } = state;
  const status = tasks.status[user] as number;
  if (status === WAITING) {
    if (increase(tasks.waitingCount, user, -1) === 0) state.ready.push(user);
    else if (mayStillPipeline(state, user)) state.mayPipeline.push(user);
  } else if (isPipelined(state, user) && increase(tasks.waitingCount, user, -1) === 0) {
    endPipelining(state, user);
  }
}

/** Whether a task is worth a look at where its inputs are made. */
export function mayStillPipeline({ tasks }: SchedulerState, user: number): boolean {
  return (
    tasks.status[user] === WAITING &&
    tasks.attempt[user] === 0 &&
    (tasks.waitingCount[user] as number) <= MISSING_MAX
  );
}

/**
 * An input will not come to be where it was to be made, or is lost: tasks pipelined there wait at
 * the scheduler again, and so do theirs.
 *
 * When: before its run is taken from the worker. Writes: their accounts. Emits: `freeTasks`.
 */
export function takeBackPipelined(state: SchedulerState, slot: number): void {
  const { tasks, edges, history } = state;
  const pending = [slot];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    let edge = tasks.firstUser[below] as number;
    for (; edge >= 0; edge = edges.next[edge] as number) {
      const user = edges.user[edge] as number;
      if (!isPipelined(state, user)) continue;
      const worker = workerOf(state, user);
      worker.outbox.freed.push(tasks.idOf(user));
      history.noteMoment("takenBack", worker.id, tasks.layer[user], tasks.block[user]);
      unassign(state, user);
      become(state, user, WAITING);
      tasks.waitingCount[user] = missingInputs(state, user);
      pending.push(user);
    }
  }
}

function missingInputs({ tasks, edges }: SchedulerState, slot: number): number {
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let missing = 0;
  for (let edge = start; edge < end; edge++) {
    if (tasks.status[edges.source[edge] as number] !== MEMORY) missing++;
  }
  return missing;
}
