// Bags on a cluster of processes: groups survive a worker that is killed while they are made, and calls
// take bags as lists.
import { expect, it } from "vitest";
import { fromRange, LocalCluster } from "../../src/index.js";

it("groups everything although a worker is killed meanwhile", async () => {
  const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  const { client } = cluster;
  const slowly = (n: number) => {
    const end = Date.now() + (n % 100 === 0 ? 20 : 0);
    while (Date.now() < end);
    return n;
  };
  const bag = fromRange(2_000, { npartitions: 8 }).map(slowly);
  let done = 0;
  const job = bag
    .groupBy((n) => n % 7)
    .map(([key, members]) => [key, members.length, members.reduce((a, b) => a + b, 0)])
    .compute({ onProgress: (report) => (done = report.done) });
  await expect.poll(() => done, { timeout: 10_000, interval: 5 }).toBeGreaterThan(1);
  const [victim] = (await client.describe()).workers;
  process.kill(victim?.pid as number, "SIGKILL");
  const expected = Array.from({ length: 7 }, (_, key) => {
    const members = Array.from({ length: 2_000 }, (_, n) => n).filter((n) => n % 7 === key);
    return [key, members.length, members.reduce((a, b) => a + b, 0)];
  });
  expect((await job).sort(([a = 0], [b = 0]) => a - b)).toEqual(expected);
  expect(await client.submit((list: number[]) => list.length, fromRange(50) as never)).toBe(50);
  await cluster.close();
}, 60_000);
