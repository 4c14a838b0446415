// Arrays with a margin: constants, ramps, statistics, or their own elements again. Margins are put
// beside the array axis by axis, so that its blocks stay as they are.

import { DTYPES, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkList } from "../given.js";
import { positionArray } from "../index-lists.js";
import { checkArrays } from "../operands.js";
import { sourceNode } from "../source.js";
import { takeNode } from "../take.js";
import { checkLengths } from "../unknown-lengths.js";
import { astype } from "./astype.js";
import { floor, multiply, round } from "./elementwise.js";
import { max, mean, min } from "./reductions.js";
import { reshape } from "./reshape.js";
import { along } from "./slicing.js";
import { concatenate } from "./stacking.js";
import { broadcastTo } from "./transpose.js";

/** What a margin is made of. */
export type PadMode =
  | "constant"
  | "edge"
  | "linearRamp"
  | "maximum"
  | "mean"
  | "minimum"
  | "reflect"
  | "symmetric"
  | "wrap"
  | "empty";

/** Something before and after each axis: for all, for both sides of all, or for each axis. */
export type PadPairs =
  | number
  | readonly [number, number]
  | readonly (readonly [number, number] | readonly [number])[];

/** Options of {@link pad}. */
export interface PadOptions {
  /** Values of `"constant"` margins; 0 unless given. */
  readonly constantValues?: PadPairs;
  /** Where a `"linearRamp"` ends, away from the array; 0 unless given. */
  readonly endValues?: PadPairs;
  /** How many elements at each edge statistics are made of; all unless given. */
  readonly statLength?: PadPairs;
}

/**
 * The array with a margin around it.
 *
 * @param width elements before and after each axis: `2`, `[1, 2]` for all axes, or
 * `[[1, 2], [0, 0]]`
 * @param mode what the margin is made of; `"constant"` unless given. `"reflect"` mirrors without
 * repeating the edge, `"symmetric"` with it, `"wrap"` goes on at the other end
 * @returns the dtype of `x`, longer by the widths
 * @chunks those of `x`, margins are blocks of their own; one task per block of the margin
 * @throws ArgumentError `argument.value` for widths that are no whole numbers from 0 or an unknown mode,
 * `argument.shape` when an empty axis is to be mirrored
 * @see https://numpy.org/doc/stable/reference/generated/numpy.pad.html
 *
 * @example
 * ```ts
 * await pad(arange(3), [1, 2]).compute(); // → [0, 0, 1, 2, 0, 0]
 * await pad(arange(3), 2, "reflect").compute(); // → [2, 1, 0, 1, 2, 1, 0]
 * ```
 */
export function pad<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  width: PadPairs,
  mode: PadMode = "constant",
  options: PadOptions = {},
): ChunkedArray<D, R> {
  checkArrays("pad", x);
  const widths = pairs("width", width, x.ndim);
  if (!widths.flat().every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ArgumentError(
      "value",
      `pad needs whole numbers from 0, got ${JSON.stringify(width)}`,
    );
  }
  const values = pairs("constantValues", options.constantValues ?? 0, x.ndim);
  const ends = pairs("endValues", options.endValues ?? 0, x.ndim);
  const lengths =
    options.statLength === undefined ? null : pairs("statLength", options.statLength, x.ndim);
  return widths.reduce<ChunkedArray>((padded, [before, after], axis) => {
    const side = (count: number, isStart: boolean): Margin => ({
      axis,
      count,
      isStart,
      constant: pick(values, axis, isStart),
      end: pick(ends, axis, isStart),
      statLength: lengths === null ? null : pick(lengths, axis, isStart),
    });
    const parts = [
      ...(before > 0 ? [margin(padded, mode, side(before, true))] : []),
      padded,
      ...(after > 0 ? [margin(padded, mode, side(after, false))] : []),
    ];
    return concatenate(parts, axis);
  }, x) as ChunkedArray<D, R>;
}

/** One margin: where it is, how wide, and the numbers that the options give for it. */
interface Margin {
  readonly axis: number;
  readonly count: number;
  readonly isStart: boolean;
  readonly constant: number;
  readonly end: number;
  readonly statLength: number | null;
}

function pick(all: readonly (readonly [number, number])[], axis: number, isStart: boolean): number {
  const [before, after] = all[axis] as readonly [number, number];
  return isStart ? before : after;
}

function margin(x: ChunkedArray, mode: PadMode, side: Margin): ChunkedArray {
  switch (mode) {
    case "constant":
      return constantMargin(x, side, side.constant);
    case "empty":
      return constantMargin(x, side, 0);
    case "edge":
    case "reflect":
    case "symmetric":
    case "wrap":
      return mirrored(x, mode, side);
    case "linearRamp":
      return ramp(x, side);
    case "maximum":
    case "minimum":
    case "mean":
      return statistic(x, mode, side);
    default:
      throw new ArgumentError("value", `pad knows no mode ${JSON.stringify(mode)}`, { mode });
  }
}

function constantMargin(x: ChunkedArray, { axis, count }: Margin, value: number): ChunkedArray {
  const shape = x.shape.map((n, i) => (i === axis ? count : n));
  const chunks = x.chunks.map((own, i) => (i === axis ? [count] : own));
  return x.derive(sourceNode("pad", { type: "full", value }, shape, x.dtype, chunks));
}

/** Elements of the array again; which, follows from how far away the margin's are. */
function mirrored(
  x: ChunkedArray,
  mode: "edge" | "reflect" | "symmetric" | "wrap",
  { axis, count, isStart }: Margin,
): ChunkedArray {
  checkLengths("this padding", x.chunks, [axis]);
  const length = x.shape[axis] as number;
  if (length === 0) {
    throw new ArgumentError("shape", `axis ${axis} is empty: it has nothing to pad with`, { axis });
  }
  const positions = positionArray(count, length);
  for (let i = 0; i < count; i++) {
    positions[i] = sourcePosition(mode, isStart ? i - count : length + i, length);
  }
  const points = { axes: [axis], indices: [positions] };
  return x.derive(takeNode(x.node, points, axis, [count]));
}

/** Which of `length` elements stands at a position outside of them. */
function sourcePosition(
  mode: "edge" | "reflect" | "symmetric" | "wrap",
  position: number,
  length: number,
): number {
  if (mode === "edge") return position < 0 ? 0 : length - 1;
  const period = mode === "wrap" ? length : mode === "symmetric" ? 2 * length : 2 * length - 2;
  if (period === 0) return 0;
  const at = ((position % period) + period) % period;
  if (at < length) return at;
  return mode === "symmetric" ? period - 1 - at : period - at;
}

/** From the end value to the array's edge, in even steps; integers are rounded down. */
function ramp(x: ChunkedArray, { axis, count, isStart, end }: Margin): ChunkedArray {
  checkLengths("this padding", x.chunks, [axis]);
  const length = x.shape[axis] as number;
  const edge = along(x, axis, isStart ? 0 : length - 1, isStart ? 1 : length);
  const counting = isStart
    ? ({ type: "arange", start: 0, step: 1 } as const)
    : ({ type: "arange", start: count - 1, step: -1 } as const);
  const numbers = x.derive(sourceNode("ramp", counting, [count], "float64", [count]));
  const shape = x.shape.map((_, i) => (i === axis ? count : 1));
  const step = edge.astype("float64").subtract(end).divide(count);
  const steps: ChunkedArray = multiply(step, reshape(numbers, shape));
  const values: ChunkedArray = steps.add(end);
  return astype(isFloat(x) ? values : floor(values), x.dtype);
}

type Statistic = (x: ChunkedArray, axis: number) => ChunkedArray;
const STATISTICS: { readonly [M in "maximum" | "minimum" | "mean"]: Statistic } = {
  maximum: (x, axis) => max(x, axis, { keepdims: true }),
  minimum: (x, axis) => min(x, axis, { keepdims: true }),
  mean: (x, axis) => mean(x, axis, { keepdims: true }),
};

function statistic(
  x: ChunkedArray,
  mode: "maximum" | "minimum" | "mean",
  { axis, count, isStart, statLength }: Margin,
): ChunkedArray {
  checkLengths("this padding", x.chunks, [axis]);
  const length = x.shape[axis] as number;
  const used = Math.min(statLength ?? length, length);
  const part = along(x, axis, isStart ? 0 : length - used, isStart ? used : length);
  const one = STATISTICS[mode](part, axis);
  const fitted = astype(mode === "mean" && !isFloat(x) ? round(one) : one, x.dtype);
  return broadcastTo(
    fitted,
    x.shape.map((n, i) => (i === axis ? count : n)),
  );
}

function isFloat(x: ChunkedArray): boolean {
  return DTYPES[x.dtype].kind === "float";
}

/** What the caller gave, as a pair per axis. */
function pairs(what: string, given: PadPairs, ndim: number): (readonly [number, number])[] {
  if (typeof given === "number") return Array.from({ length: ndim }, () => [given, given] as const);
  checkList(`pad needs a number or a list for its ${what}`, given);
  const list = given as readonly (number | readonly number[])[];
  const both = (pair: readonly number[]): readonly [number, number] => [
    pair[0] as number,
    pair[1] ?? (pair[0] as number),
  ];
  if (list.every((entry) => typeof entry === "number") && list.length === 2) {
    return Array.from({ length: ndim }, () => both(list as readonly number[]));
  }
  const nested = list.filter((entry) => typeof entry === "object");
  if (
    nested.length === list.length &&
    nested.every((pair) => pair.length === 1 || pair.length === 2)
  ) {
    if (nested.length === ndim) return nested.map(both);
    if (nested.length === 1) return Array.from({ length: ndim }, () => both(nested[0] ?? []));
  }
  throw new ArgumentError(
    "value",
    `${what} of pad is a number, [before, after], or such a pair for each of ${ndim} axes, got ` +
      JSON.stringify(given),
  );
}
