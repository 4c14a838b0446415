// Tables on a cluster of processes, over ZeroMQ, and the example that begins with them.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { col, LocalCluster, readCsv, sql } from "../../src/index.js";
import { Command, freshDirectory } from "./command.js";

/** A query that fits in no memory: nothing of a list can be put on disk. */
const ENDLESS = "SELECT list(i) AS l FROM range(60000000) AS t(i)";

/** A query that takes hours. */
const HOURS = "SELECT count(*) AS n FROM range(1000000000000) AS t(i) WHERE hash(i) > 1";

const script = fileURLToPath(new URL("../../examples/csv-groups.mjs", import.meta.url));

it("runs the program that people write first, and ends with all of its processes", async () => {
  const temporary = freshDirectory();
  const example = new Command([], { script, temporary });
  const { code, output } = await example.ended;
  expect(code, output).toBe(0);
  expect(output).toMatch(/^worker-[01]: 2 cores, 1\.0 GB\nworker-[01]: 2 cores, 1\.0 GB\n/);
  expect(output).toMatch(/zip: 'string'/);
  expect(output).toContain("| books    |   334 |\n| food     |   333 |\n| toys     |   333 |");
  expect(example.survivors()).toEqual([]);
});

it("moves partitions between workers, of which one may be killed: joins by hash, sorts by samples", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tw-tables-"));
  const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  try {
    const rows = Array.from({ length: 5_000 }, (_, n) => `${n},${(n * 7_919) % 5_000},k${n % 13}`);
    const path = join(folder, "rows.csv");
    writeFileSync(path, `id,other,key\n${rows.join("\n")}\n`);
    const table = await readCsv(path, { blockBytes: 10_000 });
    const pairs = table
      .select("id", "key")
      .join(table.select({ back: col("other") }), { on: { id: "back" }, npartitions: 3 });
    expect(await pairs.groupBy("key").count().collect()).toHaveLength(13);
    expect(await pairs.count()).toBe(5_000);
    const { other } = await table.sort("other").toColumns();
    expect(other).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
    // A worker that is killed in the middle costs nothing but time.
    let done = 0;
    const again = pairs.select("id").collect({ onProgress: (report) => (done = report.done) });
    await expect.poll(() => done, { interval: 2 }).toBeGreaterThan(3);
    const [victim] = (await cluster.describe()).workers;
    process.kill(victim?.pid as number, "SIGKILL");
    const ids = (await again).map(({ id }) => id as number).sort((a, b) => a - b);
    expect(ids).toEqual(other);
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it("has the memory and the folder of its worker, and says when a partition does not fit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tw-tables-"));
  const options = {
    workers: 1,
    threadsPerWorker: 2,
    memoryLimit: "512MiB",
    localDirectory: folder,
  };
  const cluster = await LocalCluster.start(options);
  try {
    const names = ["memory_limit", "threads", "temp_directory"];
    const list = names.map((name) => `current_setting('${name}') AS ${name}`);
    const [settings] = await (await sql(`SELECT ${list.join(", ")}`)).collect();
    expect(settings).toMatchObject({ memory_limit: "76.0 MiB", threads: 1 });
    expect(settings?.temp_directory).toContain(folder);
    expect(settings?.temp_directory).toContain("/tilework-spill-");
    // More groups than fit: the engine puts them on disk.
    const groups =
      "SELECT count(*) AS n FROM (SELECT i, count(*) AS c FROM range(5000000) AS t(i) GROUP BY i)";
    expect(await (await sql(groups)).collect()).toEqual([{ n: 5_000_000 }]);
    await expect((await sql(ENDLESS)).collect()).rejects.toMatchObject({
      code: "task.memory",
      message: expect.stringMatching(/does not fit in the memory of its thread.*more partitions/),
    });
    expect(await (await sql("SELECT 1 AS one")).collect()).toEqual([{ one: 1 }]);
    // What has been cancelled ends on all threads, and its worker stays.
    const worker = async () => (await cluster.describe()).workers[0];
    const before = await worker();
    const controller = new AbortController();
    const stopped = [1, 2].map(async (n) => {
      const rows = await sql(`${HOURS} + ${n}`);
      await expect(rows.collect({ signal: controller.signal })).rejects.toMatchObject({
        code: "task.cancelled",
      });
    });
    await expect.poll(async () => (await worker())?.executing).toBe(2);
    controller.abort();
    await Promise.all(stopped);
    expect(await (await sql("SELECT 2 AS two")).collect()).toEqual([{ two: 2 }]);
    expect((await worker())?.pid).toBe(before?.pid);
  } finally {
    await cluster.close();
  }
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
