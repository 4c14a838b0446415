// What stands in `x.slice(…)`, read as NumPy reads it: which positions of each axis are taken, and
// where new axes go. Making the layers is ops/slicing.ts.
import { ArgumentError } from "../base/errors.js";
import type { AxisSelection } from "../graph/layer.js";
import type { RankMinusOne, RankPlusOne } from "./array-types.js";
import { formatShape } from "./axes.js";

/** In an index: a new axis of length 1. */
export const newAxis: unique symbol = Symbol("newAxis");

/** In an index: as many whole axes as are missing. `"..."` says the same. */
export const ellipsis: unique symbol = Symbol("ellipsis");

/** Positions from `start` to before `stop` in steps; null where Python leaves a place empty. */
export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

/**
 * One entry of an index: a position (negative ones count from the end; the axis is dropped), a
 * slice, `"2:10:3"` for one, null for a whole axis, {@link newAxis} or {@link ellipsis}.
 */
export type IndexEntry = number | string | Slice | null | NewAxis | Ellipsis;

/** The rank of what an index takes from an array of rank `R`, as far as the compiler knows. */
export type SlicedRank<R extends number, I extends readonly unknown[]> = I extends readonly [
  infer First,
  ...infer Rest,
]
  ? First extends number
    ? SlicedRank<RankMinusOne<R>, Rest>
    : First extends NewAxis
      ? SlicedRank<RankPlusOne<R>, Rest>
      : SlicedRank<R, Rest>
  : I extends readonly []
    ? R
    : number;

type NewAxis = typeof newAxis;
type Ellipsis = typeof ellipsis;

/**
 * Positions `start`, `start + step`, … before `stop`, as Python's `start:stop:step`.
 *
 * @example
 * ```ts
 * const x = arange(10);
 * await x.slice(slice(2, 10, 3)).compute(); // → [2, 5, 8]
 * await x.slice(slice(null, 6, -1)).compute(); // → [9, 8, 7]
 * ```
 */
export function slice(
  start: number | null = null,
  stop: number | null = null,
  step: number | null = null,
): Slice {
  return { start, stop, step };
}

/** An index made plain: what is taken of every axis, and the places of new axes in the result. */
export interface ParsedIndex {
  readonly selection: readonly AxisSelection[];
  readonly newAxes: readonly number[];
}

/**
 * Reads an index into an array of `shape`.
 *
 * @throws ArgumentError `argument.index` for a position out of range, too many entries, two
 * ellipses, a step of 0 or an entry of another kind.
 */
export function parseIndex(entries: readonly IndexEntry[], shape: readonly number[]): ParsedIndex {
  const isEllipsis = (entry: IndexEntry): entry is Ellipsis =>
    entry === ellipsis || entry === "...";
  const used = entries.filter((entry) => entry !== newAxis && !isEllipsis(entry)).length;
  const ellipses = entries.filter(isEllipsis).length;
  if (used > shape.length || ellipses > 1) {
    throw new ArgumentError(
      "index",
      ellipses > 1
        ? "an index may have one ellipsis only"
        : `${used} indices for an array of ${shape.length} axes, shape ${formatShape(shape)}`,
      { shape },
    );
  }
  const selection: AxisSelection[] = [];
  const newAxes: number[] = [];
  let axesOut = 0;
  const take = (entry: Exclude<IndexEntry, NewAxis | Ellipsis>) => {
    const axis = selection.length;
    const taken = selectAxis(entry, axis, shape[axis] as number);
    if (taken.type === "range") axesOut++;
    selection.push(taken);
  };
  const all: readonly IndexEntry[] = ellipses === 0 ? [...entries, ellipsis] : entries;
  for (const entry of all) {
    if (entry === newAxis) newAxes.push(axesOut++);
    else if (isEllipsis(entry)) {
      for (let missing = shape.length - used; missing > 0; missing--) take(null);
    } else take(entry);
  }
  return { selection, newAxes };
}

/** Whether the whole axis is taken, in order. */
export function takesAll(selection: AxisSelection, length: number): boolean {
  return (
    selection.type === "range" &&
    selection.start === 0 &&
    selection.step === 1 &&
    selection.count === length
  );
}

function selectAxis(
  entry: number | string | Slice | null,
  axis: number,
  length: number,
): AxisSelection {
  if (typeof entry === "number") return { type: "index", at: checkPosition(entry, axis, length) };
  if (entry === null) return { type: "range", start: 0, step: 1, count: length };
  if (typeof entry === "string") return resolveSlice(parseSlice(entry), axis, length);
  if (typeof entry === "object" && "start" in entry) return resolveSlice(entry, axis, length);
  throw new ArgumentError(
    "index",
    `index ${describe(entry)} at axis ${axis}: expected a number, a slice like "2:10:3", null, ` +
      "newAxis or ellipsis (integer lists and masks are not there yet)",
    { axis },
  );
}

function checkPosition(position: number, axis: number, length: number): number {
  const at = position < 0 ? position + length : position;
  if (!Number.isInteger(position) || at < 0 || at >= length) {
    throw new ArgumentError(
      "index",
      Number.isInteger(position)
        ? `index ${position} is out of range for axis ${axis} of length ${length}`
        : `index ${position} at axis ${axis} is no whole number`,
      { index: position, axis, length },
    );
  }
  return at;
}

function parseSlice(text: string): Slice {
  const parts = text.split(":").map((part) => part.trim());
  const whole = parts.every((part) => part === "" || /^[+-]?\d+$/.test(part));
  if (parts.length < 2 || parts.length > 3 || !whole) {
    throw new ArgumentError(
      "index",
      `${JSON.stringify(text)} is no slice: expected something like "2:10", "::2" or "5:0:-1"`,
      { text },
    );
  }
  const [start = null, stop = null, step = null] = parts.map((part) =>
    part === "" ? null : Number(part),
  );
  return { start, stop, step };
}

/** Python's `slice.indices`: bounds are clipped, negative ones count from the end. */
function resolveSlice(given: Slice, axis: number, length: number): AxisSelection {
  const step = given.step ?? 1;
  const bounds = [given.start, given.stop, step].filter((bound) => bound !== null);
  if (step === 0 || !bounds.every(Number.isInteger)) {
    throw new ArgumentError(
      "index",
      step === 0
        ? `the step of a slice at axis ${axis} is 0`
        : `a slice at axis ${axis} needs whole numbers, got ${bounds.join(":")}`,
      { axis },
    );
  }
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clip = (bound: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest);
  const start = given.start === null ? (step > 0 ? lowest : highest) : clip(given.start);
  const stop = given.stop === null ? (step > 0 ? highest : lowest) : clip(given.stop);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return count === 0
    ? { type: "range", start: 0, step: 1, count: 0 }
    : { type: "range", start, step, count };
}

function describe(entry: unknown): string {
  return Array.isArray(entry) ? "list" : typeof entry;
}
