// Predicts the sizes of results of unknown size: the mean of the layer's finished results, or
// before the first, the size of its operands.
import { partShare } from "../../graph/dependencies/regions.js";
import { hasUnknownLengths } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { FREE_BYTES_GUESS } from "../../graph/model/output-bytes.js";
import type { LayerRecord, MeasuredSizes } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, PROCESSING } from "../state/task-status.js";

/** Where to note sizes of a layer's results; undefined when they are known without. */
export function dynamicSizesOf({ chunks }: Layer): MeasuredSizes | undefined {
  return hasUnknownLengths(chunks) ? { count: 0, meanBytes: 0 } : undefined;
}

/** A result of a layer is there. */
export function measureBytes(state: SchedulerState, layer: LayerRecord, bytes: number): void {
  const { dynamicSizes } = layer;
  if (dynamicSizes === undefined) return;
  dynamicSizes.count++;
  dynamicSizes.meanBytes += (bytes - dynamicSizes.meanBytes) / dynamicSizes.count;
  if (dynamicSizes.count > 1) return;
  // Waiting tasks have a guess; it is renewed, as it is for each task when it is handed out.
  for (const slot of layer.slots.values()) {
    const { status } = state.tasks;
    const waits = isActive(status[slot] as number) && status[slot] !== PROCESSING;
    if (waits && state.tasks.layer[slot] === layer.id) predictBytes(state, layer, slot);
  }
}

/** Predicts the task's result as the mean of the measured ones, once there are any. */
export function predictBytes(
  { tasks }: SchedulerState,
  { dynamicSizes }: LayerRecord,
  slot: number,
): void {
  if (dynamicSizes === undefined || dynamicSizes.count === 0) return;
  tasks.bytes[slot] = Math.round(dynamicSizes.meanBytes);
}

/**
 * Guesses the size of a new task's result if the layer has unknown sizes and none was measured yet.
 */
export function guessBytes(state: SchedulerState, layer: LayerRecord, slot: number): void {
  if (layer.dynamicSizes === undefined) return;
  const { tasks, edges } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let inputBytes = 0;
  for (let edge = start; edge < end; edge++) {
    inputBytes += tasks.bytes[edges.source[edge] as number] as number;
  }
  const guess = start === end ? FREE_BYTES_GUESS : inputBytes * partShare(layer.layer);
  tasks.bytes[slot] = Math.ceil(guess);
  predictBytes(state, layer, slot);
}
