// What do passes save, in expressions over a file of 10⁸ float64? With all passes and with none, in
// turn. The file is written first, where it is not there. node bench/passes.mjs [file]
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASS_NAMES } from "../dist/graph/passes/optimize.js";
import {
  arange,
  fromNpy,
  linspace,
  mapOverlap,
  nanmean,
  normal,
  ones,
  random,
  slidingWindowView,
  toNpy,
} from "../dist/index.js";

const path = process.argv[2] ?? join(tmpdir(), "tilework-passes.npy");
if (!existsSync(path)) {
  const values = arange(1e8, { dtype: "float64", chunks: 1e6 }).remainder(1_000);
  await toNpy(values.reshape([10_000, 10_000]), path);
}

const a = (...chunks) =>
  fromNpy(path, { chunks: chunks.length === 2 ? chunks : [chunks[0], chunks[0]] });
const square = (y) => y.slice(":100").multiply(y.slice("100:200")).sum();
const same = (x) => x.add(x.T);

const EXPRESSIONS = {
  "A(2500)[:100].sum()": async () => (await a(2_500)).slice(":100").sum(),
  "(A(1000) @ A(1000))[:100, :100].sum()": async () =>
    (await a(1_000))
      .matmul(await a(1_000))
      .slice(":100", ":100")
      .sum(),
  "A(100, 10000)[:, :10].mean()": async () => (await a(100, 10_000)).slice(":", ":10").mean(),
  "windows(arange(1e7), 100).mean(-1).sum()": () =>
    slidingWindowView(arange(1e7, { dtype: "float64", chunks: 1e6 }), 100)
      .mean(-1)
      .sum(),
  "windows(arange(1e7), 1000).max(-1).sum()": () =>
    slidingWindowView(arange(1e7, { dtype: "float64", chunks: 1e6 }), 1_000)
      .max(-1)
      .sum(),
  "(2 A(1000) + 1).rechunk(10000, 500).max(0).sum()": async () =>
    (await a(1_000)).multiply(2).add(1).rechunk([10_000, 500]).max(0).sum(),
  "(A(500, 10000) + A(10000, 500)).sum()": async () =>
    (await a(500, 10_000)).add(await a(10_000, 500)).sum(),
  "(A(1000)[7:9007].rechunk(1000) + 1).sum()": async () =>
    (await a(1_000)).slice("7:9007").rechunk([1_000, 1_000]).add(1).sum(),
  "ones(1e8).mapBlocks(f).sum()": () =>
    ones([1e8], { chunks: 1e6 })
      .mapBlocks((block) => block)
      .sum(),
  "y = sin(A(5000)) + 1; (y[:100] * y[100:200]).sum()": async () =>
    square((await a(5_000)).sin().add(1)),
  "nanmean(sqrt(A(5000)), 0)[:100].sum()": async () =>
    nanmean((await a(5_000)).sqrt(), 0)
      .slice(":100")
      .sum(),
  "sqrt(A(5000, 10000)).reshape(10000, 100, 100)[:10].sum()": async () =>
    (await a(5_000, 10_000)).sqrt().reshape([10_000, 100, 100]).slice(":10").sum(),
  "mapOverlap(A(2500), f, depth 2)[600:700].sum()": async () =>
    mapOverlap(await a(2_500), (block) => block, { depth: { 0: 2 }, stencil: true })
      .slice("600:700")
      .sum(),
  "linspace(0, 1, 1e7)[5e6:5e6 + 100].sum()": () =>
    linspace(0, 1, 1e7, { chunks: 1e6 }).slice("5000000:5000100").sum(),
  "(A(2500) + A(2500)ᵀ)[:0].sum()": async () =>
    same(await a(2_500))
      .slice(":0")
      .sum(),
  "sqrt(A(5000)).sum(0, keepdims)[0, :100].sum()": async () =>
    (await a(5_000)).sqrt().sum(0, { keepdims: true }).slice(0, ":100").sum(),
  "A(1000).cumsum(0).sum()": async () => (await a(1_000)).cumsum(0).sum(),
  "(2 A(1000)).sum()": async () => (await a(1_000)).multiply(2).sum(),
  "x = random(1e8); (x + xᵀ).sum(0).max()": () =>
    same(random([10_000, 10_000], { chunks: 1_000, seed: 1 }))
      .sum(0)
      .max(),
  "normal(1e8).mean()": () => normal([10_000, 10_000], { chunks: 1_000, seed: 1 }).mean(),
};

const NONE = Object.fromEntries(PASS_NAMES.map((name) => [name, false]));
const WAYS = { "all passes": {}, "no passes": NONE };
const only = process.env.ONLY;

/** Tasks to run and bytes read or made, as explain() predicts them. */
function planOf(array, passes) {
  const text = String(array.explain({ passes, measure: false, workers: 1 }));
  const [, tasks] = /([\d,]+) tasks? to run/.exec(text) ?? [];
  const [, bytes] = /^read or made +(.*)$/m.exec(text) ?? [];
  return `${tasks} tasks, ${bytes}`;
}

for (const [text, make] of Object.entries(EXPRESSIONS)) {
  if (only !== undefined && !text.includes(only)) continue;
  const array = await make();
  const times = {};
  for (let run = 0; run < 4; run++) {
    for (const [way, passes] of Object.entries(WAYS)) {
      const startMs = performance.now();
      await array.compute({ passes });
      if (run > 0) (times[way] ??= []).push(performance.now() - startMs);
    }
  }
  for (const [way, passes] of Object.entries(WAYS)) {
    const [, median] = times[way].toSorted((x, y) => x - y);
    console.log(`${text} | ${way} | ${(median / 1_000).toFixed(3)} s | ${planOf(array, passes)}`);
  }
}
