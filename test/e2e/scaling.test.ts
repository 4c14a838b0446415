// A cluster of real processes that changes its size, loses its scheduler, or gets a worker back.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Client, LocalCluster, ones, random } from "../../src/index.js";
import { Command, freshDirectory, until } from "./command.js";

let cluster: LocalCluster | undefined;

afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

async function start(options: Parameters<typeof LocalCluster.start>[0] = {}) {
  cluster = await LocalCluster.start({
    workers: 1,
    threadsPerWorker: 1,
    log: () => {},
    ...options,
  });
  return cluster;
}

// What functions below capture.
declare const wait: number;
declare const path: string;

const slowSum = (count: number, milliseconds: number) =>
  ones([count * 10], { chunks: 10 })
    .mapBlocks(
      (block) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
        return block.data;
      },
      { captured: { wait: milliseconds } },
    )
    .sum();

/** A job of which ten blocks take a moment each, and all others wait for a file. */
const heldSum = (count: number, file: string) =>
  ones([count * 10], { chunks: 10 })
    .mapBlocks(
      (block, { blockIndex: [at = 0] }) => {
        const { existsSync: isThere } = process.getBuiltinModule("node:fs");
        const pause = new Int32Array(new SharedArrayBuffer(4));
        do Atomics.wait(pause, 0, 0, 30);
        while (at >= 10 && !isThere(path));
        return block.data;
      },
      { captured: { path: file } },
    )
    .sum();

describe("LocalCluster.adapt", () => {
  it("goes from one worker to three and back", async () => {
    const adaptive = await start();
    const go = join(freshDirectory(), "go");
    adaptive.adapt({ minimum: 1, maximum: 3, intervalMs: 100, targetDurationMs: 200 });
    const sum = heldSum(70, go).compute();
    await until(() => adaptive.workers.length === 3);
    writeFileSync(go, "");
    expect(await sum).toBe(700);
    await until(() => adaptive.workers.length === 1);
    expect((await adaptive.describe()).workers).toHaveLength(1);
    expect(await slowSum(3, 1).compute()).toBe(30);
  });
});

describe("LocalCluster.scale", () => {
  it("hands persisted blocks over before workers leave", async () => {
    const { client } = await start({ workers: 3 });
    const x = await random([300, 300], { chunks: 50, seed: 1 }).persist();
    const tasksRun: number[] = [];
    const onStatistics = (cost: { tasksRun: number }) => tasksRun.push(cost.tasksRun);
    const sum = await x.sum().compute({ onStatistics });
    expect(await cluster?.scale(1)).toBe(1);
    expect(await x.sum().compute({ onStatistics })).toBe(sum);
    // No block was made again.
    expect(tasksRun[1]).toBe(tasksRun[0]);
    expect(await cluster?.scale(2)).toBe(2);
    expect(await client.replicate(x, 2)).toEqual({ blocks: 36, bytes: 720_000, blocksShort: 0 });
    process.kill(cluster?.workers[0]?.pid ?? 0, "SIGKILL");
    expect(await x.sum().compute()).toBe(sum);
  });
});

describe("a worker that was given up", () => {
  it("comes back in its process, with nothing, when it goes on", async () => {
    const { workers } = await start({ workerTimeoutMs: 2_000 });
    const [{ pid } = { pid: 0 }] = workers;
    const described = async () => (await cluster?.describe())?.workers ?? [];
    const first = (await described())[0]?.worker ?? 0;
    const x = await random([100, 100], { chunks: 50, seed: 1 }).persist();
    const sum = await x.sum().compute();
    process.kill(pid, "SIGSTOP");
    while ((await described()).length > 0);
    process.kill(pid, "SIGCONT");
    expect(await x.sum().compute()).toBe(sum);
    const [back] = await described();
    expect(back?.pid).toBe(pid);
    expect(back?.worker).toBeGreaterThan(first);
  });
});

describe("a supervised worker", () => {
  it("is restarted when it is killed, and ends with a signal", async () => {
    const address = `ipc://${freshDirectory()}/s`;
    const scheduler = new Command(["scheduler", "--address", address]);
    await scheduler.says(/listens/);
    const parameters = ["--nthreads", "1", "--name", "w", "--supervise"];
    const worker = new Command(["worker", address, ...parameters]);
    const client = await Client.connect(address);
    try {
      expect(await slowSum(3, 1).compute()).toBe(30);
      const [{ pid } = { pid: 0 }] = (await client.describe()).workers;
      process.kill(pid, "SIGKILL");
      await worker.says(/starting w-2 in its place/);
      expect(await slowSum(3, 2).compute()).toBe(30);
      worker.kill("SIGTERM");
      expect(await worker.ended).toMatchObject({ code: 0 });
      expect((await client.describe()).workers).toEqual([]);
    } finally {
      await client.close();
      scheduler.kill("SIGTERM");
      await scheduler.ended;
    }
  });
});

describe("a scheduler that is killed and started again", () => {
  it("finds its workers and clients; the job under way has failed", async () => {
    const address = `ipc://${freshDirectory()}/s`;
    const scheduler = new Command(["scheduler", "--address", address]);
    await scheduler.says(/listens/);
    const worker = new Command(["worker", address, "--nthreads", "1", "--reconnect"]);
    await worker.says(/joined/);
    const plain = new Command(["worker", address, "--nthreads", "1"]);
    await plain.says(/joined/);
    const client = await Client.connect(address);
    try {
      const lost: string[] = [];
      const failing = slowSum(200, 20)
        .compute({ onProgress: () => scheduler.kill("SIGKILL") })
        .catch(({ code }) => lost.push(code));
      await failing;
      expect(lost).toEqual(["cluster.schedulerLost"]);
      const second = new Command(["scheduler", "--address", address]);
      expect(await slowSum(3, 1).compute()).toBe(30);
      await worker.says(/restarts without its results/);
      await second.says(/worker .* joined[\s\S]*worker .* joined/);
      second.kill("SIGTERM");
      await second.ended;
      // Its scheduler ended it, and it did not choose to wait for another.
      expect(await plain.ended).toMatchObject({ code: 0 });
      // A service manager restarts schedulers in an orderly way, too.
      const third = new Command(["scheduler", "--address", address]);
      await third.says(/worker .* joined/);
      worker.kill("SIGTERM");
      expect(await worker.ended).toMatchObject({ code: 0 });
    } finally {
      await client.close();
    }
  });
});
