// The layers that tasks here belong to: the scheduler sends each once, before its first task.
import { operandRegions } from "../graph/regions.js";
import type { LayerId } from "../protocol/ids.js";
import type { AddLayers, DropLayers } from "../protocol/messages.js";
import type { Outbox } from "./outbox.js";
import type { WorkerState } from "./state.js";

/** Keeps the layers, and has the shell do so. */
export function addLayers(state: WorkerState, message: AddLayers, out: Outbox): void {
  const added: LayerId[] = [];
  for (const { id, layer, inputs } of message.layers) {
    const inputLayers = inputs.flatMap((input) => state.layers.get(input)?.layer ?? []);
    const regions =
      inputLayers.length === inputs.length ? operandRegions(layer, inputLayers) : undefined;
    state.layers.set(id, { layer, inputs, regions, durationMs: -1 });
    added.push(id);
  }
  out.keepLayers(added, []);
}

/** Forgets the layers, and has the shell do so. */
export function dropLayers(state: WorkerState, message: DropLayers, out: Outbox): void {
  const dropped = message.layers.filter((id) => state.layers.delete(id));
  out.keepLayers([], dropped);
}
