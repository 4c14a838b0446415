// How many trivial calls a second go through two workers: mapped, computed, gathered to the client?
// Run after `npm run build`: node bench/futures.mjs [calls] [rounds]
import { LocalCluster } from "tilework";

const calls = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 4);

const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
const { client } = cluster;
const numbers = Array.from({ length: calls }, (_, k) => k);
const rates = [];
for (let round = 0; round <= rounds; round++) {
  const startMs = performance.now();
  const futures = client.map((x) => x + 1, numbers);
  const submittedMs = performance.now() - startMs;
  const values = await client.gather(futures);
  const wholeMs = performance.now() - startMs;
  if (values.some((value, k) => value !== k + 1)) throw new Error("wrong values");
  for (const future of futures) future.release();
  console.log(`map ${submittedMs.toFixed(0)} ms, map and gather ${wholeMs.toFixed(0)} ms`);
  if (round > 0) rates.push((calls / wholeMs) * 1000); // the first round is the warm-up
}
await cluster.close();
rates.sort((a, b) => a - b);
console.log(`${calls} calls: best ${Math.round(rates.at(-1))}/s`);
