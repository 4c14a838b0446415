// What ties a task to what it reads: values that are here, will be made here or are on their way, and
// those that are to be fetched, as whole copies or as pieces of their own.
import type { TaskId } from "../protocol/ids.js";
import type { Outbox } from "./outbox.js";
import { giveUp } from "./release.js";
import type { Awaited, HeldBack, TaskRecord, WorkerState } from "./state.js";
import { addReader } from "./uses.js";
import { wantPiece, wantValue } from "./wanted.js";

/** What {@link tieOperands} needs to know of operands, from position `start` of its columns on. */
export type OperandColumns = Pick<HeldBack, "operandBytes" | "operandWorkers">;

/** Ties a task to its operands; gives it up when one of them can never come. */
export function tieOperands(
  state: WorkerState,
  record: TaskRecord,
  columns: OperandColumns,
  out: Outbox,
  start = 0,
): void {
  const { operands } = record;
  const regions = operands.length === 0 ? undefined : regionsOf(state, record);
  const tied = regions === undefined ? operands : [...operands];
  let lost = false;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i] as TaskId;
    const local = state.tasks.get(operand);
    if (local !== undefined) addReader(state, local, record.priority);
    if (local?.status === "memory") continue;
    const from = columns.operandWorkers[start + i] as number;
    const region = regions?.[i];
    const awaited: Awaited | undefined =
      local ??
      state.transfers.get(operand) ??
      (region === undefined
        ? wantValue(state, operand, from, columns.operandBytes[start + i] as number, record)
        : wantPiece(state, { task: operand, region, reader: record.task }, from, record));
    if (awaited === undefined) {
      lost = true;
      out.missed(operand, from === -1 ? state.self : from);
      continue;
    }
    (tied as TaskId[])[i] = awaited.task;
    if (local === undefined) awaited.readers++;
    awaited.waiters ??= [];
    awaited.waiters.push(record);
    record.missing++;
  }
  record.operands = tied;
  if (lost) giveUp(state, record, out);
}

function regionsOf(state: WorkerState, { layer, block }: TaskRecord) {
  return state.layers.get(layer)?.regions?.(block);
}
