// Counts of whole numbers in an array, and counts of blocks added up.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import {
  blockCount,
  type Chunks,
  isUnknownAxis,
  UNKNOWN_LENGTH,
} from "../../graph/model/chunks.js";
import type { Routine } from "../../graph/model/routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape, sameShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { checkArrays, checkReal } from "../layers/array-operands.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { sum } from "../reductions/sum.js";

/** Options of {@link bincount}. */
export interface BincountOptions {
  /**
   * The length of the result, one more than the largest number may be; default: as many as there
   * are.
   */
  readonly minlength?: number;
  /** The weight of each element, in the shape of the array. */
  readonly weights?: ChunkedArray;
}

/**
 * How often each of 0, 1, 2, … occurs in an array of whole numbers.
 *
 * @returns int64 (float64 for weights), `minlength` long; without it one more than the largest
 * number, a length that is not known before it is computed. With `minlength`, a larger number fails
 * when it is found, as do numbers below 0 and fractions in any case
 * @chunks one block; two tasks per block of `x` and one above, without `minlength` a tree above
 * whose tasks add up sixteen
 * @throws ArgumentError `argument.value` for a length that is none, `argument.shape` for weights of
 * another shape, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.bincount.html
 * @example
 * await bincount(asarray([1, 2, 1])).compute(); // → [0n, 2n, 1n]
 * await bincount(asarray([1, 2, 1]), { minlength: 4 }).compute(); // → [0n, 2n, 1n, 0n]
 */
export function bincount(x: ChunkedArray, options: BincountOptions = {}): ChunkedArray {
  checkArrays("bincount", x);
  const { minlength: length, weights } = options;
  const isCount = weights === undefined;
  if (length === undefined) return talliedByLargest(x, weights);
  if (!Number.isSafeInteger(length) || length < 0) {
    const text = `minlength of bincount is ${shown(length)}: expected a whole number from 0`;
    throw new ArgumentError("value", text);
  }
  const partial = counted(x, weights, { name: "bincount", length }, [length]);
  return sum(partial, 0, { dtype: isCount ? "int64" : "float64" });
}

/** Blocks whose counts one task adds up. */
const GROUP = 16;

/** As many counts as the largest number makes. */
function talliedByLargest(x: ChunkedArray, weights: ChunkedArray | undefined): ChunkedArray {
  const chunks = [new Array<number>(blockCount(x.chunks)).fill(UNKNOWN_LENGTH)];
  let level = x.derive(
    routineNode(
      { name: "tallies" },
      countedOperands("bincount", x, weights),
      { loopChunks: x.chunks, chunks },
      "float64",
    ),
  ) as ChunkedArray;
  while (level.numblocks[0] !== 1) {
    const groups = Math.ceil((level.numblocks[0] as number) / GROUP);
    const loopChunks = [new Array<number>(groups).fill(UNKNOWN_LENGTH)];
    const operands = [{ node: level.node, axes: [0], every: GROUP }];
    level = x.derive(routineNode({ name: "sumTallies" }, operands, { loopChunks }, "float64"));
  }
  return weights === undefined ? astype(level, "int64") : level;
}

/**
 * The counts of `routine` in each block of `x`, along a new first axis: float64, whole numbers
 * without weights.
 */
export function counted(
  x: ChunkedArray,
  weights: ChunkedArray | undefined,
  routine: Routine,
  lengths: readonly number[],
  edges?: ChunkedArray,
): ChunkedArray {
  const chunks: Chunks = [new Array<number>(blockCount(x.chunks)).fill(1), lengths];
  const operands = [
    ...countedOperands(routine.name, x, weights),
    ...(edges === undefined ? [] : [{ node: edges.node, axes: [-1] }]),
  ];
  return x.derive(routineNode(routine, operands, { loopChunks: x.chunks, chunks }, "float64"));
}

function countedOperands(what: string, x: ChunkedArray, weights: ChunkedArray | undefined) {
  checkReal(what, x);
  const axes = [...x.shape.keys()];
  if (weights === undefined) return [{ node: x.node, axes }];
  checkArrays("weights", weights);
  checkReal(what, weights);
  const isOpen = x.chunks.some(isUnknownAxis) || weights.chunks.some(isUnknownAxis);
  // Blocks of unknown lengths cannot be cut to match: the kernel compares their lengths.
  const fits = isOpen
    ? sameShape(weights.numblocks, x.numblocks)
    : sameShape(weights.shape, x.shape);
  if (!fits) {
    throw new ArgumentError(
      "shape",
      `weights of shape ${formatShape(weights.shape)} for an array of shape ${formatShape(x.shape)}`,
    );
  }
  return [x, isOpen ? weights : rechunkTo(weights, x.chunks)].map(({ node }) => ({ node, axes }));
}
