import { describe, expect, it } from "vitest";
import * as arrays from "../../../src/array/index.js";
import {
  add,
  arange,
  asarray,
  type ChunkedArray,
  clip,
  copysign,
  equal,
  fromArray,
  full,
  less,
  pow,
  round,
  where,
  zeros,
} from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import { OPERATIONS, type Operation } from "../../../src/graph/model/operations.js";
import broadcastTable from "../../fixtures/broadcast.json" with { type: "json" };
import table from "../../fixtures/promotion.json" with { type: "json" };
import { countingArray, tasksOf, valuesOf } from "../table-arrays.js";

interface Case {
  readonly group: string;
  readonly fn: string;
  readonly dtype: DType;
  readonly dtype1: DType;
  readonly dtype2: DType;
  readonly result_dtype: string;
  readonly error?: boolean;
}

/** `bitwise_and` is `bitwiseAnd` here. */
const nameOf = (fn: string) => fn.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const isOperation = (name: string): name is Operation => Object.hasOwn(OPERATIONS, name);
const verbs = arrays as unknown as Record<string, (...args: unknown[]) => ChunkedArray>;

describe("the table of operations", () => {
  it("is there as functions and as methods", () => {
    const x = zeros([2]) as unknown as Record<string, unknown>;
    for (const [name, { arity }] of Object.entries(OPERATIONS)) {
      expect(verbs[name], name).toBeTypeOf("function");
      if (arity < 3) expect(x[name], name).toBeTypeOf("function");
    }
  });

  it("makes NumPy's dtypes and rejects what NumPy rejects", () => {
    let checked = 0;
    for (const c of table.cases as unknown as Case[]) {
      const name = nameOf(c.fn ?? "");
      const typed = ["unary_dtype", "binary_dtype", "reject"].includes(c.group);
      if (!typed || !isOperation(name)) continue;
      const dtypes = c.dtype === undefined ? [c.dtype1, c.dtype2] : [c.dtype];
      if (OPERATIONS[name].arity !== dtypes.length) dtypes.push(...dtypes);
      const run = () => verbs[name]?.(...dtypes.map((dtype) => zeros([2], { dtype })));
      checked++;
      if (c.error) expect(run, JSON.stringify(c)).toThrow(ArgumentError);
      // There is no float16, which NumPy has for 8 bits.
      else
        expect(run()?.dtype, JSON.stringify(c)).toBe(c.result_dtype.replace("float16", "float32"));
    }
    expect(checked).toBeGreaterThan(50);
  });

  it("is spelt out in errors", () => {
    expect(() => zeros([2], { dtype: "bool" }).negative()).toThrow(
      "negative does not take bool: expected int8, int16, int32, int64, uint8",
    );
  });
});

describe("broadcasting operations", () => {
  interface Elementwise {
    readonly group: string;
    readonly operands: { shape: number[]; chunks: Chunks }[];
    readonly result_shape: number[];
    readonly result_chunks: Chunks;
    readonly tasks: number;
    readonly error?: boolean;
  }
  const cases = (broadcastTable.cases as unknown as Elementwise[]).filter(
    (c) => c.group === "elemwise",
  );

  it("cut operands as Dask does, in no more tasks, with the same values in any chunks", async () => {
    for (const c of cases) {
      const what = JSON.stringify(c);
      const sum = (chunked: boolean) =>
        c.operands
          .map(({ shape, chunks }) =>
            countingArray(shape, chunked ? chunks : shape.map((n) => [n])),
          )
          .reduce((a, b) => add(a, b));
      if (c.error) {
        expect(() => sum(true), what).toThrow(ArgumentError);
        continue;
      }
      const result = sum(true);
      expect(result.shape, what).toEqual(c.result_shape);
      expect(result.chunks, what).toEqual(c.result_chunks);
      expect(tasksOf(result), what).toBeLessThanOrEqual(c.tasks);
      expect(await valuesOf(result), what).toEqual(await valuesOf(sum(false), false));
    }
  });

  it("load an array once that stands twice", () => {
    const x = zeros([4]);
    expect(x.add(x).node.layer).toMatchObject({
      inputs: [x.name],
      operands: [{ input: 0, axes: [0] }],
    });
  });

  it("name both shapes", () => {
    expect(() => zeros([2, 3]).add(zeros([4]))).toThrow("shapes (2, 3) and (4,) do not broadcast");
  });
});

describe("scalars and values in memory", () => {
  it("bend to the array", async () => {
    expect(arange(3).add(1).dtype).toBe("int32");
    expect(arange(3).add(0.5).dtype).toBe("float64");
    expect(zeros([2], { dtype: "float32" }).mul(2).dtype).toBe("float32");
    expect(await valuesOf(add(10, arange(3)) as ChunkedArray)).toEqual([10, 11, 12]);
    expect(await valuesOf(add(arange(3), [[1], [2]]))).toEqual([1, 2, 3, 2, 3, 4]);
  });

  it("compare beyond what the dtype can hold", async () => {
    expect(await valuesOf(less(arange(3), 2 ** 40) as ChunkedArray)).toEqual([1, 1, 1]);
    expect(await valuesOf(equal(zeros([2], { dtype: "uint8" }), -1) as ChunkedArray)).toEqual([
      0, 0,
    ]);
  });

  it("are refused where they mean nothing", () => {
    expect(() => arange(3).add(2 ** 40)).toThrow("does not fit into int32");
    expect(() => pow(arange(3), -1)).toThrow("integers cannot be raised to the power -1");
    expect(() => add(1, 2)).toThrow("add needs a chunked array");
    expect(() => arange(3).add("1" as unknown as number)).toThrow("an operand is a string");
  });
});

describe("where and clip", () => {
  it("choose by a condition, with broadcasting", async () => {
    const x = arange(6, { chunks: 4 }).reshape([2, 3]);
    const chosen = where(x.greater(2), x, full([3], -1.5));
    expect(chosen.dtype).toBe("float64");
    expect(await valuesOf(chosen)).toEqual([-1.5, -1.5, -1.5, 3, 4, 5]);
    expect(await valuesOf(where(asarray([0, 2, 1]), 7, arange(3)))).toEqual([0, 7, 7]);
  });

  it("limit values on the sides that are given", async () => {
    const x = arange(5);
    expect(await valuesOf(clip(x, 1, 3) as ChunkedArray)).toEqual([1, 1, 2, 3, 3]);
    expect(await valuesOf(x.clip(null, 2) as ChunkedArray)).toEqual([0, 1, 2, 2, 2]);
    expect(clip(x, 0, 1.5).dtype).toBe("float64");
  });

  it("round to powers of ten that the dtype cannot hold", async () => {
    const bytes = fromArray(Uint8Array.of(26, 253), { chunks: 1 });
    expect(round(bytes, -3).dtype).toBe("uint8");
    expect(await valuesOf(round(bytes, -3))).toEqual([0, 0]);
    expect(await valuesOf(round(fromArray(Int8Array.of(126, -127)), -2))).toEqual([100, -100]);
  });
});

describe("the sign of NaN", () => {
  it("is read from its bytes, in blocks of any kind", async () => {
    for (const dtype of ["float64", "float32"] as const) {
      const values = Float64Array.from([Number.NaN, Number.NaN, -1, 1, Number.NaN]);
      const bytes = new Uint8Array(values.buffer);
      for (const at of [0, 1, 4]) bytes[8 * at + 7] = at === 1 ? 0x7f : 0xff;
      const x = fromArray(values, { chunks: 2 }).astype(dtype);
      expect(await valuesOf(x.signbit())).toEqual([1, 0, 1, 0, 1]);
      const signs = copysign(fromArray([3, 3, 3, 3, 3], { chunks: 5 }).astype(dtype), x);
      expect(await valuesOf(signs)).toEqual([-3, 3, -3, 3, -3]);
    }
  });
});
