// The operands of a layer: it names each input once and may read it several times. The edges of
// layer-graph.ts carry these positions, and passes replace the inputs.

import { defined } from "../../base/assert.js";
import type { Chunks } from "./chunks.js";
import type { BlockwiseLayer, Layer, LayerName, RoutineLayer } from "./layer.js";

/** Per operand of the layer, in order: its position in `inputs`. */
export function operandInputs(layer: Layer): readonly number[] {
  switch (layer.kind) {
    case "blockwise":
    case "mapBlocks":
    case "routine":
      return layer.operands.map(({ input }) => input);
    case "concatenate":
      return layer.parts;
    case "contract":
      return layer.operands;
    default:
      // One input, or, where each block has operands of its own, as many operands as inputs.
      return layer.inputs.map((_, at) => at);
  }
}

/** Per input of the layer: which of its operands read it. */
export function operandPositions(layer: Layer): readonly (readonly number[])[] {
  const positions: number[][] = layer.inputs.map(() => []);
  operandInputs(layer).forEach((input, operand) => {
    positions[input]?.push(operand);
  });
  return positions;
}

/** The layer with operand k reading the layer `names[k]`; its own name stays. */
export function withOperands(layer: Layer, names: readonly LayerName[]): Layer {
  const before = operandInputs(layer);
  // Inputs keep their order as far as they can: layers that are the same but for it would have two
  // names.
  const byInput = before.map((_, operand) => operand);
  byInput.sort((a, b) => (before[a] as number) - (before[b] as number));
  const inputs = [...new Set(byInput.map((operand) => names[operand] as LayerName))];
  const positionOf = new Map(inputs.map((name, at) => [name, at]));
  const inputOf = (operand: number) =>
    defined(positionOf.get(names[operand] as LayerName), "an operand's input");
  switch (layer.kind) {
    case "blockwise":
    case "mapBlocks":
    case "routine": {
      const operands = layer.operands.map((use, operand) => ({ ...use, input: inputOf(operand) }));
      return { ...layer, inputs, operands };
    }
    case "concatenate":
      return { ...layer, inputs, parts: layer.parts.map((_, operand) => inputOf(operand)) };
    case "contract":
      return { ...layer, inputs, operands: [inputOf(0), inputOf(1)] };
    case "calls":
    case "query":
    case "partitions": {
      // Beyond the inputs is the layer itself.
      const moved = (input: number) => (input === before.length ? inputs.length : inputOf(input));
      return { ...layer, inputs, operandInput: layer.operandInput.map(moved) };
    }
    case "fused": {
      // Beyond the inputs are the steps.
      const moved = (read: number) =>
        read < before.length ? inputOf(read) : read - before.length + inputs.length;
      const steps = layer.steps.map((step) => ({ ...step, reads: step.reads.map(moved) }));
      return { ...layer, inputs, steps };
    }
    default:
      return { ...layer, inputs };
  }
}

/** Whether each axis of the loop runs along that axis of the layer's first operand. */
export function isStraight({
  operands: [operand],
  loopChunks,
}: Pick<BlockwiseLayer | RoutineLayer, "operands" | "loopChunks">): boolean {
  const axes = operand?.axes ?? [];
  return axes.length === loopChunks.length && axes.every((axis, i) => axis === i);
}

/**
 * The chunks of an operand, or of a layer between, where the loop has this grid. An axis that the
 * loop leaves out is one block, though `own` may cut it: an axis of one element into 0 and 1.
 */
export function chunksWithin(own: Chunks, axes: readonly number[], loop: Chunks): Chunks {
  return axes.map((axis, i) => {
    if (axis >= 0) return loop[axis] as readonly number[];
    const lengths = own[i] as readonly number[];
    return lengths.length === 1 ? lengths : [lengths.reduce((sum, length) => sum + length, 0)];
  });
}
