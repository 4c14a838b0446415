// How long does an all-to-all take, and how many bytes does it move, beside Dask? A matrix in
// squares is cut in columns and summed up; then one in rows, where every column needs every row.
// node bench/rechunk.mjs [size] [chunk] [width] [rounds]
import { fileURLToPath } from "node:url";
import { pythonWithDask } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [size = "6000", chunk = "1000", width = "200", rounds = "5"] = process.argv.slice(2);
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));

for (const [what, height, across] of [
  [`${chunk}² squares`, chunk, chunk],
  [`(${width}, ${size}) rows`, width, size],
]) {
  const cut = [size, height, across, width];
  const node = (where) => ({
    name: `tilework ${where}`,
    command: process.execPath,
    args: [contender("rechunk.mjs"), where, ...cut],
  });
  const dask = (where) => ({
    name: `dask ${where}`,
    command: pythonWithDask(),
    args: [contender("rechunk_dask.py"), where, ...cut],
  });
  await sideBySide(
    `${size}² float64 from ${what} to (${size}, ${width}) columns, then the sum; ` +
      `${(8 * Number(size) ** 2) / 1e6} MB, 2 threads or 2 processes of one thread`,
    [node("threads"), node("cluster"), dask("threads"), dask("cluster")],
    { rounds: Number(rounds), against: ["dask threads", "dask cluster"] },
  );
}
