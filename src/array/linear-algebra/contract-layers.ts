// How a sum of products over shared axes becomes layers: operands are brought to one dtype and to
// fitting chunks, one layer multiplies and adds groups of blocks, a tree adds the groups. Which
// axes a user's call means is linear-algebra/matmul.ts.
import type { DType } from "../../base/dtype.js";
import { promote } from "../../base/promotion.js";
import { contractedLabels } from "../../graph/dependencies/contraction.js";
import { shapeOf } from "../../graph/model/chunks.js";
import type { ContractLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { unifiedOperand, unifyChunks } from "../chunks/broadcast.js";
import { astype } from "../data-types/astype.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { reduceNode, sumDTypes } from "../layers/reduce-layers.js";
import { dropAxesNode } from "../manipulation/expand-dims.js";

/** Pairs of blocks that one task multiplies: more would hold too many inputs at once. */
const PAIRS_PER_TASK = 8;

/** An array whose axes have labels: axes of one label run together. */
export interface LabelledArray {
  readonly array: ChunkedArray;
  readonly labels: readonly number[];
}

/**
 * The products of elements with equal labels, added up over labels that `outputLabels` lacks; at
 * least one label is in both operands and not in the output. Lengths are known to fit; an axis of
 * length 1 stretches.
 */
export function contract(
  left: LabelledArray,
  right: LabelledArray,
  outputLabels: readonly number[],
): ChunkedArray {
  const dtype = promote(left.array.dtype, right.array.dtype);
  const [a, b] = withoutStretching(prepared(left, dtype), prepared(right, dtype));
  const products = contractNode(a, b, outputLabels, dtype);
  const groupAxis = outputLabels.length;
  if (products.layer.chunks[groupAxis]?.length === 1) {
    return left.array.derive(dropAxesNode(products, [groupAxis]));
  }
  const groups: ChunkedArray = left.array.derive(products);
  if (dtype === "bool") {
    const dtypes = { state: "bool", result: "bool" } as const;
    return left.array.derive(reduceNode(groups, "any", groupAxis, dtypes, {}));
  }
  return left.array.derive(reduceNode(groups, "sum", groupAxis, sumDTypes(dtype, dtype), {}));
}

/** A node with labels. */
interface LabelledNode {
  readonly node: LayerNode;
  readonly labels: readonly number[];
}

function prepared({ array, labels }: LabelledArray, dtype: DType): LabelledNode {
  return { node: astype(array, dtype).node, labels };
}

/** Drops axes of length 1 that the other operand's axis would stretch. */
function withoutStretching(a: LabelledNode, b: LabelledNode): [LabelledNode, LabelledNode] {
  const stretched = (one: LabelledNode, other: LabelledNode) => {
    const lengths = shapeOf(other.node.layer.chunks);
    return shapeOf(one.node.layer.chunks).flatMap((length, axis) => {
      const theirs = other.labels.indexOf(one.labels[axis] as number);
      return length === 1 && theirs >= 0 && lengths[theirs] !== 1 ? [axis] : [];
    });
  };
  const drop = (one: LabelledNode, axes: readonly number[]): LabelledNode => ({
    node: dropAxesNode(one.node, axes),
    labels: one.labels.filter((_, axis) => !axes.includes(axis)),
  });
  return [drop(a, stretched(a, b)), drop(b, stretched(b, a))];
}

function contractNode(
  a: LabelledNode,
  b: LabelledNode,
  outputLabels: readonly number[],
  dtype: DType,
): LayerNode {
  const operands = [a, b].map(({ node, labels }) => ({ chunks: node.layer.chunks, labels }));
  const unified = unifyChunks(operands);
  const nodes = [a, b].map(({ node }, i) =>
    rechunkNode(node, unifiedOperand(operands[i] as (typeof operands)[number], unified)),
  );
  const [left, right] = nodes as [LayerNode, LayerNode];
  const same = left.layer.name === right.layer.name;
  const inputs = same ? [left] : [left, right];
  const spec = {
    kind: "contract",
    inputs: inputs.map((input) => input.layer.name),
    operands: [0, same ? 0 : 1] as const,
    leftLabels: a.labels,
    rightLabels: b.labels,
    outputLabels,
    dtype,
  } as const;
  const [counted = 1, ...others] = contractedLabels(spec as unknown as ContractLayer).map(
    (label) => unified.get(label)?.length ?? 1,
  );
  const { groups, contractGroup } = splitContraction(counted, others);
  const layer = nameLayer<ContractLayer>("contract", {
    ...spec,
    contractGroup,
    chunks: [
      ...outputLabels.map((label) => unified.get(label) as readonly number[]),
      new Array<number>(groups).fill(1),
    ],
  });
  return { layer, inputs };
}

/** Even groups of blocks along the first contracted axis. */
function splitContraction(
  counted: number,
  others: readonly number[],
): { groups: number; contractGroup: number } {
  const pairs = others.reduce((product, count) => product * count, 1);
  const most = Math.max(1, Math.floor(PAIRS_PER_TASK / pairs));
  const contractGroup = Math.ceil(counted / Math.ceil(counted / most));
  return { groups: Math.ceil(counted / contractGroup), contractGroup };
}
