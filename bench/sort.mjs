// How long does it take to sort a vector of many blocks, and to find its median, beside NumPy,
// which has it in one piece? Dask has no sort, and no median of an axis that is cut. node
// bench/sort.mjs [length] [blocks] [rounds]
import { fileURLToPath } from "node:url";
import { pythonWithDask } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [length = "10000000", blocks = "10", rounds = "5"] = process.argv.slice(2);
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));

for (const what of ["sort", "median"]) {
  await sideBySide(
    `${what} of ${length} float64 in ${blocks} blocks, 2 threads; NumPy: one block, one thread`,
    [
      {
        name: "tilework threads",
        command: process.execPath,
        args: [contender("sort.mjs"), what, length, blocks],
      },
      {
        name: "numpy",
        command: pythonWithDask(),
        args: [contender("sort_numpy.py"), what, length],
      },
    ],
    { rounds: Number(rounds), against: ["numpy"] },
  );
}
