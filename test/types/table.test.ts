// What the compiler knows about tables. The assertions are checked by tsc; they run as no-ops.
import { describe, expectTypeOf, it } from "vitest";
import { col, count, fromRecords, lit, type Table } from "../../src/table/index.js";

interface Sale {
  category: string;
  price: number;
  sold: Date;
}
const sales = fromRecords<Sale>([{ category: "toys", price: 3, sold: new Date(0) }]);
const unknown: Table = sales;

/** What rows of a table are. */
type RowOf<T> = T extends Table<infer Row> ? Row : never;

describe("columns", () => {
  it("flow through selects, new names and new columns", () => {
    expectTypeOf<RowOf<typeof sales>>().toEqualTypeOf<Sale>();
    const some = sales.select("price", {
      twice: col("price").mul(2),
      isToy: col("category").eq("x"),
    });
    expectTypeOf<RowOf<typeof some>>().toEqualTypeOf<{
      price: number;
      twice: number;
      isToy: boolean;
    }>();
    const renamed = sales.rename({ price: "cost" }).drop("sold");
    expectTypeOf<RowOf<typeof renamed>>().toEqualTypeOf<{ category: string; cost: number }>();
    const more = sales
      .withColumn("year", col("sold").year())
      .withColumns({ price: lit("?").lower() });
    expectTypeOf<RowOf<typeof more>["year"]>().toEqualTypeOf<number>();
    expectTypeOf<RowOf<typeof more>["price"]>().toEqualTypeOf<string>();
    expectTypeOf(() => sales.collect()).returns.resolves.toEqualTypeOf<Sale[]>();
    expectTypeOf(() => sales.toColumns()).returns.resolves.toEqualTypeOf<{
      category: string[];
      price: number[];
      sold: Date[];
    }>();
  });

  it("flow through groups, sums and joins", () => {
    const groups = sales
      .groupBy("category")
      .agg({ price: ["mean", "max"], sold: "min", n: count() });
    expectTypeOf<RowOf<typeof groups>>().toEqualTypeOf<{
      category: string;
      price_mean: number;
      price_max: number;
      sold: Date;
      n: number;
    }>();
    const twice = sales.groupBy("category").agg({ twice: col("price").sum().mul(2) });
    expectTypeOf<RowOf<typeof twice>>().toEqualTypeOf<{ category: string; twice: number }>();
    const sums = sales.groupBy("category").sum();
    expectTypeOf<RowOf<typeof sums>>().toEqualTypeOf<{ category: string; price: number }>();
    const counts = sales.valueCounts("category");
    expectTypeOf<RowOf<typeof counts>>().toEqualTypeOf<{ category: string; count: number }>();
    const all = sales.sum();
    expectTypeOf<RowOf<typeof all>>().toEqualTypeOf<{ price: number }>();
    const names = fromRecords([{ category: "toys", label: "Toys", price: "dear" }]);
    const joined = sales.join(names, { on: "category" });
    expectTypeOf<RowOf<typeof joined>>().toEqualTypeOf<{
      category: string;
      price: number;
      sold: Date;
      label: string;
      price_right: string;
    }>();
    const semi = sales.join(names, { on: "category", how: "semi" });
    expectTypeOf<RowOf<typeof semi>>().toEqualTypeOf<Sale>();
    const left = sales.join(names, { on: { category: "label" }, how: "left" });
    expectTypeOf<RowOf<typeof left>["category_right"]>().toEqualTypeOf<string | null>();
  });

  it("flow through functions of rows and of partitions", () => {
    const halves = () =>
      sales.map(({ category, price }) => ({ category, half: price / 2 }), {
        schema: { category: "string", half: "float64" },
      });
    expectTypeOf(halves).returns.toEqualTypeOf<Table<{ category: string; half: number }>>();
    const later = () => sales.map(async ({ price }) => ({ n: price }));
    expectTypeOf(later).returns.resolves.toEqualTypeOf<Table<{ n: number }>>();
    const several = () =>
      sales.flatMap(({ price }) => (price > 2 ? [{ price }] : []), { schema: { price: "int64" } });
    expectTypeOf(several).returns.toEqualTypeOf<Table<{ price: number }>>();
    const counts = () =>
      sales.mapPartitions((rows) => [{ n: rows.length }], { schema: { n: "int64" } });
    expectTypeOf(counts).returns.toEqualTypeOf<Table<{ n: number }>>();
    const same = () => unknown.map((row) => row, { schema: { a: "int64" } });
    expectTypeOf(same).returns.toExtend<Table>();
    const refused = () => {
      // @ts-expect-error: a number is no row
      sales.map(({ price }) => price, { schema: { price: "int64" } });
      // @ts-expect-error: a list is no row
      sales.map(({ price }) => [price]);
      // @ts-expect-error: the schema lacks a column
      sales.map(({ price }) => ({ price, twice: price * 2 }), { schema: { price: "int64" } });
      // @ts-expect-error: no such column
      sales.map(({ prize }) => ({ prize }), { schema: { prize: "int64" } });
    };
    expectTypeOf(refused).toBeFunction();
  });

  it("that are not there are refused", () => {
    const refused = () => {
      // @ts-expect-error: no such column
      sales.select("prices");
      // @ts-expect-error: no such column
      sales.filter(col("prices").gt(3));
      // @ts-expect-error: no such column
      sales.withColumn("x", col("price").add(col("cost")));
      // @ts-expect-error: no such column
      sales.groupBy("categroy");
      // @ts-expect-error: no such column
      sales.groupBy("category").agg({ prize: "mean" });
      // @ts-expect-error: no such column
      sales.groupBy("category").agg({ x: col("prize").mean() });
      // @ts-expect-error: no such aggregate
      sales.groupBy("category").agg({ price: "middle" });
      // @ts-expect-error: no such column
      sales.sort({ by: "prize", descending: true });
      // @ts-expect-error: no such column
      sales.join(sales, { on: "prize" });
      // @ts-expect-error: no such column
      sales.drop("prize");
    };
    expectTypeOf(refused).toBeFunction();
  });

  it("are any names where nothing is known", () => {
    const rows = unknown.filter(col("price").gt(1)).groupBy("category").agg({ price: "sum" });
    expectTypeOf<RowOf<typeof rows>["price"]>().toEqualTypeOf<number>();
    expectTypeOf(rows.select("category").sort("category")).toExtend<Table>();
    expectTypeOf(unknown.join(unknown, { on: "category" })).toExtend<Table>();
  });
});
