// How long does the main job take, beside Dask? (x + xᵀ).mean() over 10,000² float64 in 1,000²
// chunks. node bench/headline.mjs [size] [chunk] [rounds]
import { fileURLToPath } from "node:url";
import { pythonWithDask } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [size = "10000", chunk = "1000", rounds = "7"] = process.argv.slice(2);
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));

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
