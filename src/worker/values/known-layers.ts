// The layers of tasks here. The scheduler sends each once, before its first task.
import { type CutMap, operandCuts, readsParts } from "../../graph/dependencies/regions.js";
import { hasUnknownLengths } from "../../graph/model/chunks.js";
import type { AddLayers, DropLayers } from "../../protocol/messages/messages.js";
import type { LayerId } from "../../protocol/values/ids.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";

/** Keeps the layers, and has the shell do so. */
export function addLayers(state: WorkerState, message: AddLayers, out: StepOutbox): void {
  const added: LayerId[] = [];
  for (const { id, layer, inputs, inlineBytesMax = -1, durationMs = -1 } of message.layers) {
    state.layers.set(id, { layer, inputs, inlineBytesMax, durationMs, regions: undefined });
    added.push(id);
  }
  out.keepLayers(added, []);
}

/**
 * How tasks of the layer read their operands, where they read parts of them. The layers that it
 * reads are known here by its first task at the latest; it may itself have come before them.
 */
export function cutsOf(state: WorkerState, id: LayerId): CutMap | undefined {
  const record = state.layers.get(id);
  if (record === undefined || !readsParts(record.layer)) return undefined;
  if (record.regions !== undefined) return record.regions;
  const inputs = record.inputs.flatMap((input) => state.layers.get(input)?.layer ?? []);
  record.regions = operandCuts(record.layer, inputs);
  return record.regions;
}

/** Whether the task's result is as large as it turns out. */
export function isDynamic(state: WorkerState, { layer }: TaskRecord): boolean {
  const record = state.layers.get(layer);
  return record !== undefined && hasUnknownLengths(record.layer.chunks);
}

/** Forgets the layers, and has the shell do so. */
export function dropLayers(state: WorkerState, message: DropLayers, out: StepOutbox): void {
  const dropped = message.layers.filter((id) => state.layers.delete(id));
  out.keepLayers([], dropped);
}
