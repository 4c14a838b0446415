// Functions of lanes: a user's, called for each lane along an axis; reductions over one axis after
// the other.
import { checkDType, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { functionRef } from "../../functions/function-ref.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import type { MapBlocksLayer } from "../../graph/model/layer.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, checkAxis } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";
import type { ElementsOf } from "../layers/array-types.js";
import { checkFunction } from "../layers/check-arguments.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { moveaxis } from "../manipulation/transpose.js";
import { lanesLast } from "../manipulation/whole-lanes.js";

/**
 * A function of one lane, a typed array; complex numbers are pairs in it. It may say that it takes
 * one of several dtypes, since not every dtype is known to the compiler.
 */
export type LaneFunction<D extends DType = DType> = {
  call(lane: ElementsOf<D>): number | bigint | ArrayLike<number | bigint>;
}["call"];

/** Options of {@link applyAlongAxis}. */
export interface ApplyAlongAxisOptions<D extends DType> {
  /** The result's dtype; default: that of the array. */
  readonly dtype?: D;
  /**
   * The number of elements that the function returns for a lane; default: one number, and no axis.
   */
  readonly length?: number;
  /** Values of the variables that the function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/**
 * Applies a function of yours to every lane along an axis.
 *
 * @param f called on a worker with each lane; its source is sent, as for `mapBlocks`
 * @returns the dtype of `x` unless the options name one; the shape of `x` without the axis, or with
 * what `f` gives along it
 * @chunks one block along the axis, those of `x` along others; one task per block, and those of the
 * rechunk
 * @throws ArgumentError `argument.function` when `f` cannot be sent, `argument.axis`,
 * `argument.value`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.apply_along_axis.html
 * @example
 * const x = asarray([[1, 5], [7, 2]]);
 * await applyAlongAxis((lane) => lane[1] - lane[0], 1, x).compute(); // → [4, -5]
 * await applyAlongAxis((lane) => lane.toReversed(), 0, x, { length: 2 }).compute(); // → [[7, 2], [1, 5]]
 */
export function applyAlongAxis<D extends DType, T extends DType = D>(
  f: LaneFunction<D>,
  axis: number,
  x: ChunkedArray<D>,
  options: ApplyAlongAxisOptions<T> = {},
): ChunkedArray<T> {
  checkArrays("applyAlongAxis", x);
  const at = checkAxis(axis, x.ndim);
  const { length } = options;
  if (length !== undefined && (!Number.isSafeInteger(length) || length < 0)) {
    throw new ArgumentError("value", `a function of lanes that gives ${length} elements`, {
      length,
    });
  }
  return mapLanes(f, at, x, options) as ChunkedArray<T>;
}

/**
 * Options of {@link mapLanes}: the public ones, and extra arguments that the function gets after
 * each lane.
 */
interface MapLanesOptions {
  readonly dtype?: DType;
  readonly length?: number;
  readonly captured?: Readonly<Record<string, unknown>> | undefined;
  readonly extra?: readonly unknown[];
}

/** Applies a function to every lane along an existing axis. It may also fill the lane in place. */
export function mapLanes(
  f: AnyFunction,
  at: number,
  x: ChunkedArray,
  options: MapLanesOptions,
): ChunkedArray {
  const { length, extra } = options;
  const lanes = lanesLast(x, at);
  const kept = lanes.chunks.slice(0, -1);
  const chunks = length === undefined ? kept : [...kept, [length]];
  const layer = nameLayer<MapBlocksLayer>("applyAlongAxis", {
    kind: "mapBlocks",
    inputs: [lanes.node.layer.name],
    operands: [{ input: 0, axes: [...kept.keys(), -1] }],
    loopChunks: chunks,
    chunks,
    dtype: checkDType(options.dtype ?? x.dtype),
    function: functionRef(f, { captured: options.captured }),
    perLane: length ?? 1,
    ...(extra === undefined ? {} : { laneArguments: extra }),
  });
  const result: ChunkedArray = x.derive({ layer, inputs: [lanes.node] });
  return length === undefined ? result : moveaxis(result, -1, at);
}

/**
 * Applies a function of an array and an axis over several axes, one after the other. Reduced axes
 * stay, with length 1.
 *
 * @param f called once for each axis while building
 * @returns as many axes as `x`, in the dtype that `f` gives
 * @chunks those of `x` along other axes; tasks of `f`, once for each axis
 * @throws ArgumentError `argument.axis`, `argument.function` when a result has the wrong number of
 * axes
 * @see https://numpy.org/doc/stable/reference/generated/numpy.apply_over_axes.html
 * @example await applyOverAxes(sum, ones([2, 3, 4]), [0, 2]).compute(); // → [[[8], [8], [8]]]
 */
export function applyOverAxes(
  f: (x: ChunkedArray, axis: number) => ChunkedArray,
  x: ChunkedArray,
  axes: AxisLike,
): ChunkedArray {
  checkArrays("applyOverAxes", x);
  checkFunction("applyOverAxes needs a function of an array and an axis", f);
  return checkAxes(axes, x.ndim).reduce<ChunkedArray>((array, axis) => {
    const result = f(array, axis);
    if (result.ndim === array.ndim) return result;
    if (result.ndim === array.ndim - 1) return expandDims(result, axis);
    throw new ArgumentError(
      "function",
      `a function over axis ${axis} of ${array.ndim} axes gave ${result.ndim} axes`,
    );
  }, x);
}
