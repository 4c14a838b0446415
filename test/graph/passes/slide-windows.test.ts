import { describe, expect, it } from "vitest";
import {
  arange,
  type ChunkedArray,
  fromArray,
  median,
  nanmedian,
  nanquantile,
  quantile,
  random,
  slidingWindowView,
} from "../../../src/array/index.js";
import {
  graphBelow,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { slideWindows } from "../../../src/graph/passes/slide-windows.js";
import { countTasks } from "../../../src/graph/tasks/count-tasks.js";
import "../../../src/index.js";
import { after } from "../after-pass.js";
import { numbersOf } from "../computed-elements.js";

const x = random([30, 21], {
  seed: 5,
  chunks: [
    [7, 23],
    [5, 16],
  ],
});

function routines(array: ChunkedArray): string[] {
  return layersOf(after(slideWindows, graphBelow([array.node]))).flatMap((layer) =>
    layer.kind === "routine" ? [layer.routine.name] : [],
  );
}

/** The elements with the pass and without. */
async function both(array: ChunkedArray): Promise<[number[], number[]]> {
  const graph = graphBelow([array.node]);
  return [await numbersOf(optimize(graph)), await numbersOf(graph)];
}

function tasksOf(graph: LayerGraph): number {
  return countTasks(layersOf(graph), outputsOf(graph)).reduce((sum, { tasks }) => sum + tasks, 0);
}

const shortSums = (array: ChunkedArray) => slidingWindowView(array, 3).sum(-1);

async function expectSame(array: ChunkedArray): Promise<void> {
  const [slid, plain] = await both(array);
  expect(slid).toHaveLength(plain.length);
  // As toBeCloseTo has it, which takes more time than what it checks.
  for (const [i, value] of slid.entries()) {
    const isClose = Object.is(value, plain[i]) || Math.abs(value - (plain[i] as number)) < 5e-11;
    if (!isClose) expect(value).toBeCloseTo(plain[i] as number, 10);
  }
}

describe("slideWindows", () => {
  for (const name of ["sum", "mean", "prod", "min", "max", "var", "std"] as const) {
    it(`reduces by ${name} what is in windows, without the windows`, async () => {
      for (const [axis, size] of [
        [0, 1],
        [0, 4],
        [1, 7],
        [1, 21],
        [0, 23],
      ] as const) {
        const windows = slidingWindowView(x, size, axis);
        expect(routines(windows[name](-1))).toEqual(["slide"]);
        await expectSame(windows[name](-1));
        await expectSame(windows[name](-1, { keepdims: true }));
      }
      await expectSame(slidingWindowView(x.astype("float32"), 3, 0)[name](-1));
      await expectSame(slidingWindowView(arange(40, { chunks: 11 }), 3)[name](-1));
    });
  }

  it("finds medians and quantiles of windows by the order of their elements", async () => {
    const odd = [3, -0, 0, Number.NaN, 5, -0, 2, 0, Number.POSITIVE_INFINITY, -1, 0, 2, 2, 7];
    const whole = arange(60, { chunks: 11 }).multiply(37).remainder(23);
    const arrays = [
      slidingWindowView(x, 4, 0),
      slidingWindowView(x, 21, 1),
      slidingWindowView(fromArray(odd, { chunks: 5 }), 3),
      slidingWindowView(whole, 6),
      slidingWindowView(whole.astype("float32"), 1),
      slidingWindowView(whole.astype("int64"), 9),
      // Longer than the stretch whose elements get their ranks together.
      slidingWindowView(random([6_000], { seed: 6, chunks: 2_500 }), 2_600),
    ];
    for (const windows of arrays) {
      const found = [
        median(windows, -1),
        nanmedian(windows, -1),
        quantile(windows, [0.1, 0.5, 1], -1),
        quantile(windows, 0.3, -1, { method: "lower" }),
        nanquantile(windows, 0.9, -1, { method: "hazen" }),
      ] as ChunkedArray[];
      for (const array of found) {
        expect(routines(array)).toEqual(["slideQuantiles"]);
        const [slid, plain] = await both(array);
        // Zeros keep their signs, and int64 their bits.
        expect(slid).toEqual(plain);
      }
    }
  });

  it("gives infinities and NaN to the windows that have them, and to no others", async () => {
    const values = [
      1,
      2,
      Number.POSITIVE_INFINITY,
      4,
      5,
      Number.NaN,
      7,
      8,
      9,
      Number.NEGATIVE_INFINITY,
      3,
    ];
    const windows = slidingWindowView(fromArray(values, { chunks: 4 }), 2);
    for (const array of [windows.sum(-1), windows.min(-1), windows.max(-1), windows.var(-1)]) {
      const [slid, plain] = await both(array);
      expect(slid).toEqual(plain);
    }
  });

  it("loses nothing to large numbers that have left the window", async () => {
    const values = [1e300, 1e-3, 2e-3, 3e-3, -1e300, 4e-3, 5e-3];
    const [sums] = await both(slidingWindowView(fromArray(values), 2).sum(-1));
    expect(sums.slice(1, 3)).toEqual([3e-3, 5e-3]);
    expect(sums.at(-1)).toBe(4e-3 + 5e-3);
  });

  it("reduces long windows in the blocks of their elements, in as many tasks as short ones", async () => {
    const [length, size] = [20_000, 3_000];
    for (const chunks of [
      [10_000, 10_000],
      [10_000, 9_000, 1_000],
    ]) {
      const wide = arange(length, { dtype: "float64", chunks: [chunks] })
        .multiply(37)
        .remainder(1_009);
      const windows = slidingWindowView(wide, size);
      expect(windows.chunks[0]?.length).toBeGreaterThan(2);
      const sums = windows.sum(-1);
      expect(sums.chunks).toEqual([[10_000, 7_001]]);
      const graph = optimize(graphBelow([sums.node]));
      const short = optimize(graphBelow([shortSums(wide).node]));
      expect(tasksOf(graph)).toBeLessThanOrEqual(tasksOf(short));
      const found = await numbersOf(graph);
      const running = [0];
      for (let i = 0; i < length; i++) running.push((running[i] as number) + ((i * 37) % 1_009));
      expect(found).toEqual(
        found.map((_, i) => (running[i + size] as number) - (running[i] as number)),
      );
      const middles = await numbersOf(optimize(graphBelow([median(windows, -1).node])));
      expect(middles).toHaveLength(found.length);
      expect(middles[9_999]).toBe(504);
    }
  });

  it("leaves windows that are wanted, changed first, or of integers whose products wrap", () => {
    const windows = slidingWindowView(x, 3, 0);
    expect(routines(windows.multiply(2).sum(-1))).toEqual(["window"]);
    expect(routines(windows.sum([0, -1]))).toEqual(["window"]);
    expect(routines(slidingWindowView(arange(9), 3).prod(-1))).toEqual(["window"]);
    expect(routines(slidingWindowView(arange(9, { dtype: "int64" }), 3).sum(-1))).toEqual([
      "window",
    ]);
  });
});
