// What do keys cost? Two clusters of two workers over tcp, with keys and without, in turn: the main
// job and an all-to-all whose blocks cross sockets, trivial tasks, and one block there and back.
// node bench/keys.mjs [rounds]
import { LocalCluster, ones, random } from "tilework";

const rounds = Number(process.argv[2] ?? 7);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

let seed = 0;

const JOBS = {
  "(x + xᵀ).mean(), 4,000² in 1,000²": async (executor) => {
    const x = random([4_000, 4_000], { chunks: 1_000, seed: ++seed });
    await x.add(x.transpose()).mean().compute({ executor });
  },
  "the same, 10,000² in 1,000²": async (executor) => {
    const x = random([10_000, 10_000], { chunks: 1_000, seed: ++seed });
    await x.add(x.transpose()).mean().compute({ executor });
  },
  "rechunk of 128 MB from rows to columns": async (executor) => {
    const x = random([4_000, 4_000], { chunks: [200, 4_000], seed: ++seed });
    // The passes would draw the numbers in the new chunks, and nothing would move.
    await x.rechunk([4_000, 200]).sum().compute({ executor, optimizeGraph: false });
  },
  "10,000 trivial tasks": async (executor) => {
    const futures = executor.map(
      (n) => n + 1,
      Array.from({ length: 10_000 }, (_, k) => k),
    );
    await executor.gather(futures);
  },
  "100 blocks there and back": async (executor) => {
    for (let k = 0; k < 100; k++) {
      await ones([1], { chunks: 1 }).multiply(++seed).compute({ executor });
    }
  },
};

// Through sockets: what is read in memory costs the same with keys.
const options = { workers: 2, threadsPerWorker: 1, transport: "tcp", sharedMemory: false };
const clusters = [
  await LocalCluster.start(options),
  await LocalCluster.start({ ...options, security: true }),
];
for (const [name, job] of Object.entries(JOBS)) {
  const times = [[], []];
  for (let round = -1; round < rounds; round++) {
    for (const [k, { client }] of clusters.entries()) {
      const start = performance.now();
      await job(client);
      if (round >= 0) times[k].push(performance.now() - start);
    }
  }
  const ratios = times[1].map((ms, round) => ms / times[0][round]);
  const [open, locked] = times.map((ms) => `${median(ms).toFixed(0)} ms`);
  console.log(
    `${name.padEnd(42)} without ${open.padStart(8)}   with ${locked.padStart(8)}   ratio ${median(ratios).toFixed(2)}`,
  );
}
for (const cluster of clusters) await cluster.close();
