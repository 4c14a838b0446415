// How long do small things take through two workers, over ZeroMQ? One block there and back, a chain
// of 1,000 computations each of which starts from the result of the one before, submitted when that
// is there or ahead of it, and a tree of 16,383 tasks. node bench/latency.mjs [rounds] [ipc | tcp]
import { LocalCluster, ones, release, zeros } from "tilework";

const rounds = Number(process.argv[2] ?? 5);
const transport = process.argv[3] ?? "ipc";
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const report = (what, values, unit, digits) =>
  console.log(
    `${what.padEnd(34)} best ${Math.min(...values).toFixed(digits)} ${unit}, median ` +
      `${median(values).toFixed(digits)} ${unit}`,
  );

async function timed(job) {
  const start = performance.now();
  await job();
  return performance.now() - start;
}

/**
 * The value of one block, computed by a worker; a new constant each time, so that nothing is
 * shared.
 */
let constant = 0;
async function roundTrip() {
  constant++;
  const result = await ones([1], { chunks: 1 }).multiply(constant).compute();
  if (result.data[0] !== constant) throw new Error("a wrong value");
}

/**
 * Each link reads what the one before left on its worker, and is submitted when that is there, or
 * at once.
 */
async function chain(links, wait) {
  let x = await zeros([1], { chunks: 1 }).persist();
  for (let k = 0; k < links; k++) {
    const next = await x.add(1).persist({ wait });
    release(x);
    x = next;
  }
  const result = await x.compute();
  if (result.data[0] !== links) throw new Error("a wrong value");
  release(x);
}

/** 8,192 leaves and the 8,191 sums above them. */
async function tree() {
  constant++;
  const leaves = ones([8_192], { chunks: 1 }).multiply(constant);
  const sum = await leaves.sum(null, { splitEvery: 2 }).compute({ optimizeGraph: true });
  if (sum !== 8_192 * constant) throw new Error("a wrong value");
}

const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, transport });
// As long as the compilers of three processes take to settle.
for (let warmUp = 0; warmUp < 4_000; warmUp++) await roundTrip();
const trips = [];
for (let k = 0; k < 200 * rounds; k++) trips.push(await timed(roundTrip));
report("submit → result of one block", trips, "ms", 2);
for (const [what, wait] of [
  ["chain of 1,000 dependent submits", false],
  ["the same, each awaited", true],
]) {
  const chains = [];
  for (let k = 0; k <= rounds; k++) chains.push(await timed(() => chain(1_000, wait)));
  report(what, chains.slice(1), "ms", 0);
}
const trees = [];
for (let k = 0; k <= rounds; k++) trees.push(await timed(tree));
report("tree of 16,383 tasks", trees.slice(1), "ms", 0);
await cluster.close();
