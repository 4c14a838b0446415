// Does work larger than the cluster's memory finish, how fast, and what goes to disk? Two workers
// of 1 GB each: the headline over 30 GB (aim: nothing is spilled), and 6 GB persisted, then reduced
// twice. node bench/larger-than-memory.mjs [headline GB] [persisted GB] [limit of each worker, GB]

import { LocalCluster, random } from "tilework";

const [headlineGB = 30, persistedGB = 6, limitGB = 1] = process.argv.slice(2).map(Number);
const CHUNK = 1_000;

/** A square random array of about so many gigabytes. */
function square(gigabytes) {
  const blocks = Math.round(Math.sqrt((gigabytes * 1e9) / (8 * CHUNK * CHUNK)));
  return random([blocks * CHUNK, blocks * CHUNK], { chunks: CHUNK, seed: 1 });
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/**
 * Runs a step on a cluster and prints what it has cost; spilled bytes are those of the step alone.
 */
async function measure(name, spilledBefore, run) {
  let statistics;
  const result = await run({ onStatistics: (given) => (statistics = given) });
  const { wallMs, workers } = statistics;
  const spilled = workers.reduce((sum, worker) => sum + worker.spilledBytes, 0);
  const peaks = workers.map((worker) => megabytes(worker.peakManagedBytes)).join(", ");
  const processes = workers.map((worker) => megabytes(worker.peakProcessBytes)).join(", ");
  console.log(
    `${name.padEnd(24)} ${(wallMs / 1_000).toFixed(1).padStart(7)} s   spilled ${megabytes(spilled - spilledBefore).padStart(8)}   results at most ${peaks}   processes ${processes}`,
  );
  return { result, spilled };
}

async function onCluster(body) {
  const cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    memoryLimit: limitGB * 1e9,
  });
  try {
    await body();
  } finally {
    await cluster.close();
  }
}

console.log(`2 workers of ${limitGB} GB, blocks of ${megabytes(8 * CHUNK * CHUNK)}`);

await onCluster(async () => {
  const x = square(headlineGB);
  const name = `(x + xᵀ).mean(), ${(x.nbytes / 1e9).toFixed(1)} GB`;
  await measure(name, 0, (options) => x.add(x.transpose()).mean().compute(options));
});

await onCluster(async () => {
  const x = square(persistedGB);
  const size = `${(x.nbytes / 1e9).toFixed(1)} GB`;
  const persisted = await measure(`persist(), ${size}`, 0, (options) => x.persist(options));
  const kept = persisted.result;
  const sum = await measure(`sum() of it`, persisted.spilled, (options) =>
    kept.sum().compute(options),
  );
  await measure(`std(axis 0) of it`, sum.spilled, (options) => kept.std(0).compute(options));
});
