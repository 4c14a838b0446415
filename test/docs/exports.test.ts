// What the functions and classes of the entry owe their readers: an example (docs.test.ts runs
// them); functions a source and what they throw; those on arrays say what they return, too: dtype
// and shape, then chunks and tasks (facts.test.ts holds them to the truth). How all this is written
// is docs/internals/architecture.md.
import { expect, test } from "vitest";
import { categoryOf } from "../../docs/categories.mjs";
import { OPERATION_METHODS } from "../../src/array/elementwise/elementwise-methods.js";
import { CALLS } from "./array-calls.js";
import { publicExports, publicMethods } from "./exports.js";

const all = publicExports();
const methods = publicMethods();
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

test("every function says what it throws, if nothing", () => {
  const functions = all.filter(({ isClass }) => !isClass);
  expect(without("throws", functions)).toEqual([]);
});

test("every method says what it throws, points to the function that does, or is one of a class that says it", () => {
  expect(methods.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["ChunkedArray.sum", "MaskedArray.sum", "Client.submit", "Bag.map"]),
  );
  const silent = methods.filter(
    ({ text, tags, classTags }) =>
      !tags.has("throws") && !classTags.has("throws") && !/\bsee \{@link/i.test(text),
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("every method has text and an example", () => {
  const operations = [...OPERATION_METHODS.keys()].map((name) => `ChunkedArray.${name}`);
  const some = [...operations, "Client.compute", "Future.result", "Table.sum", "Expr.add"];
  expect(methods.map(({ name }) => name)).toEqual(expect.arrayContaining(some));
  const poor = methods.filter(({ tags, text }) => !tags.has("example") || text.trim() === "");
  expect(poor.map(({ name }) => name)).toEqual([]);
});

test("every parameter and option of functions and methods has text", () => {
  const silent = [...all, ...methods].flatMap(({ name, silent }) =>
    silent.map((parameter) => `${name}: ${parameter}`),
  );
  expect(silent).toEqual([]);
});

test("every function on arrays says what it returns", () => {
  const functions = all.filter(({ path, isClass }) => path.startsWith("src/array/") && !isClass);
  expect(without("returns", functions)).toEqual([]);
});

test("every function that gives arrays tells their chunks and tasks", () => {
  const names = [...CALLS.keys()];
  const functions = all.filter(({ name }) => names.includes(name));
  expect(functions.map(({ name }) => name).sort()).toEqual(names.sort());
  expect(without("chunks", functions)).toEqual([]);
  const counted = /task|as \{@link/;
  expect(functions.filter(({ tags }) => !counted.test(tags.get("chunks") ?? ""))).toEqual([]);
});

test("every export has a place in the API pages", () => {
  const lost = all.filter(({ path }) => categoryOf(path) === undefined);
  expect(lost.map(({ name, path }) => `${name} (${path})`)).toEqual([]);
});
