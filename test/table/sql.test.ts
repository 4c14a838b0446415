// Queries in SQL give what one engine gives over the whole, most of them operation by operation;
// explain() says which one task answers, and why.
import { beforeAll, describe, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/duckdb.js";
import { readQuery } from "../../src/engine/read-partitions.js";
import { fromRecords, registerTable, sql, type Table } from "../../src/index.js";
import { planText } from "../../src/table/plan/plan-text.js";
import { inPartitions } from "./in-partitions.js";

inPartitions();

const DAY_MS = 86_400_000;

/** Nulls, equal keys, keys that the other side lacks, decimals, dates, large numbers. */
const SALES = Array.from({ length: 300 }, (_, n) => ({
  id: n,
  shop: n % 7 === 0 ? null : n % 11,
  town: n % 5 === 0 ? null : `town ${n % 4}`,
  price: n % 13 === 0 ? null : (n % 50) / 4,
  cents: (n * 37) % 1_000,
  big: 9_007_199_254_740_993n + BigInt(n),
  day: new Date(Date.UTC(2024, 0, 1) + (n % 90) * DAY_MS),
}));
const SHOPS = Array.from({ length: 8 }, (_, n) => ({
  shop: n === 7 ? null : n * 2,
  name: n === 3 ? null : `shop ${n}`,
  rent: n * 100.5,
}));

const SALES_SCHEMA = {
  id: "int64",
  shop: "int32",
  town: "string",
  price: "float64",
  cents: "decimal(12,2)",
  big: "int64",
  day: "date",
} as const;
const ENGINE_COLUMNS: Readonly<Record<string, string>> = {
  sales:
    "id BIGINT, shop INTEGER, town VARCHAR, price DOUBLE, cents DECIMAL(12,2), big BIGINT, day DATE",
  shops: "shop BIGINT, name VARCHAR, rent DOUBLE",
};

let tables: Record<string, Table>;
beforeAll(() => {
  tables = {
    sales: fromRecords(SALES, { npartitions: 3, schema: SALES_SCHEMA }) as unknown as Table,
    shops: fromRecords(SHOPS, { npartitions: 2 }) as unknown as Table,
  };
});

/** Rows that one engine gives, each column a list. */
async function whole(text: string): Promise<unknown[][]> {
  const connection = await connectEngine();
  try {
    for (const [name, rows] of Object.entries({ sales: SALES, shops: SHOPS })) {
      await connection.run(`CREATE TEMP TABLE ${name} (${ENGINE_COLUMNS[name]})`);
      const values = rows.map((row) => `(${Object.values(row).map(literal).join(", ")})`);
      await connection.run(`INSERT INTO ${name} VALUES ${values.join(", ")}`);
    }
    return await readQuery(connection, text);
  } finally {
    connection.closeSync();
  }
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (value instanceof Date) return `DATE '${value.toISOString().slice(0, 10)}'`;
  return typeof value === "string" ? `'${value}'` : String(value);
}

/** Rows in an order of their own, floats without their last digits. */
function sortedRows(columns: readonly (readonly unknown[])[]): string[] {
  const rows = (columns[0] ?? []).map((_, row) => columns.map((values) => values[row]));
  const text = (value: unknown) => {
    if (typeof value === "number" && !Number.isInteger(value)) return value.toPrecision(12);
    return typeof value === "bigint" ? Number(value) : value;
  };
  return rows.map((row) => JSON.stringify(row, (_, value) => text(value))).sort();
}

const STEPWISE = [
  "select count(*) as n from sales",
  "select * from sales where price > 3 and town like 'town%' or shop is null",
  "select town, count(*) n, sum(price) s, avg(cents) a, min(day) d, max(town) m from sales group by town having count(*) > 3",
  "select sum(cents) c, sum(id) i, sum(big) b, avg(big) ab, stddev(price) sd, var_samp(price) v from sales",
  "select town, count(distinct shop) k, sum(price) filter (where shop > 3) f, count(*) filter (where price is null) g from sales group by town",
  "select shop, list(id order by id desc) ids, median(price) m, any_value(town) is not null as t from sales group by shop",
  "select s.id, s.shop, k.shop as other, k.name from sales s join shops k on s.shop = k.shop",
  "select s.id, k.shop as other, k.rent from sales s left join shops k on s.shop = k.shop and s.price < k.rent / 100",
  "select s.id, k.shop as other, s.shop from sales s right join shops k on s.shop = k.shop",
  "select s.id, k.name, s.shop as a, k.shop as b from sales s full join shops k on s.shop = k.shop",
  "select s.id, k.name from sales s join shops k on s.shop is not distinct from k.shop",
  "select s.id, k.name from sales s, shops k where s.price > k.rent",
  "select a.shop, count(*) n from sales a join sales b on a.shop = b.shop and a.id < b.id group by a.shop",
  "select id from sales where shop in (select shop from shops where rent > 200)",
  "select id from sales where shop not in (select shop from shops)",
  "select id from sales where shop not in (select shop from shops where shop is not null)",
  "select id, shop in (select shop from shops) as known from sales",
  "select name from shops k where exists (select 1 from sales s where s.shop = k.shop and s.price > 10)",
  "select name from shops k where not exists (select 1 from sales s where s.shop = k.shop)",
  "select id from sales s where price > (select avg(price) from sales t where t.town = s.town)",
  "select id, price - (select avg(price) from sales) as over_mean from sales where price > 9",
  "select id from sales s where cents not in (select cents from sales t where t.shop = s.shop and t.id < 100)",
  "with dear as (select shop, sum(price) total from sales group by shop) select k.name, d.total from dear d join shops k using (shop) where d.total = (select max(total) from dear where shop in (select shop from shops))",
  "select distinct town, shop from sales",
  "select town from sales union select name from shops",
  "select shop from sales union all select shop from shops",
  "select shop from sales except select shop from shops",
  "select shop from sales intersect select shop from shops",
  "select case when price > 5 then 'dear' when price is null then '?' else 'cheap' end as kind, count(*) n from sales group by kind",
  "select year(day) y, month(day) m, cents * (1 - 0.05) as c, cast(price as integer) p, upper(town) u, coalesce(town, 'none') t, id % 7 r from sales where day between date '2024-01-10' and date '2024-01-20' + interval 2 day",
  "select shop, sum(total) as t from (select shop, town, sum(price * cents) as total from sales group by all) group by shop",
  "select id, big + 1 as more, -cents as minus, cents + 1 as plus, cents - cents * 0.5 as half from sales where big > 9007199254740999 and substring(town from 6 for 1) = '1'",
  "select id, row_number() over (order by id) as n from sales",
  "select id, row_number() over (partition by shop order by price desc nulls first, id) as n, rank() over (partition by town, shop order by day) r, dense_rank() over (partition by shop order by day) d, ntile(3) over (partition by town order by id) t, percent_rank() over (partition by shop order by day) p, cume_dist() over (partition by shop order by day) c from sales",
  "select id, lag(price) over w as a, lead(id, 2, -1) over w as b, first_value(cents) over w as f, last_value(cents) over w as l, nth_value(id, 3) over w as n, lag(price ignore nulls) over w as g from sales window w as (partition by shop order by id)",
  "select id, sum(cents) over (partition by town) s, avg(price) over (partition by town order by id rows between 2 preceding and 1 following) m, sum(id) over (partition by shop order by id) r, count(*) filter (where price > 3) over (partition by shop) n, count(distinct shop) over (partition by town) k, max(id) over (partition by shop order by day groups between unbounded preceding and 1 preceding) x from sales",
  "select shop, id from (select shop, id, row_number() over (partition by shop % 3 order by price desc, id) as n from sales where id > 20) where n <= 2",
  "select town, total, total / sum(total) over () as part, rank() over (order by total desc) as place from (select town, sum(price) as total from sales group by town)",
];

describe("sql", () => {
  it.each(STEPWISE)("%s", async (text) => {
    const table = await sql(text, tables);
    expect(planText(table.plan)).not.toContain("sql of");
    const columns = Object.values(await table.toColumns()) as unknown[][];
    expect(sortedRows(columns)).toEqual(sortedRows(await whole(text)));
  });

  it("keeps the order of a query, and its first rows", async () => {
    for (const text of [
      "select id, town from sales order by town desc nulls first, id",
      "select id from sales order by price * -1 nulls last, id limit 20 offset 5",
      "select town, sum(id) as n from sales group by town order by sum(id) desc, 1",
    ]) {
      const table = await sql(text, tables);
      expect(planText(table.plan)).not.toContain("sql of");
      const columns = Object.values(await table.toColumns());
      expect([text, columns]).toEqual([text, await whole(text)]);
    }
  });

  it.each([
    [
      "select id, sum(id) over (order by id range between 3 preceding and current row) as n from sales",
      "by the distance of values",
    ],
    [
      "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select n, count(*) c from t, shops group by n",
      "recursive",
    ],
    ["select string_agg(name, '+' order by name) as names from shops", "string_agg"],
    ["select shop, count(*) n from sales group by rollup (shop)", "sets of groups"],
    ["select list_transform([1, shop], x -> x + 1) as l from shops", "list"],
    ["select 1 as one", ""],
  ])("answers %s in one task, and says why", async (text, reason) => {
    const table = await sql(text, tables);
    const said = planText(table.plan);
    expect(said).toContain("in one task, since ");
    expect(said).toContain(reason);
    const columns = Object.values(await table.toColumns()) as unknown[][];
    expect(sortedRows(columns)).toEqual(sortedRows(await whole(text)));
  });

  it("refuses two columns of one name, and functions without their table", async () => {
    await expect(sql("select shop, shop from sales", tables)).rejects.toThrow("by AS");
    await expect(sql("select rowid from sales", tables)).rejects.toThrow("rowid");
  });

  it.each([
    "select count(*) as n from SALES -- all",
    "select n from (select count(*) over () as n from Sales) limit 1; -- all",
    "select count(*) as n from sales;; ",
  ])("takes capitals, comments and semicolons as the engine does: %s", async (text) => {
    expect(await (await sql(text, tables)).collect()).toEqual([{ n: 300 }]);
  });

  it.each([
    ["select 1; select 2", "sql: got 2 statements: expected a SELECT"],
    ["drop table sales", "sql: got no statement that selects rows: expected a SELECT"],
    ["", "sql: got no statement that selects rows: expected a SELECT"],
    ["describe sales", "sql: got no statement that selects rows: expected a SELECT"],
    ["selec 1", 'sql: syntax error at or near "selec"'],
    [5, "sql was given a number: expected a query as text"],
  ])("refuses %j, and says what it expects", async (text, said) => {
    await expect(sql(text as string, tables)).rejects.toThrow(said);
  });

  it("refuses tables without names, names without tables, and keeps neither", async () => {
    const { shops } = tables as { shops: Table };
    const asTable = (value: unknown) => value as Table;
    expect(() => registerTable("", shops)).toThrow('the name "": expected a text');
    expect(() => registerTable("a", asTable([]))).toThrow("a list for a: expected a table");
    const byName = "sql was given a table after the query: expected tables by their names";
    await expect(sql("select 1", shops as never)).rejects.toThrow(byName);
    await expect(sql("select 1", { a: asTable(1) })).rejects.toThrow("a number for a");
    expect(await (await sql("select 1 as one", tables)).collect()).toEqual([{ one: 1 }]);
  });

  it("calls a random function in one task, once for each row", async () => {
    const table = await sql("select id, random() as r from sales", tables);
    expect(planText(table.plan)).toContain("it calls random, which differs from call to call");
    const { r } = (await table.toColumns()) as { r: number[] };
    expect(new Set(r).size).toBeGreaterThan(290);
  });
});
