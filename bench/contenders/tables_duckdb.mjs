// The same jobs by DuckDB alone, on two threads: `tables_duckdb.mjs FOLDER group|join|sort`.
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { serve } from "./contender.mjs";

const [folder, what] = process.argv.slice(2);
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
const file = (name) => `'${join(folder, name)}'`;
const jobs = {
  group: `SELECT category, count(*) FROM read_csv(${file("rows.csv")}) GROUP BY category`,
  join: `SELECT count(*) FROM ${file("rows.parquet")} JOIN ${file("keys.parquet")} USING (key)`,
  sort: `CREATE OR REPLACE TEMP TABLE sorted AS SELECT key, price FROM ${file("rows.parquet")} ORDER BY price`,
};
await serve(async () => {
  await connection.runAndReadAll(jobs[what]);
});
