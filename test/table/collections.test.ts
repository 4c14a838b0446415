// Tables of arrays, lists and bags, and back.
import { describe, expect, it } from "vitest";
import {
  arange,
  type ChunkedArray,
  col,
  count,
  fromArray,
  fromArrays,
  fromBag,
  fromColumns,
  fromRecords,
  fromSequence,
} from "../../src/index.js";

/** The elements of an array, as a list. */
async function numbers(x: ChunkedArray): Promise<number[]> {
  return Array.from(((await x.compute()) as { data: ArrayLike<number> }).data);
}

describe("arrays", () => {
  it("are columns, each cut as the first, and come back with their dtypes", async () => {
    const x = arange(10_000, { chunks: 3_000 });
    const arrays = {
      x,
      half: x.multiply(0.5).astype("float32"),
      even: x.remainder(2).equal(0).rechunk([5_000]),
      small: fromArray(Uint8Array.from({ length: 10_000 }, (_, n) => n % 251)),
    };
    const table = fromArrays(arrays);
    expect(table.npartitions).toBe(4);
    expect(table.dtypes).toEqual({ x: x.dtype, half: "float32", even: "bool", small: "uint8" });
    expect(await table.filter(col("x").ge(9_998)).collect()).toEqual([
      { x: 9_998, half: 4_999, even: true, small: 209 },
      { x: 9_999, half: 4_999.5, even: false, small: 210 },
    ]);
    for (const [name, array] of Object.entries(arrays)) {
      const back = table.column(name as keyof typeof arrays);
      expect(back.dtype).toBe(array.dtype);
      expect(await back.compute()).toEqual(await array.compute());
    }
  });

  it("may have unknown lengths, which are compared when they are there", async () => {
    const x = arange(20, { chunks: 5 });
    const some = x.slice(x.greater(7));
    const table = fromArrays({ a: some, b: some.multiply(2) });
    expect(await table.agg({ b: "sum", n: count() }).collect()).toEqual([{ b: 324, n: 12 }]);
    const other = fromArrays({ a: some, b: x.slice(x.greater(8)) });
    await expect(other.collect()).rejects.toThrow("column b has 1 values where a has 2");
    const again = table.filter(col("a").gt(17)).column("b");
    expect(await again.sum().compute()).toEqual(
      await some.slice(some.greater(17)).multiply(2).sum().compute(),
    );
  });

  it("are refused where they do not go together", () => {
    const x = arange(4);
    expect(() => fromArrays({})).toThrow("no arrays");
    expect(() => fromArrays({ x, y: arange(5) })).toThrow(
      '"y" has 5 elements, and the first has 4',
    );
    expect(() => fromArrays({ x: x.reshape([2, 2]) as never })).toThrow("has 2 axes");
    expect(() => fromArrays({ x: x.astype("complex128") })).toThrow("real and imaginary");
    expect(() => fromArrays({ x: [1, 2] as never })).toThrow("fromColumns takes lists");
  });
});

describe("columns", () => {
  it("of typed arrays keep their dtype, beside lists of anything", async () => {
    const names = ["Ada", "Grace", null];
    const table = fromColumns({ name: names, born: Int16Array.of(1815, 1906, 1912) });
    expect(table.dtypes).toEqual({ name: "string", born: "int16" });
    expect(await table.toColumns()).toEqual({ name: names, born: [1815, 1906, 1912] });
    const numbers = fromColumns(
      { a: BigInt64Array.of(1n, 2n, 3n), b: Float64Array.of(0.5, 1, 2) },
      { npartitions: 2 },
    );
    expect(numbers.npartitions).toBe(2);
    expect(await numbers.collect()).toEqual([
      { a: 1, b: 0.5 },
      { a: 2, b: 1 },
      { a: 3, b: 2 },
    ]);
    expect(await fromColumns({ a: [], b: new Uint8Array(0) }).toColumns()).toEqual({
      a: [],
      b: [],
    });
    expect(() => fromColumns({ a: [1], b: [1, 2] })).toThrow('"b" has 2 values, and "a" has 1');
    expect(() => fromColumns({ a: "text" as never })).toThrow("expected a list or a typed array");
  });

  it("are arrays only where each row has a number", async () => {
    const rows = fromRecords([
      { n: 1, x: 0.5, t: "a" },
      { n: null, x: null, t: "b" },
    ]);
    expect(await numbers(rows.column("x"))).toEqual([0.5, NaN]);
    await expect(rows.column("n").compute()).rejects.toThrow('column "n" has a null');
    await expect(rows.column("x", { nulls: "error" }).compute()).rejects.toThrow("has a null");
    expect(await numbers(rows.column("n", { nulls: "nan" }))).toEqual([1, NaN]);
    expect(() => rows.column("t")).toThrow('column "t" is a string');
    expect(() => rows.column("y" as never)).toThrow('there is no column "y"');
    const money = rows.cast({ x: "decimal(10,2)" }).column("x");
    expect([money.dtype, await numbers(money)]).toEqual(["float64", [0.5, NaN]]);
  });
});

describe("bags", () => {
  it("become tables, by their first elements or a schema, and tables bags", async () => {
    const rows = Array.from({ length: 30 }, (_, n) => ({
      n,
      list: [`${n}`],
      at: new Date(n * 1_000),
    }));
    const bag = fromSequence(rows, { npartitions: 4 }).filter(({ n }) => n >= 8);
    const table = await fromBag(bag);
    expect(table.dtypes).toEqual({ n: "int64", list: "string[]", at: "timestamp" });
    expect(table.npartitions).toBe(4);
    expect(await table.collect()).toEqual(rows.slice(8));
    const back = table.filter(col("n").lt(11)).toBag();
    expect(back.npartitions).toBe(4);
    expect(await back.map(({ n, at }) => [n, at.getTime()]).compute()).toEqual([
      [8, 8_000],
      [9, 9_000],
      [10, 10_000],
    ]);
    const typed = await fromBag(
      bag.map(({ n }) => ({ n })),
      { schema: { n: "float32" } },
    );
    expect(typed.dtypes).toEqual({ n: "float32" });
    expect(await typed.sum().collect()).toEqual([{ n: 407 }]);
  });

  it("are refused without objects", async () => {
    await expect(fromBag(fromSequence([1, 2]) as never)).rejects.toThrow(
      "expected { column: value }",
    );
    await expect(fromBag(fromSequence([] as object[]))).rejects.toThrow("give a schema");
    const bag = fromSequence([{ a: "1" }, { a: "x" }], { npartitions: 1 });
    const wrong = await fromBag(bag, { schema: { a: "int64" } });
    await expect(wrong.collect()).rejects.toThrow(
      /: row 1 of a partition is no row: Failed to cast value.*"x"/,
    );
    const half = await fromBag(fromSequence([{ a: 1 }, { a: 0.5 }]), { schema: { a: "int64" } });
    await expect(half.collect()).rejects.toThrow('"a" has whole numbers, and a row has 0.5');
    const other = await fromBag(fromSequence([{ a: 1 }, { a: 2, b: 3 }]), {
      schema: { a: "int64" },
    });
    await expect(other.collect()).rejects.toThrow(
      'fromBag (the bag) gave a row with "b", which is no column: expected a',
    );
  });
});
