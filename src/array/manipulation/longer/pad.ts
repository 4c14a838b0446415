// Arrays with a margin: its content, its width, and the options. The margins themselves are made in
// pad-edges.ts.
import { type DType, isScalar, type Scalar } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import type { AnyFunction } from "../../../functions/shipped-function.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { checkLengths } from "../../chunks/unknown-lengths.js";
import { mapLanes } from "../../functions/apply-along-axis.js";
import { checkArrays } from "../../layers/array-operands.js";
import type { ElementsOf } from "../../layers/array-types.js";
import { checkList, checkWord } from "../../layers/check-arguments.js";
import { concatenate } from "../concatenate.js";
import {
  constantMargin,
  edgeMargin,
  mirrored,
  oddlyMirrored,
  type PadMargin,
  ramp,
  statistic,
} from "./pad-edges.js";

/** How the margin is filled; `"linear_ramp"` is NumPy's spelling of `"linearRamp"`. */
export type PadMode =
  | "constant"
  | "edge"
  | "linearRamp"
  | "linear_ramp"
  | "maximum"
  | "mean"
  | "median"
  | "minimum"
  | "reflect"
  | "symmetric"
  | "wrap"
  | "empty";

/**
 * Fills the margin of one lane, in place (returning nothing) or by returning the whole lane.
 * Workers call it for every lane along each axis in turn. Its arguments are the lane (a typed
 * array, its margins 0 at first), the widths of the margins before and after, and the axis.
 */
export type PadFunction<D extends DType = DType> = {
  call(
    lane: ElementsOf<D>,
    widths: readonly [before: number, after: number],
    axis: number,
  ): unknown;
}["call"];

/** Values before and after each axis: one for all, a pair for all axes, or a pair for each axis. */
export type PadPairs<T extends Scalar = number> =
  | T
  | readonly [T]
  | readonly [T, T]
  | readonly (readonly [T, T] | readonly [T])[];

/** Options of {@link pad}; each belongs to some modes and is refused with others. */
export interface PadOptions {
  /** Values of `"constant"` margins; default: 0. */
  readonly constantValues?: PadPairs<Scalar>;
  /** Where a `"linearRamp"` ends, away from the array; default: 0. */
  readonly endValues?: PadPairs;
  /** How many elements at each edge the statistics use; default: all. */
  readonly statLength?: PadPairs | null;
  /**
   * For `"reflect"` and `"symmetric"`: `"even"` (by default) mirrors, `"odd"` also inverts, by
   * subtracting the mirrored values from twice the edge.
   */
  readonly reflectType?: "even" | "odd";
  /** Values of the variables that a function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/** The options that each mode reads. */
const OPTIONS_OF: Readonly<Record<PadMode, readonly (keyof PadOptions)[]>> = {
  constant: ["constantValues"],
  edge: [],
  linearRamp: ["endValues"],
  linear_ramp: ["endValues"],
  maximum: ["statLength"],
  mean: ["statLength"],
  median: ["statLength"],
  minimum: ["statLength"],
  reflect: ["reflectType"],
  symmetric: ["reflectType"],
  wrap: [],
  empty: [],
};

/**
 * The array with a margin around it.
 *
 * @param width elements before and after each axis: `2`, `[1, 2]` for all axes, or
 * `[[1, 2], [0, 0]]`
 * @param mode the content of the margin; default: `"constant"`. `"reflect"` mirrors without
 * repeating the edge, `"symmetric"` with it, `"wrap"` continues at the other end; a function fills
 * each lane
 * @returns the dtype of `x`, longer by the widths
 * @chunks those of `x`, margins are blocks of their own, cut where one would pass 128 MiB; one task
 * per block of the margin. For a function the lanes along the last axis are in one block
 * @throws ArgumentError `argument.value` for widths that are no whole numbers from 0, an unknown
 * mode or an option of another mode, `argument.shape` when an empty axis is to be padded by
 * anything but a constant, `argument.function` when a function cannot be sent
 * @see https://numpy.org/doc/stable/reference/generated/numpy.pad.html
 * @example
 * await pad(arange(3), [1, 2]).compute(); // → [0, 0, 1, 2, 0, 0]
 * await pad(arange(3), 2, "reflect").compute(); // → [2, 1, 0, 1, 2, 1, 0]
 * await pad(arange(3), 1, (lane, [before]) => lane.fill(9, 0, before)).compute(); // → [9, 0, 1, 2, 0]
 */
export function pad<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  width: PadPairs,
  mode: PadMode | PadFunction<D> = "constant",
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
  if (typeof mode === "function") {
    checkOptions("a function", ["captured"], options);
    return filledLanes(pad(x, width), widths, mode, options) as ChunkedArray<D, R>;
  }
  if (!Object.hasOwn(OPTIONS_OF, mode)) {
    throw new ArgumentError("value", `pad has no mode ${JSON.stringify(mode)}`, { mode });
  }
  checkOptions(`mode ${JSON.stringify(mode)}`, OPTIONS_OF[mode], options);
  const values = readValues(options, x.ndim);
  return widths.reduce<ChunkedArray>((padded, [before, after], axis) => {
    if (before + after === 0) return padded;
    if (mode !== "constant" && mode !== "empty") checkNotEmpty(padded, axis);
    if (options.reflectType === "odd") {
      return oddlyMirrored(padded, axis, [before, after], mode === "symmetric");
    }
    const side = (count: number, isStart: boolean): PadMargin => ({
      axis,
      count,
      isStart,
      constant: pick(values.constants, axis, isStart),
      end: pick(values.ends, axis, isStart),
      statLength: values.lengths === null ? null : pick(values.lengths, axis, isStart),
    });
    const parts = [
      ...(before > 0 ? [margin(padded, mode, side(before, true))] : []),
      padded,
      ...(after > 0 ? [margin(padded, mode, side(after, false))] : []),
    ];
    return concatenate(parts, axis);
  }, x) as ChunkedArray<D, R>;
}

function checkOptions(
  what: string,
  known: readonly (keyof PadOptions)[],
  options: PadOptions,
): void {
  const extra = Object.entries(options).find(
    ([name, value]) => value !== undefined && !known.includes(name as keyof PadOptions),
  );
  if (extra === undefined) return;
  const takes = known.length === 0 ? "takes no options" : `takes ${known.join(", ")}`;
  const text = `pad with ${what} ${takes}, got ${extra[0]}: leave it out or choose its mode`;
  throw new ArgumentError("value", text, { option: extra[0] });
}

/** Reads the options of pad, as a pair per axis. */
function readValues(options: PadOptions, ndim: number) {
  const { constantValues = 0, endValues = 0, statLength = null, reflectType = "even" } = options;
  checkWord("the reflectType of pad", reflectType, ["even", "odd"]);
  const lengths = statLength === null ? null : pairs("statLength", statLength, ndim);
  if (lengths?.flat().some((n) => !Number.isSafeInteger(n) || n < 1)) {
    const text = `the statLength of pad is ${JSON.stringify(statLength)}: expected whole numbers from 1`;
    throw new ArgumentError("value", text, { statLength });
  }
  return {
    constants: pairs("constantValues", constantValues, ndim),
    ends: pairs("endValues", endValues, ndim),
    lengths,
  };
}

function checkNotEmpty(x: ChunkedArray, axis: number): void {
  checkLengths("this padding", x.chunks, [axis]);
  if (x.shape[axis] !== 0) return;
  const text = `axis ${axis} is empty: only modes "constant" and "empty" can pad it`;
  throw new ArgumentError("shape", text, { axis });
}

function pick<T>(all: readonly (readonly [T, T])[], axis: number, isStart: boolean): T {
  const [before, after] = all[axis] as readonly [T, T];
  return isStart ? before : after;
}

function margin(x: ChunkedArray, mode: PadMode, side: PadMargin): ChunkedArray {
  switch (mode) {
    case "constant":
      return constantMargin(x, side, side.constant);
    case "empty":
      return constantMargin(x, side, 0);
    case "edge":
      return edgeMargin(x, side);
    case "reflect":
    case "symmetric":
    case "wrap":
      return mirrored(x, mode, side);
    case "linearRamp":
    case "linear_ramp":
      return ramp(x, side);
    default:
      return statistic(x, mode, side);
  }
}

/**
 * The margins as a user's function has them: lanes along the first axis, then along the next, as
 * NumPy calls it.
 */
function filledLanes(
  padded: ChunkedArray,
  widths: readonly (readonly [number, number])[],
  f: AnyFunction,
  { captured }: PadOptions,
): ChunkedArray {
  checkLengths("padding by a function", padded.chunks);
  return widths.reduce<ChunkedArray>(
    (x, own, axis) =>
      mapLanes(f, axis, x, { length: x.shape[axis] as number, captured, extra: [own, axis] }),
    padded,
  );
}

/** Normalises an argument of pad to a pair per axis. */
function pairs<T extends Scalar>(
  what: string,
  given: PadPairs<T>,
  ndim: number,
): (readonly [T, T])[] {
  const every = (pair: readonly [T, T]) => Array.from({ length: ndim }, () => pair);
  if (isOne(given)) return every([given, given]);
  checkList(`pad needs a number or a list for its ${what}`, given);
  const list = given as readonly (T | readonly T[])[];
  const both = (pair: readonly T[]): readonly [T, T] => [pair[0] as T, pair[1] ?? (pair[0] as T)];
  if (list.every(isOne) && (list.length === 1 || list.length === 2)) {
    return every(both(list as readonly T[]));
  }
  const nested = list.filter((entry): entry is readonly T[] => Array.isArray(entry));
  if (
    nested.length === list.length &&
    nested.every((pair) => (pair.length === 1 || pair.length === 2) && pair.every(isOne))
  ) {
    if (nested.length === ndim) return nested.map(both);
    if (nested.length === 1) return every(both(nested[0] ?? []));
  }
  throw new ArgumentError(
    "value",
    `${what} of pad is a number, [before, after], or such a pair for each of ${ndim} axes, got ` +
      JSON.stringify(given),
  );
}

function isOne<T>(given: T): given is Extract<T, Scalar> {
  return isScalar(given);
}
