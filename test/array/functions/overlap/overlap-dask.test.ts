// Blocks that overlap, functions of them and sliding windows against what Dask gives for the cases
// of its own tests.
import { describe, expect, it } from "vitest";
import {
  type ChunkedArray,
  mapBlocks,
  mapOverlap,
  overlap,
  slidingWindowView,
  trimOverlap,
  zeros,
} from "../../../../src/array/index.js";
import table from "../../../fixtures/overlap.json" with { type: "json" };
import { countingArray, valuesOf } from "../../table-arrays.js";

interface Case {
  readonly fn: string;
  readonly inputs: { shape: number[]; chunks: number[][] }[];
  readonly args: Record<string, unknown>;
  readonly result: { shape: number[]; values: number[] };
  readonly chunks?: number[][];
}
/** What a mapped function sees of a block. */
interface Block {
  readonly data: Int32Array;
  readonly shape: number[];
}
const cases = table.cases as unknown as Case[];

const FUNCTIONS = {
  same: (x: Block) => x.data,
  size: (x: Block) => x.data.map((value) => value + x.data.length),
  /** Sums of all elements before, along both axes. */
  sums: ({ data, shape: [rows = 1, columns = 1] }: Block) => {
    const carry = (at: number, from: number) => {
      data[at] = (data[at] as number) + (data[from] as number);
    };
    for (let at = columns; at < rows * columns; at++) carry(at, at - columns);
    for (let at = 1; at < rows * columns; at++) if (at % columns > 0) carry(at, at - 1);
    return data;
  },
  add: (x: Block, y: Block) => {
    const [long, short] = x.data.length >= y.data.length ? [x.data, y.data] : [y.data, x.data];
    return long.map((value, i) => value + (short[i % short.length] as number));
  },
  count: (x: Block, y: Block) => [x.data.length + y.data.length],
  nine: (x: Block, y: Block) => Array.from({ length: 9 }, () => x.data.length + y.data.length),
  middle: (x: Block, { shape: [length = 0] }: { shape: number[] }) => {
    const depth = (x.data.length - length) / 2;
    return x.data.subarray(depth, x.data.length - depth);
  },
};

/** Sums over some of three axes. */
const totals = (axes: number[]) => (x: Block) => {
  const [, n = 1, m = 1] = x.shape;
  const strides = [n * m, m, 1];
  const kept = [0, 1, 2].filter((axis) => !axes.includes(axis));
  const count = kept.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const sums = new Int32Array(count);
  x.data.forEach((value, at) => {
    let place = 0;
    for (const axis of kept) {
      const length = x.shape[axis] as number;
      place = place * length + (Math.floor(at / (strides[axis] as number)) % length);
    }
    sums[place] = (sums[place] as number) + value;
  });
  return sums;
};

function run({ fn, inputs, args }: Case): ChunkedArray {
  const [x, ...others] = inputs.map(({ shape, chunks }) => countingArray(shape, chunks));
  const [verb, name = "", dropped = ""] = fn.split(" ");
  if (verb === "slidingWindowView") {
    return slidingWindowView(x as ChunkedArray, args.window as number[], args.axis as number[]);
  }
  if (verb === "overlap") return overlap(x as ChunkedArray, args as never);
  if (verb === "trimOverlap") {
    return trimOverlap(overlap(x as ChunkedArray, args as never), args as never);
  }
  const f = name === "total" ? totals(dropped.split(",").map(Number)) : FUNCTIONS[name as "same"];
  const options = { ...args, others, captured: { axes: dropped.split(",").map(Number) } };
  return mapOverlap(x as ChunkedArray, f as never, options as never);
}

describe("blocks that overlap", () => {
  for (const fn of new Set(cases.map((c) => c.fn))) {
    it(`give what Dask gives: ${fn}`, async () => {
      for (const c of cases.filter((other) => other.fn === fn)) {
        const what = JSON.stringify([c.fn, c.inputs, c.args]);
        const result = run(c);
        expect(result.shape, what).toEqual(c.result.shape);
        if (c.chunks !== undefined) expect(result.chunks, what).toEqual(c.chunks);
        expect(await valuesOf(result), what).toEqual(c.result.values);
      }
    });
  }

  it("refuse depths, boundaries and windows that there are not", () => {
    const x = zeros([12, 12], { chunks: [3, 5] });
    expect(() => overlap(x, { depth: { 0: 13, 1: 4 }, boundary: 1 })).toThrow("a depth of 13");
    expect(() => overlap(x, { depth: { 0: [1, 13] } })).toThrow("a depth of 13 along axis 0");
    expect(() => overlap(x, { depth: { 2: 1 } })).toThrow("axis 2");
    expect(() => overlap(x, { depth: { 0: [1, 2, 3] as never } })).toThrow("is no depth");
    expect(() => overlap(x, { depth: 1, boundary: "wrap" as never })).toThrow(
      "there is no boundary",
    );
    expect(() => slidingWindowView(x, 13, 0)).toThrow("do not fit");
    expect(() => slidingWindowView(x, [7, 7], [0, 0])).toThrow("do not fit");
    expect(() => slidingWindowView(x, 2, [0, 1])).toThrow("do not fit");
    expect(() => slidingWindowView(x, 2)).toThrow("do not fit");
    expect(() => slidingWindowView(x, 0, 0)).toThrow("do not fit");
    expect(() => slidingWindowView(x, -1, 0)).toThrow("do not fit");
    expect(() => slidingWindowView(x, 2, 3)).toThrow("axis 3");
  });

  it("see asymmetric depths beyond every kind of end, which Dask cannot", async () => {
    const x = countingArray([4], [[2, 2]]);
    const seen = (boundary: "reflect" | "periodic" | "nearest" | number) =>
      valuesOf(overlap(x, { depth: { 0: [2, 1] }, boundary }));
    expect(await seen("reflect")).toEqual([1, 0, 0, 1, 2, 0, 1, 2, 3, 3]);
    expect(await seen("periodic")).toEqual([2, 3, 0, 1, 2, 0, 1, 2, 3, 0]);
    expect(await seen("nearest")).toEqual([0, 0, 0, 1, 2, 0, 1, 2, 3, 3]);
    expect(await seen(9)).toEqual([9, 9, 0, 1, 2, 0, 1, 2, 3, 9]);
    const same = mapOverlap(x, (block) => block, { depth: [[2, 1]], boundary: 9 });
    expect(await valuesOf(same)).toEqual([0, 1, 2, 3]);
  });
});

describe("mapBlocks", () => {
  it("drops axes, whose blocks the function gets as one, and adds some", async () => {
    const x = countingArray(
      [4, 6],
      [
        [2, 2],
        [4, 2],
      ],
    );
    const rowSums = ({ data, shape: [rows = 0, columns = 0] }: Block) =>
      Array.from({ length: rows }, (_, i) =>
        data.subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0),
      );
    const sums = mapBlocks(x, rowSums as never, { dropAxis: -1 });
    expect(sums.chunks).toEqual([[2, 2]]);
    expect(await valuesOf(sums)).toEqual([15, 51, 87, 123]);
    const twice = mapBlocks(x, ((block: Block) => [...block.data, ...block.data]) as never, {
      newAxis: 0,
      chunks: [2, [2, 2], [4, 2]],
    });
    expect(twice.shape).toEqual([2, 4, 6]);
    expect(await valuesOf(twice)).toEqual(
      [0, 1].flatMap(() => Array.from({ length: 24 }, (_, i) => i)),
    );
    expect(mapBlocks(x, (block) => block, { dropAxis: 0, newAxis: [0, 2] }).chunks).toEqual([
      [1],
      [4, 2],
      [1],
    ]);
  });
});
