// Blocks that see their neighbours.
import { describe, expect, it } from "vitest";
import {
  arange,
  type Boundary,
  fromArray,
  mapOverlap,
  overlap,
  slidingWindowView,
  zeros,
} from "../../../../src/array/index.js";
import type { Chunks } from "../../../../src/graph/model/chunks.js";
import table from "../../../fixtures/combine.json" with { type: "json" };
import { chunkings, countingArray, tasksOf, valuesOf } from "../../table-arrays.js";

interface Case {
  readonly op: string;
  readonly args: {
    readonly depth: Record<number, number>;
    readonly boundary: Record<number, Boundary>;
  };
  readonly inputs: { shape: number[]; chunks: Chunks }[];
  readonly result_chunks: Chunks;
}
/** Dask cuts again where a block is shorter than the depth; we need not. */
const cases = (table.cases as unknown as Case[]).filter(
  ({ op, args, inputs }) =>
    op === "overlap" &&
    inputs[0]?.chunks.every((own, axis) => Math.min(...own) >= (args.depth[axis] ?? 0)),
);

describe("overlap", () => {
  it("gives Dask's chunks", () => {
    expect(cases.length).toBeGreaterThan(5);
    for (const { args, inputs, result_chunks } of cases) {
      const { shape = [], chunks = [] } = inputs[0] ?? {};
      const what = JSON.stringify({ args, shape, chunks });
      expect(overlap(countingArray(shape, chunks), args).chunks, what).toEqual(result_chunks);
    }
  });

  it("shows what is beyond the ends", async () => {
    const x = arange(4, { chunks: 2 });
    const seen = (boundary: Boundary) => valuesOf(overlap(x, { depth: 1, boundary }));
    expect(await seen("none")).toEqual([0, 1, 2, 1, 2, 3]);
    expect(await seen("reflect")).toEqual([0, 0, 1, 2, 1, 2, 3, 3]);
    expect(await seen("periodic")).toEqual([3, 0, 1, 2, 1, 2, 3, 0]);
    expect(await seen("nearest")).toEqual([0, 0, 1, 2, 1, 2, 3, 3]);
    expect(await seen(7)).toEqual([7, 0, 1, 2, 1, 2, 3, 7]);
  });

  it("reads further than the next block where that is short", async () => {
    const x = overlap(arange(7, { chunks: [[3, 1, 3]] }), { depth: 2 });
    expect(x.chunks).toEqual([[5, 5, 5]]);
    expect(await valuesOf(x)).toEqual([0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6]);
    expect(() => overlap(zeros(3), { depth: 4 })).toThrow("a depth of 4 along axis 0 of length 3");
  });
});

describe("mapOverlap", () => {
  const values = Array.from({ length: 42 }, (_, i) => (i * i) % 11);
  const laplace = (block: {
    shape: number[];
    get: (i: number, j: number) => number;
  }): Float64Array => {
    const [rows = 0, columns = 0] = block.shape;
    return Float64Array.from({ length: rows * columns }, (_, at) => {
      const i = Math.floor(at / columns);
      const j = at % columns;
      const near = (di: number, dj: number) =>
        i + di < 0 || j + dj < 0 || i + di >= rows || j + dj >= columns
          ? 0
          : block.get(i + di, j + dj);
      return near(1, 0) + near(-1, 0) + near(0, 1) + near(0, -1) - 4 * near(0, 0);
    });
  };

  it.each([0, "periodic", "reflect", "nearest"] as const)(
    "computes what it computes on one block: %s",
    async (boundary) => {
      const run = (chunks: Chunks) =>
        valuesOf(
          mapOverlap(
            fromArray(Float64Array.from(values), { shape: [6, 7], chunks }),
            laplace as never,
            { depth: 1, boundary },
          ),
        );
      const [whole = [], ...cut] = chunkings([6, 7]);
      const wanted = await run(whole);
      expect(wanted).toHaveLength(42);
      for (const chunks of cut) expect(await run(chunks), JSON.stringify(chunks)).toEqual(wanted);
    },
  );

  it("cuts the margins off that it added", async () => {
    const x = arange(7, { chunks: [[1, 1, 3, 2]] });
    for (const boundary of ["none", "periodic", 0] as const) {
      const same = mapOverlap(x, (block) => block, { depth: 2, boundary });
      expect(await valuesOf(same)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
  });

  it("keeps shape and chunks, also where the function cuts margins off itself", () => {
    const x = zeros([8, 6], { chunks: [4, 3] });
    const same = mapOverlap(x, (block) => block, { depth: { 0: 1 } });
    expect(same.chunks).toEqual(x.chunks);
    const own = mapOverlap(x, (block) => block, { depth: 1, boundary: 0, trim: false });
    expect(own.chunks).toEqual(x.chunks);
    // Overlapping along one axis, and the function, which cuts its blocks itself.
    expect(tasksOf(same)).toBe(2 * 4);
  });

  it("tells functions of the blocks that they give, and takes long rows out of them", async () => {
    const x = arange(3 * 200, { dtype: "float64" })
      .reshape([3, 200])
      .rechunk([2, 100]);
    const shapes = mapOverlap(
      x,
      (block, info) => block.data.map((value) => value + 1000 * (info.shape[1] as number)),
      { depth: { 1: 3 } },
    );
    // Either block of a row sees three elements of the other.
    const wanted = Array.from({ length: 600 }, (_, i) => i + 1000 * 103);
    expect(await valuesOf(shapes)).toEqual(wanted);
  });
});

describe("slidingWindowView", () => {
  it("keeps blocks where windows begin", () => {
    const view = slidingWindowView(zeros(10, { chunks: 4 }), 3);
    expect(view.chunks).toEqual([[4, 4], [3]]);
    expect(tasksOf(view)).toBe(3);
  });

  it("refuses windows longer than the axis", () => {
    expect(() => slidingWindowView(zeros([3, 4]), [4, 1])).toThrow("windows of (4, 1) do not fit");
  });
});
