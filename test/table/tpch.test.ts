// All queries of TPC-H over tables of several partitions give what one engine gives over the whole.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/duckdb.js";
import { readQuery } from "../../src/engine/read-partitions.js";
import { col, count, lit, readCsv, sql, type Table } from "../../src/index.js";
import { engineType } from "../../src/table/types/column-types.js";
import { tpchLines } from "./tpch-data.js";
import { TPCH } from "./tpch-queries.js";
import { TPCH_SCHEMAS } from "./tpch-schemas.js";

let folder: string;
const tables: Record<string, Table> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tw-tpch-"));
  for (const [name, lines] of Object.entries(tpchLines(7))) {
    const path = join(folder, `${name}.tbl`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    const schema = TPCH_SCHEMAS[name] as NonNullable<(typeof TPCH_SCHEMAS)[string]>;
    const options = { header: false, delimiter: "|", quote: "", schema, blockBytes: 30_000 };
    tables[name] = await readCsv(path, options);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows as one engine gives them over the whole, each column a list. */
async function whole(): Promise<Map<number, unknown[][]>> {
  const connection = await connectEngine();
  try {
    for (const [name, schema] of Object.entries(TPCH_SCHEMAS)) {
      const columns = Object.entries(schema).map(
        ([own, type]) => `'${own}': '${engineType(type, "")}'`,
      );
      const from = `read_csv('${join(folder, name)}.tbl', delim = '|', header = false, quote = '', columns = {${columns.join(", ")}, 'end': 'VARCHAR'})`;
      await connection.run(`CREATE TEMP VIEW ${name} AS SELECT * EXCLUDE ("end") FROM ${from}`);
    }
    const results = new Map<number, unknown[][]>();
    for (const [number, text] of Object.entries(TPCH)) {
      results.set(Number(number), await readQuery(connection, text));
    }
    return results;
  } finally {
    connection.closeSync();
  }
}

it("all 22 by sql", async () => {
  expect(tables.lineitem?.npartitions).toBeGreaterThan(3);
  const expected = await whole();
  let rows = 0;
  for (const [number, text] of Object.entries(TPCH)) {
    const columns = Object.values(await (await sql(text, tables)).toColumns());
    expect([number, columns]).toEqual([number, expected.get(Number(number))]);
    rows += columns[0]?.length ?? 0;
  }
  expect(rows).toBeGreaterThan(150);
});

it("1, 6 and 3 by expressions", async () => {
  const { lineitem, orders, customer } = tables as Record<
    "lineitem" | "orders" | "customer",
    Table
  >;
  const net = col("l_extendedprice").mul(lit(1).sub(col("l_discount")));
  const first = lineitem
    .filter(col("l_shipdate").le(new Date("1998-09-02")))
    .groupBy("l_returnflag", "l_linestatus")
    .agg({
      sum_qty: col("l_quantity").sum(),
      sum_disc_price: net.sum(),
      avg_disc: col("l_discount").mean(),
      count_order: count(),
    });
  const sixth = lineitem
    .filter(
      col("l_shipdate")
        .ge(new Date("1994-01-01"))
        .and(col("l_shipdate").lt(new Date("1995-01-01"))),
    )
    .filter(col("l_discount").between(0.05, 0.07).and(col("l_quantity").lt(24)))
    .agg({ revenue: col("l_extendedprice").mul(col("l_discount")).sum() });
  const third = customer
    .filter(col("c_mktsegment").eq("BUILDING"))
    .join(orders.filter(col("o_orderdate").lt(new Date("1995-03-15"))), {
      on: { c_custkey: "o_custkey" },
      npartitions: 2,
    })
    .join(lineitem.filter(col("l_shipdate").gt(new Date("1995-03-15"))), {
      on: { o_orderkey: "l_orderkey" },
      npartitions: 3,
    })
    .groupBy("o_orderkey", "o_orderdate", "o_shippriority")
    .agg({ revenue: net.sum() })
    .sort({ by: "revenue", descending: true }, "o_orderdate")
    .limit(10);
  const expected = await whole();
  const at = (number: number, column: number) => expected.get(number)?.[column];
  const q1 = await first.sort("l_returnflag", "l_linestatus").toColumns();
  expect([q1.sum_qty, q1.sum_disc_price, q1.count_order]).toEqual([at(1, 2), at(1, 4), at(1, 9)]);
  (at(1, 8) as number[]).forEach((mean, k) => void expect(q1.avg_disc?.[k]).toBeCloseTo(mean, 12));
  expect((await sixth.toColumns()).revenue).toEqual(at(6, 0));
  const q3 = await third.toColumns();
  expect([q3.o_orderkey, q3.revenue]).toEqual([at(3, 0), at(3, 1)]);
});

it("say what is wrong with a query", async () => {
  await expect(sql("select * from lineitems", tables)).rejects.toThrow("did you mean lineitem");
  await expect(sql("select l_nothing from lineitem", tables)).rejects.toThrow(/sql: .*l_nothing/);
});
