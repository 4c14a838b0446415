// A cluster of real processes behind the library: right answers, faults on the way, and its end.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config, fromArray, LocalCluster, ones, random } from "../../src/index.js";
import { Command, freshDirectory, isRunning, until } from "./command.js";

let cluster: LocalCluster;

async function start(options: Parameters<typeof LocalCluster.start>[0] = {}) {
  cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    log: () => {},
    ...options,
  });
}

const headline = () => {
  const x = random([400, 400], { chunks: 100, seed: 42 });
  return x.add(x.transpose()).mean();
};

// What functions below capture.
declare const wait: number;

/** A job that takes a while: every block waits, so that there is time to do harm. */
const slowSum = (count: number, milliseconds: number) =>
  ones([count * 10], { chunks: 10 })
    .mapBlocks(
      (block) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
        return block.data.map((value: number) => value + 1);
      },
      { captured: { wait: milliseconds } },
    )
    .sum();

describe("LocalCluster", () => {
  beforeAll(() => start());
  afterAll(() => cluster.close());

  it("serves a large array of the caller's to the workers", async () => {
    const data = Float64Array.from({ length: 300 * 300 }, (_, i) => i);
    const x = fromArray(data, { shape: [300, 300], chunks: [100, 70] });
    const row = await x.slice(7).compute();
    expect(row.get(299)).toBe(7 * 300 + 299);
    expect(await x.sum().compute()).toBe((90_000 * 89_999) / 2);
  });

  it("keeps persisted blocks on the workers", async () => {
    const x = await random([200, 200], { chunks: 50, seed: 1 }).persist();
    const { workers } = await cluster.describe();
    expect(workers.map(({ pid }) => pid).sort()).toEqual(cluster.workers.map((w) => w.pid).sort());
    const [a, b] = [await x.sum().compute(), await x.mean().compute()];
    expect(a / 40_000).toBeCloseTo(b, 12);
  });

  it("computes from persisted blocks that no one has waited for, or says why it cannot", async () => {
    let x = await ones([20], { chunks: 10 }).persist();
    for (let k = 0; k < 50; k++) {
      const next = await x.add(1).persist({ wait: false });
      x.release();
      x = next;
    }
    expect(await x.sum().compute()).toBe(20 * 51);
    const failing = x.mapBlocks(() => {
      throw new RangeError("not this one");
    });
    const above = await (await failing.persist({ wait: false })).add(1).persist({ wait: false });
    await expect(above.sum().compute()).rejects.toThrow("not this one");
    expect(await x.max().compute()).toBe(51);
  });

  it("passes a user's error on with key, worker and remote stack", async () => {
    const failing = ones([40], { chunks: 10 }).mapBlocks(function explode() {
      throw new RangeError("this block is cursed");
    });
    const error = await failing
      .sum()
      .compute()
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: "task.failed",
      message: expect.stringContaining("this block is cursed"),
      data: {
        key: expect.stringMatching(/\(\d\)$/),
        worker: expect.stringMatching(/^worker-\d$/),
        remoteStack: expect.stringContaining("explode"),
      },
    });
    expect(await ones([10]).sum().compute()).toBe(10);
  });

  it("gives a job up when its signal fires, and goes on to the next", async () => {
    const controller = new AbortController();
    const sum = slowSum(200, 20).compute({
      signal: controller.signal,
      onProgress: ({ done }) => done > 2 && controller.abort(),
    });
    await expect(sum).rejects.toMatchObject({ code: "task.cancelled" });
    expect(await headline().compute()).toBeGreaterThan(0.9);
  });

  it("gives the right answer when a worker is killed on the way", async () => {
    const done: number[] = [];
    const sum = slowSum(60, 20).compute({ onProgress: (report) => done.push(report.done) });
    await until(() => done.some((n) => n > 5));
    const [victim] = cluster.workers;
    process.kill(victim?.pid ?? 0, "SIGKILL");
    expect(await sum).toBe(60 * 10 * 2);
    await until(() => cluster.workers.some(({ name }) => /^worker-0-\d$/.test(name)));
  });

  it("computes what the threads of this process and a plain loop compute", async () => {
    const onCluster = await headline().compute();
    const x = await random([400, 400], { chunks: 100, seed: 42 }).compute();
    // The last test on this cluster: without one, this process computes.
    await cluster.close();
    const inProcess = await headline().compute();
    let sum = 0;
    for (let i = 0; i < 400; i++) for (let j = 0; j < 400; j++) sum += x.get(i, j) + x.get(j, i);
    expect(onCluster).toBeCloseTo(sum / 160_000, 12);
    expect(inProcess).toBe(onCluster);
  });
});

describe("the end of a LocalCluster", () => {
  beforeEach(() => start());
  afterEach(() => cluster.close());

  it("rejects within seconds when the scheduler is killed", async () => {
    const done: number[] = [];
    const outcome = expect(
      slowSum(400, 20).compute({ onProgress: (report) => done.push(report.done) }),
    ).rejects.toMatchObject({ code: "cluster.schedulerLost" });
    await until(() => done.length > 0);
    process.kill(cluster.schedulerPid, "SIGKILL");
    await outcome;
    // No one starts workers for a scheduler that is gone, and no call waits for it.
    await until(() => cluster.workers.length === 0);
    await expect(headline().compute()).rejects.toMatchObject({
      code: "cluster.schedulerLost",
      message: expect.stringContaining("close this cluster and start another"),
    });
    await cluster.close();
    await expect(cluster.scale(1)).rejects.toMatchObject({ code: "cluster.closed" });
  });

  it("goes on when its scheduler was silent for too long and answers again", async () => {
    await cluster.close();
    await config.with({ "client.schedulerTimeout": "1 s" }, () => start({ workers: 1 }));
    process.kill(cluster.schedulerPid, "SIGSTOP");
    const lost = { code: "cluster.schedulerLost" };
    await expect(headline().compute()).rejects.toMatchObject(lost);
    await until(() => cluster.client.toString().endsWith(": reconnecting"));
    process.kill(cluster.schedulerPid, "SIGCONT");
    // A machine with other work may be silent for a second, too.
    let mean: number | undefined;
    for (let k = 0; k < 20 && mean === undefined; k++) {
      mean = await headline()
        .compute()
        .catch((error) => void expect(error).toMatchObject(lost));
    }
    expect(mean).toBeGreaterThan(0.9);
  });

  it("leaves no process when it is closed while a job runs", async () => {
    const pids = [cluster.schedulerPid, ...cluster.workers.map(({ pid }) => pid)];
    const outcome = expect(slowSum(400, 20).compute()).rejects.toMatchObject({
      code: "cluster.closed",
    });
    await cluster.close();
    await outcome;
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

describe("LocalCluster.start", () => {
  it("has the processes meet over ZeroMQ where only the user may enter, and leaves nothing there", async () => {
    const localDirectory = join(freshDirectory(), "x".repeat(120));
    mkdirSync(localDirectory);
    await start({ localDirectory });
    const path = cluster.address.slice("ipc://".length);
    expect(cluster.address).toBe(`ipc://${path}`);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(await headline().compute()).toBeGreaterThan(0.9);
    const sockets = readdirSync(dirname(path)).filter((name) => /^s(-worker|$)/.test(name));
    expect(sockets.sort()).toEqual(["s", "s-worker-0", "s-worker-1"]);
    await cluster.close();
    expect(existsSync(dirname(path))).toBe(false);
    expect(readdirSync(localDirectory)).toEqual([]);
  });

  it("works over TCP, on a port of one's choice", async () => {
    await start({ transport: "tcp", workers: 1 });
    expect(cluster.address).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(await headline().compute()).toBeGreaterThan(0.9);
    const port = Number(cluster.address.split(":").at(-1));
    const second = LocalCluster.start({ transport: "tcp", port, workers: 1, log: () => {} });
    await expect(second).rejects.toMatchObject({
      code: "cluster.start",
      message: expect.stringContaining(`${port}`),
    });
    await cluster.close();
  });

  it("refuses numbers that make no sense", async () => {
    await expect(LocalCluster.start({ workers: 0 })).rejects.toThrow(/workers is 0/);
    await expect(LocalCluster.start({ memoryLimit: "much" })).rejects.toThrow(/number of bytes/);
  });

  it("ends what it has started when it is given up", async () => {
    const localDirectory = freshDirectory();
    const signal = AbortSignal.timeout(150);
    await expect(LocalCluster.start({ localDirectory, signal })).rejects.toMatchObject({
      code: "cluster.closed",
    });
    expect(readdirSync(localDirectory)).toEqual([]);
  });
});

describe("a program with a cluster", () => {
  const build = join(dirname(fileURLToPath(import.meta.url)), "../../dist/bundle/main/index.js");

  /** A program that starts a cluster, says so, and goes on with `rest`. */
  function program(rest: string): { command: Command; temporary: string } {
    const temporary = freshDirectory();
    const script = join(freshDirectory(), "program.mjs");
    writeFileSync(
      script,
      `import { LocalCluster, ones } from ${JSON.stringify(build)};
       const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
       console.log("started", cluster.schedulerPid);
       ${rest}`,
    );
    return { command: new Command([], { script, temporary }), temporary };
  }

  it("leaves no process and no file when it is killed", async () => {
    const { command, temporary } = program("setInterval(() => {}, 1000);");
    await command.says(/started/);
    expect(command.survivors()).toHaveLength(4);
    command.kill("SIGKILL");
    await until(() => command.survivors().length === 0 && readdirSync(temporary).length === 0);
  });

  it("takes the cluster along when it exits without closing it", async () => {
    const { command, temporary } = program(
      "console.log(await ones([10]).sum().compute()); process.exit(3);",
    );
    expect(await command.ended).toMatchObject({ code: 3, output: expect.stringMatching(/^10$/m) });
    await until(() => command.survivors().length === 0 && readdirSync(temporary).length === 0);
  });
});
