// The users' functions of a layer. They are listed here for all kinds of layers, so that workers
// prepare them in the same way.
import type { FunctionRef } from "../../functions/function-ref.js";
import type { CallsLayer, Layer, Reach } from "./layer.js";

/** How far a function of single elements reaches. */
export const AT_PLACE: Reach = { before: 0, after: 0, open: true };

/** Whether blocks of this layer call functions of users. */
export function callsFunctions(layer: Layer): boolean {
  const { kind } = layer;
  if (kind === "gate") return layer.root !== undefined && callsFunctions(layer.root);
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
    case "gate":
      return layer.root === undefined ? [] : functionsOf(layer.root, block);
    default:
      return [];
  }
}

/** The calls that blocks of a layer are, if they are such. */
export function callsOf(layer: Layer): CallsLayer | undefined {
  const made = layer.kind === "gate" ? layer.root : layer;
  return made?.kind === "calls" ? made : undefined;
}

/** Whether blocks of a layer may read earlier blocks of the same layer. */
export function readsOwnBlocks(layer: Layer): boolean {
  const made = layer.kind === "gate" ? layer.root : layer;
  return made?.kind === "calls" || made?.kind === "partitions";
}
