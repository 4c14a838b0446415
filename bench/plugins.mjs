// What do plugins and events cost? Three clusters take turns: one that never had any; one on which
// plugins were registered and taken away, and an event logged; one with a plugin of workers and one
// of the scheduler that hear of every task. Each is measured by trivial tasks and by the headline,
// and its time divided by that of the first in the same round. node bench/plugins.mjs [rounds]
// [tasks] [size]
import { LocalCluster, random, zeros } from "tilework";

const [rounds = 9, tasks = 20_000, size = 4_000] = process.argv.slice(2).map(Number);

class Heard {
  transition() {}
}

async function register({ client }) {
  await client.registerPlugin(new Heard(), { name: "on workers" });
  await client.registerPlugin(new Heard(), { name: "on the scheduler", on: "scheduler" });
}

async function used(cluster) {
  const { client } = cluster;
  await register(cluster);
  await client.logEvent("steps", 1);
  await client.unregisterPlugin("on workers");
  await client.unregisterPlugin("on the scheduler", { on: "scheduler" });
}

const VARIANTS = { never: () => {}, "used before": used, "in use": register };
const WORK = {
  [`${tasks} trivial tasks`]: (client, n) =>
    zeros([tasks], { chunks: [1] })
      .add(n)
      .compute({ executor: client }),
  [`(x + xᵀ).mean(), ${size}²`]: (client, n) => {
    const x = random([size, size], { chunks: 500, seed: n });
    return x.add(x.transpose()).mean().compute({ executor: client });
  },
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const clusters = {};
for (const [name, prepare] of Object.entries(VARIANTS)) {
  clusters[name] = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  await prepare(clusters[name]);
}
for (const [what, work] of Object.entries(WORK)) {
  const times = Object.fromEntries(Object.keys(clusters).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    // Each goes first in turn.
    const order = Object.keys(clusters);
    order.push(...order.splice(0, round % order.length));
    for (const name of order) {
      const startMs = performance.now();
      await work(clusters[name].client, round + 1);
      if (round > 0) times[name].push(performance.now() - startMs); // the first is the warm-up
    }
  }
  console.log(`${what}, medians of ${rounds} rounds`);
  for (const [name, own] of Object.entries(times)) {
    const ratio = median(own.map((ms, round) => ms / times.never[round]));
    console.log(`  ${name.padEnd(12)} ${median(own).toFixed(0)} ms, ratio ${ratio.toFixed(2)}`);
  }
}
for (const cluster of Object.values(clusters)) await cluster.close();
