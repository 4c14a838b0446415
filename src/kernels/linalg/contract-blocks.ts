// Blocks of contractions (matmul, tensordot, dot): groups the labels of the operands into batch,
// rows, columns and the axes that are summed over, so that each block is a sum of matrix products.
// The products are sum-of-products.ts; which blocks meet is graph/dependencies/contraction.ts.
import { defined } from "../../base/assert.js";
import { type Block, emptyBlock } from "../../base/block.js";
import { isComplex, type NumberArray } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { contractedLabels } from "../../graph/dependencies/contraction.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { ContractLayer } from "../../graph/model/layer.js";
import type { BlockKernel } from "../blocks/kernel.js";
import { copyBlock, partOf } from "../programs/copy-block.js";
import { blasForProduct } from "./products/linalg-backend.js";
import type { Matrix } from "./products/strided-matrix.js";
import { sumOfProducts } from "./products/sum-of-products.js";

/** The labels of a contraction by their roles. */
interface LabelGroups {
  readonly batch: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly depth: readonly number[];
}

/** Two blocks whose products are added up. */
type BlockPair = readonly [left: Block, right: Block];

/** A stack of matrices: the extents of its batch axes and how each moves. */
interface MatrixStack {
  readonly matrix: Matrix;
  readonly batchStrides: readonly number[];
}

/** The kernel of a contraction. */
export function compileContract(layer: ContractLayer): BlockKernel {
  const { leftLabels, rightLabels, outputLabels } = layer;
  const inBoth = (label: number) => leftLabels.includes(label) && rightLabels.includes(label);
  const groups: LabelGroups = {
    batch: outputLabels.filter(inBoth),
    rows: outputLabels.filter((label) => !rightLabels.includes(label)),
    columns: outputLabels.filter((label) => !leftLabels.includes(label)),
    depth: contractedLabels(layer),
  };
  const multiply = (pairs: readonly BlockPair[], output: Block) => {
    const stacks = pairs.map(
      ([left, right]) =>
        [
          matrixStack(left, leftLabels, groups.batch, groups.rows, groups.depth),
          matrixStack(right, rightLabels, groups.batch, groups.depth, groups.columns),
        ] as const,
    );
    multiplyStacks(stacks, groups, outputLabels, output);
  };
  return (_block, operands, output) => {
    const result = dropLastAxis(output);
    const pairs: BlockPair[] = [];
    for (let i = 0; i < operands.length; i += 2) {
      const left = defined(operands[i], "a left operand");
      const right = defined(operands[i + 1], "a right operand");
      checkDepth(layer, groups.depth, left, right);
      pairs.push([left, right]);
    }
    if (isComplex(layer.dtype) && !blasTakes(pairs, result))
      multiplyComplex(pairs, result, multiply);
    else multiply(pairs, result);
  };
}

/** Lengths that were not known before are held against each other here. */
function checkDepth(
  { leftLabels, rightLabels }: ContractLayer,
  depth: readonly number[],
  left: Block,
  right: Block,
): void {
  for (const label of depth) {
    const lengths = [
      left.shape[leftLabels.indexOf(label)],
      right.shape[rightLabels.indexOf(label)],
    ];
    if (lengths[0] === lengths[1]) continue;
    throw new ArgumentError(
      "shape",
      `blocks that are multiplied are ${lengths.join(" and ")} long along an axis that is summed over, expected as long`,
      { lengths },
    );
  }
}

/** Whether BLAS accepts complex blocks without a copy. */
function blasTakes(pairs: readonly BlockPair[], output: Block): boolean {
  const array = output.data.constructor;
  let multiplications = 0;
  for (const [left, right] of pairs) {
    if (left.data.constructor !== array || right.data.constructor !== array) return false;
    // Each multiplication is counted in two of the three sizes, but for those of a batch.
    const sizes = sizeOf(left.shape) * sizeOf(right.shape) * sizeOf(output.shape);
    multiplications += Math.sqrt(sizes);
  }
  return blasForProduct(multiplications) !== undefined;
}

/** Complex products by real ones: `(a + bi)(c + di)` is `ac + (-b)d` and `ad + bc`. */
function multiplyComplex(
  pairs: readonly BlockPair[],
  output: Block,
  multiply: (pairs: readonly BlockPair[], output: Block) => void,
): void {
  const parts = pairs.map(([left, right]) => ({
    a: partOf(left, 0),
    b: partOf(left, 1),
    minusB: negated(partOf(left, 1)),
    c: partOf(right, 0),
    d: partOf(right, 1),
  }));
  multiply(
    parts.flatMap(({ a, minusB, c, d }): BlockPair[] => [
      [a, c],
      [minusB, d],
    ]),
    partOf(output, 0),
  );
  multiply(
    parts.flatMap(({ a, b, c, d }): BlockPair[] => [
      [a, d],
      [b, c],
    ]),
    partOf(output, 1),
  );
}

function negated(block: Block): Block {
  const copy = emptyBlock(block.dtype, block.shape);
  copyBlock(block, copy);
  const data = copy.data as NumberArray;
  for (let i = 0; i < data.length; i++) data[i] = -(data[i] as number);
  return copy;
}

/** The output without the axis that counts groups, which has length 1 in a block. */
function dropLastAxis(output: Block): Block {
  return { ...output, shape: output.shape.slice(0, -1), stride: output.stride.slice(0, -1) };
}

function multiplyStacks(
  pairs: readonly (readonly [MatrixStack, MatrixStack])[],
  groups: LabelGroups,
  outputLabels: readonly number[],
  output: Block,
): void {
  const order = [...groups.batch, ...groups.rows, ...groups.columns];
  const ordered = transposeTo(output, outputLabels, order);
  const direct = stackOf(ordered, groups.batch.length, groups.rows.length);
  const result = direct === undefined ? emptyBlock(output.dtype, ordered.shape) : ordered;
  const stack = direct ?? stackOf(result, groups.batch.length, groups.rows.length);
  const { matrix, batchStrides } = defined(stack, "a stack of results");
  forEachIndex(ordered.shape.slice(0, groups.batch.length), (index) => {
    const at = ({ matrix: each, batchStrides: strides }: MatrixStack): Matrix => ({
      ...each,
      offset: each.offset + dot(index, strides),
    });
    sumOfProducts(
      pairs.map(([left, right]) => [at(left), at(right)]),
      {
        dtype: output.dtype,
        data: matrix.data,
        shape: [matrix.rows, matrix.columns],
        stride: [matrix.rowStride, matrix.columnStride],
        offset: matrix.offset + dot(index, batchStrides),
      },
    );
  });
  if (direct === undefined) copyBlock(result, ordered);
}

/** `block` as matrices of `rows` by `columns`; copied when its memory has no such order. */
function matrixStack(
  block: Block,
  labels: readonly number[],
  batch: readonly number[],
  rows: readonly number[],
  columns: readonly number[],
): MatrixStack {
  const ordered = transposeTo(block, labels, [...batch, ...rows, ...columns]);
  const direct = stackOf(ordered, batch.length, rows.length);
  if (direct !== undefined) return direct;
  const copy = emptyBlock(block.dtype, ordered.shape);
  copyBlock(ordered, copy);
  return defined(stackOf(copy, batch.length, rows.length), "a contiguous stack");
}

/** The block with its axes in the order of `wanted`. */
function transposeTo(block: Block, labels: readonly number[], wanted: readonly number[]): Block {
  const axes = wanted.map((label) => labels.indexOf(label));
  return {
    ...block,
    shape: axes.map((axis) => block.shape[axis] as number),
    stride: axes.map((axis) => block.stride[axis] as number),
  };
}

/** The block as a stack of matrices, when its row axes and its column axes each run as one. */
function stackOf(block: Block, batch: number, rows: number): MatrixStack | undefined {
  const rowAxis = joinAxes(block, batch, batch + rows);
  const columnAxis = joinAxes(block, batch + rows, block.shape.length);
  if (rowAxis === undefined || columnAxis === undefined) return undefined;
  return {
    matrix: {
      data: block.data,
      offset: block.offset,
      rows: rowAxis.extent,
      columns: columnAxis.extent,
      rowStride: rowAxis.stride,
      columnStride: columnAxis.stride,
    },
    // A batch axis of length 1 is broadcast: it does not move.
    batchStrides: block.stride
      .slice(0, batch)
      .map((stride, axis) => (block.shape[axis] === 1 ? 0 : stride)),
  };
}

/** The axes from `from` to before `to` as one axis, if they are in memory like one. */
function joinAxes(
  block: Block,
  from: number,
  to: number,
): { readonly extent: number; readonly stride: number } | undefined {
  let extent = 1;
  let stride = 1;
  for (let axis = to - 1; axis >= from; axis--) {
    const own = block.shape[axis] as number;
    if (own === 1) continue;
    if (extent === 1) stride = block.stride[axis] as number;
    else if (block.stride[axis] !== stride * extent) return undefined;
    extent *= own;
  }
  return { extent, stride };
}

function dot(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0);
}

/** Visits every index of `shape` in row-major order. */
function forEachIndex(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const count = shape.reduce((n, extent) => n * extent, 1);
  const index = shape.map(() => 0);
  for (let n = 0; n < count; n++) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
}
