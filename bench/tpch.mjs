// How fast is sql over tables? Queries of TPC-H on this process's threads, and by DuckDB alone on
// two threads. node bench/tpch.mjs [rounds] [scale] [numbers of queries]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeTables } from "./contenders/tpch-questions.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [rounds = "3", scale = "1", numbers = "1,3,5,6,9,18"] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(`contenders/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tilework-bench-"));
try {
  await writeTables(folder, Number(scale));
  for (const number of numbers.split(",")) {
    const node = (name, script) => ({
      name,
      command: process.execPath,
      args: [path(script), folder, number],
    });
    const contenders = [
      node("tilework threads", "tpch.mjs"),
      node("DuckDB alone, two threads", "tpch_duckdb.mjs"),
    ];
    const against = ["DuckDB alone, two threads"];
    await sideBySide(`query ${number} at scale ${scale}`, contenders, {
      rounds: Number(rounds),
      against,
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
