// Which programs are faster than on Dask's threads, and by how much? Each on the threads of this
// process, beside Dask on two threads of its own in the same run; sort and percentile beside NumPy
// on the whole vector, since Dask has none that are exact. node bench/programs.mjs [rounds]
// [program …], e.g. node bench/programs.mjs 5 std fft
import { fileURLToPath } from "node:url";
import { pythonWithDask } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const THREADS = 2;

const PROGRAMS = {
  headline: "(x + xᵀ).mean(), 10,000², chunks 1,000²",
  fused: "(sin²x + cos²x).sum(), 8,000², chunks 1,000²",
  std: "x.std(0), 8,000², chunks 1,000²",
  arithmetic: "(a + b·c − d).max(), 5,000², chunks 1,000²",
  matmul: "a·b, 3,000², chunks 1,000²",
  rechunk: "6,000² from chunks of 1,000² to columns of 200, their maxima",
  cumsum: "x.cumsum(0).max(), 5,000², chunks 1,000²",
  sort: "10⁷ sorted in 10 chunks",
  percentile: "the 90th percentile of 10⁷ in 10 chunks",
  fft: "fft of 4,000 rows of 2,048, largest magnitude",
  svd: "svdCompressed of 50,000 × 200 in 10 chunks, 10 values",
  stencil: "mapOverlap of a five-point mean, 5,000², chunks 1,000²",
  normal: "std of 6,000² normal numbers, chunks 1,000²",
};

const [rounds = "5", ...wanted] = process.argv.slice(2);
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));
process.env.TILEWORK_THREADS = `${THREADS}`;

for (const name of wanted.length > 0 ? wanted : Object.keys(PROGRAMS)) {
  const what = PROGRAMS[name];
  if (what === undefined) throw new Error(`no program ${name}: one of ${Object.keys(PROGRAMS)}`);
  const other = ["sort", "percentile"].includes(name) ? "numpy" : "dask threads";
  await sideBySide(
    `${name}: ${what}`,
    [
      {
        name: "tilework threads",
        command: process.execPath,
        args: [contender("programs.mjs"), name],
      },
      { name: other, command: pythonWithDask(), args: [contender("programs_dask.py"), name] },
    ],
    { rounds: Number(rounds), against: [other] },
  );
}
