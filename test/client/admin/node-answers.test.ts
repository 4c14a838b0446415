// What is said of processes that differ.
import { expect, test } from "vitest";
import { findDifferences } from "../../../src/client/admin/node-answers.js";
import type { AboutWorker } from "../../../src/system/about-process.js";

const about: AboutWorker = {
  tilework: "1.0.0",
  node: "20.19.0",
  platform: "linux x64",
  processor: "some processor",
  cores: 2,
  memoryBytes: 2 ** 30,
  timeMs: 1_000_000,
  kernels: "WebAssembly SIMD",
  blas: null,
};

test("nothing is said where all is alike, or clocks are as far apart as an answer takes", () => {
  expect(findDifferences(about, {}, 900_000)).toEqual([]);
  const slow = { a: { ...about, timeMs: 900_001 }, b: { ...about, timeMs: 1_000_500 } };
  expect(findDifferences(about, slow, 900_000)).toEqual([]);
});

test("other versions, clocks and libraries are named, with their workers", () => {
  const workers = {
    a: { ...about, node: "22.1.0", timeMs: 1_060_000 },
    b: { ...about, tilework: "0.9.0", timeMs: 991_000, blas: "OpenBLAS 0.3.21" },
  };
  expect(findDifferences(about, workers, 1_000_000)).toEqual([
    "tilework is 1.0.0 here and 0.9.0 on b",
    "Node.js is 20.19.0 here and 22.1.0 on a",
    "clocks differ: a is 60 s ahead, b is 9 s behind",
    "workers have different BLAS: none, OpenBLAS 0.3.21",
  ]);
  const many = Object.fromEntries(
    "abcde".split("").map((name) => [name, { ...about, node: "18" }]),
  );
  expect(findDifferences(about, many, 1_000_000)).toEqual([
    "Node.js is 20.19.0 here and 18 on a, 18 on b, 18 on c and 2 more",
  ]);
});
