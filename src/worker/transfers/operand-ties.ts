// Links a task to its operands: values that are here, will be made here or are on their way, and
// those to fetch, whole or in pieces. A task may also fetch pieces of values on this worker. So a
// task that reads little of very much does not need all of it in memory at once.
import type { TaskId } from "../../protocol/values/ids.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { Awaited, HeldBack, TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { wantPiece, wantValue } from "../values/fetch-queue.js";
import { cutsOf, isDynamic } from "../values/known-layers.js";
import { addReader } from "../values/pins.js";
import { giveUp } from "../values/release.js";

/** The columns that {@link tieOperands} reads, from position `start` on. */
export type OperandColumns = Pick<HeldBack, "operandBytes" | "operandWorkers">;

/**
 * The part of the limit for all pieces together, and the part that one task may hold of whole
 * values.
 */
export const PIECES_FRACTION = 0.25;

/**
 * Whether a task that reads parts has those of values that are here cut, too: they are too much.
 */
export function isCutHere(
  { options }: WorkerState,
  { operands }: TaskRecord,
  { operandWorkers, operandBytes }: OperandColumns,
  start: number,
): boolean {
  let bytes = 0;
  for (let i = start; i < start + operands.length; i++) {
    if (operandWorkers[i] === -1) bytes += operandBytes[i] as number;
  }
  return bytes > PIECES_FRACTION * options.memoryLimitBytes;
}

/** Ties a task to its operands; gives it up if one of them can never come. */
export function tieOperands(
  state: WorkerState,
  record: TaskRecord,
  columns: OperandColumns,
  out: StepOutbox,
  start = 0,
): void {
  const { operands } = record;
  const regions = operands.length === 0 ? undefined : cutsOf(state, record.layer)?.(record.block);
  const tied = regions === undefined ? operands : [...operands];
  const cutsHere = regions !== undefined && isCutHere(state, record, columns, start);
  let lost = false;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i] as TaskId;
    const region = regions?.[i];
    const known = state.tasks.get(operand);
    const isCut = cutsHere && region !== undefined && known?.status === "memory";
    const local = isCut ? undefined : known;
    if (local !== undefined) addReader(state, local, record.priority);
    if (local?.status === "memory") continue;
    if (local !== undefined && isDynamic(state, local)) record.isUnsized = true;
    const from = isCut ? state.self : (columns.operandWorkers[start + i] as number);
    const bytes = columns.operandBytes[start + i] as number;
    const awaited: Awaited | undefined =
      local ??
      state.transfers.get(operand) ??
      (region === undefined
        ? wantValue(state, operand, from, bytes, record)
        : wantPiece(state, { task: operand, region, reader: record.task }, from, bytes, record));
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
