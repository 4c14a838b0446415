// A CSV file on a cluster: its executors, their cores and memory, then read, group, count, show,
// stop. npm run build && node examples/csv-groups.mjs [address] [file.csv]
//
// Without an address it starts a cluster of its own; without a file it writes a small one.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, LocalCluster, readCsv } from "tilework";

const args = process.argv.slice(2);
const address = args.find((arg) => arg.includes("://"));
const file = args.find((arg) => !arg.includes("://"));

/** A cluster at an address, or two workers of this machine with two cores and 1 GB each. */
async function connect() {
  if (address !== undefined) return Client.connect(address);
  return LocalCluster.start({ workers: 2, threadsPerWorker: 2, memoryLimit: "1GB" });
}

async function sampleFile(folder) {
  const path = join(folder, "sales.csv");
  const lines = Array.from({ length: 1_000 }, (_, n) => {
    const zip = String(n % 90).padStart(5, "0");
    return `${n},${zip},${["books", "toys", "food"][n % 3]},${(n % 50) / 4}`;
  });
  await writeFile(path, `id,zip,category,price\n${lines.join("\n")}\n`);
  return path;
}

const folder = await mkdtemp(join(tmpdir(), "csv-groups-"));
const cluster = await connect();
try {
  for (const { name, threads, memoryLimitBytes } of (await cluster.describe()).workers) {
    console.log(`${name}: ${threads} cores, ${(memoryLimitBytes / 1e9).toFixed(1)} GB`);
  }
  const data = await readCsv(file ?? (await sampleFile(folder)), {
    header: true,
    inferSchema: true,
  });
  console.log(data.dtypes);
  await data.groupBy("category").count().show();
} finally {
  await cluster.close();
  await rm(folder, { recursive: true });
}
