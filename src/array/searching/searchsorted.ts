// Elements looked up: in a sorted list, in a set, between edges. bincount.ts and histogram.ts count
// them.
import { isInteger } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { fitsInteger, isWhole, promote, promoteScalar } from "../../base/promotion.js";
import type { Chunks } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import type { AxisLike } from "../chunks/axes.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import {
  greaterEqual,
  logicalAnd,
  logicalNot,
  notEqual,
  subtract,
} from "../elementwise/elementwise.js";
import { take } from "../indexing/take.js";
import {
  checkArrays,
  firstArray,
  isChunkedArray,
  isScalar,
  type Operand,
} from "../layers/array-operands.js";
import { checkList, checkWord } from "../layers/check-arguments.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { flip } from "../manipulation/flip.js";
import { isCut, isLaneTooLong, laneColumns } from "../manipulation/whole-lanes.js";
import { any, type ReductionOptions, sum } from "../reductions/sum.js";

/** Options of {@link searchsorted}. */
export interface SearchOptions {
  /** Before (`"left"`, by default) or behind (`"right"`) elements that are equal. */
  readonly side?: "left" | "right";
  /** Positions that sort the first array, if it is not sorted. */
  readonly sorter?: ChunkedArray | readonly number[];
}

/**
 * The positions in `x1` at which elements of `x2` would keep it sorted.
 *
 * @param x1 one axis, ascending; put into one block, or searched block by block where it is larger
 * than 16 MiB and than any of its blocks: then there is a task for each block of each array, and
 * sums
 * @param x2 any shape
 * @returns int64 in the shape of `x2`
 * @chunks those of `x2`; one task per block, and those that put `x1` in one
 * @throws ArgumentError `argument.shape` when `x1` has other than one axis
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.searchsorted.html
 * @example await searchsorted(asarray([1, 3, 5]), asarray([0, 3, 4])).compute(); // → [0n, 1n, 2n]
 */
export function searchsorted(
  x1: ChunkedArray,
  x2: Operand,
  options: SearchOptions = {},
): ChunkedArray {
  checkArrays("searchsorted", x1);
  if (x1.ndim !== 1) {
    throw new ArgumentError("shape", `searchsorted needs one axis, got ${formatShape(x1.shape)}`, {
      shape: x1.shape,
    });
  }
  const { side = "left", sorter } = options;
  checkWord("the side of searchsorted", side, ["left", "right"]);
  const values = arrayOf(x1, x2);
  const dtype = promote(x1.dtype, values.dtype);
  if (sorter !== undefined) checkSorter(x1, sorter);
  const sorted = sorter === undefined ? x1 : take(x1, sorter as ChunkedArray, 0);
  const searched: ChunkedArray = astype(sorted, dtype);
  const x: ChunkedArray = astype(values, dtype);
  if (isCut(searched, [0]) && isLaneTooLong(searched, [0])) {
    // An element comes after the smaller elements of every block.
    const [blocks, loopChunks] = [searched.chunks[0] as readonly number[], x.chunks];
    const operands = [
      { node: searched.node, axes: [0] },
      { node: x.node, axes: x.chunks.map((_, i) => i + 1) },
    ];
    const each = eachBlock(blocks, loopChunks);
    return sum(x1.derive(routineNode({ name: "search", side }, operands, each, "int64")), 0);
  }
  const operands = [
    { node: rechunkTo(searched, [[searched.size]]).node, axes: [-1] },
    { node: x.node, axes: [...x.chunks.keys()] },
  ];
  return x1.derive(
    routineNode({ name: "search", side }, operands, { loopChunks: x.chunks }, "int64"),
  );
}

function checkSorter(x1: ChunkedArray, sorter: ChunkedArray | readonly number[]): void {
  const count = isChunkedArray(sorter) ? sorter.size : sorter.length;
  if (count === x1.size || Number.isNaN(count)) return;
  const text = `a sorter names every element once: got ${count} positions for ${x1.size} elements`;
  throw new ArgumentError("shape", text);
}

/** Grids of a routine for every block that is searched by every block of another array. */
function eachBlock(searched: readonly number[], chunks: Chunks) {
  return {
    loopChunks: [searched, ...chunks],
    chunks: [searched.map(() => 1), ...chunks],
  };
}

/** Options of {@link isin}. */
export interface IsinOptions {
  /** Whether an element is not among them; default: false. */
  readonly invert?: boolean;
}

/**
 * Whether each element of `x1` is among those of `among`; one of the two is a chunked array.
 *
 * @param among any shape; put into one block, or searched block by block as in {@link searchsorted}
 * @returns bool in the shape of `x1`
 * @chunks those of `x1`; one task per block, and those that put `among` in one
 * @throws nothing
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.isin.html
 * @example await isin(arange(4), [1, 3]).compute(); // → [0, 1, 0, 1]
 */
export function isin(x1: Operand, among: Operand, options: IsinOptions = {}): ChunkedArray {
  const context = firstArray([x1, among], "isin");
  const [x, members] = [arrayOf(context, x1), arrayOf(context, among)];
  const dtype = promote(x.dtype, members.dtype);
  // Of int64 and uint64, what both hold is not negative.
  const areMixed = dtype === "float64" && isInteger(x.dtype) && isInteger(members.dtype);
  const common = areMixed ? "int64" : dtype;
  const [elements, searched]: ChunkedArray[] = [astype(x, common), astype(members, common)];
  const isThere: ChunkedArray = isAmong(elements as ChunkedArray, searched as ChunkedArray);
  const found = areMixed ? logicalAnd(isThere, greaterEqual(elements as ChunkedArray, 0)) : isThere;
  return options.invert === true ? logicalNot(found) : found;
}

function isAmong(x: ChunkedArray, members: ChunkedArray): ChunkedArray {
  const all = [...members.shape.keys()];
  if (isCut(members, all) && isLaneTooLong(members, all)) {
    const flat = laneColumns(members, all);
    const operands = [
      { node: x.node, axes: x.chunks.map((_, i) => i + 1) },
      { node: flat, axes: [0] },
    ];
    const each = eachBlock(flat.layer.chunks[0] as readonly number[], x.chunks);
    return any(x.derive(routineNode({ name: "isin" }, operands, each, "bool")), 0) as ChunkedArray;
  }
  const whole = rechunkTo(
    members,
    members.shape.map((length) => [length]),
  );
  const operands = [
    { node: x.node, axes: [...x.chunks.keys()] },
    { node: whole.node, axes: all.map(() => -1) },
  ];
  return x.derive(routineNode({ name: "isin" }, operands, { loopChunks: x.chunks }, "bool"));
}

/** Options of {@link digitize}. */
export interface DigitizeOptions {
  /** Whether bins have their right edge rather than their left one; default: false. */
  readonly right?: boolean;
}

/**
 * Which bin each element belongs to: bin i is between edges i - 1 and i.
 *
 * @param bins the edges, ascending or descending
 * @returns int64 in the shape of `x`
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.value` when the edges are in no order
 * @see https://numpy.org/doc/stable/reference/generated/numpy.digitize.html
 * @example await digitize(asarray([0.5, 1, 7]), [0, 1, 5]).compute(); // → [1n, 2n, 3n]
 */
export function digitize(
  x: ChunkedArray,
  bins: readonly number[],
  options: DigitizeOptions = {},
): ChunkedArray {
  checkArrays("digitize", x);
  const { right = false } = options;
  checkList("digitize needs the edges of bins", bins);
  const ascends = bins.every((edge, i) => i === 0 || edge >= (bins[i - 1] as number));
  const descends = bins.every((edge, i) => i === 0 || edge <= (bins[i - 1] as number));
  if (!ascends && !descends) {
    throw new ArgumentError("value", "the edges of bins must ascend or descend", { bins });
  }
  const edges: ChunkedArray = x.derive(dataNode(Float64Array.from(bins)));
  const side = right ? "left" : "right";
  if (ascends) return searchsorted(edges, x, { side });
  return subtract(bins.length, searchsorted(flip(edges), x, { side }));
}

/**
 * How many elements are not 0.
 *
 * @param axis the axis or axes; default: all
 * @returns int64 without the axis
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.axis`
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.count_nonzero.html
 * @example await countNonzero(asarray([0, 3, 0, 1])).compute(); // → 2n
 */
export function countNonzero(
  x: ChunkedArray,
  axis?: AxisLike,
  options: ReductionOptions = {},
): ChunkedArray {
  checkArrays("countNonzero", x);
  return sum(notEqual(x, 0) as ChunkedArray, axis, options);
}

/** An operand as an array; a number takes the dtype of the array it meets where that holds it. */
function arrayOf(x: ChunkedArray, values: Operand): ChunkedArray {
  if (isChunkedArray(values)) return values;
  const bends = isScalar(values) && (!isWhole(values) || fitsInteger(x.dtype, values));
  return x.derive(dataNode(values, bends ? { dtype: promoteScalar(x.dtype, values) } : {}));
}
