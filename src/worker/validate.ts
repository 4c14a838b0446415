// Looks at each message of the scheduler before it is let in: what is malformed is logged and
// dropped whole, so that the rest of the room may rely on what it reads. Events of the shell are our
// own and are not looked at.
import { ACTOR_TO_WORKER } from "../protocol/messages/actor-message-shapes.js";
import { shapeMistake } from "../protocol/messages/message-shapes.js";
import type {
  AcquireReplicas,
  ComputeTasks,
  SchedulerToWorker,
} from "../protocol/messages/messages.js";

/** What is wrong with the message, or undefined when it may come in. */
export function faultOf(message: SchedulerToWorker): string | undefined {
  switch (message.type) {
    case "computeTasks":
      return faultOfTasks(message);
    case "freeTasks":
      return isNumbers(message.tasks) ? undefined : "tasks is not a list of numbers";
    case "stealTasks":
      return isNumbers(message.tasks) && isNumbers(message.attempts)
        ? undefined
        : "tasks or attempts are not numbers";
    case "dropLayers":
      return isNumbers(message.layers) ? undefined : "layers is not a list of numbers";
    case "addLayers":
      return isListOf(message.layers, isLayerEntry) ? undefined : "layers are malformed";
    case "workersJoined":
      return isListOf(message.workers, isWorkerEntry) ? undefined : "workers are malformed";
    case "workerAccepted":
      return isWhole(message.worker) && message.heartbeatIntervalMs > 0
        ? undefined
        : "worker or heartbeatIntervalMs is malformed";
    case "workerLost":
      return isWhole(message.worker) ? undefined : "worker is not a number";
    case "peerRefused":
      return typeof message.error?.message === "string" ? undefined : "error is malformed";
    case "acquireReplicas":
      return faultOfAcquisition(message);
    case "startActor":
    case "stopActor":
      return shapeMistake(message, ACTOR_TO_WORKER);
    case "registerAgain":
    case "shutdownWorker":
    case "heartbeatAnswered":
      return undefined;
    default:
      return "there is no such message";
  }
}

function faultOfAcquisition({ tasks, bytes, workers }: AcquireReplicas): string | undefined {
  if (!isNumbers(tasks) || !isNumbers(workers)) return "tasks or workers are not numbers";
  const areEven = tasks.length === workers.length && tasks.length === bytes.length;
  return areEven && isFinites(bytes) ? undefined : "bytes or workers are malformed";
}

function faultOfTasks(message: ComputeTasks): string | undefined {
  const { tasks, operands, operandCounts } = message;
  if (!isNumbers(tasks) || !isNumbers(operands)) return "tasks or operands are not numbers";
  for (const name of ["attempts", "layers", "blocks", "operandCounts"] as const) {
    const column = message[name];
    if (!isNumbers(column) || column.length !== tasks.length) return `${name} is malformed`;
  }
  for (const name of ["priorities", "outputBytes"] as const) {
    const column = message[name];
    if (!isFinites(column) || column.length !== tasks.length) return `${name} is malformed`;
  }
  const { operandBytes, operandWorkers } = message;
  if (!isFinites(operandBytes) || operandBytes.length !== operands.length) {
    return "operandBytes is malformed";
  }
  if (!isFinites(operandWorkers) || operandWorkers.length !== operands.length) {
    return "operandWorkers is malformed";
  }
  let operandCount = 0;
  for (const count of operandCounts) operandCount += count;
  return operandCount === operands.length ? undefined : "operandCounts do not add up";
}

/** Whether `value` is a whole number from 0. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNumbers(column: unknown): column is readonly number[] {
  if (!Array.isArray(column)) return false;
  for (let i = 0; i < column.length; i++) if (!isWhole(column[i])) return false;
  return true;
}

function isFinites(column: unknown): column is readonly number[] {
  if (!Array.isArray(column)) return false;
  for (let i = 0; i < column.length; i++) if (!Number.isFinite(column[i])) return false;
  return true;
}

function isListOf(list: unknown, isEntry: (entry: Record<string, unknown>) => boolean): boolean {
  return (
    Array.isArray(list) &&
    list.every((entry) => typeof entry === "object" && entry !== null && isEntry(entry))
  );
}

function isLayerEntry(entry: Record<string, unknown>): boolean {
  const { id, layer, inputs } = entry;
  return isWhole(id) && typeof layer === "object" && layer !== null && isNumbers(inputs);
}

function isWorkerEntry(entry: Record<string, unknown>): boolean {
  return isWhole(entry.worker) && typeof entry.address === "string";
}
