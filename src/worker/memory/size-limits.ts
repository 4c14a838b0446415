// Tasks that can never have the memory that they need. They fail with an error that names the
// amount, and nothing else is lost. A task that would not fit even alone is refused at once.
import { TaskError } from "../../base/errors.js";
import { blockIndexOf } from "../../graph/model/chunks.js";
import { taskKey } from "../../graph/model/naming.js";
import type { ComputeTasks } from "../../protocol/messages/messages.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { giveUpWaiters, releaseUnfinished } from "../values/release.js";

/**
 * The bytes that must be in memory at once to run the task: its operands and its result. Exact
 * above the limit, where an operand that is read twice counts once.
 *
 * @param start where its operands begin in the columns
 */
export function bytesToRun(
  { operands, bytes }: Pick<TaskRecord, "operands" | "bytes">,
  isExchange: boolean,
  { operandBytes }: ComputeTasks,
  start: number,
  limitBytes: number,
): number {
  // Pieces are cut out of operands, and take no more than the result that they make up.
  if (isExchange) return 2 * bytes;
  let sum = bytes;
  for (let i = 0; i < operands.length; i++) sum += operandBytes[start + i] as number;
  if (sum <= limitBytes) return sum;
  const once = new Map(operands.map((operand, i) => [operand, operandBytes[start + i] as number]));
  return [...once.values()].reduce((all, one) => all + one, bytes);
}

/** The same of a task whose operands are all here. */
export function bytesToBegin(
  state: WorkerState,
  { operands, bytes, memoryBytes }: TaskRecord,
): number {
  let sum = bytes + memoryBytes;
  for (const operand of new Set(operands)) sum += state.tasks.get(operand)?.bytes ?? 0;
  return sum;
}

/** Reports that the task can never run here. */
export function refuseTooLarge(
  state: WorkerState,
  record: TaskRecord,
  neededBytes: number,
  out: StepOutbox,
): void {
  const { name, memoryLimitBytes } = state.options;
  const own = record.memoryBytes === 0 ? "" : ` and its own memory (${record.memoryBytes} bytes)`;
  const text = `needs ${neededBytes} bytes for its inputs and its result (${record.bytes} bytes)${own}, more than the ${memoryLimitBytes} bytes that worker ${name} may use: use smaller chunks or give workers more memory`;
  failForMemory(state, record, { text, neededBytes, availableBytes: memoryLimitBytes }, out);
}

/** Why a task cannot have its memory. */
export interface Shortage {
  /** The end of the message, after the task's key. */
  readonly text: string;
  readonly neededBytes: number;
  readonly availableBytes: number;
}

/**
 * Reports that a task that has not begun fails for lack of memory; tasks that wait for it are given
 * up.
 */
export function failForMemory(
  state: WorkerState,
  record: TaskRecord,
  { text, ...bytes }: Shortage,
  out: StepOutbox,
): void {
  const { task, attempt } = record;
  const layer = state.layers.get(record.layer)?.layer;
  const key =
    layer === undefined
      ? `task ${task}`
      : taskKey(layer.name, blockIndexOf(layer.chunks, record.block));
  const details = { ...bytes, resultBytes: record.bytes };
  const data = { key, worker: state.options.name, details };
  const error = toWireError(new TaskError("memory", `${key} ${text}`, data));
  releaseUnfinished(state, record, out);
  out.send({ type: "taskErred", task, attempt, error });
  giveUpWaiters(state, record, out);
}
