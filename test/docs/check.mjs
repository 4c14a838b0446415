// What `expression; // → value` becomes in a documentation example. The value is a JavaScript
// expression; `≈ value` allows a part in a thousand; arrays are compared as nested lists.
import { deepStrictEqual } from "node:assert";

/** Throws unless `actual`, made plain, is what `expected` says. */
export function check(actual, expected) {
  const approximately = expected.startsWith("≈");
  const text = expected.replace(/^≈\s*/, "");
  const wanted = new Function(`"use strict"; return (${text});`)();
  const given = plain(actual);
  if (approximately) {
    if (Math.abs(given - wanted) <= 1e-3 * Math.abs(wanted)) return;
    throw new Error(`${given} is not about ${wanted}`);
  }
  deepStrictEqual(given, wanted);
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
