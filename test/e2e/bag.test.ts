// Bags on a cluster of processes: exchanges and maps survive workers that are killed meanwhile,
// joins may be larger than memory, and calls take bags as lists.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComputeStatistics, fromRange, LocalCluster } from "../../src/index.js";

/** Takes its time now and then, so that a kill hits the middle. */
const slowly = (n: number) => {
  if (n % 100 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  return n;
};

describe("workers that are killed", () => {
  let cluster: LocalCluster;
  beforeAll(async () => {
    cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  });
  afterAll(() => cluster.close());

  /** What the job gives when one worker is killed after so many of its tasks. */
  async function killing<T>(
    job: (options: { onProgress: (report: { done: number }) => void }) => Promise<T>,
    after: number,
  ): Promise<T> {
    let done = 0;
    const result = job({ onProgress: (report) => (done = report.done) });
    await expect.poll(() => done, { interval: 2 }).toBeGreaterThan(after);
    await killOne();
    return result;
  }

  /**
   * Kills a worker that the scheduler knows: one that was just started would have nothing to lose.
   */
  async function killOne(): Promise<void> {
    const [victim] = (await cluster.describe()).workers;
    process.kill(victim?.pid as number, "SIGKILL");
  }

  it("cost a groupBy nothing but time", async () => {
    const groups = fromRange(2_000, { npartitions: 8 })
      .map(slowly)
      .groupBy((n) => n % 7)
      .map(([key, members]) => [key, members.length, members.reduce((a, b) => a + b, 0)]);
    const expected = Array.from({ length: 7 }, (_, key) => {
      const members = Array.from({ length: 2_000 }, (_, n) => n).filter((n) => n % 7 === key);
      return [key, members.length, members.reduce((a, b) => a + b, 0)];
    });
    for (const after of [1, 9]) {
      const found = await killing((options) => groups.compute(options), after);
      expect(found.sort(([a = 0], [b = 0]) => a - b)).toEqual(expected);
    }
  });

  it("cost a join of two bags with skewed keys nothing but time", async () => {
    const keyOf = (n: number) => (n % 3 === 0 ? n : -1);
    const left = fromRange(2_400, { npartitions: 8 }).map(slowly);
    const right = fromRange(60, { npartitions: 3 });
    const pairs = left.join(right, keyOf, (n) => (n === 1 ? -1 : n), { skewed: true });
    const found = await killing((options) => pairs.compute(options), 20);
    const expected = [
      ...Array.from({ length: 20 }, (_, k) => [3 * k, 3 * k]),
      ...Array.from({ length: 2_400 }, (_, n) => [1, n]).filter(([, n = 0]) => n % 3 !== 0),
    ];
    const inOrder = (list: number[][]) => list.sort(([, a = 0], [, b = 0]) => a - b);
    expect(inOrder(found)).toEqual(inOrder(expected));
  });

  it("cost maps of 10,000 nothing but time", async () => {
    const squares = fromRange(10_000, { npartitions: 100 }).map((n) => slowly(n) ** 2);
    const expected = Array.from({ length: 10_000 }, (_, n) => n ** 2);
    expect(await killing((options) => squares.compute(options), 20)).toEqual(expected);
    const futures = cluster.client.map(
      (n: number) => slowly(n) ** 2,
      Array.from({ length: 10_000 }, (_, n) => n),
    );
    await futures[3_000];
    await killOne();
    expect(await cluster.client.gather(futures)).toEqual(expected);
  });

  it("take bags as lists", async () => {
    const length = await cluster.client.submit(
      (list: number[]) => list.length,
      fromRange(50) as never,
    );
    expect(length).toBe(50);
  });
});

it("joins bags that are larger than the memory of all workers", async () => {
  const cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    memoryLimit: "40MB",
  });
  const texts = (count: number, npartitions: number) =>
    fromRange(count, { npartitions }).map((n) => ({ n, text: String(n % 10).repeat(2_000) }));
  const left = texts(40_000, 40);
  const right = texts(20_000, 20);
  let statistics: ComputeStatistics | undefined;
  const same = await left
    .join(right, ({ n }) => n % 20_000)
    .filter(([one, two]) => one.text === two.text && one.text.length === 2_000)
    .count()
    .compute({ onStatistics: (given) => (statistics = given) });
  await cluster.close();
  expect(same).toBe(40_000);
  const spilled = statistics?.workers.reduce((sum, worker) => sum + worker.spilledBytes, 0);
  expect(spilled).toBeGreaterThan(20e6);
});
