// How long do jobs on files take, beside Dask and zarr-python: means of Zarr by codec and of .npy,
// groups along the time axis, and writing? On threads, and through a cluster of two processes over
// ZeroMQ; the first run of a fresh process apart. node bench/files.mjs [years] [rounds] [job,…]: 40
// years of daily 45 × 90 float32 are 237 MB, made on the spot by a seed; a job is chosen by a part
// of its name.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arange, random, toNpy, toZarr } from "tilework";
import { pythonWith } from "./python.mjs";
import { sideBySide } from "./side-by-side.mjs";

const [years = "40", rounds = "5", chosen = ""] = process.argv.slice(2);
const days = 365 * Number(years);
const folder = mkdtempSync(join(tmpdir(), "tilework-files-"));
const contender = (file) => fileURLToPath(new URL(`contenders/${file}`, import.meta.url));

const ZARR = {
  lz4: { id: "blosc", cname: "lz4", clevel: 5, shuffle: 1, blocksize: 0 },
  zstd: { id: "blosc", cname: "zstd", clevel: 5, shuffle: 1, blocksize: 0 },
  gzip: "gzip",
  raw: null,
};
const JOBS = {
  "mean of Zarr, blosc lz4": ["mean", "lz4.zarr"],
  "mean of Zarr, blosc zstd": ["mean", "zstd.zarr"],
  "mean of Zarr, gzip": ["mean", "gzip.zarr"],
  "mean of Zarr, not compressed": ["mean", "raw.zarr"],
  "mean of .npy in chunks of 365 days": ["mean", "x.npy"],
  "mean of .npy in chunks of 365 × 45 × 45": ["mean", "x.npy", "45"],
  "mean of .npy in chunks of 365 × 45 × 10": ["mean", "x.npy", "10"],
  "climatology of Zarr, not compressed: mean by month": ["climatology", "raw.zarr"],
  "std of anomalies by month": ["anomalies", "raw.zarr"],
  "time series of one point of Zarr, blosc lz4": ["point", "lz4.zarr"],
  "x × 2 into Zarr, blosc lz4": ["twice", "lz4.zarr"],
};
const isChosen = (title) => chosen.split(",").some((part) => title.includes(part));

try {
  // A field that is smooth in time, with noise: it compresses as measured ones do.
  const cycle = arange(days, { dtype: "float32" })
    .multiply(6.28 / 365)
    .sin()
    .reshape([days, 1, 1]);
  const noise = random([days, 45, 90], { dtype: "float32", chunks: [365, 45, 90], seed: 19 });
  const x = noise.multiply(100).floor().divide(100).add(cycle.multiply(10)).astype("float32");
  const kept = await x.rechunk([365, 45, 90]).persist();
  for (const [name, compressor] of Object.entries(ZARR)) {
    await toZarr(kept, join(folder, `${name}.zarr`), { format: 2, compressor });
  }
  await toNpy(kept, join(folder, "x.npy"));
  for (const [title, [job, file, width = ""]] of Object.entries(JOBS)) {
    if (!isChosen(title)) continue;
    const args = [job, join(folder, file), width];
    await sideBySide(
      `${title}, ${years} years, 2 threads or processes`,
      [
        ...["threads", "cluster"].map((where) => ({
          name: `tilework ${where}`,
          command: process.execPath,
          args: [contender("files.mjs"), where, ...args],
        })),
        {
          name: "dask",
          command: pythonWith("dask.array, zarr"),
          args: [contender("files_dask.py"), ...args],
        },
      ],
      { rounds: Number(rounds), against: ["dask"] },
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);
