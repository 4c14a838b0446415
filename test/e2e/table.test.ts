// Tables on a cluster of processes, over ZeroMQ, and the example that begins with them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { col, LocalCluster, readCsv } from "../../src/index.js";
import { Command, freshDirectory } from "./command.js";

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

it("moves partitions between workers: joins by hash, and sorts by samples", async () => {
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
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
