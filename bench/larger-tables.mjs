// Are tables larger than memory right? CSV made on the spot, grouped by few keys and by very many,
// and joined, on two workers of 500 MB; beside what DuckDB alone gives.
// node bench/larger-tables.mjs [GB] [jobs: few,many,join]
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { col, count, LocalCluster, readCsv } from "tilework";

const [gigabytes = "10", jobs = "few,many,join"] = process.argv.slice(2);
/** About 37 bytes a row. */
const rows = Math.round((Number(gigabytes) * 1e9) / 37);
const folder = mkdtempSync(join(tmpdir(), "tilework-bench-"));
const [large, small] = ["large.csv", "small.csv"].map((name) => join(folder, name));

const instance = await DuckDBInstance.create(":memory:", { temp_directory: join(folder, "spill") });
const connection = await instance.connect();
const ask = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0].map(Number);

/** A third of all rows has one key of the join. */
async function makeFiles() {
  const keys = Math.round(rows / 10);
  const key = `CASE WHEN i % 3 = 0 THEN 7 ELSE hash(i) % ${keys} END`;
  const table = `SELECT i AS id, ${key} AS key, 'category ' || hash(i + 1) % 100 AS category, (hash(i + 2) % 1000000) / 100 AS price FROM range(${rows}) AS t(i)`;
  await connection.run(`COPY (${table}) TO '${large}'`);
  const other = `SELECT i AS key, i % 1000 AS w FROM range(${keys}) AS t(i)`;
  await connection.run(`COPY (${other}) TO '${small}'`);
}

const questions = {
  few: {
    ours: (t) => t.groupBy("category").agg({ value: col("price").sum() }),
    sql: `SELECT count(*), sum(p) FROM (SELECT sum(price) AS p FROM '${large}' GROUP BY category)`,
  },
  many: {
    ours: (t) => t.groupBy("id").agg({ value: col("price").sum() }),
    sql: `SELECT count(*), sum(price) FROM '${large}'`,
  },
  join: {
    ours: (t, other) => t.join(other, { on: "key", broadcast: false }).rename({ w: "value" }),
    sql: `SELECT count(*), sum(w) FROM '${large}' JOIN '${small}' USING (key)`,
  },
};

/** The most memory that a worker's process took. */
function watch(cluster) {
  let peak = 0;
  const timer = setInterval(async () => {
    const { workers } = await cluster.describe();
    peak = Math.max(peak, ...workers.map(({ processBytes }) => processBytes));
  }, 500);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

try {
  await makeFiles();
  console.log(`${rows} rows, ${(statSync(large).size / 1e9).toFixed(1)} GB of CSV`);
  const cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    memoryLimit: "500MB",
  });
  try {
    const [t, other] = await Promise.all([readCsv(large), readCsv(small)]);
    for (const name of jobs.split(",")) {
      const { ours, sql } = questions[name];
      const ended = watch(cluster);
      const start = performance.now();
      const sums = ours(t, other).agg({ n: count(), value: col("value").sum() });
      const [found] = await sums.collect();
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      const peak = (ended() / 2 ** 20).toFixed(0);
      const [n, sum] = await ask(sql);
      const values = [found.n, found.value].map(Number);
      const isRight = values[0] === n && Math.abs(values[1] - sum) <= 1e-6 * Math.abs(sum);
      const verdict = isRight ? "right" : `WRONG: ${values} in place of ${[n, sum]}`;
      console.log(`${name}: ${seconds} s, up to ${peak} MiB a worker, ${verdict}`);
    }
  } finally {
    await cluster.close();
  }
} finally {
  instance.closeSync();
  rmSync(folder, { recursive: true, force: true });
}
