// The order of a bag's elements and keys: numbers (NaN last) and BigInts by size, texts by UTF-16
// units, dates by time, false before true, lists by their first difference.

import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { isDate } from "./value-keys.js";

/** Below 0 where `a` comes before `b`, above 0 where it comes after it. */
export type Compare = (a: unknown, b: unknown) => number;

/**
 * Compares two values of one kind.
 *
 * @throws ArgumentError `argument.value` for values that have no order, or are of different kinds
 */
export const compareValues: Compare = (a, b) => {
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  if (isOrdered(a, b)) return byRelation(a, b);
  if (isDate(a) && isDate(b)) return compareNumbers(a.getTime(), b.getTime());
  if (Array.isArray(a) && Array.isArray(b)) {
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) {
      const difference = compareValues(a[i], b[i]);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }
  throw new ArgumentError(
    "value",
    `${kindOf(a)} and ${kindOf(b)} have no order: sort, min, max and topk compare numbers, BigInts, ` +
      "texts, booleans, dates and lists of them; give a `key` function that returns one of these",
  );
};

type Ordered = string | number | bigint | boolean;

function isOrdered(a: unknown, b: unknown): boolean {
  if (typeof a === typeof b) return ["string", "bigint", "boolean"].includes(typeof a);
  return isNumeric(a) && isNumeric(b);
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function byRelation(a: unknown, b: unknown): number {
  return (a as Ordered) < (b as Ordered) ? -1 : (a as Ordered) > (b as Ordered) ? 1 : 0;
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
