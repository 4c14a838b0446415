// Tasks that cannot fit this worker's memory even when they are alone there: they are refused at once
// with an error that says what they need, and nothing else is lost.
import { TaskError } from "../base/errors.js";
import { blockIndexOf } from "../graph/chunks.js";
import { taskKey } from "../graph/naming.js";
import type { ComputeTasks } from "../protocol/messages.js";
import { toWireError } from "../protocol/wire-error.js";
import type { Outbox } from "./outbox.js";
import { giveUpWaiters, releaseUnfinished } from "./release.js";
import type { TaskRecord, WorkerState } from "./state.js";

/**
 * What must be in memory at once to run the task: its operands and its result. Exact above the limit,
 * where an operand that is read twice counts once.
 *
 * @param start where its operands begin in the columns
 */
export function bytesToRun(
  { operands, bytes }: TaskRecord,
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

/** Reports that the task can never run here. It has not been tied to its operands yet. */
export function refuseTooLarge(
  state: WorkerState,
  record: TaskRecord,
  neededBytes: number,
  out: Outbox,
): void {
  const { task, attempt } = record;
  record.operands = [];
  releaseUnfinished(state, record, out);
  const error = toWireError(tooLarge(state, record, neededBytes));
  out.send({ type: "taskErred", task, attempt, error });
  giveUpWaiters(state, record, out);
}

function tooLarge(state: WorkerState, record: TaskRecord, neededBytes: number): TaskError {
  const { name, memoryLimitBytes } = state.options;
  const layer = state.layers.get(record.layer)?.layer;
  const key =
    layer === undefined
      ? `task ${record.task}`
      : taskKey(layer.name, blockIndexOf(layer.chunks, record.block));
  return new TaskError(
    "memory",
    `${key} needs ${neededBytes} bytes for its inputs and its result (${record.bytes} bytes), more than the ${memoryLimitBytes} bytes that worker ${name} may use: use smaller chunks or give workers more memory`,
    {
      key,
      worker: name,
      details: { neededBytes, resultBytes: record.bytes, availableBytes: memoryLimitBytes },
    },
  );
}
