// How fast are tables? Rows of CSV grouped and counted, tables of Parquet joined and sorted: on
// this process's threads, by DuckDB alone on two threads, and by Dask's data frame where it is
// installed. node bench/tables.mjs [rounds] [millions of rows] [jobs: group,join,sort]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { pythonWith } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [rounds = "3", millions = "5", jobs = "group,join,sort"] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(`contenders/${name}`, import.meta.url));
const python = pythonWith("dask.dataframe, distributed");
const folder = mkdtempSync(join(tmpdir(), "tilework-bench-"));

/** The same rows each time: DuckDB's hash is the generator. */
async function makeFiles() {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = Number(millions) * 1_000_000;
  const keys = rows / 10;
  const table = `SELECT i AS id, CAST(hash(i) % ${keys} AS BIGINT) AS key, 'category ' || hash(i + 1) % 100 AS category, (hash(i + 2) % 1000000) / 100 AS price FROM range(${rows}) AS t(i)`;
  if (jobs.includes("group")) {
    await connection.run(`COPY (${table}) TO '${join(folder, "rows.csv")}'`);
  }
  await connection.run(`COPY (${table}) TO '${join(folder, "rows.parquet")}'`);
  const other = `SELECT i AS key, 'name ' || i AS name FROM range(${keys}) AS t(i)`;
  await connection.run(`COPY (${other}) TO '${join(folder, "keys.parquet")}'`);
  instance.closeSync();
}

const questions = {
  group: `${millions} million rows of CSV, grouped by 100 categories, counted`,
  join: `${millions} million rows joined with a tenth as many, counted`,
  sort: `${millions} million rows sorted by a number, kept`,
};

try {
  await makeFiles();
  for (const job of jobs.split(",")) {
    const node = (name, script) => ({
      name,
      command: process.execPath,
      args: [path(script), folder, job],
    });
    const contenders = [
      node("tilework threads", "tables.mjs"),
      node("DuckDB alone, two threads", "tables_duckdb.mjs"),
      { name: "Dask processes", command: python, args: [path("tables_dask.py"), folder, job] },
    ];
    const against = ["DuckDB alone, two threads", "Dask processes"];
    await sideBySide(questions[job], contenders, { rounds: Number(rounds), against });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
