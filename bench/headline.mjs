// How long does the main job take, beside Dask? (x + xᵀ).mean() over 10,000² float64 in 1,000² chunks.
// node bench/headline.mjs [size] [chunk] [rounds]
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { sideBySide } from "./side-by-side.mjs";

const [size = "10000", chunk = "1000", rounds = "7"] = process.argv.slice(2);
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));

/** A Python that has Dask: the one on the path, or Debian's. */
function pythonWithDask() {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(python, ["-c", "import dask.array, distributed"], { stdio: "ignore" });
      return python;
    } catch {
      // Not this one.
    }
  }
  return "python3";
}

const node = (where) => ({
  name: `tilework ${where}`,
  command: process.execPath,
  args: [contender("headline.mjs"), where, size, chunk],
});
const dask = (where) => ({
  name: `dask ${where}`,
  command: pythonWithDask(),
  args: [contender("headline_dask.py"), where, size, chunk],
});

await sideBySide(
  `(x + xᵀ).mean(), ${size}² float64, chunks ${chunk}², 2 threads or 2 processes of one thread`,
  [node("threads"), node("cluster"), dask("threads"), dask("cluster")],
  { rounds: Number(rounds), against: ["dask threads", "dask cluster"] },
);
