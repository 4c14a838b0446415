// Takes in tasks that the scheduler assigns: each gets a record and links to its operands, which
// are here, will be made here, are on their way, or must be fetched. task-executions.ts runs them.
import { demandOf } from "../../graph/model/resources.js";
import type { ComputeTasks } from "../../protocol/messages/messages.js";
import type { LayerId, TaskId } from "../../protocol/values/ids.js";
import { bytesToRun, refuseTooLarge } from "../memory/size-limits.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { Awaited, TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { holdBack, readsPieces } from "../transfers/exchange.js";
import { tieOperands } from "../transfers/operand-ties.js";
import { isDynamic } from "../values/known-layers.js";
import { makeReady } from "../values/ready.js";
import { cancelTransfer, releaseUnfinished } from "../values/release.js";

/** Tasks without operands share one list. */
const NO_OPERANDS: readonly TaskId[] = [];

/** Takes over the tasks of a message: those whose operands are here become ready. */
export function computeTasks(state: WorkerState, message: ComputeTasks, out: StepOutbox): void {
  let operandEnd = 0;
  for (let k = 0; k < message.tasks.length; k++) {
    const operandStart = operandEnd;
    operandEnd += message.operandCounts[k] as number;
    if (isAlreadyHere(state, message, k, out)) continue;
    const record = recordOf(state, message, k, operandStart, operandEnd);
    replaceEarlier(state, record, out);
    state.tasks.set(record.task, record);
    if (state.tombstones.has(record.task)) record.missing++;
    readOperands(state, record, message, operandStart, out);
    if (record.status === "waiting" && record.missing === 0) makeReady(state, record);
  }
}

/** Makes the task wait for its operands: at once, or when it is its turn to fetch pieces. */
function readOperands(
  state: WorkerState,
  record: TaskRecord,
  message: ComputeTasks,
  start: number,
  out: StepOutbox,
): void {
  const isExchange = readsPieces(state, record, message, start);
  const { memoryLimitBytes } = state.options;
  const { bytes } = record;
  // The size of a dynamic result is a guess, and no reason to fail.
  const knownBytes = isDynamic(state, record) ? 0 : bytes;
  const task = { operands: record.operands, bytes: knownBytes + record.memoryBytes };
  const neededBytes = bytesToRun(task, isExchange, message, start, memoryLimitBytes);
  if (neededBytes > memoryLimitBytes) {
    // It has not been tied to its operands yet.
    record.operands = NO_OPERANDS;
    refuseTooLarge(state, record, neededBytes, out);
    return;
  }
  if (!isExchange) {
    tieOperands(state, record, message, out, start);
    return;
  }
  const end = start + record.operands.length;
  holdBack(state, record, {
    operands: record.operands,
    operandBytes: message.operandBytes.slice(start, end),
    operandWorkers: message.operandWorkers.slice(start, end),
  });
  record.operands = NO_OPERANDS;
}

/** Whether task k of the message needs no run: this attempt is known, or its value is here. */
function isAlreadyHere(
  state: WorkerState,
  message: ComputeTasks,
  k: number,
  out: StepOutbox,
): boolean {
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
  const { threads, memoryBytes, resources } = demandOf(message.resources?.[k] ?? undefined);
  const layer = message.layers[k] as LayerId;
  const task = message.tasks[k] as TaskId;
  return {
    task,
    status: "waiting",
    attempt: message.attempts[k] as number,
    layer,
    block: message.blocks[k] as number,
    priority: message.priorities[k] as number,
    sequence: state.sequenceCount++,
    operands:
      operandStart === operandEnd ? NO_OPERANDS : message.operands.slice(operandStart, operandEnd),
    heldBack: undefined,
    bytes: message.outputBytes[k] as number,
    readers: 0,
    waiters: undefined,
    missing: 0,
    place: "absent",
    isOnDisk: false,
    pins: 0,
    usePriority: Number.POSITIVE_INFINITY,
    threads: Math.min(threads, state.options.threads),
    memoryBytes,
    isQuery: state.layers.get(layer)?.layer.kind === "query",
    resources,
    follower: message.follower?.task === task ? message.follower : undefined,
    estimateMs: 0,
    isSuspended: false,
    isUnsized: false,
  };
}

/**
 * An earlier attempt or a copy on its way is released; tasks that waited for it continue to wait.
 */
function replaceEarlier(state: WorkerState, record: TaskRecord, out: StepOutbox): void {
  const earlier = state.tasks.get(record.task);
  if (earlier !== undefined) {
    inherit(record, earlier);
    releaseUnfinished(state, earlier, out);
    return;
  }
  const transfer = state.transfers.get(record.task);
  if (transfer !== undefined) {
    // A value that is computed here need not be fetched.
    if (transfer.isAcquired) transfer.readers--;
    inherit(record, transfer);
    cancelTransfer(state, transfer);
  }
}

function inherit(record: Awaited, earlier: Awaited): void {
  record.readers = earlier.readers;
  record.waiters = earlier.waiters;
}
