// Turns an elementwise operation into a layer: promotes dtypes, broadcasts shapes, aligns chunks,
// and writes a program for one element. The operations by name are elementwise/elementwise.ts.
import { DTYPES, type DType, isInteger, type Scalar } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import {
  fitsInteger,
  floating,
  isWhole,
  numeric,
  promote,
  promoteScalar,
  realPart,
  scalarDType,
  shortFloating,
  wholeDType,
} from "../../base/promotion.js";
import { type Chunks, shapeOf } from "../../graph/model/chunks.js";
import type { BlockwiseLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import { OPERATIONS, type Operation, type OperationInfo } from "../../graph/model/operations.js";
import type { ChunkedArray } from "../chunked-array.js";
import { alignChunks } from "../chunks/align-chunks.js";
import { broadcastShapes, trailingLabels, unifiedOperand } from "../chunks/broadcast.js";
import {
  firstArray,
  type Operand,
  type ResolvedOperand,
  resolveOperand,
} from "./array-operands.js";
import { ProgramBuilder } from "./program-builder.js";
import { rechunkNode } from "./rechunk-layer.js";
import { shortPower } from "./short-powers.js";
import { wholeComparison } from "./whole-comparisons.js";

/**
 * The operation `op` of `args`, element by element.
 *
 * @throws ArgumentError `argument.shape` when shapes do not broadcast, `argument.dtype` when the
 * operation does not take the dtypes, `argument.value` when a scalar does not fit.
 */
export function elementwise(op: Operation, args: readonly Operand[]): ChunkedArray {
  const context = firstArray(args, op);
  const operands = args.map(resolveOperand);
  const meeting = op === "where" ? operands.slice(1) : operands;
  const dtype = argumentDType(op, meeting);
  const builder = new ProgramBuilder();
  const { loads, chunks } = loadBroadcast(builder, operands);
  const result = resultDType(op, dtype);
  const power = op === "pow" ? powerOf(operands, dtype) : undefined;
  const compare = wholeComparison(op, operands);
  if (power !== undefined) power(builder, builder.cast(loads[0] as number, dtype), dtype);
  else if (compare !== undefined) compare(builder, loads[0] as number, loads[1] as number);
  else {
    const nodes = operands.map((operand, i) => {
      const wanted = op === "where" && i === 0 ? "bool" : dtype;
      return "node" in operand
        ? builder.cast(loads[i] as number, wanted)
        : builder.constant(operand.scalar, wanted);
    });
    builder.apply(op, nodes, result);
  }
  return context.derive(blockwiseNode(op, builder, chunks, result));
}

/** The short way to a power of an array with a number, if there is one. */
function powerOf([base, exponent]: readonly ResolvedOperand[], dtype: DType) {
  if (base === undefined || !("node" in base)) return undefined;
  return exponent !== undefined && "scalar" in exponent
    ? shortPower(exponent.scalar, dtype)
    : undefined;
}

/** The node of a finished program without a reduction, over the grid `chunks`. */
export function blockwiseNode(
  word: string,
  builder: ProgramBuilder,
  chunks: Chunks,
  dtype: DType,
): LayerNode {
  const { inputs, fields } = builder.finish();
  const layer = nameLayer<BlockwiseLayer>(word, {
    kind: "blockwise",
    ...fields,
    chunks,
    dtype,
    loopChunks: chunks,
  });
  return { layer, inputs };
}

/** The dtype to which arguments are brought before `op`. */
function argumentDType(op: Operation, operands: readonly ResolvedOperand[]): DType {
  const { result }: OperationInfo = OPERATIONS[op];
  const together = promotedDType(op, operands);
  const dtype = result === "first" ? promotedDType(op, operands.slice(0, 1)) : together;
  switch (result) {
    case "number":
      return numeric(dtype);
    case "rounded":
      return dtype === "bool" ? "float32" : dtype;
    case "float":
      // Integers that float32 holds need no wider dtype together, unlike in integer promotion.
      return isWholeDType(dtype)
        ? promote("float32", ...arrayDTypes(operands).map(shortFloating))
        : dtype;
    case "first":
      return shortFloating(dtype);
    case "quotient":
      return floating(dtype);
    default:
      return dtype;
  }
}

function arrayDTypes(operands: readonly ResolvedOperand[]): DType[] {
  return operands.flatMap((operand) => ("node" in operand ? [operand.node.layer.dtype] : []));
}

function isWholeDType(dtype: DType): boolean {
  return dtype === "bool" || isInteger(dtype);
}

/** The dtype of all `operands` of `op` together. */
function promotedDType(op: Operation, operands: readonly ResolvedOperand[]): DType {
  const info: OperationInfo = OPERATIONS[op];
  const arrays: DType[] = [];
  const scalars: Scalar[] = [];
  for (const operand of operands) {
    if ("node" in operand) arrays.push(operand.node.layer.dtype);
    else scalars.push(operand.scalar);
  }
  const [first = scalarDType(scalars[0] ?? 0), ...rest] = arrays;
  let dtype = promote(first, ...rest);
  for (const scalar of scalars) {
    // Comparing with a number that the dtype cannot hold has an answer; arithmetic has none.
    dtype =
      info.result === "bool" && isForeign(scalar, dtype)
        ? foreignDType(dtype, scalar)
        : promoteScalar(dtype, scalar);
  }
  if (!info.accepts.includes(DTYPES[dtype].kind)) {
    throw new ArgumentError(
      "dtype",
      `${op} does not take ${[...new Set(arrays)].join(" and ")}: expected ` +
        `${acceptedDTypes(info).join(", ")} (cast with astype)`,
      { operation: op, dtypes: arrays },
    );
  }
  const negative = scalars.find((scalar) => isWhole(scalar) && scalar < 0);
  if (op === "pow" && negative !== undefined && isInteger(dtype)) {
    throw new ArgumentError(
      "value",
      `integers cannot be raised to the power ${negative}: cast with astype("float64") first`,
    );
  }
  return dtype;
}

function isForeign(scalar: Scalar, dtype: DType): scalar is number | bigint {
  return isWhole(scalar) && !fitsInteger(wholeDType(dtype, scalar), scalar);
}

/** A dtype that holds both values of `dtype` and the whole number `scalar`, if there is one. */
function foreignDType(dtype: DType, scalar: number | bigint): DType {
  const fits = (["int64", "uint64"] as const).find(
    (wide) => promote(dtype, wide) === wide && fitsInteger(wide, scalar),
  );
  return fits ?? "float64";
}

function acceptedDTypes(info: OperationInfo): DType[] {
  return (Object.keys(DTYPES) as DType[]).filter((d) => info.accepts.includes(DTYPES[d].kind));
}

function resultDType(op: Operation, argument: DType): DType {
  const { result }: OperationInfo = OPERATIONS[op];
  if (result === "bool") return "bool";
  return result === "real" ? realPart(argument) : argument;
}

/** Loads all arrays over their common grid; per operand the number of its load. */
function loadBroadcast(
  builder: ProgramBuilder,
  operands: readonly ResolvedOperand[],
): { loads: readonly (number | undefined)[]; chunks: Chunks } {
  const nodes = operands.flatMap((o) => ("node" in o ? [o.node] : []));
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1 && isAligned(only.layer.chunks)) {
    return loadAlone(builder, operands, only);
  }
  const shape = broadcastShapes(...nodes.map((node) => shapeOf(node.layer.chunks)));
  const labelled = (node: LayerNode) => trailingLabels(node.layer.chunks, shape.length);
  const unified = alignChunks(nodes.map(labelled));
  const loads = operands.map((operand) => {
    if (!("node" in operand)) return undefined;
    const operandLabels = labelled(operand.node);
    const aligned = rechunkNode(operand.node, unifiedOperand(operandLabels, unified));
    return builder.load(aligned, loopAxes(aligned.layer.chunks, operandLabels.labels, shape));
  });
  return { loads, chunks: shape.map((_, axis) => unified.get(axis) as readonly number[]) };
}

/** The same where all operands but one are scalars: its grid is that of the result. */
function loadAlone(
  builder: ProgramBuilder,
  operands: readonly ResolvedOperand[],
  only: LayerNode,
): { loads: readonly (number | undefined)[]; chunks: Chunks } {
  const { chunks } = only.layer;
  const load = builder.load(only, [...chunks.keys()]);
  return { loads: operands.map((operand) => ("node" in operand ? load : undefined)), chunks };
}

/**
 * Whether an array alone keeps its chunks: an axis of one element may have empty blocks, which none
 * has then.
 */
function isAligned(chunks: Chunks): boolean {
  return chunks.every((axis) => axis.length === 1 || shapeOf([axis])[0] !== 1);
}

/** Per axis of an operand: the loop axis it runs along, -1 where it stretches. */
function loopAxes(
  chunks: Chunks,
  labels: readonly number[],
  shape: readonly number[],
): readonly number[] {
  return shapeOf(chunks).map((length, i) => {
    const axis = labels[i] as number;
    return length === 1 && shape[axis] !== 1 ? -1 : axis;
  });
}
