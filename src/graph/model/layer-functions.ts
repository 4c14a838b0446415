// The users' functions of a layer. They are listed here for all kinds of layers, so that workers
// prepare them in the same way.
import type { FunctionRef } from "../../functions/function-ref.js";
import type { Layer } from "./layer.js";

/** Whether blocks of this layer call functions of users. */
export function callsFunctions({ kind }: Layer): boolean {
  return kind === "mapBlocks" || kind === "calls" || kind === "partitions" || kind === "fused";
}

/** The functions that one block calls. */
export function functionsOf(layer: Layer, block: number): readonly FunctionRef[] {
  switch (layer.kind) {
    case "mapBlocks":
      return [layer.function];
    case "calls": {
      const called = layer.functions[layer.functionOf[block] as number];
      return called === undefined ? [] : [called];
    }
    case "partitions":
      return layer.functions;
    case "fused":
      return layer.steps.flatMap((step) => functionsOf(step.layer, block));
    default:
      return [];
  }
}
