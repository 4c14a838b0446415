// The input blocks of each block, for every kind of layer. Expansion calls them. Answers come in
// operand order, the order in which kernels/ expects the blocks. Maps are called for every block of
// a graph: they allocate nothing per block, and a map must not be called from within its own
// `emit`.
import { defined, unreachable } from "../../base/assert.js";
import { blockCount, type Chunks, contiguousStrides, numBlocks } from "../model/chunks.js";
import type {
  BarrierLayer,
  BlockwiseLayer,
  CallsLayer,
  ConcatenateLayer,
  FusedLayer,
  FusedStep,
  GateLayer,
  Layer,
  LayerOperand,
  MapBlocksLayer,
  PartitionsLayer,
  QueryLayer,
  RoutineLayer,
  TreeReduceLayer,
} from "../model/layer.js";
import { stateFields } from "../model/reduction.js";
import { axisOverlap } from "./axis-overlap.js";
import { type BlockTable, blockProduct, groupTable } from "./block-tables.js";
import { contractionMap } from "./contraction.js";
import type { DependencyMap, EmitDependency } from "./dependency-map.js";
import { axisSlices } from "./slice-plan.js";
import { takeMap } from "./take-plan.js";

/**
 * A function that lists the operands of one block of `layer`; facts common to all blocks are
 * computed once, here. A block that occurs twice among the operands is emitted twice.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export function dependencyMap(layer: Layer, inputs: readonly Layer[]): DependencyMap {
  switch (layer.kind) {
    case "source":
    case "persisted":
      return () => {};
    case "reshape":
    case "store":
      return (block, emit) => emit(0, block);
    case "blockwise":
    case "mapBlocks":
    case "routine":
      return loopMap(layer.loopChunks, layer.operands, inputs);
    case "treeReduce":
      return treeMap(layer, onlyInput(inputs));
    case "rechunk":
      return productMap(
        onlyInput(inputs).chunks.map((axis, i) => axisOverlap(axis, layer.chunks[i] ?? [])),
        onlyInput(inputs).chunks,
      );
    case "slice":
      return productMap(
        axisSlices(onlyInput(inputs).chunks, layer.selection),
        onlyInput(inputs).chunks,
      );
    case "concatenate":
      return partMap(layer, inputs);
    case "take":
      return takeMap(layer, onlyInput(inputs));
    case "contract":
      return contractionMap(layer, inputs);
    case "pick":
      return (block, emit) => emit(0, layer.blocks[block] as number);
    case "calls":
    case "partitions":
    case "query":
      return callMap(layer);
    case "fused":
      return fusedMap(layer, inputs);
    case "barrier":
      return barrierMap(layer, inputs);
    case "gate":
      return gateMap(layer);
    default:
      return unreachable(layer);
  }
}

/** Blocks in turn, counted through all inputs. */
function barrierMap({ every }: BarrierLayer, inputs: readonly Layer[]): DependencyMap {
  const starts = [0];
  for (const { chunks } of inputs) starts.push((starts.at(-1) as number) + blockCount(chunks));
  return (block, emit) => {
    const end = Math.min((block + 1) * every, starts.at(-1) as number);
    let input = 0;
    for (let at = block * every; at < end; at++) {
      while (at >= (starts[input + 1] as number)) input++;
      emit(input, at - (starts[input] as number));
    }
  };
}

/** What the block itself reads, then the barrier. */
function gateMap({ root, inputs }: GateLayer): DependencyMap {
  if (root === undefined) {
    return (block, emit) => {
      emit(0, block);
      emit(1, 0);
    };
  }
  const map = dependencyMap(root, []);
  // A layer without inputs can read nothing but itself.
  const own = inputs.length;
  let receiver: EmitDependency = () => {};
  const emitOwn: EmitDependency = (_, block) => receiver(own, block);
  return (block, emit) => {
    receiver = emit;
    map(block, emitOwn);
    if (own > 0) emit(0, 0);
  };
}

/** The operands of all steps that are no blocks of earlier steps, step by step. */
function fusedMap(layer: FusedLayer, inputs: readonly Layer[]): DependencyMap {
  const maps = layer.steps.map((step) =>
    dependencyMap(step.layer, stepInputs(layer, step, inputs)),
  );
  let receiver: EmitDependency = () => {};
  const emitters = layer.steps.map(
    ({ reads }): EmitDependency =>
      (input, block) => {
        const read = reads[input] as number;
        if (read < inputs.length) receiver(read, block);
      },
  );
  return (block, emit) => {
    receiver = emit;
    for (let k = 0; k < maps.length; k++) {
      (maps[k] as DependencyMap)(block, emitters[k] as EmitDependency);
    }
  };
}

/** The layers that a step of a fused layer reads, in the order of its inputs. */
export function stepInputs(
  { steps }: FusedLayer,
  { reads }: FusedStep,
  inputs: readonly Layer[],
): readonly Layer[] {
  return reads.map((read) =>
    defined(inputs[read] ?? steps[read - inputs.length]?.layer, "what a step reads"),
  );
}

/**
 * Whether each block of a layer reads the block of its own number of one of its inputs, and no
 * other block of it.
 */
export function readsSameBlock(
  { loopChunks, operands }: BlockwiseLayer | MapBlocksLayer | RoutineLayer,
  input: number,
  { chunks }: Layer,
): boolean {
  const counts = numBlocks(loopChunks);
  const grid = numBlocks(chunks);
  return operands.every((operand) => operand.input !== input || followsLoop(operand, counts, grid));
}

/** Whether the operand of block number n of the loop is block number n of the grid. */
function followsLoop(
  operand: LayerOperand,
  counts: readonly number[],
  grid: readonly number[],
): boolean {
  if (operand.parts === true || operand.every !== undefined) return false;
  const strides = operandStrides(operand, grid, counts.length);
  const along = contiguousStrides(counts);
  // Where a loop axis has one block its index is 0 and its stride does not matter.
  return strides.every((stride, axis) => counts[axis] === 1 || stride === along[axis]);
}

function onlyInput(inputs: readonly Layer[]): Layer {
  return defined(inputs[0], "the layer's input");
}

function productMap(tables: readonly BlockTable[], inputGrid: Chunks): DependencyMap {
  return blockProduct(tables, numBlocks(inputGrid));
}

/** Operands that follow the loop: each input block number is linear in the loop's block index. */
function loopMap(
  loopChunks: Chunks,
  operands: readonly LayerOperand[],
  inputs: readonly Layer[],
): DependencyMap {
  const counts = numBlocks(loopChunks);
  const rank = counts.length;
  const grids = operands.map(({ input }) =>
    numBlocks(defined(inputs[input], "an operand's input").chunks),
  );
  const strides = operands.map((operand, k) => operandStrides(operand, grids[k] as number[], rank));
  const follows = operands.map((operand, k) => followsLoop(operand, counts, grids[k] as number[]));
  const index = new Int32Array(rank);
  return (block, emit) => {
    let rest = block;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const count = counts[axis] as number;
      index[axis] = rest % count;
      rest = (rest - (index[axis] as number)) / count;
    }
    for (let k = 0; k < operands.length; k++) {
      const { input, every, axes } = operands[k] as LayerOperand;
      if (follows[k]) {
        emit(input, block);
        continue;
      }
      const along = strides[k] as Float64Array;
      let number = 0;
      for (let axis = 0; axis < rank; axis++) {
        number += (index[axis] as number) * (along[axis] as number);
      }
      if (operands[k]?.parts === true) emitColumn(input, number, grids[k] as number[], emit);
      else if (every !== undefined) {
        const group = { from: (index[axes[0] as number] as number) * every, every };
        emitColumn(input, number, grids[k] as number[], emit, group);
      } else emit(input, number);
    }
  };
}

/** All blocks along a grid's first axis, or a group of them; `first` is the one of index 0. */
function emitColumn(
  input: number,
  first: number,
  grid: readonly number[],
  emit: EmitDependency,
  group?: { readonly from: number; readonly every: number },
): void {
  const [count = 0, ...others] = grid;
  const step = others.reduce((product, length) => product * length, 1);
  const { from, every } = group ?? { from: 0, every: count };
  for (let i = from; i < Math.min(from + every, count); i++) emit(input, first + i * step);
}

/** Per loop axis: how far the operand's block number moves with the loop's block index. */
function operandStrides(
  operand: LayerOperand,
  inputCounts: readonly number[],
  rank: number,
): Float64Array {
  const inputStrides = contiguousStrides(inputCounts);
  const strides = new Float64Array(rank);
  operand.axes.forEach((loopAxis, axis) => {
    const isColumn = axis === 0 && (operand.parts === true || operand.every !== undefined);
    if (loopAxis >= 0 && !isColumn) {
      strides[loopAxis] = (strides[loopAxis] as number) + (inputStrides[axis] as number);
    }
  });
  return strides;
}

/** The grid of states that a level of the tree reads, without the axis of the state's fields. */
function stateGrid(layer: TreeReduceLayer, input: Layer): Chunks {
  const { name, count } = layer.reduction;
  return stateFields(name, count) > 1 ? input.chunks.slice(1) : input.chunks;
}

function treeMap(layer: TreeReduceLayer, input: Layer): DependencyMap {
  const states = stateGrid(layer, input);
  const map = productMap(groupTables(layer, input), states);
  return layer.mirror === undefined ? map : mirrored(map, numBlocks(states), layer.mirror);
}

/**
 * The blocks that `map` lists, those below the diagonal of two axes exchanged for those above it.
 */
function mirrored(
  map: DependencyMap,
  counts: readonly number[],
  [a, b]: readonly [number, number],
): DependencyMap {
  const strides = contiguousStrides(counts);
  const [strideA, strideB] = [strides[a] as number, strides[b] as number];
  let receiver: EmitDependency = () => {};
  const emitMirrored: EmitDependency = (input, block) => {
    const i = Math.floor(block / strideA) % (counts[a] as number);
    const j = Math.floor(block / strideB) % (counts[b] as number);
    receiver(input, i <= j ? block : block + (j - i) * (strideA - strideB));
  };
  return (block, emit) => {
    receiver = emit;
    map(block, emitMirrored);
  };
}

// Reduced axes that a final level drops have one group, so the tables' rows number the blocks
// whether the axes are kept or not.
function groupTables(layer: TreeReduceLayer, input: Layer): BlockTable[] {
  return numBlocks(stateGrid(layer, input)).map((count, axis) =>
    groupTable(count, layer.groups[axis] as number),
  );
}

/**
 * The dependencies that each block lists; positions beyond the inputs refer to the layer itself.
 */
function callMap({
  operandStart,
  operandInput,
  operandBlock,
}: CallsLayer | PartitionsLayer | QueryLayer): DependencyMap {
  return (block, emit) => {
    const end = operandStart[block + 1] as number;
    for (let k = operandStart[block] as number; k < end; k++) {
      emit(operandInput[k] as number, operandBlock[k] as number);
    }
  };
}

/** Blocks of a concatenation: the one block of the part that is there. */
function partMap(layer: ConcatenateLayer, inputs: readonly Layer[]): DependencyMap {
  const counts = numBlocks(layer.chunks);
  const inner = counts.slice(layer.axis + 1).reduce((product, count) => product * count, 1);
  const along = counts[layer.axis] as number;
  const inputOf = new Int32Array(along);
  const blockOf = new Int32Array(along);
  const partCounts = inputs.map((input) => (input.chunks[layer.axis] as readonly number[]).length);
  let at = 0;
  for (const part of layer.parts) {
    for (let block = 0; block < (partCounts[part] as number); block++) {
      inputOf[at] = part;
      blockOf[at++] = block;
    }
  }
  return (block, emit) => {
    const innerIndex = block % inner;
    const rest = (block - innerIndex) / inner;
    const index = rest % along;
    const outer = (rest - index) / along;
    const input = inputOf[index] as number;
    const row = outer * (partCounts[input] as number) + (blockOf[index] as number);
    emit(input, row * inner + innerIndex);
  };
}
