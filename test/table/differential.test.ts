// Random queries over several partitions, and as one statement, give what one engine gives over the
// whole.
// `TABLE_SEEDS=5000` tries that many.
import { afterAll, beforeAll, expect, it } from "vitest";
import { config } from "../../src/config/config.js";
import { connectEngine } from "../../src/engine/duckdb.js";
import { readQuery } from "../../src/engine/read-partitions.js";
import { randomQuery, randomSources } from "./random-queries.js";

const SEEDS = Number(process.env.TABLE_SEEDS ?? 20);
const FROM = Number(process.env.TABLE_SEEDS_FROM ?? 0);
const sources = randomSources(3);

let connection: Awaited<ReturnType<typeof connectEngine>>;
beforeAll(async () => {
  connection = await connectEngine();
  // DuckDB 1.5.5 filters rows by what a join wants before it takes the first of them.
  await connection.run("SET disabled_optimizers = 'join_filter_pushdown'");
  for (const statement of sources.statements) await connection.run(statement);
});
afterAll(() => connection.closeSync());

/** Rows as texts, in the order of these. Floats keep the digits that no order of sums changes. */
function lines(columns: readonly (readonly unknown[])[]): string[] {
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) =>
    columns.map((values) => text(values[row])).join(" | "),
  ).sort();
}

function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return value.toPrecision(11);
}

it("over the whole, over partitions, and as one statement", {
  timeout: 600_000 + 5_000 * SEEDS,
}, async () => {
  let rows = 0;
  for (let seed = FROM; seed < FROM + SEEDS; seed++) {
    const { table, sql, kinds } = randomQuery(sources, seed);
    const expected = lines(await readQuery(connection, sql));
    expect(table.columns, `seed ${seed}`).toEqual([...kinds.keys()]);
    for (const isAllowed of [true, false]) {
      await config.with({ "table.oneStatement": isAllowed }, async () => {
        const found = lines(Object.values(await table.toColumns()));
        expect(found, `seed ${seed}: ${sql}\n${table.explain()}`).toEqual(expected);
        rows += found.length;
      });
    }
  }
  expect(rows).toBeGreaterThan(SEEDS);
});
