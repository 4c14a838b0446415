// Do the array workloads end that other schedulers fail on, how fast, and in how much memory? Two
// workers of one thread and 1 GB each; most are larger than both together. Sizes are those of
// pangeo-data/distributed-array-examples and of dask/distributed#2602; the scale makes the first
// axis shorter or longer. From random numbers, or from a Zarr store that is written before.
// node bench/workloads.mjs [workload,…|all] [scale] [random|zarr]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asarray, fromZarr, LocalCluster, mean, random, stack, take, toZarr } from "tilework";

const GB = 1e9;
const [chosen = "all", scaleText = "1", kind = "random"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tilework-workloads-"));

/** An array to work on, of random numbers or of a store that has them. */
async function field(shape, chunks, seed) {
  const x = random(shape, { chunks, seed });
  if (kind === "random") return x;
  const store = join(folder, `${seed}.zarr`);
  await toZarr(x, store, { overwrite: true, compressor: null });
  return fromZarr(store);
}

/** Means of products of three fields, all at once. */
async function products(scale) {
  const shape = [Math.round(500 * scale), 1, 987, 1920];
  const u = await field(shape, [10, 1, -1, -1], 1);
  const v = await field(shape, [10, 1, -1, -1], 2);
  const means = [u.multiply(u), v.multiply(v), u.multiply(v)].map((x) => mean(x, 0));
  return { bytes: 2 * u.nbytes, result: stack(means) };
}

/** The vorticity of a flow: neighbours along one axis, weights along the others. */
async function vorticity(scale) {
  const shape = [Math.round(1_000 * scale), 900, 800];
  const [u, v] = [await field(shape, 100, 1), await field(shape, 100, 2)];
  const [x, y] = [3, 4].map((seed) => random(shape.slice(1), { chunks: 100, seed }));
  const result = u.slice("1:").multiply(x).add(v.slice("1:").multiply(y)).mean();
  return { bytes: u.nbytes + v.nbytes, result };
}

/** Differences from the mean of each day of the year; blocks are rows. */
async function anomalies(scale) {
  const x = await field([Math.round(1_000 * scale), 1_000_000], [1, -1], 1);
  const day = Array.from({ length: x.shape[0] }, (_, row) => row % 365);
  const byDay = x.groupBy(day);
  return { bytes: x.nbytes, result: byDay.subtract(byDay.mean()).mean() };
}

/** The same, written with `take` as one would without groups. */
async function anomaliesByTake(scale) {
  const x = await field([Math.round(1_000 * scale), 1_000_000], [1, -1], 1);
  const days = Math.min(365, x.shape[0]);
  const day = Array.from({ length: x.shape[0] }, (_, row) => row % days);
  const means = x.groupBy(day).mean();
  return { bytes: x.nbytes, result: x.subtract(take(means, day, 0)).mean() };
}

/** From blocks of time to blocks of space. */
async function timeToSpace(scale) {
  const x = await field([Math.round(4_380 * scale), 361, 360], [24, -1, -1], 1);
  return { bytes: x.nbytes, result: x.rechunk([-1, 37, 36]).std(0).mean() };
}

/** Means of 30 days in a row, of a field of days. */
async function rollingMeans(scale) {
  const x = await field([Math.round(3_650 * scale), 361, 360], [100, -1, -1], 1);
  return { bytes: x.nbytes, result: x.rolling(30).mean().slice("29:").max() };
}

/** Means and deviations of the values in each zone of a map, for each step of time. */
async function zonalStatistics(scale) {
  const x = await field([Math.round(1_000 * scale), 721, 1_440], [20, -1, -1], 1);
  // Zones are an array, too, as they would be in a file.
  const zones = random([721, 1_440], { chunks: -1, seed: 2 }).multiply(24).astype("int32");
  const expected = Array.from({ length: 24 }, (_, zone) => zone);
  const byZone = x.groupBy(zones, { axis: [1, 2], expected });
  return { bytes: x.nbytes, result: stack([byZone.mean(), byZone.std()]).sum() };
}

/** From a grid to a coarser one: each of its cells is a weighted sum of four, listed by number. */
async function regridding(scale) {
  const [rows, columns] = [721, 1_440];
  const x = await field([Math.round(1_000 * scale), rows, columns], [20, -1, -1], 1);
  const cells = x.reshape([x.shape[0], rows * columns]);
  const targets = Array.from({ length: 180 * 360 }, (_, at) => {
    return { row: ((at / 360) | 0) * 4, column: (at % 360) * 4, share: (at % 7) / 7 };
  });
  const neighbours = [0, 1, columns, columns + 1];
  const parts = neighbours.map((step, k) => {
    const from = targets.map(({ row, column }) => row * columns + column + step);
    const weights = targets.map(({ share }) => (k % 2 === 0 ? share : 1 - share) / 2);
    return take(cells, from, 1).multiply(asarray(weights));
  });
  return {
    bytes: x.nbytes,
    result: parts
      .reduce((sum, part) => sum.add(part))
      .std(0)
      .mean(),
  };
}

const WORKLOADS = {
  products,
  vorticity,
  anomalies,
  anomaliesByTake,
  timeToSpace,
  rollingMeans,
  zonalStatistics,
  regridding,
};

process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const names = chosen === "all" ? Object.keys(WORKLOADS) : chosen.split(",");
for (const name of names) {
  const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, memoryLimit: GB });
  const { bytes, result } = await WORKLOADS[name](Number(scaleText));
  let statistics;
  await result.compute({ onStatistics: (given) => (statistics = given) });
  const { wallMs, workers } = statistics;
  const sum = (of) => workers.reduce((total, worker) => total + of(worker), 0);
  const peaks = workers.map((worker) => (worker.peakProcessBytes / GB).toFixed(2));
  const spilled = sum((worker) => worker.spilledBytes) / GB;
  console.log(
    `${name.padEnd(16)} ${(bytes / GB).toFixed(1).padStart(5)} GB  ${(wallMs / 1_000).toFixed(1).padStart(6)} s   processes ${peaks.join(", ")} GB   spilled ${spilled.toFixed(1)} GB`,
  );
  await cluster.close();
}
