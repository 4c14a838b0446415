// Dynamic results: blocks of layers whose lengths are not known before. Where the size follows from
// the operands it is worked out here and an ordinary kernel fills the block; where only the values
// decide it, the routine makes the block itself. base/ has the sizes of dtypes, runtime/ allocates
// the memory.
import { defined } from "../../base/assert.js";
import type { Block } from "../../base/block.js";
import { InvariantError } from "../../base/errors.js";
import { axisSlices } from "../../graph/dependencies/slice-plan.js";
import { takeSources } from "../../graph/dependencies/take-plan.js";
import { blockIndexOf, blockShape } from "../../graph/model/chunks.js";
import type {
  BlockwiseLayer,
  ContractLayer,
  Layer,
  RoutineLayer,
  TreeReduceLayer,
} from "../../graph/model/layer.js";
import { needsElements, stateFields } from "../../graph/model/reduction.js";
import { loopExtents } from "./loop-extents.js";
import { anyState } from "./tree-reduce.js";

/** The shape of a block, given its operands. */
export type ResultShape = (block: number, operands: readonly Block[]) => readonly number[];

/** The shapes of a layer's blocks, where they follow from those of the operands. */
export function resultShapes(layer: Layer, inputs: readonly Layer[]): ResultShape {
  const found = foundShapes(layer, inputs);
  return (block, operands) => {
    const planned = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
    if (!planned.some(Number.isNaN)) return planned;
    const shape = found(block, operands);
    return planned.map((length, axis) => (Number.isNaN(length) ? (shape[axis] as number) : length));
  };
}

/** The same, true for axes of unknown length. */
function foundShapes(layer: Layer, inputs: readonly Layer[]): ResultShape {
  const first = (operands: readonly Block[]) => defined(operands[0], "an operand");
  switch (layer.kind) {
    case "blockwise":
      return blockwiseShapes(layer);
    case "routine":
      return routineShapes(layer);
    case "treeReduce":
      return (_block, operands) => reducedShape(layer, operands);
    case "rechunk":
    case "gate":
      return (_block, operands) => first(operands).shape;
    case "slice": {
      const slices = axisSlices(defined(inputs[0], "the input").chunks, layer.selection);
      return (_block, operands) => first(operands).shape.filter((_, axis) => slices[axis]?.kept);
    }
    case "take": {
      const sources = takeSources(layer);
      return (_block, operands) => sources.map((axis) => first(operands).shape[axis] ?? 0);
    }
    case "reshape":
      return (block, operands) => reshapedShape(layer, block, first(operands).shape);
    case "contract":
      return contractedShapes(layer);
    default:
      throw new InvariantError(`lengths of ${layer.kind} layers are known before`);
  }
}

function blockwiseShapes(layer: BlockwiseLayer): ResultShape {
  const extents = loopExtents(layer);
  const { reduction, final } = layer;
  if (reduction === undefined) return extents;
  return (block, operands) => {
    const all = extents(block, operands);
    const isEmpty = reduction.axes.some((axis) => all[axis] === 0);
    const state = all.map((extent, axis) => (reduction.axes.includes(axis) ? 1 : extent));
    if (final === true) {
      return reduction.keepdims ? state : state.filter((_, axis) => !reduction.axes.includes(axis));
    }
    // A state of no elements is empty itself if it has no other representation.
    if (isEmpty && needsElements(reduction.name))
      for (const axis of reduction.axes) state[axis] = 0;
    const fields = stateFields(reduction.name, reduction.count);
    return fields > 1 ? [fields, ...state] : state;
  };
}

/**
 * Quantiles have a leading axis, elements taken along an axis are as many as their positions, bins
 * are one fewer than their edges; all other routines keep the loop's axes in front.
 */
function routineShapes(layer: RoutineLayer): ResultShape {
  const extents = loopExtents(layer, false);
  const { routine } = layer;
  if (routine.name === "takeAlong") return (_block, operands) => operands[1]?.shape ?? [];
  if (routine.name === "sort" || routine.name === "argsort") {
    const { axis, keep = Number.POSITIVE_INFINITY } = routine;
    return (block, operands) =>
      extents(block, operands).map((n, i) => (i === axis ? Math.min(n, keep) : n));
  }
  if (routine.name === "distances") {
    return (_block, operands) => [Math.max(0, (operands[0]?.shape[0] ?? 0) - 1)];
  }
  if (routine.name === "histogram") {
    return (_block, operands) => [1, Math.max(0, (operands.at(-1)?.shape[0] ?? 0) - 1)];
  }
  if (routine.name !== "quantile") return extents;
  return (block, operands) => [
    routine.quantiles.length,
    ...extents(block, operands).filter((_, axis) => axis !== routine.axis),
  ];
}

function reducedShape({ reduction, final }: TreeReduceLayer, states: readonly Block[]) {
  const { shape } = anyState(states);
  if (!final) return shape;
  const lengths = stateFields(reduction.name, reduction.count) > 1 ? shape.slice(1) : shape;
  return reduction.keepdims ? lengths : lengths.filter((_, axis) => !reduction.axes.includes(axis));
}

/** One unknown length follows from the number of elements; several unknown axes stay unchanged. */
function reshapedShape(layer: Layer, block: number, from: readonly number[]): readonly number[] {
  const planned = blockShape(layer.chunks, blockIndexOf(layer.chunks, block));
  const unknown = planned.filter(Number.isNaN).length;
  const known = planned.reduce((size, n) => (Number.isNaN(n) ? size : size * n), 1);
  const size = from.reduce((product, n) => product * n, 1);
  if (unknown === 1 && known > 0) {
    return planned.map((length) => (Number.isNaN(length) ? size / known : length));
  }
  // Axes of length 1 were added or dropped; the others keep their order.
  return alignOnes(planned, from);
}

/**
 * `planned` with lengths of `from` in place of unknown ones, skipping ones that either has alone.
 */
function alignOnes(planned: readonly number[], from: readonly number[]): number[] {
  let at = 0;
  let spare = from.length - planned.length;
  return planned.map((length) => {
    if (length === 1 && spare < 0 && from[at] !== 1) {
      spare++;
      return 1;
    }
    while (spare > 0 && from[at] === 1) {
      spare--;
      at++;
    }
    const taken = from[at++] as number;
    return Number.isNaN(length) ? taken : length;
  });
}

function contractedShapes({ leftLabels, rightLabels, outputLabels }: ContractLayer): ResultShape {
  return (_block, [left, right]) => [
    ...outputLabels.map((label) => {
      const axis = leftLabels.indexOf(label);
      const length = axis < 0 ? undefined : left?.shape[axis];
      const other = right?.shape[rightLabels.indexOf(label)];
      return (length === 1 ? (other ?? length) : (length ?? other)) as number;
    }),
    1,
  ];
}
