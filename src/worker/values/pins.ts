// Uses of a value: by tasks that will read it, by running tasks, and by the disk. While a running
// task or the disk uses a value, it stays in place. If it is released meanwhile, it is buried and
// dropped with the last use.
import { assert } from "../../base/assert.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import { becomeTask } from "../state/transitions.js";
import type { WorkerState } from "../state/worker-state.js";
import { moveValue, trackValue } from "./memory-accounts.js";
import { addTombstone, removeTombstone } from "./tombstones.js";

/** A task of that priority will read the value. */
export function addReader(state: WorkerState, value: TaskRecord, priority: number): void {
  value.usePriority = value.readers === 0 ? priority : Math.min(value.usePriority, priority);
  value.readers++;
  trackValue(state, value);
}

/** A task that has not begun reads the value no longer. */
export function removeReader(state: WorkerState, value: TaskRecord, out: StepOutbox): void {
  value.readers--;
  if (value.status !== "memory") return;
  trackValue(state, value);
  freeReadPiece(state, value, out);
}

/** The task begins: its operands stay in memory. */
export function pinOperands(state: WorkerState, { operands }: TaskRecord): void {
  for (const operand of operands) {
    const value = state.tasks.get(operand);
    assert(value?.status === "memory", `operand ${operand} of a task that begins is not here`);
    value.pins++;
    if (value.pins === 1) trackValue(state, value);
  }
}

/** A task that had begun reads its operands no longer. */
export function unpinOperands(state: WorkerState, { operands }: TaskRecord, out: StepOutbox): void {
  for (const operand of operands) unpin(state, operand, out);
}

function unpin(state: WorkerState, operand: TaskId, out: StepOutbox): void {
  const tombstone = state.tombstones.get(operand);
  const value = tombstone?.type === "uses" ? tombstone.record : state.tasks.get(operand);
  assert(value !== undefined && value.pins > 0, `operand ${operand} left while it was read`);
  value.pins--;
  value.readers--;
  if (value.status === "released") {
    endUse(state, value, out);
    return;
  }
  trackValue(state, value);
  freeReadPiece(state, value, out);
}

/** A use has ended: releases a buried value if it was the last; returns whether it was. */
export function endUse(state: WorkerState, value: TaskRecord, out: StepOutbox): boolean {
  if (value.status !== "released" || isUsed(value)) return false;
  forgetValue(state, value, out);
  return true;
}

/** Whether the value must stay in its place. */
function isUsed({ pins, place }: TaskRecord): boolean {
  return pins > 0 || place === "writing" || place === "reading";
}

/** A piece is dropped with its reader. */
function freeReadPiece(state: WorkerState, value: TaskRecord, out: StepOutbox): void {
  if (value.task >= 0 || value.readers > 0) return;
  state.pieceBytes -= value.bytes;
  freeValue(state, value, out);
}

/** Releases a value: now, or with its last use. */
export function freeValue(state: WorkerState, value: TaskRecord, out: StepOutbox): void {
  if (!isUsed(value)) {
    forgetValue(state, value, out);
    return;
  }
  becomeTask(value, "released");
  state.tasks.delete(value.task);
  addTombstone(state, value.task, { type: "uses", record: value });
}

/** Forgets a value that nothing uses any more, whether it is buried or not. */
export function forgetValue(state: WorkerState, value: TaskRecord, out: StepOutbox): void {
  const isBuried = value.status === "released";
  moveValue(state, value, "absent");
  out.drop(value.task);
  if (isBuried) {
    removeTombstone(state, value.task);
    return;
  }
  becomeTask(value, "released");
  state.tasks.delete(value.task);
}
