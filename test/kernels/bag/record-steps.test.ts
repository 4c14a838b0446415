// The check of rows that users' functions give.
import { expect, it } from "vitest";
import { records } from "../../../src/kernels/bag/record-steps.js";

/** What comes out of the step for one element. */
function passed(element: unknown, columns?: readonly string[]): unknown[] {
  const made: unknown[] = [];
  const names = columns === undefined ? {} : { columns };
  const step = records({ step: "records", method: "map", name: "f", ...names });
  const sink = step({ push: (one) => void made.push(one), end() {} });
  sink.push(element);
  sink.end();
  return made;
}

it("takes objects with known names", () => {
  const row = Object.assign(Object.create(null), { a: 1, b: undefined });
  expect(passed(row)).toEqual([row]);
  expect(passed(row, ["a"])).toEqual([row]);
  expect(() => passed({ a: 1, c: null }, ["a", "b"])).toThrow(
    'map (f) gave a row with "c", which is no column: expected a, b',
  );
});

it.each([
  [undefined, "undefined"],
  [null, "null"],
  [5, "a number"],
  ["text", "a string"],
  [[{ a: 1 }], "a list"],
  [new Date(0), "an object of class Date"],
  [new Map([["a", 1]]), "an object of class Map"],
  [new Float64Array(1), "an object of class Float64Array"],
])("refuses %s", (element, what) => {
  expect(() => passed(element)).toThrow(`map (f) gave ${what} as a row: expected an object`);
});
