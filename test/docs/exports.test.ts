// What the functions and classes of the entry owe their readers: an example (docs.test.ts runs them); functions
// a source; those on arrays say what they return, too: dtype, shape, chunks.
import { expect, test } from "vitest";
import { publicExports } from "./exports.js";

const all = publicExports();
const without = (tag: string, some = all) =>
  some.filter(({ tags }) => !tags.has(tag)).map(({ name, path }) => `${name} (${path})`);

test("there are some, in namespaces, too", () => {
  const names = all.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["sum", "fft.rfft", "ma.MaskedArray", "Client"]));
});

test("every export has an example", () => expect(without("example")).toEqual([]));

test("every function names its source", () => {
  const functions = all.filter(({ isClass }) => !isClass);
  expect(without("see", functions)).toEqual([]);
});

test("every function on arrays says what it returns", () => {
  const functions = all.filter(({ path, isClass }) => path.startsWith("src/array/") && !isClass);
  expect(without("returns", functions)).toEqual([]);
});
