// All-to-all exchanges: tasks that read parts of many values. The holder cuts each part, which is
// sent as a piece, a separate value for its one reader. A task waits until there is room for all
// its pieces, so few outputs are assembled at a time and finished, instead of many begun.
// docs/internals/exchange.md has the reasons.
import type { ComputeTasks } from "../../protocol/messages/messages.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { HeldBack, TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { cutsOf } from "../values/known-layers.js";
import { mustWaitForMemory } from "../values/memory-accounts.js";
import { countDown } from "../values/ready.js";
import { isCutHere, PIECES_FRACTION, tieOperands } from "./operand-ties.js";

/** Whether the task is to fetch pieces; `start`: where its operands begin in the columns. */
export function readsPieces(
  state: WorkerState,
  record: TaskRecord,
  message: ComputeTasks,
  start: number,
): boolean {
  if (cutsOf(state, record.layer) === undefined) return false;
  const end = start + record.operands.length;
  for (let i = start; i < end; i++) if (message.operandWorkers[i] !== -1) return true;
  return isCutHere(state, record, message, start);
}

/** The task waits for its turn; nothing is requested yet. */
export function holdBack(state: WorkerState, record: TaskRecord, inputs: HeldBack): void {
  record.heldBack = inputs;
  record.missing++;
  state.heldBack.push(record);
}

/** Starts tasks that were held back, the most urgent first, as far as there is room for pieces. */
export function openExchanges(state: WorkerState, out: StepOutbox): void {
  for (let next = firstHeldBack(state); next !== undefined; next = firstHeldBack(state)) {
    if (!hasRoomForPieces(state, next)) return;
    openNext(state, out);
  }
}

/** Starts the most urgent task that is held back; returns false if there is none. */
export function openNext(state: WorkerState, out: StepOutbox): boolean {
  const record = firstHeldBack(state);
  if (record?.heldBack === undefined) return false;
  state.heldBack.pop();
  const { heldBack } = record;
  record.heldBack = undefined;
  record.operands = heldBack.operands;
  tieOperands(state, record, heldBack, out);
  if (record.status === "waiting") countDown(state, record);
  return true;
}

/** The pieces of a task take as much as its result, at most; the result itself must fit, too. */
function hasRoomForPieces(state: WorkerState, record: TaskRecord): boolean {
  if (state.pieceBytes === 0) return true;
  const piecesMax = PIECES_FRACTION * state.options.memoryLimitBytes;
  return (
    state.pieceBytes + record.bytes <= piecesMax && !mustWaitForMemory(state, 2 * record.bytes)
  );
}

/** The head of the queue; tasks released meanwhile are dropped. */
function firstHeldBack(state: WorkerState): TaskRecord | undefined {
  let first = state.heldBack.peek();
  while (first !== undefined && first.status !== "waiting") {
    state.heldBack.pop();
    first = state.heldBack.peek();
  }
  return first;
}
