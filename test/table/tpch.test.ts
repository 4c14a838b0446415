// All queries of TPC-H over tables of several partitions give what one engine gives over the whole.
// `TPCH_FOLDER` names a folder with the files of dbgen, such as lineitem.tbl.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/duckdb.js";
import { readQuery } from "../../src/engine/read-partitions.js";
import { config, readCsv, sql, type Table } from "../../src/index.js";
import { planText } from "../../src/table/plan/plan-text.js";
import { engineType } from "../../src/table/types/column-types.js";
import { tpchLines } from "./tpch-data.js";
import { TPCH } from "./tpch-queries.js";
import { TPCH_SCHEMAS } from "./tpch-schemas.js";
import { TPCH_TABLES, type Tpch } from "./tpch-tables.js";

/** A folder with the files of dbgen, in place of ours. */
const GIVEN = process.env.TPCH_FOLDER;
let folder: string;
const tables: Record<string, Table> = {};
let expected: Map<number, unknown[][]>;
beforeAll(async () => {
  folder = GIVEN ?? mkdtempSync(join(tmpdir(), "tw-tpch-"));
  if (GIVEN === undefined) writeTables();
  for (const [name, schema] of Object.entries(TPCH_SCHEMAS)) {
    const path = join(folder, `${name}.tbl`);
    const blockBytes = Math.max(30_000, Math.ceil(statSync(path).size / 4));
    const options = { header: false, delimiter: "|", quote: "", schema, blockBytes };
    tables[name] = await readCsv(path, options);
  }
  expected = await whole();
});
afterAll(() => {
  if (GIVEN === undefined) rmSync(folder, { recursive: true, force: true });
});

function writeTables(): void {
  for (const [name, lines] of Object.entries(tpchLines(7))) {
    writeFileSync(join(folder, `${name}.tbl`), lines.map((line) => `${line}\n`).join(""));
  }
}

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

it("all 22 by sql, none of them in one task, and as one statement each", async () => {
  expect(tables.lineitem?.npartitions).toBeGreaterThan(2);
  let rows = 0;
  for (const [number, text] of Object.entries(TPCH)) {
    const table = await sql(text, tables);
    expect([number, planText(table.plan)]).toEqual([number, expect.not.stringContaining("sql of")]);
    const wanted = [number, expected.get(Number(number))?.map((values) => values.map(rounded))];
    for (const isAllowed of [true, false]) {
      const run = () => table.toColumns();
      const found = await config.with({ "table.oneStatement": isAllowed }, run);
      const columns = Object.values(found) as unknown[][];
      expect([number, columns.map((values) => values.map(rounded))]).toEqual(wanted);
      rows += columns[0]?.length ?? 0;
    }
  }
  expect(rows).toBeGreaterThan(300);
});

it.each(Object.keys(TPCH_TABLES).map(Number))("%i by methods", async (number) => {
  const table = TPCH_TABLES[number]?.(tables as unknown as Tpch);
  const run = async () => (await table?.toColumns()) ?? {};
  const found = await config.with({ "table.oneStatement": false }, run);
  const columns: readonly unknown[][] = Object.values(found);
  expect(columns.map((values) => values.map(rounded))).toEqual(
    expected.get(number)?.map((values) => values.map(rounded)),
  );
});

/** Floats keep the digits that no order of sums changes. */
function rounded(value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(12) : value;
}

it("say what is wrong with a query", async () => {
  await expect(sql("select * from lineitems", tables)).rejects.toThrow("did you mean lineitem");
  await expect(sql("select l_nothing from lineitem", tables)).rejects.toThrow(/sql: .*l_nothing/);
});
