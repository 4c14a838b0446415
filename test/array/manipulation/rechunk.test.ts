import { describe, expect, it } from "vitest";
import { evenChunks } from "../../../src/array/chunks/even-chunks.js";
import { type ChunkSpec, zeros } from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { axisOfRuns } from "../../../src/graph/model/axis-runs.js";
import { type Chunks, shapeOf } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/rechunk.json" with { type: "json" };
import { countingArray, tasksOf, valuesOf } from "../table-arrays.js";

type Axis = readonly number[] | { readonly rle: [number, number][] };
interface Case {
  readonly group: string;
  readonly old: readonly Axis[];
  readonly new: ChunkSpec;
  readonly itemsize: number;
  readonly block_size_limit?: number | null;
  readonly result: readonly Axis[];
  readonly balance?: boolean;
  readonly error?: boolean;
}
const decode = (axes: readonly Axis[]): Chunks =>
  axes.map((axis) => ("rle" in axis ? axisOfRuns(axis.rle) : axis));

const DTYPE_OF_BYTES: Readonly<Record<number, DType>> = { 1: "uint8", 4: "int32", 8: "float64" };

describe("rechunk", () => {
  it("reads specifications as Dask does, starting from the chunks there are", () => {
    const cases = (table.cases as unknown as Case[]).filter((c) => c.group === "spec");
    expect(cases.length).toBeGreaterThan(8);
    for (const c of cases) {
      const old = decode(c.old);
      const x = zeros(shapeOf(old), {
        chunks: old,
        dtype: DTYPE_OF_BYTES[c.itemsize] ?? "float64",
      });
      const limit = c.block_size_limit ?? undefined;
      const { balance = false } = c;
      const run = () => x.rechunk(c.new, limit === undefined ? { balance } : { balance, limit });
      if (c.error) expect(run, JSON.stringify(c)).toThrow(ArgumentError);
      else expect(run().chunks, JSON.stringify(c)).toEqual(decode(c.result));
    }
  });

  it("evens out blocks as Dask does", () => {
    const cases = (
      table.cases as unknown as { group: string; chunk: Axis; balanced: Axis }[]
    ).filter((c) => c.group === "balance");
    expect(cases.length).toBeGreaterThan(8);
    for (const { chunk, balanced } of cases) {
      const [lengths, expected] = decode([chunk, balanced]) as [
        readonly number[],
        readonly number[],
      ];
      expect(evenChunks(lengths), JSON.stringify(chunk)).toEqual(expected);
    }
  });

  it("keeps values through passes in between", async () => {
    const x = countingArray([40, 40], [new Array<number>(40).fill(1), [40]]);
    const turned = x.rechunk([40, 1], { blockBytesMax: 800 });
    expect(turned.node.inputs[0]?.layer.kind).toBe("rechunk");
    expect(await valuesOf(turned)).toEqual(await valuesOf(x));
  });

  it("costs nothing where chunks stay", () => {
    const x = zeros([6, 6], { chunks: 3 });
    expect(x.rechunk([3, 3])).toBe(x);
    expect(tasksOf(x.rechunk([[3, 2, 1], 3]))).toBe(4);
    expect(x.rechunk({ 1: -1 }).numblocks).toEqual([2, 1]);
    expect(x.rechunk({ [-1]: 2 }).numblocks).toEqual([2, 3]);
  });
});
