// Checks arguments of functions: lists, functions, numbers. Arrays are checked by
// array-operands.ts, axes and shapes by axes.ts, dtypes by base/dtype.ts.

import { type ArgumentCode, ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { checkArrays, isChunkedArray } from "./array-operands.js";

/** Something that a user gave, in a few words. */
function text(value: unknown): string {
  if (value === null || typeof value === "undefined" || typeof value === "number") {
    return String(value);
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isChunkedArray(value) ? "a chunked array" : kindOf(value);
}

/**
 * Sees to it that `value` is a list.
 *
 * @param what as in `"pad needs a list of widths"`, up to the comma
 * @throws ArgumentError `argument.value`, or another code
 */
export function checkList(what: string, value: unknown, code: ArgumentCode = "value"): void {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return;
  throw new ArgumentError(code, `${what}, got ${text(value)}`, { given: value });
}

/**
 * Sees to it that `value` is a list of chunked arrays.
 *
 * @throws ArgumentError `argument.value`
 */
export function checkArrayList(what: string, value: unknown): void {
  checkList(`${what} takes a list of chunked arrays, as in ${what}([x, y])`, value);
  checkArrays(what, ...(value as readonly unknown[]));
}

/**
 * Sees to it that `value` is a function.
 *
 * @param what as in `"coarsen needs a reduction"`, up to the comma
 * @throws ArgumentError `argument.function`
 */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new ArgumentError("function", `${what}, got ${text(value)}: expected a function`);
}

/**
 * Checks that `value` is a finite number.
 *
 * @param what as in `"the correction of var"`
 * @throws ArgumentError `argument.value`
 */
export function checkFinite(what: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  throw new ArgumentError("value", `${what} is ${text(value)}: expected a number`);
}

/**
 * Sees to it that `value` is a number, which may be infinite.
 *
 * @param what as in `"the first end of maskedInside"`
 * @throws ArgumentError `argument.value`
 */
export function checkNumber(what: string, value: unknown): void {
  if (typeof value === "number" && !Number.isNaN(value)) return;
  throw new ArgumentError("value", `${what} is ${text(value)}: expected a number`);
}

/**
 * Sees to it that `value` is one of some words.
 *
 * @param what as in `"the side of searchsorted"`
 * @throws ArgumentError `argument.value`
 */
export function checkWord(what: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  const known = words.map((word) => JSON.stringify(word)).join(" or ");
  throw new ArgumentError("value", `${what} is ${text(value)}: expected ${known}`);
}
