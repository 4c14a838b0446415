// What calls of an actor on this host cost: one awaited after another, and many under way at once.
// Run after `npm run build`: node bench/actors.mjs [calls]
import { LocalCluster } from "tilework";

const calls = Number(process.argv[2] ?? 20_000);

class Counter {
  n = 0;
  increment(by) {
    this.n += by;
    return this.n;
  }
  take(array) {
    return array.length;
  }
  give(length) {
    return new Float64Array(length);
  }
}

async function perCallMs(count, call) {
  const took = [];
  for (let k = 0; k < count; k++) {
    const startMs = performance.now();
    await call(k);
    took.push(performance.now() - startMs);
  }
  return took.sort((a, b) => a - b);
}

const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
const startMs = performance.now();
const counter = await cluster.client.actor(Counter);
console.log(`made in ${(performance.now() - startMs).toFixed(0)} ms`);
await perCallMs(4_000, () => counter.increment(0)); // the warm-up: as long as compilers take to settle
const took = await perCallMs(Math.min(calls, 5_000), () => counter.increment(0));
const at = (part) => took[Math.floor(part * took.length)].toFixed(3);
console.log(`awaited one by one: median ${at(0.5)} ms, best ${at(0)} ms, 99 % ${at(0.99)} ms`);
for (let round = 0; round < 3; round++) {
  const beginMs = performance.now();
  const values = await Promise.all(Array.from({ length: calls }, () => counter.increment(1)));
  const wholeMs = performance.now() - beginMs;
  for (let k = 1; k < calls; k++) if (values[k] !== values[k - 1] + 1) throw new Error("order");
  console.log(`${calls} calls at once: ${Math.round((calls / wholeMs) * 1000)}/s`);
}
const array = new Float64Array(2 ** 20);
for (const [what, call] of [
  ["8 MiB given", () => counter.take(array)],
  ["8 MiB returned", () => counter.give(2 ** 20)],
]) {
  const all = await perCallMs(20, call);
  console.log(`${what}: median ${all[10].toFixed(1)} ms`);
}
await cluster.close();
