// Values of indexing, reshaping, reductions and products, against the tables, in several chunkings.
import { describe, expect, it } from "vitest";
import type { AxisLike } from "../../src/array/chunks/axes.js";
import {
  type ChunkedArray,
  dot,
  type IndexEntry,
  matmul,
  newAxis,
  outer,
  reshape,
  slice,
  tensordot,
  vecdot,
} from "../../src/array/index.js";
import { type DType, isBigInt } from "../../src/base/dtype.js";
import { ArgumentError } from "../../src/base/errors.js";
import { type Chunks, sizeOf } from "../../src/graph/model/chunks.js";
import linalgTable from "../fixtures/products.json" with { type: "json" };
import reductionTable from "../fixtures/reductions.json" with { type: "json" };
import reshapeTable from "../fixtures/reshape.json" with { type: "json" };
import slicingTable from "../fixtures/slicing.json" with { type: "json" };
import {
  chunkings,
  countingArray,
  elementsOf,
  expectClose,
  numberOf,
  type TableNumber,
  tableArray,
  valuesOf,
} from "./table-arrays.js";

describe("basic indexing", () => {
  type Entry = number | "..." | null | { slice: [number | null, number | null, number | null] };
  interface Case {
    readonly op: string;
    readonly shape: number[];
    readonly chunks: Chunks;
    readonly steps: Entry[][];
    readonly error?: boolean;
    readonly values: number[];
  }
  const basic = (slicingTable.cases as unknown as Case[]).filter(
    (c) => c.op === "getitem" && !c.error && !/"int"|"mask"/.test(JSON.stringify(c.steps)),
  );
  const indexOf = (entries: readonly Entry[]): IndexEntry[] =>
    entries.map((entry) =>
      entry === null ? newAxis : typeof entry === "object" ? slice(...entry.slice) : entry,
    );

  it("takes NumPy's elements", async () => {
    for (const c of basic) {
      const taken = c.steps.reduce<ChunkedArray>(
        (x, step) => x.slice(...indexOf(step)) as ChunkedArray,
        countingArray(c.shape, c.chunks),
      );
      expect(await valuesOf(taken), JSON.stringify(c)).toEqual(c.values);
    }
  });
});

describe("reshape", () => {
  interface Case {
    readonly shape: number[];
    readonly chunks: Chunks;
    readonly new_shape: number[];
    readonly merge_chunks: boolean;
    readonly numpy_also_rejects?: boolean;
  }
  const cases = (reshapeTable.cases as unknown as Case[]).filter(
    (c) => !c.numpy_also_rejects && sizeOf(c.shape) <= 2000,
  );

  it("keeps the row-major order, also where Dask refuses", async () => {
    expect(cases.length).toBeGreaterThan(100);
    for (const c of cases) {
      const x = countingArray(c.shape, c.chunks);
      const values = await valuesOf(reshape(x, c.new_shape, { mergeChunks: c.merge_chunks }));
      expect(values, JSON.stringify(c)).toEqual(Array.from({ length: x.size }, (_, i) => i));
    }
  });
});

describe("reductions", () => {
  interface Case {
    readonly part: string;
    readonly op: string;
    readonly dtype: DType;
    readonly shape: number[];
    readonly data: TableNumber[];
    readonly axis: AxisLike;
    readonly keepdims: boolean;
    readonly params: { ddof?: number; dtype?: string };
    readonly chunking_sensitive?: boolean;
    readonly dask_max_rel_diff?: number;
    readonly result?: { dtype: string; shape: number[]; values: TableNumber[] };
    readonly error?: boolean;
  }
  const OPS = ["sum", "prod", "mean", "var", "std", "min", "max", "any", "all", "argmin", "argmax"];
  const cases = (reductionTable.cases as unknown as Case[]).filter(
    (c) => OPS.includes(c.op) && !differs(c),
  );

  /** NumPy takes means as integers, and overflows in float32. */
  function differs({ op, dtype, params, result, data }: Case): boolean {
    if (op === "mean" && params.dtype === "int64") return true;
    const values = (result?.values ?? []).map(numberOf);
    const finite = data.map(numberOf).every(Number.isFinite);
    return dtype === "float32" && op === "std" && finite && !values.every(Number.isFinite);
  }

  const reduce = (c: Case, chunks: Chunks): ChunkedArray => {
    const x = tableArray(c.data, c.dtype, c.shape, chunks) as unknown as Record<
      string,
      (axis: AxisLike, options: object) => ChunkedArray
    >;
    const { ddof, dtype } = c.params;
    return (x[c.op] as (axis: AxisLike, options: object) => ChunkedArray)(c.axis, {
      keepdims: c.keepdims,
      ...(ddof === undefined ? {} : { correction: ddof }),
      ...(dtype === undefined ? {} : { dtype }),
    });
  };

  it.each(OPS)("are NumPy's in every chunking: %s", async (op) => {
    const own = cases.filter((c) => c.op === op);
    expect(own.length).toBeGreaterThan(3);
    for (const c of own) {
      for (const chunks of chunkings(c.shape)) {
        const what = JSON.stringify({ ...c, chunks });
        if (c.error) {
          expect(() => reduce(c, chunks), what).toThrow(ArgumentError);
          continue;
        }
        if (c.chunking_sensitive && chunks.some((axis) => axis.length > 1)) continue;
        const result = reduce(c, chunks);
        expect(result.shape, what).toEqual(c.result?.shape);
        expect(result.dtype, what).toBe(c.result?.dtype);
        const tolerance = ["float32", "complex64"].includes(c.dtype) ? 2e-6 : 1e-12;
        if (isBigInt(result.dtype)) {
          expect(await elementsOf(result), what).toEqual(
            c.result?.values.map((v) => BigInt(`${v}`)),
          );
          continue;
        }
        expectClose(
          await valuesOf(result),
          (c.result?.values ?? []).flat().map(numberOf),
          Math.max(4 * (c.dask_max_rel_diff ?? 0), tolerance),
          what,
        );
      }
    }
  });
});

describe("products", () => {
  interface Table {
    readonly shape: number[];
    readonly dtype: DType;
    readonly values: TableNumber[];
  }
  interface Case {
    readonly group: string;
    readonly fn: string;
    readonly operands: Table[];
    readonly chunks: Chunks[];
    readonly args: { axes?: number | [number[], number[]] };
    readonly result?: Table;
    readonly result_chunks?: Chunks | null;
    readonly error?: boolean;
  }
  const FUNCTIONS: Readonly<
    Record<string, (a: ChunkedArray, b: ChunkedArray, args: Case["args"]) => ChunkedArray>
  > = {
    matmul: (a, b) => matmul(a, b),
    dot: (a, b) => dot(a, b),
    outer: (a, b) => outer(a, b) as ChunkedArray,
    vecdot: (a, b) => vecdot(a, b),
    tensordot: (a, b, { axes }) => tensordot(a, b, axes),
  };
  const cases = (linalgTable.cases as unknown as Case[]).filter((c) => c.fn in FUNCTIONS);

  it.each(Object.keys(FUNCTIONS))("are NumPy's in several chunkings: %s", async (fn) => {
    const own = cases.filter((c) => c.fn === fn);
    expect(own.length).toBeGreaterThan(0);
    for (const c of own) {
      const [a, b] = c.operands as [Table, Table];
      const others = chunkings(a.shape).map((chunks, i) => [chunks, chunkings(b.shape)[3 - i]]);
      for (const [left, right] of [c.chunks, ...others]) {
        const what = JSON.stringify({ ...c, chunks: [left, right] });
        const run = () =>
          FUNCTIONS[fn]?.(
            tableArray(a.values, a.dtype, a.shape, left),
            tableArray(b.values, b.dtype, b.shape, right),
            c.args,
          ) as ChunkedArray;
        if (c.error) {
          expect(run, what).toThrow(ArgumentError);
          continue;
        }
        const result = run();
        expect(result.shape, what).toEqual(c.result?.shape);
        if (left === c.chunks[0] && c.result_chunks) {
          expect(result.chunks, what).toEqual(c.result_chunks);
        }
        expect(result.dtype, what).toBe(c.result?.dtype);
        const wanted = (c.result?.values ?? []).flat().map(numberOf);
        expectClose(await valuesOf(result), wanted, 1e-12, what);
      }
    }
  });

  it("adds groups of blocks along a long contraction", async () => {
    const a = countingArray([2, 40], [[1, 1], new Array<number>(40).fill(1)]);
    const product = matmul(a, a.T);
    expect(product.node.layer.kind).toBe("treeReduce");
    const [first] = await valuesOf(product);
    expect(first).toBe(Array.from({ length: 40 }, (_, i) => i * i).reduce((x, y) => x + y, 0));
  });
});
