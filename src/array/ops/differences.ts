// Differences between neighbours. All are slices subtracted from each other, which fuse.
import { DTYPES } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating, promoteScalar } from "../../base/promotion.js";
import { type AxisLike, checkAxes, checkAxis } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays, isChunkedArray, isScalar, type Operand } from "../operands.js";
import { dataNode } from "../source.js";
import { checkLengths } from "../unknown-lengths.js";
import { astype } from "./astype.js";
import { divide, multiply, notEqual, subtract } from "./elementwise.js";
import { ravel } from "./reshape.js";
import { along } from "./slicing.js";
import { concatenate, concatenateParts } from "./stacking.js";
import { broadcastTo } from "./transpose.js";

/** Options of {@link diff}. */
export interface DiffOptions {
  /** The last one unless given. */
  readonly axis?: number;
  /** How many times differences are taken; 1 unless given. */
  readonly n?: number;
  /** Put before the array; a number stands for a slab of it. */
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
 *
 * @example
 * ```ts
 * await diff(asarray([1, 4, 9, 16])).compute(); // → [3, 5, 7]
 * await diff(asarray([1, 4, 9, 16]), { n: 2, prepend: 0 }).compute(); // → [2, 2, 2]
 * ```
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
 *
 * @example
 * ```ts
 * await ediff1d(asarray([[1, 2], [4, 7]]), { toEnd: 0 }).compute(); // → [1, 2, 3, 0]
 * ```
 */
export function ediff1d(x: ChunkedArray, options: Ediff1dOptions = {}): ChunkedArray {
  checkArrays("ediff1d", x);
  const flatten = (value: Operand | undefined): ChunkedArray[] => {
    if (value === undefined) return [];
    const given: ChunkedArray = isChunkedArray(value) ? value : x.derive(dataNode(value));
    return [astype(ravel(given), x.dtype)];
  };
  const differences = diff(ravel(x));
  return concatenate([...flatten(options.toBegin), differences, ...flatten(options.toEnd)], 0);
}

/** Options of {@link gradient}. */
export interface GradientOptions {
  /** The axes; all unless given. */
  readonly axis?: AxisLike;
  /** The distance between neighbours: for all axes or for each; 1 unless given. */
  readonly spacing?: number | readonly number[];
  /** 2 takes the slope at the edges from three elements, exact for parabolas; 1 unless given, from two. */
  readonly edgeOrder?: 1 | 2;
}

/**
 * The slope along each axis: from both neighbours inside, from one at the edges.
 *
 * @returns one array per axis, in the shape of `x`; the dtype of `x`, float64 for integers and booleans
 * @chunks those of `x`, with blocks of length 1 where they meet; about four tasks per block
 * @throws ArgumentError `argument.shape` for axes of less than two elements (three for `edgeOrder: 2`), `argument.value` when
 * there are not as many spacings as axes
 * @see https://numpy.org/doc/stable/reference/generated/numpy.gradient.html
 *
 * @example
 * ```ts
 * const [slope] = gradient(asarray([1, 2, 4, 7]));
 * await slope.compute(); // → [1, 1.5, 2.5, 3]
 * ```
 */
export function gradient(x: ChunkedArray, options: GradientOptions = {}): ChunkedArray[] {
  checkArrays("gradient", x);
  const axes = checkAxes(options.axis, x.ndim);
  const { spacing = 1, edgeOrder = 1 } = options;
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    throw new ArgumentError("value", `edgeOrder of gradient is 1 or 2, got ${String(edgeOrder)}`);
  }
  const steps = typeof spacing === "number" ? axes.map(() => spacing) : spacing;
  if (steps.length !== axes.length) {
    throw new ArgumentError("value", `${axes.length} axes need as many spacings, got ${steps}`);
  }
  const smooth = DTYPES[x.dtype].kind === "float" ? x : astype(x, floating(x.dtype));
  return axes.map((axis, i) => slope(smooth, axis, steps[i] as number, edgeOrder));
}

function slope(x: ChunkedArray, axis: number, step: number, edgeOrder: 1 | 2): ChunkedArray {
  checkLengths("gradient", x.chunks, [axis]);
  const length = x.shape[axis] as number;
  if (length < edgeOrder + 1) {
    const needed = edgeOrder === 1 ? "two" : "three";
    const text = `axis ${axis} needs ${needed} elements for a slope, has ${length}`;
    throw new ArgumentError("shape", text);
  }
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
