// Do the array workloads end that other schedulers fail on, how fast, and in how much memory? Two
// workers of one thread and 1 GB each; most are larger than both together. Sizes are those of
// pangeo-data/distributed-array-examples and of dask/distributed#2602; the last argument makes the
// first axis shorter or longer. node bench/workloads.mjs [workload,…|all] [scale]
import { LocalCluster, mean, random, stack, take } from "tilework";

const GB = 1e9;

/** Means of products of three fields, all at once. */
function products(scale) {
  const shape = [Math.round(500 * scale), 1, 987, 1920];
  const [u, v] = [1, 2].map((seed) => random(shape, { chunks: [10, 1, -1, -1], seed }));
  const means = [u.multiply(u), v.multiply(v), u.multiply(v)].map((x) => mean(x, 0));
  return { bytes: 2 * u.nbytes, result: stack(means) };
}

/** The vorticity of a flow: neighbours along one axis, weights along the others. */
function vorticity(scale) {
  const shape = [Math.round(1_000 * scale), 900, 800];
  const [u, v] = [1, 2].map((seed) => random(shape, { chunks: 100, seed }));
  const [x, y] = [3, 4].map((seed) => random(shape.slice(1), { chunks: 100, seed }));
  const result = u.slice("1:").multiply(x).add(v.slice("1:").multiply(y)).mean();
  return { bytes: u.nbytes + v.nbytes, result };
}

/** Differences from the mean of each day of the year; blocks are rows. */
function anomalies(scale) {
  const x = random([Math.round(1_000 * scale), 1_000_000], { chunks: [1, -1], seed: 1 });
  const day = Array.from({ length: x.shape[0] }, (_, row) => row % 365);
  const byDay = x.groupBy(day);
  return { bytes: x.nbytes, result: byDay.subtract(byDay.mean()).mean() };
}

/** The same, written with `take` as one would without groups. */
function anomaliesByTake(scale) {
  const x = random([Math.round(1_000 * scale), 1_000_000], { chunks: [1, -1], seed: 1 });
  const days = Math.min(365, x.shape[0]);
  const day = Array.from({ length: x.shape[0] }, (_, row) => row % days);
  const means = x.groupBy(day).mean();
  return { bytes: x.nbytes, result: x.subtract(take(means, day, 0)).mean() };
}

/** From blocks of time to blocks of space. */
function timeToSpace(scale) {
  const x = random([Math.round(4_380 * scale), 361, 360], { chunks: [24, -1, -1], seed: 1 });
  return { bytes: x.nbytes, result: x.rechunk([-1, 37, 36]).std(0).mean() };
}

/** Means of 30 days in a row, of a field of days. */
function rollingMeans(scale) {
  const x = random([Math.round(3_650 * scale), 361, 360], { chunks: [100, -1, -1], seed: 1 });
  return { bytes: x.nbytes, result: x.rolling(30).mean().slice("29:").max() };
}

/** Means and deviations of the values in each zone of a map, for each step of time. */
function zonalStatistics(scale) {
  const x = random([Math.round(1_000 * scale), 721, 1_440], { chunks: [20, -1, -1], seed: 1 });
  const zones = Array.from({ length: 721 }, (_, row) => Math.floor(row / 30));
  const byZone = x.mean(2).groupBy(zones, { axis: 1 });
  return { bytes: x.nbytes, result: stack([byZone.mean(), byZone.std()]).sum() };
}

const WORKLOADS = {
  products,
  vorticity,
  anomalies,
  anomaliesByTake,
  timeToSpace,
  rollingMeans,
  zonalStatistics,
};

const [chosen = "all", scaleText = "1"] = process.argv.slice(2);
const names = chosen === "all" ? Object.keys(WORKLOADS) : chosen.split(",");
for (const name of names) {
  const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, memoryLimit: GB });
  const { bytes, result } = WORKLOADS[name](Number(scaleText));
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
