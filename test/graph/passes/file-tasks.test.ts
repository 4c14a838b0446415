// Tasks and bytes of expressions over files after all passes, so that a rewrite that gets lost
// shows. Nothing is read.
import { expect, it } from "vitest";
import {
  arange,
  ChunkedArray,
  linspace,
  nanmean,
  ones,
  random,
  slidingWindowView,
} from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { costOf } from "./plan-cost.js";

/** 10⁸ float64 of a file, in chunks of that shape. */
function a(...chunks: number[]): ChunkedArray {
  const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
  const generator = { type: "npy", path: "/data/a.npy", ...layout } as const;
  const [rows = 1, columns = rows] = chunks;
  return new ChunkedArray(
    sourceNode("npy", generator, [10_000, 10_000], "float64", [rows, columns]),
  );
}

const square = (y: ChunkedArray) => y.slice(":100").multiply(y.slice("100:200")).sum();

const EXPRESSIONS: readonly (readonly [text: string, array: () => ChunkedArray])[] = [
  ["a(2500)[:100].sum()", () => a(2_500).slice(":100").sum()],
  ["a(2500)[:, 5000:5010].mean()", () => a(2_500).slice(":", "5000:5010").mean()],
  ["a(2500)[7].sum()", () => a(2_500).slice(7).sum()],
  [
    "(a(1000) @ a(1000))[:100, :100].sum()",
    () => a(1_000).matmul(a(1_000)).slice(":100", ":100").sum(),
  ],
  ["a(100, 10000)[:, :10].mean()", () => a(100, 10_000).slice(":", ":10").mean()],
  [
    "(2 a(1000) + 1).rechunk(10000, 500).max(0)",
    () => a(1_000).multiply(2).add(1).rechunk([10_000, 500]).max(0),
  ],
  ["a(1000).rechunk(10000, 500).max(0)", () => a(1_000).rechunk([10_000, 500]).max(0)],
  ["y = sin(a(5000)) + 1; (y[:100] * y[100:200]).sum()", () => square(a(5_000).sin().add(1))],
  ["nanmean(sqrt(a(5000)), 0)[:100].sum()", () => nanmean(a(5_000).sqrt(), 0).slice(":100").sum()],
  [
    "sqrt(a(5000, 10000)).reshape(10000, 100, 100)[:10].sum()",
    () => a(5_000, 10_000).sqrt().reshape([10_000, 100, 100]).slice(":10").sum(),
  ],
  [
    "a(1000, 10000).reshape(100, 100, 10000)[:5].sum()",
    () => a(1_000, 10_000).reshape([100, 100, 10_000]).slice(":5").sum(),
  ],
  [
    "sqrt(a(5000)).sum(0, keepdims)[0, :100].sum()",
    () => a(5_000).sqrt().sum(0, { keepdims: true }).slice(0, ":100").sum(),
  ],
  [
    "linspace(0, 1, 1e7)[5e6:5e6 + 100]",
    () => linspace(0, 1, 1e7, { chunks: 1_000_000 }).slice("5000000:5000100"),
  ],
  ["a(1000)[:0] + 1", () => a(1_000).slice(":0").add(1)],
  [
    "(a + aᵀ)(1000)[:100, :100].sum()",
    () => a(1_000).add(a(1_000).transpose()).slice(":100", ":100").sum(),
  ],
  [
    "random(5000)[:100].sum()",
    () => random([10_000, 10_000], { chunks: 5_000, seed: 1 }).slice(":100").sum(),
  ],
  [
    "windows(arange(1e7), 100).mean(-1).sum()",
    () =>
      slidingWindowView(arange(1e7, { dtype: "float64", chunks: 1_000_000 }), 100)
        .mean(-1)
        .sum(),
  ],
  [
    "windows(arange(1e7), 1000).max(-1).sum()",
    () =>
      slidingWindowView(arange(1e7, { dtype: "float64", chunks: 1e6 }), 1_000)
        .max(-1)
        .sum(),
  ],
  [
    "windows(a(1000), 10, 0).mean(-1).sum()",
    () => slidingWindowView(a(1_000), 10, 0).mean(-1).sum(),
  ],
  [
    "a(1000)[7:9007].rechunk(1000).sum()",
    () => a(1_000).slice("7:9007").rechunk([1_000, 1_000]).sum(),
  ],
  [
    "ones(1e8, 1e6).mapBlocks(f).sum()",
    () =>
      ones([1e8], { chunks: 1e6 })
        .mapBlocks((block) => block)
        .sum(),
  ],
  [
    "(a(1000).mapBlocks(f) + 1).rechunk(1000)",
    () =>
      a(1_000)
        .mapBlocks((block) => block)
        .add(1)
        .rechunk([1_000, 1_000]),
  ],
  [
    "sqrt(a(1000)).mapBlocks(f).mapBlocks(g)[:100].sum(0)",
    () =>
      a(1_000)
        .sqrt()
        .mapBlocks((block) => block)
        .mapBlocks((block) => block)
        .slice(":100")
        .sum(0),
  ],
];

it("has as many tasks as the table says, and reads as much", async () => {
  const lines = EXPRESSIONS.map(([text, array]) => `${text}: ${costOf(array())}\n`);
  await expect(lines.join("")).toMatchFileSnapshot("../../fixtures/graph/file-tasks.txt");
});
