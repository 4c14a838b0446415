// Is a join right when workers die in it? Two tables of Parquet joined by hash on a cluster of
// processes, some of which are killed, beside what DuckDB alone gives. A third of one table has one
// key. node bench/table-kills.mjs [millions of rows] [kills by turns: 0,1,3]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { LocalCluster, readParquet } from "tilework";

const [millions = "10", kills = "0,1,3"] = process.argv.slice(2);
const rows = Number(millions) * 1_000_000;
const folder = mkdtempSync(join(tmpdir(), "tilework-bench-"));
const [left, right] = ["left", "right"].map((name) => join(folder, `${name}.parquet`));

/** The tables, and their join's sums by DuckDB alone. */
async function makeTables() {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const write = (select, path) =>
    connection.run(
      `COPY (${select} FROM range(${rows}) t(i)) TO '${path}' (ROW_GROUP_SIZE 100000)`,
    );
  await write(`SELECT hash(i) % ${rows} AS id, i AS v`, left);
  await write("SELECT CASE WHEN i % 3 = 0 THEN 7 ELSE i END::UBIGINT AS id, 2 * i AS w", right);
  const sums = `SELECT sum(v), sum(w) FROM '${left}' JOIN '${right}' USING (id)`;
  const found = await connection.runAndReadAll(sums);
  instance.closeSync();
  return found.getRows()[0].map(Number);
}

/** Kills one worker after another while a job runs. */
async function killDuring(cluster, count, job) {
  let isOver = false;
  const over = job.finally(() => {
    isOver = true;
  });
  for (let k = 0; k < count; k++) {
    await Promise.race([sleep(1_500), over]);
    if (isOver) return k;
    const { workers } = await cluster.describe();
    process.kill(workers[k % workers.length].pid, "SIGKILL");
  }
  return count;
}

const expected = await makeTables();
const cluster = await LocalCluster.start({ workers: 3, threadsPerWorker: 1, memoryLimit: "1GB" });
try {
  const [a, b] = await Promise.all([readParquet(left), readParquet(right)]);
  const joined = a.join(b, { on: "id", broadcast: false, npartitions: 24 });
  for (const count of kills.split(",").map(Number)) {
    const start = performance.now();
    const job = joined.agg({ v: "sum", w: "sum" }).collect();
    const [killed, [{ v, w }]] = await Promise.all([killDuring(cluster, count, job), job]);
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    const isRight = Number(v) === expected[0] && Number(w) === expected[1];
    console.log(`${killed} killed: ${seconds} s, ${isRight ? "right" : "WRONG"}`);
  }
} finally {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
}
