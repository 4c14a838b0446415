// Calls through two workers, written in one way or another: answers each line, the name of a case
// and a number of calls, with the time that they took.
import { Client, LocalCluster } from "tilework";
import { serve } from "./contender.mjs";

const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
const { client } = cluster;
const increase = (x) => x + 1;
const add = (a, b) => a + b;
const CLIENTS = 50;
let others = [];

const range = (count) => Array.from({ length: count }, (_, k) => k);

function check(is, should) {
  if (is !== should) throw new Error(`a wrong value: ${is}, not ${should}`);
}

/** The values of all, which are let go afterwards: the next round starts with an empty cluster. */
async function taken(futures, ...more) {
  const values = await client.gather(futures);
  for (const future of [...futures, ...more.flat()]) future.release();
  return values.reduce((sum, value) => sum + value, 0);
}

const sumTo = (count) => (count * (count + 1)) / 2;

/** What has to be there beforehand is made by the first function of a pair, and is not timed. */
const cases = {
  map: async (count) => check(await taken(client.map(increase, range(count))), sumTo(count)),
  independent: async (count) =>
    check(await taken(range(count).map((k) => client.submit(increase, k))), sumTo(count)),
  inline: async (count) =>
    check(await taken(range(count).map((k) => client.submit((x) => x + 1, k))), sumTo(count)),
  capturing: async (count) => {
    const calls = range(count).map((k) => client.submit((x) => x + k, 1));
    check(await taken(calls), sumTo(count));
  },
  "on one": {
    before: async () => {
      const one = client.submit(increase, 0);
      await one;
      return [one];
    },
    job: async (count, [one]) =>
      check(await taken(range(count).map((k) => client.submit(add, one, k))), sumTo(count)),
  },
  "on a map's": {
    before: async (count) => {
      const mapped = client.map(increase, range(count));
      await client.gather(mapped);
      return mapped;
    },
    job: async (_count, before) => {
      const calls = before.map((each) => client.submit(increase, each));
      check(await taken(calls), sumTo(before.length) + before.length);
    },
  },
  "on a submit's": {
    before: async (count) => {
      const submitted = range(count).map((k) => client.submit(increase, k));
      await client.gather(submitted);
      return submitted;
    },
    job: async (_count, before) => {
      const calls = before.map((each) => client.submit(increase, each));
      check(await taken(calls), sumTo(before.length) + before.length);
    },
  },
  chain: async (count) => {
    let last = client.submit(increase, 0);
    for (let k = 1; k < count; k++) last = client.submit(increase, last);
    check(await last, count);
  },
  "chain, awaited": async (count) => {
    let value = 0;
    for (let k = 0; k < count; k++) value = await client.submit(increase, value);
    check(value, count);
  },
  tree: async (count) => {
    let level = range(count).map((k) => client.submit(increase, k));
    while (level.length > 1) {
      level = Array.from({ length: level.length >> 1 }, (_, k) =>
        client.submit(add, level[2 * k], level[2 * k + 1]),
      );
    }
    check(await level[0], sumTo(count));
  },
  [`of ${CLIENTS} clients`]: {
    before: async () => {
      const missing = CLIENTS - others.length;
      const connect = () => Client.connect(cluster.address, { current: false });
      others = [...others, ...(await Promise.all(range(missing).map(connect)))];
    },
    job: async (count) => {
      const share = range(count / CLIENTS);
      const sums = others.map(async (other) => {
        const futures = share.map((k) => other.submit(increase, k));
        const values = await other.gather(futures);
        for (const future of futures) future.release();
        return values.reduce((sum, value) => sum + value, 0);
      });
      for (const sum of await Promise.all(sums)) check(sum, sumTo(share.length));
    },
  },
};

await serve(
  async (line) => {
    const [name, count] = line.split("/");
    const chosen = cases[name];
    const { before, job } = typeof chosen === "function" ? { job: chosen } : chosen;
    const there = await before?.(Number(count));
    const start = performance.now();
    await job(Number(count), there);
    const seconds = (performance.now() - start) / 1000;
    for (const future of there ?? []) future.release();
    return { seconds };
  },
  async () => {
    for (const other of others) await other.close();
    await cluster.close();
  },
);
