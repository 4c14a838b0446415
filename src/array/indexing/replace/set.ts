// Arrays with some elements replaced. Nothing is written in place: along every indexed axis, each
// position finds the element of the value that it receives, if any.
import type { DType } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import { sizeOf } from "../../../graph/model/chunks.js";
import type { AxisSelection } from "../../../graph/model/layer.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { formatShape, sameShape } from "../../chunks/axes.js";
import { checkLengths } from "../../chunks/unknown-lengths.js";
import { astype } from "../../data-types/astype.js";
import {
  equal,
  greaterEqual,
  lessEqual,
  logicalAnd,
  remainder,
  subtract,
  where,
} from "../../elementwise/elementwise.js";
import {
  checkArrays,
  isChunkedArray,
  type Operand,
  operandArray,
} from "../../layers/array-operands.js";
import { checkList } from "../../layers/check-arguments.js";
import { type PositionArray, positionArray } from "../../layers/positions.js";
import { rechunkTo } from "../../layers/rechunk-layer.js";
import { takesAll } from "../../layers/slice-layer.js";
import { dataNode, sourceNode } from "../../layers/source-layer.js";
import { takeNode } from "../../layers/take-layer.js";
import { broadcastTo } from "../../manipulation/broadcast-to.js";
import { expandDims, squeeze } from "../../manipulation/expand-dims.js";
import { reshape } from "../../manipulation/reshape.js";
import { getSlice } from "../get-slice.js";
import { type ComputedLists, isIndexList, type ListedPoints } from "../index-lists.js";
import {
  type IndexEntry,
  newAxis,
  type ParsedIndex,
  type PlacedEntry,
  parseIndex,
  placeEntries,
  readOnce,
} from "../parse-index.js";
import { takeComputed } from "../take-computed.js";
import { invertComputed } from "./inverse-positions.js";
import { type ChunkedMask, setMasked } from "./set-masked.js";
import { areSparse, setAtPoints } from "./set-points.js";

/**
 * `x` with `value` at the places that an index names: `x[entries] = value` of NumPy, as a new
 * array.
 *
 * @param entries as for `slice`, lists also as chunked arrays of integers with any number of axes;
 * or one chunked mask in the shape of some neighbouring axes of `x`, with positions and slices.
 * Where lists name a place twice, the last value counts
 * @param value a number, a boolean or an array that broadcasts to what the index takes; cast to the
 * dtype of `x`. For a chunked mask it broadcasts to what the other entries take, or has one axis in
 * place of the mask's with a value for each place that is set, in order; a list of values that is
 * too long for a chunked mask is not noticed
 * @returns shape and dtype of `x`. Several lists keep a number for every position in the product of
 * their axes
 * @chunks those of `x`; one task per block, and those that spread the value: two per block for a
 * value for each true place of a chunked mask
 * @throws ArgumentError as `slice`, and `argument.shape` when the value does not fit
 * @see https://numpy.org/doc/stable/user/basics.indexing.html
 * @example
 * await set(arange(6), ["1:4"], -1).compute(); // → [0, -1, -1, -1, 4, 5]
 * await set(zeros([2, 3]), [[0, 1], [2, 0]], [7, 8]).compute(); // → [[0, 0, 7], [8, 0, 0]]
 * const x = arange(6, { chunks: 4 });
 * await set(x, [x.greater(3)], [8, 9]).compute(); // → [0, 1, 2, 3, 8, 9]
 * await set(zeros([2, 3]), [1, asarray([true, false, true])], 7).compute(); // → [[0, 0, 0], [7, 0, 7]]
 */
export function set<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  entries: readonly IndexEntry[],
  value: Operand,
): ChunkedArray<D, R> {
  checkArrays("set", x);
  checkList("set needs a list of indices", entries, "index");
  const array: ChunkedArray = operandArray(x, value);
  const given: ChunkedArray = astype(array, x.dtype);
  const flagged = chunkedMask(x as ChunkedArray, entries);
  if (flagged !== undefined) return setBesideMask(x, flagged, given);
  const index = parseIndex(entries, x.shape);
  let spread = aligned(given, index);
  if (takenSize(index) === 0) return x;
  const masks: ChunkedArray[] = [];
  checkLengths("set", x.chunks);
  const sparse = sparsePoints(index, x);
  if (sparse !== undefined) {
    const result = setAtPoints(x as ChunkedArray, sparse, spread, index.place);
    return result as ChunkedArray<DType> as ChunkedArray<D, R>;
  }
  const inverse = inverseOf(index, x);
  if (inverse !== undefined) {
    spread = spreadPoints(spread, index, inverse.takenAlong, x);
    masks.push(inverse.mask);
  }
  spread = withAllAxes(spread, index);
  index.selection.forEach((selection, axis) => {
    if (listsOf(index)?.axes.includes(axis)) return;
    const length = x.shape[axis] as number;
    if (takesAll(selection, length)) return;
    masks.push(rangeMask(x, axis, selection));
    if (spread.shape[axis] === 1) return;
    const inverse = invertSelection(selection, length);
    const points = { axes: [axis], indices: [clipped(inverse)] };
    spread = spread.derive(takeNode(spread.node, points, axis, x.chunks[axis]));
  });
  return replaced(x, masks, spread);
}

/** The points of an index, with its single positions, if they are few and it has no slices. */
function sparsePoints(
  { points, selection }: ParsedIndex,
  { shape }: { readonly shape: readonly number[] },
): ListedPoints | undefined {
  if (points === undefined) return undefined;
  const count = points.indices[0]?.length ?? 0;
  const all = { axes: [...points.axes], indices: [...points.indices], shape: points.shape };
  for (const [axis, taken] of selection.entries()) {
    if (points.axes.includes(axis)) continue;
    if (taken.type === "index") {
      all.axes.push(axis);
      all.indices.push(positionArray(count, shape[axis] as number).fill(taken.at));
    } else if (!takesAll(taken, shape[axis] as number)) return undefined;
  }
  return areSparse(all, shape) ? all : undefined;
}

/** The position of a computed mask in an index; undefined for none. */
interface PlacedMask {
  readonly placed: readonly PlacedEntry[];
  readonly at: number;
}

function chunkedMask(x: ChunkedArray, entries: readonly IndexEntry[]): PlacedMask | undefined {
  if (!entries.some((entry) => isChunkedArray(entry) && entry.dtype === "bool")) return undefined;
  const placed = placeEntries(entries.map(readOnce), x.shape);
  const at = placed.findIndex(({ entry }) => isChunkedArray(entry) && entry.dtype === "bool");
  const wrong = placed.find(
    ({ entry }, i) => i !== at && (entry === newAxis || isIndexList(entry)),
  );
  if (wrong === undefined) return { placed, at };
  throw new ArgumentError(
    "index",
    "a chunked mask combines with positions and slices only, not with other lists or new axes: set in two steps",
  );
}

/** Sets where a mask holds in the slab that the other entries take, and that slab in the array. */
function setBesideMask<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  { placed, at }: PlacedMask,
  value: ChunkedArray,
): ChunkedArray<D, R> {
  const mask = placed[at]?.entry as ChunkedArray;
  const others = placed.flatMap(({ entry }, i) => (i === at || entry === null ? [] : [entry]));
  const axesBefore = (kept: readonly PlacedEntry[]) => kept.flatMap(({ axes }) => axes).length;
  if (others.length === 0) {
    return setWhere(x, { mask, at: axesBefore(placed.slice(0, at)) }, value);
  }
  const isPosition = ({ entry }: PlacedEntry) => typeof entry === "number";
  const numbers = placed.flatMap((each, i) => (isPosition(each) ? [i] : []));
  const isApart = numbers.some((i) =>
    placed.slice(Math.min(i, at) + 1, Math.max(i, at)).some((each) => !isPosition(each)),
  );
  if (isApart && value.size !== 1) {
    throw new ArgumentError(
      "index",
      "positions apart from a chunked mask would move its axis to the front: set one value, or set in two steps",
    );
  }
  const slab = placed.flatMap(({ entry, axes }, i) =>
    i === at || entry === null ? axes.map(() => null) : [entry as IndexEntry],
  );
  const before = axesBefore(placed.slice(0, at).filter((each) => !isPosition(each)));
  const inside = getSlice(x as ChunkedArray, slab) as ChunkedArray;
  return set(x, slab, setWhere(inside, { mask, at: before }, value));
}

/** One value for all places, or one of a list for each place in order. */
function setWhere<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  { mask, at }: ChunkedMask,
  value: ChunkedArray,
): ChunkedArray<D, R> {
  const end = at + mask.ndim;
  if (!sameShape(mask.shape, x.shape.slice(at, end))) {
    throw misfit(`a mask from axis ${at} on`, mask.shape, x.shape);
  }
  const others = [...x.shape.keys()].filter((axis) => axis < at || axis >= end);
  const whole = expandDims(mask, others);
  if (broadcasts(value.shape, x.shape)) return replaced(x, [whole], value);
  const isList = value.ndim === others.length + 1;
  const listed = value.shape.toSpliced(at, 1, ...mask.shape);
  if (!isList || !broadcasts(listed, x.shape)) throw misfit("a value", value.shape, x.shape);
  if (mask.ndim === 0) {
    const wide = { mask: expandDims(mask, 0) as ChunkedArray, at };
    const set = setMasked(expandDims(x as ChunkedArray, at) as ChunkedArray, wide, value, false);
    return squeeze(set, at) as ChunkedArray<DType> as ChunkedArray<D, R>;
  }
  const result = setMasked(x as ChunkedArray, { mask, at }, value, false);
  return result as ChunkedArray<DType> as ChunkedArray<D, R>;
}

/** Where all masks hold, the value's elements; `x` elsewhere. */
function replaced<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  masks: readonly ChunkedArray[],
  value: ChunkedArray,
): ChunkedArray<D, R> {
  const [first, ...others] = masks;
  const all: ChunkedArray | boolean =
    first === undefined ? true : others.reduce<ChunkedArray>((a, b) => logicalAnd(a, b), first);
  const result = where(all, value, x) as ChunkedArray<DType> as ChunkedArray<D, R>;
  return rechunkTo(result, x.chunks);
}

/** The shape of the selection, and the position of the points' axes in it. */
function takenShape(index: ParsedIndex): number[] {
  const lists = listsOf(index);
  const shape = index.selection.flatMap((taken, axis) =>
    taken.type === "range" && !lists?.axes.includes(axis) ? [taken.count] : [],
  );
  if (lists !== undefined) shape.splice(index.place, 0, ...lists.shape);
  return shape;
}

/**
 * The lists of an index, known or computed: the axes that they index, and the shape of their
 * points.
 */
function listsOf(index: ParsedIndex): ListedPoints | ComputedLists | undefined {
  return index.points ?? index.computed;
}

function takenSize(index: ParsedIndex): number {
  return sizeOf(takenShape(index));
}

/**
 * The value with the axes of the selection, with one axis for points and no new ones; axes that the
 * value lacks have length 1.
 */
function aligned(value: ChunkedArray, index: ParsedIndex): ChunkedArray {
  const taken = takenShape(index);
  const full = [...taken];
  for (const place of index.newAxes) full.splice(place, 0, 1);
  let fitted = value;
  while (fitted.ndim > full.length && fitted.shape[0] === 1) fitted = squeeze(fitted, 0);
  checkBroadcasts(fitted.shape, full);
  while (fitted.ndim < full.length) fitted = expandDims(fitted, 0);
  fitted = squeeze(fitted, index.newAxes);
  const { place } = index;
  const points = listsOf(index);
  if (points === undefined) return fitted;
  const end = place + points.shape.length;
  const own = fitted.shape.slice(place, end);
  const stretch = own.some((length) => length !== 1);
  const flat = (lengths: readonly number[]) => [
    ...fitted.shape.slice(0, place),
    sizeOf(lengths),
    ...fitted.shape.slice(end),
  ];
  if (!stretch) return reshape(fitted, flat(own));
  const wide = fitted.shape.map((n, axis) =>
    axis >= place && axis < end ? (points.shape[axis - place] as number) : n,
  );
  return reshape(broadcastTo(fitted, wide), flat(points.shape));
}

function checkBroadcasts(from: readonly number[], to: readonly number[]): void {
  if (!broadcasts(from, to)) throw misfit("a value", from, to);
}

function broadcasts(from: readonly number[], to: readonly number[]): boolean {
  if (from.length > to.length) return false;
  const last = to.slice(to.length - from.length);
  return from.every((length, i) => length === 1 || Object.is(length, last[i]));
}

function misfit(what: string, from: readonly number[], to: readonly number[]): ArgumentError {
  return new ArgumentError(
    "shape",
    `${what} of shape ${formatShape(from)} cannot be set into ${formatShape(to)}`,
    { value: from, target: to },
  );
}

/** For each position of an axis, which of the selected it is; -1 for others. */
function invertSelection(selection: AxisSelection, length: number): PositionArray {
  const inverse = positionArray(length, length).fill(-1);
  if (selection.type === "index") inverse[selection.at] = 0;
  else {
    for (let i = 0; i < selection.count; i++) inverse[selection.start + i * selection.step] = i;
  }
  return inverse;
}

/** For each place in the product of the points' axes, the last point that is there; -1 for none. */
function invertPoints({ axes, indices }: ListedPoints, shape: readonly number[]): PositionArray {
  const lengths = axes.map((axis) => shape[axis] as number);
  const count = indices[0]?.length ?? 0;
  const inverse = positionArray(sizeOf(lengths), count).fill(-1);
  for (let p = 0; p < count; p++) {
    let at = 0;
    for (let k = 0; k < lengths.length; k++) {
      at = at * (lengths[k] as number) + Number(indices[k]?.[p]);
    }
    inverse[at] = p;
  }
  return inverse;
}

function clipped(inverse: PositionArray): PositionArray {
  return inverse.map((at) => Math.max(at, 0));
}

/** Where `inverse` names an element; along `axes` of `x`, and of length 1 along the others. */
/** Whether positions along `axis` are selected: computed lazily, for any length. */
function rangeMask(x: ChunkedArray, axis: number, selection: AxisSelection): ChunkedArray {
  const [length, own] = [x.shape[axis] as number, x.chunks[axis] as readonly number[]];
  const others = [...x.shape.keys()].filter((other) => other !== axis);
  const generator = { type: "arange", start: 0, step: 1 } as const;
  const counted = x.derive(sourceNode("arange", generator, [length], "float64", [own]));
  const position = expandDims(counted, others) as ChunkedArray;
  if (selection.type === "index") return equal(position, selection.at);
  const { start, step, count } = selection;
  const ends = [start, start + (count - 1) * step];
  const after: ChunkedArray = greaterEqual(position, Math.min(...ends));
  const inside: ChunkedArray = logicalAnd(after, lessEqual(position, Math.max(...ends)));
  if (Math.abs(step) === 1) return inside;
  return logicalAnd(inside, equal(remainder(subtract(position, start), Math.abs(step)), 0));
}

function maskArray(x: ChunkedArray, axes: readonly number[], inverse: PositionArray): ChunkedArray {
  const data = Uint8Array.from(inverse, (at) => (Number(at) >= 0 ? 1 : 0));
  const shape = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
  const chunks = x.chunks.map((own, axis) => (axes.includes(axis) ? own : [1]));
  return x.derive(dataNode(data, { dtype: "bool", shape, chunks }));
}

/** Where the lists of an index lead back to. */
interface Inverse {
  /** The mask of indexed places of `x`: of length 1 along axes that the lists do not index. */
  readonly mask: ChunkedArray;
  /**
   * The value's points, along axis `at`, for each place in the product of the lists' axes; any for
   * places not named.
   */
  readonly takenAlong: (value: ChunkedArray, at: number) => ChunkedArray;
}

function inverseOf({ points, computed }: ParsedIndex, x: ChunkedArray): Inverse | undefined {
  if (points !== undefined) {
    const inverse = invertPoints(points, x.shape);
    return {
      mask: maskArray(x, points.axes, inverse),
      takenAlong: (value, at) =>
        value.derive(takeNode(value.node, { axes: [at], indices: [clipped(inverse)] }, at)),
    };
  }
  if (computed === undefined) return undefined;
  const { isNamed, last } = invertComputed(x, computed);
  return {
    mask: expandDims(
      isNamed,
      [...x.shape.keys()].filter((axis) => !computed.axes.includes(axis)),
    ),
    takenAlong: (value, at) =>
      takeComputed(value, { axes: [at], positions: [last], shape: last.shape }, at),
  };
}

/** The value's one axis of points spread over the axes that they index, at their places in `x`. */
function spreadPoints(
  value: ChunkedArray,
  index: ParsedIndex,
  takenAlong: Inverse["takenAlong"],
  x: ChunkedArray,
): ChunkedArray {
  const { place, selection } = index;
  const axes = listsOf(index)?.axes ?? [];
  const isOne = value.shape[place] === 1;
  const lengths = isOne ? axes.map(() => 1) : axes.map((a) => x.shape[a] ?? 0);
  const taken = isOne ? value : takenAlong(value, place);
  const shape = [...taken.shape.slice(0, place), ...lengths, ...taken.shape.slice(place + 1)];
  const spread = reshape(taken, shape);
  // The axes of points are adjacent; each moves to its place among the remaining axes.
  const left = selection.flatMap((each, axis) =>
    each.type === "range" || axes.includes(axis) ? [axis] : [],
  );
  const basic = left.filter((axis) => !axes.includes(axis));
  const standing = [...basic.slice(0, place), ...axes, ...basic.slice(place)];
  return spread.transpose(left.map((axis) => standing.indexOf(axis)));
}

/** With axes of length 1 where a single position dropped one. */
function withAllAxes(value: ChunkedArray, { selection }: ParsedIndex): ChunkedArray {
  const dropped = selection.flatMap(({ type }, axis) => (type === "index" ? [axis] : []));
  return dropped.length === 0 ? value : expandDims(value, dropped);
}
