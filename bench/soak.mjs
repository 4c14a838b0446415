// Does memory stay flat over a million small tasks? Jobs of 10,000 tasks each, one after another,
// on two workers; the resident memory of scheduler and workers is sampled after each, and the last
// quarter compared with the second (the first is warm-up). Exits with 1 when it has grown. node
// bench/soak.mjs [tasks] [tasks per job]
import { readFileSync } from "node:fs";
import { LocalCluster, zeros } from "tilework";

const [tasks = 1_000_000, tasksPerJob = 10_000] = process.argv.slice(2).map(Number);
const jobs = Math.ceil(tasks / tasksPerJob);
/** What counts as flat: allocators and garbage collectors breathe. */
const GROWTH_MAX = 1.1;
const GROWTH_BYTES_MAX = 16e6;
const PAGE_BYTES = 4096;

const residentBytes = (pid) =>
  Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, memoryLimit: "1GB" });
const pids = { scheduler: cluster.schedulerPid };
for (const { name, pid } of cluster.workers) pids[name] = pid;
const samples = Object.fromEntries(Object.keys(pids).map((name) => [name, []]));

const startMs = performance.now();
for (let job = 1; job <= jobs; job++) {
  // A new constant each time, so that no task is shared with an earlier job.
  const sum = await zeros([tasksPerJob], { chunks: [1] })
    .add(job)
    .max()
    .compute();
  if (sum !== job) throw new Error(`job ${job} gave ${sum}`);
  for (const [name, pid] of Object.entries(pids)) samples[name].push(residentBytes(pid));
}
const seconds = (performance.now() - startMs) / 1_000;
const { tasks: known, graphs } = await cluster.describe();
await cluster.close();

console.log(
  `${jobs * tasksPerJob} blocks in ${jobs} jobs: ${seconds.toFixed(0)} s; left at the scheduler: ${known} tasks, ${graphs} graphs`,
);
let isFlat = known === 0 && graphs === 0;
for (const [name, bytes] of Object.entries(samples)) {
  const quarter = bytes.length >> 2;
  const before = median(bytes.slice(quarter, 2 * quarter));
  const after = median(bytes.slice(-quarter));
  const grown = after - before > GROWTH_BYTES_MAX && after > before * GROWTH_MAX;
  if (grown) isFlat = false;
  const megabytes = [before, after, Math.max(...bytes)].map((n) => `${(n / 1e6).toFixed(0)} MB`);
  console.log(
    `${name.padEnd(12)} second quarter ${megabytes[0]}, last quarter ${megabytes[1]}, most ${megabytes[2]}${grown ? "  GROWN" : ""}`,
  );
}
process.exitCode = isFlat ? 0 : 1;
