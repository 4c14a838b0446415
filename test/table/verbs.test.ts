// Methods of tables beyond selects, joins and sorts: over several partitions they give what their
// words say.
import { describe, expect, it } from "vitest";
import { col, config, fromColumns, fromRecords, rank, sql, type Table } from "../../src/index.js";
import { inPartitions } from "./in-partitions.js";

inPartitions();

const day = (n: number) => new Date(Date.UTC(2024, 0, n));
const ROWS = Array.from({ length: 12 }, (_, n) => ({
  id: n,
  kind: ["x", "y", null][n % 3] as string | null,
  n: n % 4 === 0 ? null : n,
  f: n / 2,
  at: day(n + 1),
}));
const table = fromRecords(ROWS, { npartitions: 3 });
const tags = fromRecords(
  [
    { id: 1, tags: ["a", "b"], b: 1.5 },
    { id: 2, tags: [], b: 2 },
    { id: 3, tags: null, b: null },
  ],
  { npartitions: 2 },
);

describe("sums of all rows", () => {
  it("are one row, of the columns that are named or fit", async () => {
    expect(await table.sum().collect()).toEqual([{ id: 66, n: 54, f: 33 }]);
    expect(await table.mean("f").collect()).toEqual([{ f: 2.75 }]);
    expect(await table.min("kind", "at").collect()).toEqual([{ kind: "x", at: day(1) }]);
    expect(await table.max().collect()).toEqual([
      { id: 11, kind: "y", n: 11, f: 5.5, at: day(12) },
    ]);
    expect(await table.nunique().collect()).toEqual([{ id: 12, kind: 2, n: 9, f: 12, at: 12 }]);
    expect(await table.quantile(0.25, "id").collect()).toEqual([{ id: 2.75 }]);
    expect((await table.std("id").collect())[0]?.id).toBeCloseTo(Math.sqrt(13), 12);
    expect(await table.groupBy("kind").first("n").sort("kind").collect()).toEqual([
      { kind: "x", n: 3 },
      { kind: "y", n: 1 },
      { kind: null, n: 2 },
    ]);
    expect((await table.groupBy("kind").last("n").sort("kind").toColumns()).n).toEqual([9, 10, 11]);
  });

  it("are NaN where a spread has values that are not finite", async () => {
    const rows = fromRecords(
      [
        { k: "a", x: 1 },
        { k: "b", x: Number.POSITIVE_INFINITY },
        { k: "c", x: 1 },
        { k: "a", x: Number.NaN },
        { k: "b", x: 2 },
        { k: "c", x: 3 },
        { k: "d", x: Number.NaN },
      ],
      { npartitions: 2 },
    );
    const expected = [Number.NaN, Number.NaN, Math.SQRT2, null];
    expect((await rows.groupBy("k").std("x").sort("k").toColumns()).x).toEqual(expected);
    expect((await rows.agg({ x: "var" }).collect())[0]).toEqual({ x: Number.NaN });
    expect((await rows.describe().collect())[0]).toMatchObject({ std: Number.NaN, min: 1 });
    const std = col("x").std().over({ partitionBy: "k" });
    const each = rows.select("k", { std }).distinct().sort("k");
    expect((await each.toColumns()).std).toEqual(expected);
  });

  it("say at once that there is no arithmetic of texts and dates", () => {
    const rows = fromRecords([{ t: "1", n: 1, b: true, d: new Date(0) }]);
    const refused = (x: () => unknown, type: string) =>
      expect(x).toThrow(new RegExp(`of an expression of ${type}: expected numbers; cast it first`));
    refused(() => rows.withColumn("x", col("t").mul(2)), "string");
    refused(() => rows.filter(col("n").add(col("t")).gt(1)), "string");
    refused(() => rows.withColumn("x", col("n").mul("2")), "string");
    refused(() => rows.withColumn("x", col("b").sqrt()), "bool");
    refused(() => rows.withColumn("x", col("d").mul(2)), "timestamp");
    expect(rows.withColumn("x", col("t").cast("int64").mul(2)).dtypes.x).toBe("int64");
  });

  it("say at once which functions are of texts, and which of moments", () => {
    const rows = fromRecords([{ t: "1", n: 1, d: new Date(0) }]);
    const refused = (x: () => unknown, text: string) => expect(x).toThrow(`${text}; cast it first`);
    refused(
      () => rows.select({ x: col("n").upper() }),
      "upper of an expression of int64: expected texts",
    );
    refused(
      () => rows.filter(col("d").like("2024%")),
      "like of an expression of timestamp: expected texts",
    );
    refused(
      () => rows.select({ x: col("t").year() }),
      "year of an expression of string: expected dates or timestamps",
    );
    expect(() => col("d").truncate("mont" as "month")).toThrow(
      'truncate: "mont" is no unit of time: expected second, minute',
    );
    expect(rows.select({ x: col("n").concat("%") }).dtypes.x).toBe("string");
  });

  it("name the arguments that are missing, and functions in place of expressions", () => {
    const method = (name: "eq" | "between") => col("n")[name] as (...given: number[]) => unknown;
    expect(() => method("eq").call(col("n"))).toThrow("eq needs an argument, got none");
    expect(() => method("between").call(col("n"), 1)).toThrow("between needs 2 arguments, got 1");
    expect(() => table.filter(((row: { n: number }) => row.n > 1) as never)).toThrow(
      'was given a function: expected a value, or an expression, such as col("price").gt(4)',
    );
  });

  it("describe, count values, and say what does not fit", async () => {
    const [n, f] = await table.describe("n", "f").collect();
    expect(n).toMatchObject({ column: "n", count: 9, mean: 6, min: 1, "50%": 6, max: 11 });
    expect(f).toMatchObject({ column: "f", count: 12, "25%": 1.375, "75%": 4.125 });
    expect(table.describe().columns).toEqual([
      "column",
      "count",
      "mean",
      "std",
      "min",
      "25%",
      "50%",
      "75%",
      "max",
    ]);
    expect(await table.filter(col("id").gt(0)).valueCounts("kind").collect()).toEqual([
      { kind: "y", count: 4 },
      { kind: null, count: 4 },
      { kind: "x", count: 3 },
    ]);
    expect(() => table.sum("kind")).toThrow("sum of a column of string: expected numbers");
    expect(() => table.quantile(2)).toThrow("expected a share from 0 to 1");
    // The engine would take it from the other end.
    expect(() => col("id").quantile(-0.1)).toThrow("was given -0.1: expected a share");
    expect(() => col("id").quantile("0.5" as never)).toThrow("expected a share from 0 to 1");
    expect(() => table.select("kind").describe()).toThrow("no column of numbers");
  });
});

describe("nulls", () => {
  it("are filled where the value fits, and dropped", async () => {
    const filled = table.fillNull(0);
    expect(filled.dtypes).toEqual(table.dtypes);
    expect(await filled.limit(3).select("kind", "n").collect()).toEqual([
      { kind: "x", n: 0 },
      { kind: "y", n: 1 },
      { kind: null, n: 2 },
    ]);
    expect((await table.fillNull({ kind: "?" }).toColumns()).kind[2]).toBe("?");
    expect(await table.dropNulls().count()).toBe(6);
    expect(await table.dropNulls("n").count()).toBe(9);
    expect(() => table.fillNull({ n: "x" })).toThrow("cannot hold x");
    expect(() => table.fillNull({ id: 1.5 })).toThrow("cannot hold 1.5");
  });
});

describe("shapes", () => {
  it("explode gives a row for each element, and one for none", async () => {
    const rows = tags.explode("tags");
    expect(rows.dtypes).toEqual({ id: "int64", tags: "string", b: "float64" });
    expect(await rows.select("id", "tags").collect()).toEqual([
      { id: 1, tags: "a" },
      { id: 1, tags: "b" },
      { id: 2, tags: null },
      { id: 3, tags: null },
    ]);
    expect(await rows.count()).toBe(4);
    expect(() => tags.explode("id")).toThrow("expected lists");
  });

  it("unpivot and pivot are each other's opposite", async () => {
    const long = table.unpivot({ index: "id", columns: ["n", "f"] });
    expect(long.dtypes).toEqual({ id: "int64", variable: "string", value: "float64" });
    expect(await long.head(3)).toEqual([
      { id: 0, variable: "n", value: null },
      { id: 0, variable: "f", value: 0 },
      { id: 1, variable: "n", value: 1 },
    ]);
    const options = { index: "id", columns: "variable", values: "value" } as const;
    const wide = await long.pivot({ ...options, aggregate: "sum", names: ["n", "f"] });
    expect(await wide.sort("id").collect()).toEqual(ROWS.map(({ id, n, f }) => ({ id, n, f })));
    expect((await long.pivot(options)).columns).toEqual(["id", "f", "n"]);
    expect(() => table.unpivot({ index: "id" })).toThrow("cast them to one type first");
  });

  it("sample gives the same rows for a seed, others in each partition", async () => {
    const many = fromRecords(
      Array.from({ length: 4_000 }, (_, n) => ({ n })),
      { npartitions: 4 },
    );
    const sampled = many.sample(0.25, { seed: 5 });
    const { n } = await sampled.toColumns();
    expect(n.length).toBeGreaterThan(850);
    expect(n.length).toBeLessThan(1_150);
    expect((await sampled.toColumns()).n).toEqual(n);
    const places = n.filter((own) => own < 1_000).map((own) => own + 1_000);
    expect(n.filter((own) => own >= 1_000 && own < 2_000)).not.toEqual(places);
    expect(await many.sample(0).count()).toBe(0);
    expect(() => many.sample(2)).toThrow("from 0 to 1");
  });

  it("resample groups by periods, with other columns, too", async () => {
    expect(await table.resample("at", "week").sum("f").collect()).toEqual([
      { at: day(1), f: 10.5 },
      { at: day(8), f: 22.5 },
    ]);
    const bySix = table.resample("at", "6 days", { by: "kind" }).agg({ id: "count" });
    expect(bySix.columns).toEqual(["kind", "at", "id"]);
    expect((await bySix.sum("id").collect())[0]?.id).toBe(12);
    expect(() => table.resample("at", "fortnight")).toThrow("no length of time");
    expect(() => table.resample("id", "day")).toThrow("expected dates or timestamps");
  });

  it("windows reach so far in time or numbers", async () => {
    const week = col("id")
      .sum()
      .over({ orderBy: "at", range: ["2 days", 0] });
    const near = col("id")
      .count()
      .over({ orderBy: "f", range: [0.5, 0.5] });
    const { sum, count } = await table.select({ sum: week, count: near }).toColumns();
    expect(sum).toEqual(ROWS.map(({ id }) => id + Math.max(id - 1, 0) + Math.max(id - 2, 0)));
    expect(count).toEqual([2, ...new Array(10).fill(3), 2]);
    expect(() =>
      col("id")
        .sum()
        .over({ range: [1, 1] }),
    ).toThrow("a range is of one column");
  });

  it("a column is named by a text", () => {
    expect(() => table.dropDuplicates(["kind"] as never)).toThrow(
      'dropDuplicates: ["kind"] is no name of a column: expected a text such as "id"',
    );
    expect(() => table.drop(7 as never)).toThrow("drop: 7 is no name of a column");
    expect(() => table.rename({ id: 5 } as never)).toThrow(
      "rename: the name of id is 5: expected a text",
    );
  });

  it("a list is no object of columns and their names", async () => {
    const list = ["id", "kind"] as never;
    expect(() => table.select(list)).toThrow(
      'select was given a list: expected names, as in select("a", "b"), or { name: value }',
    );
    expect(() => table.withColumns(list)).toThrow("withColumns was given a list: expected { name");
    expect(() => table.cast(undefined as never)).toThrow("cast was given undefined: expected {");
    const noIndex = { columns: "kind", values: "n" } as never;
    await expect((async () => table.pivot(noIndex))()).rejects.toThrow(
      "pivot: undefined is no name of a column",
    );
  });

  it("windows are of columns that are there, of types that fit", () => {
    const total = col("n").sum();
    expect(() => table.withColumn("x", total.over({ partitionBy: "kin" }))).toThrow(
      'withColumn: there is no column "kin": did you mean kind',
    );
    expect(() => table.select({ x: total.over({ orderBy: "idd" }) })).toThrow("did you mean id");
    const week = total.over({ orderBy: "kind", range: ["7 days", 0] });
    expect(() => table.select({ x: week })).toThrow(
      "kind, a column of string: expected one of dates or timestamps",
    );
    const near = total.over({ orderBy: "at", range: [null, 3] });
    expect(() => table.select({ x: near })).toThrow("expected one of numbers");
  });

  it("an order says nothing but a column, its direction and where nulls are", () => {
    const order = { by: "n", desc: true } as never;
    expect(() => table.sort(order)).toThrow("no option desc of a column of sort (did you mean");
    expect(() => col("n").sum().over({ orderBy: order })).toThrow("no option desc of a column");
    expect(() => table.sort({ by: "n", nulls: "start" as never })).toThrow("first or last");
    expect(() => table.sort("n", { descending: true } as never)).toThrow(
      'sort was given {"descending":true}, an order without its column: expected one such as { by:',
    );
    expect(() =>
      col("n")
        .sum()
        .over({ orderBy: "n", rows: [1] as never }),
    ).toThrow("rows is [1]");
  });

  it("the first and last value of a window are no nulls", async () => {
    const rows = fromRecords(
      [null, 5, null, 7, null].map((n, id) => ({ id, n })),
      {
        npartitions: 2,
      },
    );
    const window = { orderBy: "id", rows: [1, 0] } as const;
    const near = { first: col("n").first().over(window), last: col("n").last().over(window) };
    const found = await rows.select("id", near).sort("id").toColumns();
    expect(found.first).toEqual([null, 5, 5, 7, 7]);
    expect(found.last).toEqual([null, 5, 5, 7, 7]);
    const last = col("n").last().over({ orderBy: "id" });
    const carried = await rows.select("id", { last }).sort("id").toColumns();
    expect(carried.last).toEqual([null, 5, 5, 7, 7]);
  });

  it("ranks are of windows, and windows of aggregates", () => {
    expect(() => table.select({ r: rank() })).toThrow("rank() is of a window: say over which rows");
    expect(() => table.filter(col("n").lag().gt(1))).toThrow("lag() is of a window");
    expect(() => table.select({ x: col("n").add(1).over() })).toThrow("over is of an aggregate");
  });

  it("first rows are the first, whichever of them a join wants", async () => {
    const list = fromRecords(Array.from({ length: 5_000 }, (_, id) => ({ id, k: id % 50 })));
    const t = await list.persist();
    const r = fromRecords([{ k: 30 }]);
    const text = (order: string) =>
      `SELECT t.id FROM (SELECT * FROM t ${order} LIMIT 3) t JOIN r ON t.k = r.k`;
    for (const oneStatement of [true, false]) {
      await config.with({ "table.oneStatement": oneStatement }, async () => {
        for (const how of ["inner", "semi", "right"] as const) {
          const found = await t.limit(3).join(r, { on: "k", how }).filter(col("id").ge(0)).count();
          expect(found, how).toBe(0);
        }
        expect(await (await sql(text("ORDER BY id"), { t, r })).count()).toBe(0);
        expect(await t.join(r, { on: "k" }).sort("id").limit(1).count()).toBe(1);
      });
    }
    t.release();
  });

  it("partitions become fewer, or go by columns", async () => {
    expect(table.coalesce(2).npartitions).toBe(2);
    expect(table.coalesce(9).npartitions).toBe(3);
    const by: Table = table.partitionBy("kind");
    expect(by.npartitions).toBe(3);
    expect((await by.collect()).length).toBe(12);
  });
});

describe("values", () => {
  it("of texts are cut as JavaScript cuts them, by characters", async () => {
    const words = ["table", "né👍x", "a", "", null];
    const cuts = [[-2], [1, -1], [3, 1], [-9, 2], [0, 0], [2, 99], [-3, -1], [0, -9]] as const;
    const parts = Object.fromEntries(
      cuts.map(([from, to], k) => [`c${k}`, col("w").slice(from, to)]),
    );
    const found = await fromColumns({ w: words }).select(parts).toColumns();
    cuts.forEach(([from, to], k) => {
      const expected = words.map((word) => word && Array.from(word).slice(from, to).join(""));
      expect(found[`c${k}`], `${from}, ${to}`).toEqual(expected);
    });
  });

  it("of texts may have any character", async () => {
    const odd = ["a\u0000b", "\u0000", "'", "é\u{1f600}", ""];
    for (const text of odd) {
      const same = fromColumns({ text: odd }).filter(col("text").eq(text));
      expect(await same.collect()).toEqual([{ text }]);
    }
    const filled = fromColumns({ text: [null, "x"] }).fillNull("\u0000");
    expect(await filled.collect()).toEqual([{ text: "\u0000" }, { text: "x" }]);
  });

  it("of short whole numbers have a sign, and do not overflow", async () => {
    const short = fromColumns({ u: Uint8Array.of(255, 1), i: Int8Array.of(-128, 5) });
    const found = short.select({ u: col("u").neg(), i: col("i").neg(), a: col("i").abs() });
    expect(await found.toColumns()).toEqual({ u: [-255, -1], i: [128, -5], a: [128, 5] });
  });

  it("of lengths of time may be below 0, and keep their microseconds", async () => {
    const times = fromColumns({ a: [day(1), day(3)], b: [day(2), day(2)], n: [1, 2] });
    const late = times.repartition(2).select("n", { by: col("b").sub(col("a")) });
    const micros = late.withColumn("by", col("by").add(col("by"))).sort("n");
    expect((await micros.cast({ by: "string" }).toColumns()).by).toEqual(["2 days", "-2 days"]);
    const [one] = await times
      .select({ by: col("a").cast("string") })
      .limit(1)
      .collect();
    expect(one).toEqual({ by: "2024-01-01 00:00:00" });
  });

  it("of objects have the fields that any of them has", async () => {
    const rows = fromRecords([
      { s: { x: null, y: "q" }, l: [{ a: 1 }] },
      { s: null, l: [] },
      { s: { x: 1.5, z: [1] }, l: [{ a: null, b: 2 }] },
    ]);
    expect(await rows.collect()).toEqual([
      { s: { x: null, y: "q", z: null }, l: [{ a: 1, b: null }] },
      { s: null, l: [] },
      { s: { x: 1.5, y: null, z: [1] }, l: [{ a: null, b: 2 }] },
    ]);
    expect(() => fromRecords([{ s: { x: 1 } }, { s: { x: "1" } }])).toThrow(
      "s of row 1 is a string, and others are int64",
    );
  });
});

it("columns without a name are refused", () => {
  expect(() => fromRecords([{ a: 1, "": 2 }])).toThrow("a column whose name is empty");
  expect(() => fromRecords([{ a: 1 }]).rename({ a: "" })).toThrow("a column whose name is empty");
});

it("names that differ in upper and lower case only are refused, where the engine mixes them up", async () => {
  const text = "names that differ in upper and lower case only are one";
  const rows = fromRecords([{ a: 1, k: 1 }]);
  expect(() => rows.withColumn("A", col("a").add(1))).toThrow(text);
  expect(() => fromRecords([{ a: 1, A: 2 }])).toThrow(text);
  expect(() => fromColumns({ a: [1], A: [2] })).toThrow(text);
  expect(await rows.rename({ a: "A" }).collect()).toEqual([{ A: 1, k: 1 }]);
  const joined = rows.join(fromRecords([{ A: 3, k: 1 }]), { on: "k" });
  expect(await joined.collect()).toEqual([{ a: 1, k: 1, A_right: 3 }]);
});
