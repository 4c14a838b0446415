// Differences between neighbours. All are slices subtracted from each other, which fuse.
import { DTYPES, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating, promoteScalar } from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis, formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import { add, divide, multiply, negative, notEqual, subtract } from "../elementwise/elementwise.js";
import {
  checkArrays,
  isChunkedArray,
  isScalar,
  type Operand,
  operandArray,
} from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { along } from "../layers/slice-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { concatenate, concatenateParts } from "../manipulation/concatenate.js";
import { ravel, reshape } from "../manipulation/reshape.js";

/** Options of {@link diff}. */
export interface DiffOptions {
  /** The last one by default. */
  readonly axis?: number;
  /** How many times differences are taken; default: 1. */
  readonly n?: number;
  /** Values to prepend; a number stands for a slab of it. */
  readonly prepend?: Operand;
  /** Put after the array. */
  readonly append?: Operand;
}

/**
 * The differences between neighbours along an axis; of booleans, whether they differ.
 *
 * @returns the dtype of `x`, `n` shorter along the axis
 * @chunks those of `x`, cut once more where blocks meet; about three tasks per block
 * @throws ArgumentError `argument.axis`, `argument.value` when `n` is no whole number from 0
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.diff.html
 * @example
 * await diff(asarray([1, 4, 9, 16])).compute(); // → [3, 5, 7]
 * await diff(asarray([1, 4, 9, 16]), { n: 2, prepend: 0 }).compute(); // → [2, 2, 2]
 */
export function diff(x: ChunkedArray, options: DiffOptions = {}): ChunkedArray {
  checkArrays("diff", x);
  const { n = 1 } = options;
  const axis = checkAxis(options.axis ?? -1, x.ndim);
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new ArgumentError("value", `diff is taken a whole number of times, got ${n}`, { n });
  }
  if (n === 0) return x;
  const parts = [
    ...(options.prepend === undefined ? [] : [slabOf(x, options.prepend, axis)]),
    x,
    ...(options.append === undefined ? [] : [slabOf(x, options.append, axis)]),
  ];
  let result: ChunkedArray = parts.length === 1 ? x : concatenate(parts, axis);
  const minus = x.dtype === "bool" ? notEqual : subtract;
  for (let i = 0; i < n; i++) {
    const length = result.shape[axis] as number;
    if (length === 0) break;
    result = minus(along(result, axis, 1, length), along(result, axis, 0, length - 1));
  }
  return result;
}

function slabOf(x: ChunkedArray, value: Operand, axis: number): ChunkedArray {
  const dtype = isScalar(value) ? { dtype: promoteScalar(x.dtype, value) } : {};
  const given: ChunkedArray = isChunkedArray(value) ? value : x.derive(dataNode(value, dtype));
  if (given.ndim > 0) return given;
  const shape = x.shape.map((length, i) => (i === axis ? 1 : length));
  return broadcastTo(given, shape);
}

/** Options of {@link ediff1d}. */
export interface Ediff1dOptions {
  /** Numbers before the differences. */
  readonly toBegin?: Operand;
  /** Numbers after the differences. */
  readonly toEnd?: Operand;
}

/**
 * The differences between neighbours in row-major order.
 *
 * @returns the dtype of `x`, one axis one shorter
 * @chunks those of {@link ravel}, cut where two of them meet; some five tasks per block
 * @throws ArgumentError `argument.chunks` when lengths are not known
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ediff1d.html
 * @example await ediff1d(asarray([[1, 2], [4, 7]]), { toEnd: 0 }).compute(); // → [1, 2, 3, 0]
 */
export function ediff1d(x: ChunkedArray, options: Ediff1dOptions = {}): ChunkedArray {
  checkArrays("ediff1d", x);
  const flatten = (value: Operand | undefined): ChunkedArray[] => {
    if (value === undefined) return [];
    const given: ChunkedArray = operandArray(x, value);
    return [astype(ravel(given), x.dtype)];
  };
  const differences = diff(ravel(x));
  return concatenate([...flatten(options.toBegin), differences, ...flatten(options.toEnd)], 0);
}

/** A distance, or coordinates along an axis. */
export type Spacing = number | readonly number[] | ChunkedArray;

/** Options of {@link gradient}. */
export interface GradientOptions {
  /** The axes; default: all. */
  readonly axis?: AxisLike;
  /**
   * The distance between neighbours, for all axes; or for each axis that distance or the
   * coordinates of its elements. For one axis alone its coordinates, too. 1 by default.
   */
  readonly spacing?: Spacing | readonly Spacing[];
  /**
   * 2 takes the slope at the edges from three elements, exact for parabolas; default: 1, from two.
   */
  readonly edgeOrder?: 1 | 2;
}

/**
 * The slope along each axis: from both neighbours inside, from one at the edges.
 *
 * @returns one array per axis, in the shape of `x`; the dtype of `x`, float64 for integers and
 * booleans
 * @chunks those of `x`, with blocks of length 1 where they meet; about four tasks per block
 * @throws ArgumentError `argument.shape` for axes of less than two elements (three for
 * `edgeOrder: 2`) and coordinates of another length, `argument.value` when there are not as many
 * spacings as axes
 * @see https://numpy.org/doc/stable/reference/generated/numpy.gradient.html
 * @example
 * const [slope] = gradient(asarray([1, 2, 4, 7]));
 * await slope.compute(); // → [1, 1.5, 2.5, 3]
 * const [uneven] = gradient(asarray([0, 1, 9]), { spacing: [0, 1, 3] });
 * await uneven.compute(); // → [1, 2, 4]
 */
export function gradient(x: ChunkedArray, options: GradientOptions = {}): ChunkedArray[] {
  checkArrays("gradient", x);
  const axes = checkAxes(options.axis, x.ndim);
  const { spacing = 1, edgeOrder = 1 } = options;
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    throw new ArgumentError("value", `edgeOrder of gradient is 1 or 2, got ${String(edgeOrder)}`);
  }
  const steps = spacings(spacing, axes.length);
  const smooth = DTYPES[x.dtype].kind === "float" ? x : astype(x, floating(x.dtype));
  return axes.map((axis, i) => {
    const step = steps[i] as Spacing;
    if (typeof step === "number") return slope(smooth, axis, step, edgeOrder);
    const uneven = slopeAt(smooth, axis, coordinates(smooth, axis, step), edgeOrder);
    return astype(uneven, smooth.dtype);
  });
}

/** A spacing for each axis. */
function spacings(given: Spacing | readonly Spacing[], axes: number): readonly Spacing[] {
  if (typeof given === "number") return new Array<number>(axes).fill(given);
  if (isChunkedArray(given)) return spacings([given], axes);
  checkList("gradient needs a spacing or a list of them", given);
  const isOneAxis = axes === 1 && given.length !== 1;
  if (isOneAxis && given.every((each) => typeof each === "number")) {
    return [given as readonly number[]];
  }
  if (given.length !== axes) {
    throw new ArgumentError("value", `${axes} axes need as many spacings, got ${given.length}`);
  }
  return given;
}

/** Coordinates along an axis, in as many axes as the array has. */
function coordinates(
  x: ChunkedArray,
  axis: number,
  given: readonly number[] | ChunkedArray,
): ChunkedArray {
  checkLengths("gradient", x.chunks, [axis]);
  const list = isChunkedArray(given) ? given : x.derive<DType, number>(dataNode(given));
  const length = x.shape[axis] as number;
  if (list.ndim !== 1 || list.shape[0] !== length) {
    const text = `coordinates of shape ${formatShape(list.shape)} for axis ${axis} of length ${length}`;
    throw new ArgumentError("shape", text);
  }
  const shape = x.shape.map((_, i) => (i === axis ? length : 1));
  const numbers: ChunkedArray = astype(list, floating(list.dtype));
  return reshape(numbers, shape);
}

/** The slope where neighbours are not equally far apart: of the parabola through three of them. */
function slopeAt(x: ChunkedArray, axis: number, at: ChunkedArray, edgeOrder: 1 | 2): ChunkedArray {
  const length = x.shape[axis] as number;
  checkSlope(axis, length, edgeOrder);
  const steps = subtract(along(at, axis, 1, length), along(at, axis, 0, length - 1));
  const step = (from: number, to: number) => along(steps as ChunkedArray, axis, from, to);
  const value = (from: number, to: number) => along(x, axis, from, to);
  const edge = (first: number) =>
    divide(
      subtract(value(first + 1, first + 2), value(first, first + 1)),
      step(first, first + 1),
    ) as ChunkedArray;
  const parts: ChunkedArray[] = [];
  const inner = [value(0, length - 2), value(1, length - 1), value(2, length)] as const;
  const [h1, h2] = [step(0, length - 2), step(1, length - 1)];
  if (edgeOrder === 1) parts.push(edge(0));
  else
    parts.push(parabola([value(0, 1), value(1, 2), value(2, 3)], step(0, 1), step(1, 2), "start"));
  if (length > 2) parts.push(parabola(inner, h1, h2, "middle"));
  if (edgeOrder === 1) parts.push(edge(length - 2));
  else {
    const last = [3, 2, 1].map((i) => value(length - i, length - i + 1));
    const [before, behind] = [step(length - 3, length - 2), step(length - 2, length - 1)];
    parts.push(parabola(last as unknown as Three, before, behind, "end"));
  }
  return concatenateParts(parts, axis);
}

/** Values at three neighbours. */
type Three = readonly [ChunkedArray, ChunkedArray, ChunkedArray];

/** The slope of a parabola through three values that are `h1` and `h2` apart, at one of them. */
function parabola(
  values: Three,
  h1: ChunkedArray,
  h2: ChunkedArray,
  where: "start" | "middle" | "end",
): ChunkedArray {
  const [both, product] = [add(h1, h2) as ChunkedArray, multiply(h1, h2) as ChunkedArray];
  const outer = [multiply(h1, both), multiply(h2, both)] as readonly ChunkedArray[];
  const [first, last] = outer as readonly [ChunkedArray, ChunkedArray];
  const weights: Record<typeof where, () => readonly Operand[]> = {
    start: () => [
      divide(negative(add(multiply(h1, 2), h2)), first),
      divide(both, product),
      divide(negative(h1), last),
    ],
    middle: () => [
      divide(negative(h2), first),
      divide(subtract(h2, h1), product),
      divide(h1, last),
    ],
    end: () => [
      divide(h2, first),
      divide(negative(both), product),
      divide(add(multiply(h2, 2), h1), last),
    ],
  };
  return weights[where]()
    .map((weight, i): ChunkedArray => multiply(weight, values[i] as ChunkedArray) as ChunkedArray)
    .reduce((sum, term): ChunkedArray => add(sum, term));
}

function checkSlope(axis: number, length: number, edgeOrder: 1 | 2): void {
  if (length >= edgeOrder + 1) return;
  const needed = edgeOrder === 1 ? "two" : "three";
  const text = `axis ${axis} needs ${needed} elements for a slope, has ${length}`;
  throw new ArgumentError("shape", text);
}

function slope(x: ChunkedArray, axis: number, step: number, edgeOrder: 1 | 2): ChunkedArray {
  checkLengths("gradient", x.chunks, [axis]);
  const length = x.shape[axis] as number;
  checkSlope(axis, length, edgeOrder);
  const rise = (from: number, to: number, count: number): ChunkedArray =>
    subtract(along(x, axis, to, to + count), along(x, axis, from, from + count));
  const edge = (at: number, inwards: 1 | -1): ChunkedArray => {
    if (edgeOrder === 1)
      return divide(rise(Math.min(at, at + inwards), Math.max(at, at + inwards), 1), step);
    const [first, second, third] = [0, 1, 2].map((i) =>
      along(x, axis, at + i * inwards, at + i * inwards + 1),
    );
    const bend = subtract(multiply(second as ChunkedArray, 4), third as ChunkedArray);
    const total = subtract(bend, multiply(first as ChunkedArray, 3));
    return divide(total, 2 * inwards * step);
  };
  return concatenateParts(
    [
      edge(0, 1),
      ...(length > 2 ? [divide(rise(0, 2, length - 2), 2 * step)] : []),
      edge(length - 1, -1),
    ],
    axis,
  );
}
