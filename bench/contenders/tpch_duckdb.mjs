// The same queries by DuckDB alone, on two threads: `tpch_duckdb.mjs FOLDER NUMBER`.
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { serve } from "./contender.mjs";
import { TABLES, tpchQuery } from "./tpch-questions.mjs";

const [folder, number] = process.argv.slice(2);
const text = await tpchQuery(Number(number));
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
for (const name of TABLES) {
  await connection.run(`CREATE VIEW ${name} AS FROM '${join(folder, `${name}.parquet`)}'`);
}
await serve(async () => `${(await connection.runAndReadAll(text)).currentRowCount} rows`);
