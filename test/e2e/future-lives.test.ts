// What becomes of calls besides their results: made again, lost with everything, kept in copies,
// collected.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, LocalCluster, ones } from "../../src/index.js";
import { resultOf } from "./program.js";

let cluster: LocalCluster;
let client: Client;
const directory = mkdtempSync(join(tmpdir(), "tw-"));

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  client = cluster.client;
});

afterAll(async () => {
  await cluster.close();
  rmSync(directory, { recursive: true, force: true });
});

async function bytesOfWorkers(): Promise<number[]> {
  return (await client.describe()).workers.map(({ managedBytes }) => managedBytes);
}

describe("retry", () => {
  it("makes calls again that failed, with those below them", async () => {
    const path = join(directory, "there");
    const read = client.submit((file: string) => readFileSync(file, "utf8"), path);
    const length = client.submit((text: string) => text.length, read);
    expect(await length.exception()).toMatchObject({ code: "task.failed" });
    expect(read.status).toBe("error");
    writeFileSync(path, "twelve signs");
    length.retry();
    expect(length.status).toBe("pending");
    expect(await length).toBe(12);
    client.retry({ list: [read, length] });
    expect(await read).toBe("twelve signs");
    expect(() => length.retry()).toThrow(/whose status is finished/);
  });
});

describe("scatter", () => {
  it("brings copies to every worker", async () => {
    // Small values of tests before may be collected meanwhile, so sums before and after do not
    // compare.
    for (const bytes of await bytesOfWorkers()) expect(bytes).toBeLessThan(2 ** 20);
    const future = client.scatter(new Uint8Array(2 ** 20), { broadcast: true });
    const isEverywhere = async () => (await bytesOfWorkers()).every((bytes) => bytes >= 2 ** 20);
    // A copy that did not come is asked for again.
    await expect.poll(isEverywhere).toBe(true);
    future.release();
  });

  it("puts a value on the workers that are named", async () => {
    const future = client.scatter([1, 2, 3], { workers: ["worker-1"] });
    await future.settled();
    expect((await client.story(future.key)).join()).toContain("worker-1");
    expect((await client.story(future.key)).join()).not.toContain("worker-0");
    expect(() => client.scatter(1, { workers: [] })).toThrow(/workers/);
  });
});

describe("collections", () => {
  it("are computed and persisted by the client that is asked", async () => {
    const x = ones([10], { chunks: 5 }).add(1);
    expect(await client.compute(x.sum())).toBe(20);
    const kept = await client.persist(x);
    expect(kept.node.layer.kind).toBe("persisted");
    expect(await client.compute(kept.sum(), { priority: 1 })).toBe(20);
    kept.release();
  });
});

describe("gather", () => {
  it("is given up by a signal, and what is computed goes on", async () => {
    const slow = client.submit(
      () => new Promise<string>((resolve) => setTimeout(() => resolve("came"), 100)),
    );
    const abort = new AbortController();
    const gathered = client.gather([slow], { signal: abort.signal });
    abort.abort(new RangeError("enough"));
    await expect(gathered).rejects.toThrow("enough");
    await expect(client.gather([slow], { signal: abort.signal })).rejects.toThrow("enough");
    expect(await slow).toBe("came");
  });
});

describe("restart", () => {
  it("fails what was to be computed, and leaves workers that work", async () => {
    const stuck = client.submit(() => new Promise(() => {}));
    const there = client.submit(() => new Uint8Array(100_000));
    await there.settled();
    const x = await ones([10]).persist();
    await client.restart();
    expect(await stuck.exception()).toMatchObject({ code: "cluster.restarted" });
    await expect(there.result()).rejects.toMatchObject({ code: "cluster.restarted" });
    await expect(x.sum().compute()).rejects.toMatchObject({ code: "graph.lostData" });
    expect((await client.describe()).workers.length).toBe(2);
    expect(Object.values(await client.run(() => "well"))).toEqual(["well", "well"]);
    expect(await ones([10]).sum().compute()).toBe(10);
  });
});

describe("a future that is released", () => {
  it("is still read by calls that were made before, in the same turn or later", async () => {
    const release = async (turns: number) => {
      const one = client.submit((n: number) => n + 1, turns);
      const ten = client.submit((n: number) => n * 10, one);
      const both = client.map((n: number, m: number) => n + m, [1, 2], [one, one]);
      for (let turn = 0; turn < turns; turn++) await null;
      one.release();
      return [await ten, ...(await client.gather(both))];
    };
    for (const turns of [0, 1, 2, 5]) {
      expect(await release(turns)).toEqual([10 * (turns + 1), turns + 2, turns + 3]);
    }
  });

  it("is still read where it was there already", async () => {
    const one = client.submit(() => new Float64Array(100_000).fill(1));
    await one;
    const length = client.submit((numbers: Float64Array) => numbers.length, one);
    one.release();
    expect(await length).toBe(100_000);
    // Small results of futures that are not collected yet may still be there.
    await expect.poll(async () => Math.max(...(await bytesOfWorkers()))).toBeLessThan(10_000);
  });
});

describe("futures that no one refers to", () => {
  it("are released when they are collected", async () => {
    expect(await resultOf("garbage", "--expose-gc")).toEqual({
      before: 0,
      collected: 1,
      kept: "kept",
      left: 0,
      used: 0,
    });
  });
});
