// How fast are bags? A million numbers mapped, filtered and summed, and the words of gzipped text
// counted: on this process's threads, on two worker processes, on two processes of Dask's bag, in a
// plain loop. node bench/bag.mjs [rounds] [megabytes of text]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonWithDask } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [rounds = 5, megabytes = 60] = process.argv.slice(2).map(Number);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = pythonWithDask();

const node = (name, script, ...args) => ({
  name,
  command: process.execPath,
  args: [path(`contenders/${script}`), ...args],
});
const contenders = (job) => [
  node("tilework threads", "bag.mjs", "threads", ...job),
  node("tilework cluster", "bag.mjs", "cluster", ...job),
  { name: "Dask processes", command: python, args: [path("contenders/bag_dask.py"), ...job] },
  node("plain Node", "bag_plain.mjs", ...job),
];
const options = { rounds, against: ["Dask processes", "plain Node"] };

await sideBySide(
  "1,000,000 numbers mapped, filtered, summed; 20 partitions",
  contenders(["sum"]),
  options,
);

const directory = mkdtempSync(join(tmpdir(), "tilework-bench-"));
const example = path("../examples/word-count.mjs");
execFileSync(process.execPath, [example, "--megabytes", String(megabytes), directory]);
await sideBySide(
  `The words of ${megabytes} MB of text, gzipped, in files of 10 MB`,
  contenders(["words", directory]),
  options,
);
rmSync(directory, { recursive: true });
