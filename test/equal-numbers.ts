// Typed arrays that `toEqual` and `toStrictEqual` compare: by a loop, where Vitest takes 4 µs for
// each element. What differs is left to Vitest, which says where.
import { expect } from "vitest";

type Numbers = ArrayLike<unknown> & ArrayBufferView;

const isNumbers = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/** True of the same numbers in arrays of one type; undefined of all else. */
function haveSameNumbers(a: unknown, b: unknown): true | undefined {
  if (!isNumbers(a) || !isNumbers(b)) return undefined;
  if (a.constructor !== b.constructor || a.length !== b.length) return undefined;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return undefined;
  return true;
}

// Files that share a process share what is added here, and each loads this file.
const ADDED = Symbol.for("tilework.test.equal-numbers");
const added = globalThis as { [ADDED]?: true };
if (!added[ADDED]) expect.addEqualityTesters([haveSameNumbers]);
added[ADDED] = true;
