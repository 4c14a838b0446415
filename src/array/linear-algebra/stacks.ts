// Stacks of matrices: the last two axes make a matrix, the others count them. Routines that need
// all of a matrix get it in one block here; matrices cut into blocks are the blocked-*.ts files'
// business.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Floating, floating } from "../../base/promotion.js";
import type { Chunks } from "../../graph/model/chunks.js";
import type { Routine } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { unifiedOperand, unifyChunks } from "../chunks/broadcast.js";
import { astype } from "../data-types/astype.js";
import { conj } from "../elementwise/elementwise.js";
import { getSlice } from "../indexing/get-slice.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { matrixTranspose } from "../manipulation/transpose.js";

/** The array in floating point and without empty blocks, checked to hold matrices. */
export function asMatrices<D extends DType, R extends number>(
  what: string,
  x: ChunkedArray<D, R>,
): ChunkedArray<Floating<D>, R> {
  if (x.ndim < 2) {
    throw new ArgumentError(
      "shape",
      `${what} needs matrices in the last two axes, the shape is ${formatShape(x.shape)}`,
      { shape: x.shape },
    );
  }
  const matrices = withoutEmptyBlocks(astype(x, floating(x.dtype)) as ChunkedArray);
  return matrices as ChunkedArray<DType> as ChunkedArray<Floating<D>, R>;
}

/** The array without blocks of length 0, which steps from block to block do not expect. */
export function withoutEmptyBlocks(x: ChunkedArray): ChunkedArray {
  if (x.size === 0) return x;
  const filled = x.chunks.map((lengths) => lengths.filter((length) => length !== 0));
  return rechunkTo(x, filled);
}

/** {@link asMatrices} of square matrices. */
export function asSquares<D extends DType, R extends number>(
  what: string,
  x: ChunkedArray<D, R>,
): ChunkedArray<Floating<D>, R> {
  const matrices = asMatrices(what, x);
  if (x.shape.at(-1) !== x.shape.at(-2)) {
    throw new ArgumentError(
      "shape",
      `${what} needs square matrices, the shape is ${formatShape(x.shape)}`,
      { shape: x.shape },
    );
  }
  return matrices;
}

/** Whether the array is one matrix that is cut into blocks, none of them without elements. */
export function isCutMatrix(x: ChunkedArray): boolean {
  return x.ndim === 2 && x.size > 0 && x.chunks.some((axis) => axis.length > 1);
}

/** The array with each of its matrices in one block. */
export function wholeMatrices(x: ChunkedArray, axes = 2): ChunkedArray {
  const kept = x.ndim - axes;
  return rechunkTo(
    x,
    x.chunks.map((own, axis) => (axis < kept ? own : [x.shape[axis] as number])),
  );
}

/** An operand of {@link overStack}: an array, and how many of its last axes one item has. */
export interface StackOperand {
  readonly x: ChunkedArray;
  readonly own: number;
}

/**
 * A routine on each item of stacks, which broadcast. Items are put into one block each.
 *
 * @param tail the shape of an item of the result
 */
export function overStack(
  routine: Routine,
  operands: readonly StackOperand[],
  tail: readonly number[],
  dtype: DType,
): ChunkedArray {
  const whole = operands.map(({ x, own }) => ({ x: wholeMatrices(x, own), own }));
  const leads = whole.map(({ x, own }) => x.chunks.slice(0, x.ndim - own));
  const ndim = Math.max(...leads.map((lead) => lead.length));
  const labelled = leads.map((chunks) => ({
    chunks,
    labels: chunks.map((_, axis) => ndim - chunks.length + axis),
  }));
  const unified = unifyChunks(labelled);
  const lead = Array.from({ length: ndim }, (_, label) => unified.get(label) as readonly number[]);
  const nodes = whole.map(({ x, own }, i) => {
    const { chunks, labels } = labelled[i] as (typeof labelled)[number];
    const cut = [...unifiedOperand({ chunks, labels }, unified), ...x.chunks.slice(x.ndim - own)];
    const axes = cut.map((_, axis) => {
      const label = labels[axis];
      return label === undefined || x.shape[axis] === 1 ? -1 : label;
    });
    return { node: rechunkTo(x, cut).node, axes };
  });
  const grids = { loopChunks: lead, chunks: [...lead, ...tail.map((length) => [length])] };
  const [first] = whole as [StackOperand];
  return first.x.derive(routineNode(routine, nodes, grids, dtype));
}

/** One of the results that a routine packed along the last axis. */
export function unpackFrom(
  packed: ChunkedArray,
  start: number,
  tail: readonly number[],
  dtype: DType,
): ChunkedArray {
  const routine = { name: "unpack", start, axes: tail.length } as const;
  return overStack(routine, [{ x: packed, own: 1 }], tail, dtype);
}

/** A routine over a grid of blocks: per operand, the axes of the grid that its axes run along. */
export function overGrid(
  routine: Routine,
  operands: readonly (readonly [x: ChunkedArray, axes: readonly number[]])[],
  loopChunks: Chunks,
  chunks: Chunks = loopChunks,
): ChunkedArray {
  const [first] = operands as readonly [readonly [ChunkedArray, readonly number[]]];
  const nodes = operands.map(([x, axes]) => ({ node: x.node, axes }));
  return first[0].derive(routineNode(routine, nodes, { loopChunks, chunks }, first[0].dtype));
}

/** The conjugate transpose of the matrices. */
export function adjointOf(x: ChunkedArray): ChunkedArray {
  return conj(matrixTranspose(x)) as ChunkedArray;
}

/** Rows `[from, to)` and columns `[left, right)` of a matrix. */
export function windowOf(
  x: ChunkedArray,
  [from, to]: readonly [number, number],
  [left, right]: readonly [number, number],
): ChunkedArray {
  if (from === 0 && left === 0 && to === x.shape[0] && right === x.shape[1]) return x;
  return getSlice(x, [
    { start: from, stop: to, step: 1 },
    { start: left, stop: right, step: 1 },
  ]) as ChunkedArray;
}

/** A matrix of zeros in the dtype of `x`. */
export function zerosLikeGrid(x: ChunkedArray, chunks: Chunks): ChunkedArray {
  return generated(x, { type: "full", value: 0 }, chunks);
}

/** An identity matrix in the dtype of `x`. */
export function eyeLikeGrid(x: ChunkedArray, chunks: Chunks): ChunkedArray {
  return generated(x, { type: "eye", offset: 0 }, chunks);
}

function generated(
  x: ChunkedArray,
  generator:
    | { readonly type: "full"; readonly value: 0 }
    | { readonly type: "eye"; readonly offset: 0 },
  chunks: Chunks,
): ChunkedArray {
  const shape = chunks.map((axis) => axis.reduce((sum, length) => sum + length, 0));
  return x.derive(
    sourceNode(generator.type === "eye" ? "eye" : "zeros", generator, shape, x.dtype, chunks),
  );
}
