// Slices below users' functions of blocks: only where these are declared elementwise or a stencil,
// and then with the same elements, for any chunks, depths, boundaries and slices.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Boundary,
  ChunkedArray,
  mapBlocks,
  mapOverlap,
  random,
  vectorize,
} from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { layerGraph } from "../../../src/graph/ports/collection-graphs.js";
import { elementsOf } from "../computed-elements.js";
import { costOf } from "./plan-cost.js";

type Matrix = { data: Float64Array; shape: number[] };

/** Sums of neighbours up to one row before, two rows after and one column on either side. */
const neighbours = ({ data, shape }: Matrix): number[] => {
  const [rows = 0, columns = 0] = shape;
  return Array.from(data, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let i = Math.max(0, row - 1); i <= Math.min(rows - 1, row + 2); i++) {
      for (let k = Math.max(0, column - 1); k <= Math.min(columns - 1, column + 1); k++) {
        sum += (2 + i - row) * (3 + k - column) * (data[i * columns + k] as number);
      }
    }
    return sum;
  });
};

/** Depends on all of its block. */
const ranks = ({ data }: Matrix): number[] => {
  const sorted = Float64Array.from(data).sort();
  return Array.from(data, (value) => sorted.indexOf(value));
};

const difference = (a: Matrix, b: Matrix): number[] =>
  Array.from(a.data, (value, i) => 2 * value - (b.data[i] as number));

/** Random cases; for many, set RUNS. */
const RUNS = Number(process.env.RUNS ?? 12);

const DEPTH = { 0: [1, 2], 1: 1 } as const;

/** An index of each axis: a range with steps, or a position. */
const index = (length: number): fc.Arbitrary<string | number> =>
  fc.oneof(
    fc
      .tuple(
        fc.integer({ min: 0, max: length - 1 }),
        fc.integer({ min: 1, max: length }),
        fc.constantFrom(1, 1, 1, 2, 3, -1, -2),
      )
      .map(([start, count, step]) => {
        const end = Math.min(length, start + count);
        return step > 0
          ? `${start}:${end}:${step}`
          : `${end - 1}:${start === 0 ? "" : start - 1}:${step}`;
      }),
    fc.integer({ min: 0, max: length - 1 }),
  );

const cases = fc.record({
  chunks: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 13 })),
  boundary: fc.constantFrom<Boundary>("none", "none", "reflect", "periodic", "nearest", 7),
  selection: fc.tuple(index(20), index(13)),
  again: index(20),
});

/** Holds the elements after all passes to those without any. */
async function checkSame(array: ChunkedArray): Promise<void> {
  const wanted = await elementsOf(layerGraph(array));
  expect(await elementsOf(layerGraph(array, { optimize: true }))).toEqual(wanted);
}

/** Float64 of a file, 10,000 by 10,000. */
function file(chunks: number): ChunkedArray {
  const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
  const generator = { type: "npy", path: "/data/a.npy", ...layout } as const;
  const shape = [10_000, 10_000];
  return new ChunkedArray(sourceNode("npy", generator, shape, "float64", [chunks, chunks]));
}

describe("slices of local functions", () => {
  it("have the elements that they have without passes", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ chunks, boundary, selection, again }) => {
        const x = random([20, 13], { chunks, seed: 5 });
        const y = random([20, 13], { chunks, seed: 6 });
        const row = random([13], { chunks: chunks[1], seed: 7 });
        const stencil = { depth: DEPTH, boundary, stencil: true } as const;
        const sliced = mapOverlap(x, neighbours as never, stencil).slice(...selection);
        await checkSame(sliced);
        await checkSame(vectorize((a: number, b: number) => 3 * a - b)(x, row).slice(...selection));
        const others = { others: [y] as const, elementwise: true };
        await checkSame(mapBlocks(x, difference as never, others).slice(...selection));
        // Two functions, and two windows of the first.
        const once = mapOverlap(x, neighbours as never, stencil);
        await checkSame(mapOverlap(once, neighbours as never, stencil).slice(again));
        await checkSame(once.slice("2:5").add(once.slice("7:10")));
      }),
      { numRuns: RUNS },
    );
  });

  it("read what the function depends on, and nothing else", () => {
    const part = { stencil: true, depth: 2 };
    const middle = mapOverlap(file(2_500), neighbours as never, { ...part, depth: { 0: 2 } });
    expect(costOf(middle.slice("600:700").sum())).toBe("5 tasks, 8.32 MB");
    expect(
      costOf(
        mapOverlap(file(2_500), neighbours as never, part)
          .slice("600:700")
          .sum(),
      ),
    ).toBe("13 tasks, 8.32 MB");
    // Of several blocks, too.
    expect(costOf(middle.slice("2490:2510").sum())).toBe("25 tasks, 1.92 MB");
    const scaled = file(2_500).mapBlocks((block) => block, { elementwise: true });
    expect(costOf(scaled.slice(":100", "5:10"))).toBe("1 tasks, 0.004 MB");
  });
});

describe("slices of other functions", () => {
  it("are taken of the blocks that the function makes", async () => {
    const x = random([20, 13], { chunks: [7, 5], seed: 5 });
    const wanted = x.mapBlocks(ranks as never).slice("3:9", 4);
    await checkSame(wanted);
    const whole = await elementsOf(layerGraph(x.mapBlocks(ranks as never)));
    const rows = Array.from({ length: 6 }, (_, i) => whole[(3 + i) * 13 + 4]);
    expect(await elementsOf(layerGraph(wanted, { optimize: true }))).toEqual(rows);
    await checkSame(mapOverlap(x, ranks as never, { depth: 1 }).slice("3:9", 4));
    expect(
      costOf(
        file(2_500)
          .mapBlocks(ranks as never)
          .slice(":100"),
      ),
    ).toBe("8 tasks, 200 MB");
  });
});

describe("a function declared local", () => {
  it("is refused where it takes its position, or its blocks have another length", () => {
    const x = random([20, 13], { chunks: [7, 5], seed: 5 });
    const positioned = (block: unknown, info: unknown) => [block, info] as never;
    expect(() => x.mapBlocks(positioned, { elementwise: true })).toThrow(
      /function positioned is declared elementwise and takes 2 parameters: expected 1/,
    );
    expect(() => mapOverlap(x, positioned, { stencil: true, depth: 1 })).toThrow(/a stencil/);
    const same = (block: unknown) => block as never;
    const options = [{ chunks: [1, 1] }, { dropAxis: 0 }, { newAxis: 0 }] as const;
    for (const option of options) {
      expect(() => x.mapBlocks(same, { elementwise: true, ...option } as never)).toThrow(
        /leave out chunks, dropAxis, newAxis and trim/,
      );
    }
    expect(() => mapOverlap(x, same, { stencil: true, depth: 1, trim: false })).toThrow(/trim/);
  });
});
