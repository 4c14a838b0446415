// Lists, masks, points, blocks and assignment, against NumPy's values in several chunkings.
import { describe, expect, it } from "vitest";
import {
  blocks,
  type ChunkedArray,
  fromArray,
  type IndexEntry,
  newAxis,
  set,
  slice,
  take,
  takeAlongAxis,
  vindex,
  zeros,
} from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { dependencyMap } from "../../../src/graph/dependencies/dependencies.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/slicing.json" with { type: "json" };
import { chunkings, countingArray, tasksOf, valuesOf } from "../table-arrays.js";

interface ListEntry {
  readonly int?: number[];
  readonly mask?: boolean[];
  readonly shape?: number[];
  readonly chunks?: Chunks;
  readonly slice?: [number | null, number | null, number | null];
}
type Entry = number | "..." | null | ListEntry;
interface Case {
  readonly group: string;
  readonly op: "getitem" | "vindex" | "blocks" | "take" | "setitem";
  readonly shape: number[];
  readonly chunks: Chunks;
  readonly steps?: Entry[][];
  readonly index?: Entry[];
  readonly axis?: number;
  readonly value?: number | { shape: number[]; values: number[] };
  readonly error?: boolean;
  readonly numpy?: "error" | { shape: number[]; values: number[] };
  readonly result_chunks?: Chunks;
  readonly shape_computed: number[];
  readonly values: number[];
}

function entryOf(entry: Entry): IndexEntry {
  if (entry === null) return newAxis;
  if (typeof entry !== "object") return entry;
  if (entry.slice !== undefined) return slice(...entry.slice);
  const data = entry.int ?? entry.mask ?? [];
  const dtype = entry.int === undefined ? "bool" : "int32";
  const shape = entry.shape ?? [data.length];
  if (entry.chunks === undefined) return { data, shape, dtype };
  return fromArray(Float64Array.from(data, Number), { shape, dtype, chunks: entry.chunks });
}

function run(c: Case, x: ChunkedArray): ChunkedArray {
  const index = (c.index ?? c.steps?.[0] ?? []) as Entry[];
  switch (c.op) {
    case "getitem":
      return (c.steps ?? []).reduce<ChunkedArray>(
        (taken, step) => taken.slice(...step.map(entryOf)) as ChunkedArray,
        x,
      );
    case "vindex":
      return vindex(x, index.map(entryOf));
    case "blocks":
      return blocks(x, index.map(entryOf));
    case "take":
      return take(x, index as unknown as number[], c.axis);
    case "setitem": {
      const { value = 0 } = c;
      const given = typeof value === "number" ? value : { data: value.values, shape: value.shape };
      return set(x, index.map(entryOf), given);
    }
  }
}

const isLazyMask = ({ op, steps }: Case) =>
  op === "getitem" && /"mask":[^}]*"chunks"/.test(JSON.stringify(steps));
const cases = (table.cases as unknown as Case[]).filter(
  (c) => /"int"|"mask"/.test(JSON.stringify(c.steps ?? null)) || c.op !== "getitem",
);
const known = cases.filter((c) => !isLazyMask(c));
/** Dask refuses some of what NumPy takes; NumPy stands. */
const expected = (c: Case) => {
  if (!c.error) return { shape: c.shape_computed, values: c.values };
  return typeof c.numpy === "object" ? c.numpy : undefined;
};

describe("lists, masks, points, blocks and assignment", () => {
  for (const group of new Set(known.map((c) => c.group))) {
    it(`give NumPy's elements: ${group}`, async () => {
      for (const c of known.filter((other) => other.group === group)) {
        const wanted = expected(c);
        // What blocks are taken depends on the chunks.
        const grids = c.op === "blocks" ? [c.chunks] : [c.chunks, ...chunkings(c.shape)];
        for (const chunks of grids) {
          const what = JSON.stringify({ ...c, chunks });
          const compute = async () => {
            const result = run(c, countingArray(c.shape, chunks));
            return { shape: result.shape, values: await valuesOf(result) };
          };
          if (wanted === undefined)
            await expect(compute(), what).rejects.toThrow(
              /out of range|does not fit|do not broadcast/,
            );
          else expect(await compute(), what).toEqual(wanted);
        }
      }
    });
  }

  it("come in Dask's chunks, unless those are uneven or there are no elements", () => {
    const cut = known.filter(
      (c) => !c.error && c.result_chunks !== undefined && !/nan/.test(String(c.result_chunks)),
    );
    const same = cut.filter((c) => {
      const { chunks, shape } = run(c, countingArray(c.shape, c.chunks));
      const wanted = shape.includes(0) ? shape.map((length) => [length]) : c.result_chunks;
      return JSON.stringify(chunks) === JSON.stringify(wanted);
    });
    expect(cut.length).toBeGreaterThan(100);
    expect(same.length / cut.length).toBeGreaterThan(0.85);
  });

  it("read the blocks that hold the points, once each", () => {
    const x = countingArray([100], [new Array<number>(10).fill(10)]);
    expect(tasksOf(take(x, [3, 95, 1, 97], 0))).toBe(1);
    expect(x.slice([0, 1, 2, 3]).node.layer.kind).toBe("slice");
    const layer = take(x, [3, 95, 1, 97], 0).node.layer;
    const operands: number[] = [];
    dependencyMap(layer, [x.node.layer])(0, (_, block) => operands.push(block));
    expect(operands).toEqual([0, 9]);
  });

  it("cost no tasks where they are blocks", () => {
    expect(tasksOf(blocks(countingArray([6], [[2, 2, 2]]), [[2, 0]]))).toBe(0);
  });

  it("take what a mask picks that is not computed yet", async () => {
    const lazy = cases.filter(isLazyMask);
    expect(lazy.length).toBeGreaterThan(5);
    for (const c of lazy) {
      const taken = () => run(c, countingArray(c.shape, c.chunks));
      if (c.error && c.numpy === "error") expect(taken).toThrow(ArgumentError);
      else if (c.op !== "getitem") expect(taken).toThrow("pass `await mask.compute()`");
      else {
        const expected = typeof c.numpy === "object" ? c.numpy.values : c.values;
        expect(await valuesOf(taken())).toEqual(expected);
      }
    }
  });
});

describe("positions that are computed", () => {
  const x = countingArray(
    [3, 4, 5],
    [
      [2, 1],
      [2, 2],
      [2, 2, 1],
    ],
  );
  const flat = [2, -1, 0];
  const column = [[1], [-2]];
  const keys: readonly (readonly IndexEntry[])[] = [
    [flat],
    [null, column],
    [flat, flat],
    [column, flat, [0, 4, 3]],
    [flat, "::2", column],
    [newAxis, 1, flat, null],
    [1, null, flat],
    [0, column],
    [
      [true, false, true],
      [3, 0],
    ],
    [new Float64Array(0)],
  ];
  /** The key with its lists, or some of them, as chunked arrays. */
  const computed = (key: readonly IndexEntry[], wanted: (list: number) => boolean) => {
    let lists = 0;
    return key.map((entry) => {
      const isMask = Array.isArray(entry) && typeof entry[0] === "boolean";
      const isList = typeof entry === "object" && entry !== null && !isMask;
      if (!isList || !wanted(lists++)) return entry;
      return fromArray(entry as number[], { dtype: "int64", chunks: 2 });
    });
  };

  it("take what the same lists take, in memory", async () => {
    for (const key of keys) {
      const wanted = x.slice(...key);
      for (const which of [() => true, (list: number) => list === 0]) {
        const taken = x.slice(...computed(key, which));
        expect(taken.shape).toEqual(wanted.shape);
        expect(await valuesOf(taken)).toEqual(await valuesOf(wanted));
      }
    }
  });

  it("may be a single one", async () => {
    const one = fromArray(-1n);
    expect(await valuesOf(x.slice(one, 0, one))).toEqual([44]);
    expect(x.slice(null, one).shape).toEqual([3, 5]);
    expect(x.slice(0n, null, -1n).shape).toEqual([4]); // as argmax gives them
  });

  it("fail when they are out of range, also where several make one", async () => {
    const far = fromArray([0n, 4n]);
    await expect(valuesOf(x.slice(far))).rejects.toThrow("index 4 is out of range");
    await expect(valuesOf(x.slice(0, [0, 1], far.add(1)))).rejects.toThrow("out of range");
    expect(() => x.slice(zeros(2))).toThrow("holds integers, got float64");
  });
});

describe("takeAlongAxis", () => {
  const x = fromArray([
    [3, 1, 2],
    [6, 5, 4],
  ]);
  const order = fromArray(
    [
      [1, 2, 0],
      [-1, 1, 0],
    ],
    { dtype: "int32" },
  );

  it("takes each lane's own positions, however both are cut", async () => {
    for (const chunks of chunkings([2, 3])) {
      for (const others of chunkings([2, 3])) {
        const taken = takeAlongAxis(x.rechunk(chunks), order.rechunk(others), 1);
        expect(await valuesOf(taken)).toEqual([1, 2, 3, 4, 5, 6]);
      }
    }
    expect(await valuesOf(takeAlongAxis(x, fromArray([[1, 0, 1]], { dtype: "uint8" }), 0))).toEqual(
      [6, 1, 4],
    );
    expect(await valuesOf(takeAlongAxis(x, [[2]], 1))).toEqual([2, 4]);
  });

  it("refuses positions that do not fit", async () => {
    expect(() => takeAlongAxis(x, [0], 0)).toThrow("positions of shape (1,) do not fit lanes");
    expect(() => takeAlongAxis(x, [[0.5]], 0)).toThrow("positions are integers, got float64");
    await expect(valuesOf(takeAlongAxis(x, [[3]], 1))).rejects.toThrow("index 3 is out of range");
  });
});

describe("mistakes in lists", () => {
  it("are named", () => {
    const x = zeros([3, 4]);
    expect(() => x.slice([0, 3])).toThrow("index 3 is out of range for axis 0 of length 3");
    expect(() => x.slice([0.5])).toThrow("index 0.5 at axis 0 is no whole number");
    expect(() => x.slice([[true, false]])).toThrow("a mask of shape (1, 2) does not fit axes");
    expect(() => set(x, [0], [1, 2, 3])).toThrow("a value of shape (3,) cannot be set into (4,)");
    expect(() => set(x, [0], zeros([2, 4]))).toThrow(
      "a value of shape (2, 4) cannot be set into (4,)",
    );
    expect(() => blocks(x, [1])).toThrow("index 1 is out of range for axis 0 of length 1");
  });
});

it("parts lists and positions by an ellipsis that stands for no axis, as NumPy does", async () => {
  const x = countingArray(
    [2, 4, 2],
    [
      [1, 1],
      [2, 2],
      [1, 1],
    ],
  );
  expect(x.slice(null, [1, 3, 0], "...", -1).shape).toEqual([3, 2]);
  expect(await valuesOf(x.slice(null, [1, 3, 0], "...", -1))).toEqual([3, 11, 7, 15, 1, 9]);
  expect(x.slice(null, [1, 3, 0], -1, "...").shape).toEqual([2, 3]);
  expect(x.slice(0, "...", 1, 1).shape).toEqual([]);
});

describe("positions that repeat", () => {
  it("make about as many blocks as there were", () => {
    const clim = zeros([12, 4], { chunks: [1, 4] });
    const months = Array.from({ length: 14_600 }, (_, day) => day % 12);
    expect(clim.take(months, 0).numblocks).toEqual([48, 1]);
    // No block has more than 128 MiB.
    expect(zeros([12, 45, 90], { chunks: [12, 45, 90] }).take(months, 0).numblocks).toEqual([
      4, 1, 1,
    ]);
  });

  it("are in any order as blocks are", () => {
    const x = zeros(100, { chunks: 10 });
    const back = Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
    expect(x.take(back, 0).numblocks).toEqual([10]);
  });
});
