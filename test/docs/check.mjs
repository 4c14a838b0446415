// What `expression; // → value` becomes in a documentation example. The value is a JavaScript
// expression; `≈ value` allows a part in a thousand; arrays are compared as nested lists.
import { deepStrictEqual } from "node:assert";

/** Throws unless `actual`, made plain, is what `expected` says. */
export function check(actual, expected) {
  const text = expected.replace(/^≈\s*/, "");
  const wanted = new Function(`"use strict"; return (${text});`)();
  const given = plain(actual);
  if (!expected.startsWith("≈")) return deepStrictEqual(given, wanted);
  if (!isNear(given, wanted)) throw new Error(`${JSON.stringify(given)} is not about ${text}`);
}

/** Whether numbers, and those in lists and records, differ by a part in a thousand at most. */
function isNear(given, wanted) {
  if (typeof wanted !== "object") {
    return Object.is(given, wanted) || Math.abs(given - wanted) <= 1e-3 * Math.abs(wanted) + 1e-12;
  }
  const keys = Object.keys(wanted);
  if (Object.keys(given).length !== keys.length) return false;
  return keys.every((key) => isNear(given[key], wanted[key]));
}

/** ndarrays and typed arrays as nested lists; everything else as it is. */
function plain(value) {
  if (ArrayBuffer.isView(value)) return [...value];
  if (typeof value?.pick === "function" && Array.isArray(value.shape)) return nested(value);
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

function nested(array) {
  if (array.shape.length === 0) return array.get();
  return Array.from({ length: array.shape[0] }, (_, i) =>
    array.shape.length === 1 ? array.get(i) : nested(array.pick(i)),
  );
}
