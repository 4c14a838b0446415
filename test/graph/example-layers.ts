// Layers by hand, as nodes, for the tests of this room: the smallest constructors that will do.
import type { DType } from "../../src/base/dtype.js";
import { sliceChunks } from "../../src/graph/dependencies/slice-plan.js";
import { type Chunks, shapeOf, sizeOf, UNKNOWN_LENGTH } from "../../src/graph/model/chunks.js";
import type {
  AxisSelection,
  BlockwiseLayer,
  ConcatenateLayer,
  ContractLayer,
  LayerName,
  LayerOperand,
  PersistedLayer,
  RechunkLayer,
  ReshapeLayer,
  RoutineLayer,
  SliceLayer,
  SourceLayer,
  TreeReduceLayer,
} from "../../src/graph/model/layer.js";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import { nameLayer } from "../../src/graph/model/naming.js";
import type { Operation } from "../../src/graph/model/operations.js";
import { identityProgram, type Program, programDType } from "../../src/graph/model/program.js";
import {
  type Reduction,
  type ReductionName,
  stateFields,
} from "../../src/graph/model/reduction.js";
import type { SourceGenerator } from "../../src/graph/model/source-generator.js";

/** `count` blocks of `length`. */
export function blocks(count: number, length: number): number[] {
  return new Array<number>(count).fill(length);
}

export function source(
  chunks: Chunks,
  generator: SourceGenerator = { type: "uniform", seed: 1, low: 0, high: 1 },
  dtype: DType = "float64",
): LayerNode {
  const word = generator.type === "uniform" ? "random" : generator.type;
  const layer = { kind: "source", inputs: [], chunks, dtype, generator } as const;
  return { layer: nameLayer<SourceLayer>(word, layer), inputs: [] };
}

/** The distinct nodes among `nodes`, and the position of each of `nodes` among them. */
function distinct(nodes: readonly LayerNode[]) {
  const inputs = [...new Map(nodes.map((node) => [node.layer.name, node])).values()];
  const names = inputs.map(({ layer }) => layer.name);
  return { inputs, names, positions: nodes.map(({ layer }) => names.indexOf(layer.name)) };
}

/** A blockwise layer of a program over operands given as (node, axes). */
export function blockwise(
  word: string,
  loopChunks: Chunks,
  uses: readonly (readonly [LayerNode, readonly number[]])[],
  program: Program,
): LayerNode {
  const { inputs, names, positions } = distinct(uses.map(([node]) => node));
  const operands: LayerOperand[] = uses.map(([, axes], k) => ({
    input: positions[k] as number,
    axes,
  }));
  const layer = nameLayer<BlockwiseLayer>(word, {
    kind: "blockwise",
    inputs: names,
    chunks: loopChunks,
    dtype: programDType(program),
    program,
    operands,
    loopChunks,
  });
  return { layer, inputs };
}

/** The operation on nodes of one shape and dtype, element by element. */
export function elementwise(operation: Operation, ...args: readonly LayerNode[]): LayerNode {
  const { chunks, dtype } = (args[0] as LayerNode).layer;
  const axes = chunks.map((_, axis) => axis);
  const loads = args.map((_, operand) => ({ op: "load", operand, dtype }) as const);
  return blockwise(
    operation,
    chunks,
    args.map((node) => [node, axes] as const),
    { nodes: [...loads, { op: operation, args: loads.map((_, i) => i), dtype }] },
  );
}

/**
 * Rows of `rows` in parts, as `numbers` says: the first half of an all-to-all of unknown lengths.
 */
export function splitRows(rows: LayerNode, numbers: LayerNode, parts: number): LayerNode {
  const { inputs, names, positions } = distinct([rows, numbers]);
  const [along = [], ...others] = rows.layer.chunks;
  const layer = nameLayer<RoutineLayer>("split", {
    kind: "routine",
    inputs: names,
    routine: { name: "split", parts },
    operands: [
      { input: positions[0] as number, axes: rows.layer.chunks.map((_, axis) => axis) },
      { input: positions[1] as number, axes: [0] },
    ],
    loopChunks: rows.layer.chunks,
    chunks: [blocks(along.length, UNKNOWN_LENGTH), ...others],
    dtype: rows.layer.dtype,
    parts,
  });
  return { layer, inputs };
}

/** Block k has part k of every block of `node`, one after another: the second half. */
export function gatherParts(node: LayerNode, count: number): LayerNode {
  const chunks = [blocks(count, UNKNOWN_LENGTH), ...node.layer.chunks.slice(1)];
  const layer = nameLayer<RoutineLayer>("gather", {
    kind: "routine",
    inputs: [node.layer.name],
    routine: { name: "gather" },
    operands: [{ input: 0, axes: chunks.map((_, axis) => axis), parts: true }],
    loopChunks: chunks,
    chunks,
    dtype: node.layer.dtype,
  });
  return { layer, inputs: [node] };
}

export function transpose({ layer, ...rest }: LayerNode): LayerNode {
  const axes = layer.chunks.map((_, axis) => layer.chunks.length - 1 - axis);
  return blockwise(
    "transpose",
    [...layer.chunks].reverse(),
    [[{ layer, ...rest }, axes]],
    identityProgram(layer.dtype),
  );
}

/** A whole reduction: the first step over blocks and the tree, 4 or 2 × 2 states at a time. */
export function reduce(
  input: LayerNode,
  name: ReductionName,
  axes: readonly number[] = input.layer.chunks.map((_, axis) => axis),
  keepdims = false,
): LayerNode {
  const shape = shapeOf(input.layer.chunks);
  const reduction: Reduction = {
    name,
    axes,
    count: sizeOf(axes.map((axis) => shape[axis] as number)),
    correction: 0,
    stateDType: "float64",
    dtype: "float64",
    keepdims,
    shape,
  };
  const fieldCount = stateFields(name, reduction.count);
  const fields = fieldCount > 1 ? [[fieldCount]] : [];
  let grid: Chunks = input.layer.chunks.map((axis, i) =>
    axes.includes(i) ? axis.map(() => 1) : axis,
  );
  const partial = nameLayer<BlockwiseLayer>(`${name}-partial`, {
    kind: "blockwise",
    inputs: [input.layer.name],
    chunks: [...fields, ...grid],
    dtype: "float64",
    program: identityProgram(input.layer.dtype),
    operands: [{ input: 0, axes: input.layer.chunks.map((_, axis) => axis) }],
    loopChunks: input.layer.chunks,
    reduction,
  });
  let below: LayerNode = { layer: partial, inputs: [input] };
  const groups = grid.map((_, axis) => (axes.includes(axis) ? (axes.length === 1 ? 4 : 2) : 1));
  for (let final = false; !final; ) {
    grid = grid.map((axis, i) =>
      axes.includes(i) ? blocks(Math.ceil(axis.length / (groups[i] as number)), 1) : axis,
    );
    final = axes.every((axis) => grid[axis]?.length === 1);
    const kept = keepdims ? grid : grid.filter((_, axis) => !axes.includes(axis));
    const level = nameLayer<TreeReduceLayer>(name, {
      kind: "treeReduce",
      inputs: [below.layer.name],
      chunks: final ? kept : [...fields, ...grid],
      dtype: "float64",
      reduction,
      groups,
      final,
    });
    below = { layer: level, inputs: [below] };
  }
  return below;
}

export function rechunk(input: LayerNode, chunks: Chunks): LayerNode {
  const layer = nameLayer<RechunkLayer>("rechunk", {
    kind: "rechunk",
    inputs: [input.layer.name],
    chunks,
    dtype: input.layer.dtype,
  });
  return { layer, inputs: [input] };
}

export function slice(input: LayerNode, selection: readonly AxisSelection[]): LayerNode {
  const layer = nameLayer<SliceLayer>("slice", {
    kind: "slice",
    inputs: [input.layer.name],
    chunks: sliceChunks(input.layer.chunks, selection),
    dtype: input.layer.dtype,
    selection,
  });
  return { layer, inputs: [input] };
}

export function concatenate(parts: readonly LayerNode[], axis: number): LayerNode {
  const { inputs, names, positions } = distinct(parts);
  const first = (parts[0] as LayerNode).layer;
  const layer = nameLayer<ConcatenateLayer>("concatenate", {
    kind: "concatenate",
    inputs: names,
    chunks: first.chunks.map((lengths, i) =>
      i === axis ? parts.flatMap((part) => part.layer.chunks[i] ?? []) : lengths,
    ),
    dtype: first.dtype,
    axis,
    parts: positions,
  });
  return { layer, inputs };
}

export function reshape(input: LayerNode, chunks: Chunks): LayerNode {
  const layer = nameLayer<ReshapeLayer>("reshape", {
    kind: "reshape",
    inputs: [input.layer.name],
    chunks,
    dtype: input.layer.dtype,
  });
  return { layer, inputs: [input] };
}

export function persisted(chunks: Chunks): LayerNode {
  const layer = { kind: "persisted", inputs: [], chunks, dtype: "float64" } as const;
  return { layer: nameLayer<PersistedLayer>("persisted", layer), inputs: [] };
}

/** The blocks that were persisted under `name`. */
export function persistedAs(name: LayerName, chunks: Chunks): LayerNode {
  return { layer: { kind: "persisted", name, inputs: [], chunks, dtype: "float64" }, inputs: [] };
}

/** The matrix product, `contractGroup` blocks along the contraction at a time. */
export function contract(left: LayerNode, right: LayerNode, contractGroup: number): LayerNode {
  const { inputs, names, positions } = distinct([left, right]);
  const groups = Math.ceil((left.layer.chunks[1] as readonly number[]).length / contractGroup);
  const layer = nameLayer<ContractLayer>("matmul", {
    kind: "contract",
    inputs: names,
    chunks: [left.layer.chunks[0] ?? [], right.layer.chunks[1] ?? [], blocks(groups, 1)],
    dtype: "float64",
    operands: [positions[0] as number, positions[1] as number],
    leftLabels: [0, 1],
    rightLabels: [1, 2],
    outputLabels: [0, 2],
    contractGroup,
  });
  return { layer, inputs };
}
