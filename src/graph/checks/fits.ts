// Common checks of fields of layers: numbers in a range, lists of them, grids. Layers come from
// other processes, so each field may be anything.
import { type Chunks, isKnownSound, noteSound } from "../model/chunks.js";
import type { Layer } from "../model/layer.js";

/** A mistake, in words; undefined if there is none. */
export type Misfit = string | undefined;

/** Whether it is a whole number from 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether it is a whole number from 0 to before `end`. */
export function isBelow(value: unknown, end: number): value is number {
  return isCount(value) && value < end;
}

/** Whether it is a list, each of whose entries passes. */
export function isListOf<T>(
  value: unknown,
  passes: (entry: unknown) => entry is T,
): value is readonly T[] {
  return Array.isArray(value) && value.every(passes);
}

/** Whether it is a list of different whole numbers from 0 to before `end`, ascending. */
export function areAscending(value: unknown, end: number): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every((entry, k) => isBelow(entry, end) && (k === 0 || entry > value[k - 1]))
  );
}

/** Whether it is a text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether it is a number; NaN and the infinities are some. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/**
 * Whether a column has the start of each of `count` runs in a list of `end`, and the end of the
 * last one.
 */
export function areStarts(starts: Int32Array, count: number, end: number): boolean {
  return (
    starts.length === count + 1 &&
    starts.every((start, k) => (k === 0 ? start === 0 : start >= (starts[k - 1] as number))) &&
    starts[count] === end
  );
}

/** Whether it is an object with fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of any kind as an error shows it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "a list" : "an object";
  return String(value);
}

const LENGTH_MAX = Number.MAX_SAFE_INTEGER;

/** Whether it is a list of block lengths per axis whose sums can be counted. */
export function isGrid(value: unknown): value is Chunks {
  return Array.isArray(value) && value.every(isAxis);
}

function isAxis(axis: unknown): boolean {
  if (!Array.isArray(axis)) return false;
  if (isKnownSound(axis)) return true;
  let end = 0;
  // A plain loop without calls: there may be millions.
  for (let i = 0; i < axis.length; i++) {
    const length = axis[i] as unknown;
    if (typeof length !== "number" || length < 0 || length % 1 > 0 || length > LENGTH_MAX) {
      return false;
    }
    end += length;
  }
  if (!(Number.isNaN(end) || Number.isSafeInteger(end))) return false;
  noteSound(axis as readonly number[], end);
  return true;
}

/** Checks that a layer that only moves elements has the dtype of its input. */
export function dtypeMisfit({ dtype }: Layer, input: Layer): Misfit {
  return dtype === input.dtype
    ? undefined
    : `its blocks are ${dtype}, and its input's are ${input.dtype}`;
}
