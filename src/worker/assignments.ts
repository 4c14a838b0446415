// Taking over the tasks that the scheduler hands out: each gets a record and is tied to its operands,
// which are here, will be made here, are on their way, or must be fetched. Running tasks is
// executions.ts.
import type { LayerId, TaskId } from "../protocol/ids.js";
import type { ComputeTasks } from "../protocol/messages.js";
import type { Outbox } from "./outbox.js";
import { makeReady } from "./ready.js";
import { cancelTransfer, giveUp, releaseUnfinished } from "./release.js";
import type { Awaited, TaskRecord, WorkerState } from "./state.js";
import { wantValue } from "./wanted.js";

/** Tasks without operands share one list. */
const NO_OPERANDS: readonly TaskId[] = [];

/** Takes over the tasks of a message: those whose operands are here become ready. */
export function computeTasks(state: WorkerState, message: ComputeTasks, out: Outbox): void {
  let operandEnd = 0;
  for (let k = 0; k < message.tasks.length; k++) {
    const operandStart = operandEnd;
    operandEnd += message.operandCounts[k] as number;
    if (isAlreadyHere(state, message, k, out)) continue;
    const record = recordOf(state, message, k, operandStart, operandEnd);
    replaceEarlier(state, record);
    state.tasks.set(record.task, record);
    if (state.departures.has(record.task)) record.missing++;
    tieOperands(state, record, message, operandStart, out);
    if (record.status === "waiting" && record.missing === 0) makeReady(state, record);
  }
}

/** Whether task k of the message needs no run: this attempt is known, or its value is here. */
function isAlreadyHere(state: WorkerState, message: ComputeTasks, k: number, out: Outbox): boolean {
  const task = message.tasks[k] as TaskId;
  const attempt = message.attempts[k] as number;
  const earlier = state.tasks.get(task);
  if (earlier === undefined) return false;
  if (earlier.attempt >= attempt) return true;
  if (earlier.status !== "memory") return false;
  earlier.attempt = attempt;
  out.finished(task, attempt, earlier.bytes, 0);
  return true;
}

function recordOf(
  state: WorkerState,
  message: ComputeTasks,
  k: number,
  operandStart: number,
  operandEnd: number,
): TaskRecord {
  return {
    task: message.tasks[k] as TaskId,
    status: "waiting",
    attempt: message.attempts[k] as number,
    layer: message.layers[k] as LayerId,
    block: message.blocks[k] as number,
    priority: message.priorities[k] as number,
    sequence: state.sequenceCount++,
    operands:
      operandStart === operandEnd ? NO_OPERANDS : message.operands.slice(operandStart, operandEnd),
    bytes: message.outputBytes[k] as number,
    readers: 0,
    waiters: undefined,
    missing: 0,
    estimateMs: 0,
  };
}

/** An earlier attempt or a copy on its way is let go of; those who waited for it wait on. */
function replaceEarlier(state: WorkerState, record: TaskRecord): void {
  const earlier = state.tasks.get(record.task);
  if (earlier !== undefined) {
    inherit(record, earlier);
    releaseUnfinished(state, earlier);
    return;
  }
  const transfer = state.transfers.get(record.task);
  if (transfer !== undefined) {
    inherit(record, transfer);
    cancelTransfer(state, transfer);
  }
}

function inherit(record: Awaited, earlier: Awaited): void {
  record.readers = earlier.readers;
  record.waiters = earlier.waiters;
}

/** Ties a task to its operands; gives it up when one of them can never come. */
function tieOperands(
  state: WorkerState,
  record: TaskRecord,
  message: ComputeTasks,
  operandStart: number,
  out: Outbox,
): void {
  const { operands } = record;
  let lost = false;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i] as TaskId;
    const local = state.tasks.get(operand);
    if (local?.status === "memory") {
      local.readers++;
      continue;
    }
    const from = message.operandWorkers[operandStart + i] as number;
    const bytes = message.operandBytes[operandStart + i] as number;
    const awaited =
      local ??
      state.transfers.get(operand) ??
      wantValue(state, operand, from, bytes, record.priority);
    if (awaited === undefined) {
      lost = true;
      out.missed(operand, from === -1 ? state.self : from);
      continue;
    }
    awaited.readers++;
    awaited.waiters ??= [];
    awaited.waiters.push(record);
    record.missing++;
  }
  if (lost) giveUp(state, record, out);
}
