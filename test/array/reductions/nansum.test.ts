// Reductions that pass over NaN, medians, quantiles and running totals, against NumPy's table.
import { describe, expect, it } from "vitest";
import type { AxisLike } from "../../../src/array/chunks/axes.js";
import * as tilework from "../../../src/array/index.js";
import { type ChunkedArray, einsum, norm } from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import productTable from "../../fixtures/einsum_norms.json" with { type: "json" };
import table from "../../fixtures/nan_reductions.json" with { type: "json" };
import {
  chunkings,
  expectClose,
  numberOf,
  type TableNumber,
  tableArray,
  valuesOf,
} from "../table-arrays.js";

interface Case {
  readonly op: string;
  readonly dtype: DType;
  readonly shape: number[];
  readonly data: TableNumber[];
  readonly axis: AxisLike;
  readonly keepdims: boolean;
  readonly params: { ddof?: number; dtype?: DType; q?: number | number[] };
  readonly result?: { dtype: string; shape: number[]; values: TableNumber[] };
  readonly error?: boolean;
}
type Verb = (...args: unknown[]) => ChunkedArray;

const cases = table.cases as unknown as Case[];
const verbs = tilework as unknown as Record<string, Verb>;
const TAKES_SHARES = ["quantile", "nanquantile", "percentile"];

function run(c: Case, chunks: Chunks): ChunkedArray {
  const x = tableArray(c.data, c.dtype, c.shape, chunks);
  const verb = verbs[c.op === "count_nonzero" ? "countNonzero" : c.op] as Verb;
  if (TAKES_SHARES.includes(c.op)) return verb(x, c.params.q, c.axis, { keepdims: c.keepdims });
  return verb(x, c.axis, {
    ...(c.keepdims ? { keepdims: true } : {}),
    ...(c.params.ddof === undefined ? {} : { correction: c.params.ddof }),
    ...(c.params.dtype === undefined ? {} : { dtype: c.params.dtype }),
  });
}

describe("reductions of NumPy's table", () => {
  it.each([...new Set(cases.map((c) => c.op))])("are right in every chunking: %s", async (op) => {
    for (const c of cases.filter((other) => other.op === op)) {
      // Lanes without numbers have no largest: NumPy refuses them, we cannot know beforehand.
      if (c.error && op.startsWith("nanarg")) continue;
      for (const chunks of chunkings(c.shape)) {
        const what = JSON.stringify({ ...c, chunks });
        if (c.error) {
          expect(() => run(c, chunks), what).toThrow(ArgumentError);
          continue;
        }
        const result = run(c, chunks);
        expect(result.shape, what).toEqual(c.result?.shape);
        const wanted = (c.result?.values ?? []).map(numberOf);
        expectClose(await valuesOf(result), wanted, c.dtype === "float32" ? 2e-6 : 1e-12, what);
      }
    }
  });
});

interface Table {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: TableNumber[];
}
interface ProductCase {
  readonly group: string;
  readonly fn?: string;
  readonly operands: Table[];
  readonly a: Table;
  readonly args: {
    readonly spec?: string;
    readonly axis?: number | number[] | null;
    readonly ord?: string | number | null;
    readonly keepdims?: boolean;
  };
  readonly result?: Table;
  readonly error?: boolean;
}
const productCases = productTable.cases as unknown as ProductCase[];
// Their whole numbers are small, so that int32 holds what int64 does.
const arrayOf = ({ values, dtype, shape }: Table, cut: number): ChunkedArray =>
  tableArray(values, (dtype === "int64" ? "int32" : dtype) as DType, shape, chunkings(shape)[cut]);

describe("einsum, norms and their like", () => {
  it.each([0, 1, 2, 3])("multiply as NumPy does, in chunking %i", async (cut) => {
    for (const c of productCases.filter(({ group }) => group !== "norm")) {
      const what = JSON.stringify(c);
      const arrays = c.operands.map((x, i) => arrayOf(x, (cut + i) % 4));
      const multiply = () =>
        c.group === "einsum"
          ? einsum(c.args.spec ?? "", ...arrays)
          : (verbs[c.fn ?? ""] as Verb)(...arrays);
      if (c.error) {
        expect(multiply, what).toThrow(ArgumentError);
        continue;
      }
      const result = multiply();
      expect(result.shape, what).toEqual(c.result?.shape);
      expectClose(await valuesOf(result), (c.result?.values ?? []).map(numberOf), 1e-12, what);
    }
  });

  it("measure vectors and matrices", async () => {
    const norms = productCases.filter(({ group }) => group === "norm");
    expect(norms.length).toBeGreaterThan(15);
    for (const c of norms) {
      const what = JSON.stringify(c);
      const { axis = null, keepdims = false, ord = null } = c.args;
      const options = {
        axis,
        keepdims,
        ...(ord === null ? {} : { ord: ord === "inf" ? Number.POSITIVE_INFINITY : ord }),
      } as Parameters<typeof norm>[1];
      for (const cut of [0, 1, 3]) {
        if (c.error) {
          expect(() => norm(arrayOf(c.a, cut), options), what).toThrow(ArgumentError);
          continue;
        }
        const result = norm(arrayOf(c.a, cut), options);
        expect(result.shape, what).toEqual(c.result?.shape);
        const wanted = (c.result?.values ?? []).map(numberOf);
        expectClose(await valuesOf(result), wanted, 1e-12, what);
      }
    }
  });
});
