// Workers that an adapter starts elsewhere; here, elsewhere is this machine, behind a stand-in for
// ssh.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AdaptedCluster, LocalCluster, sshWorkers, type WorkerAdapter } from "../../src/index.js";

const main = resolve(import.meta.dirname, "../../dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "tw-ssh-"));
/** Runs the command, which is its last argument, here. */
const ssh = join(folder, "ssh");
const command = `exec ${process.execPath} ${main}`;
let local: LocalCluster;

beforeAll(async () => {
  writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
  chmodSync(ssh, 0o755);
  local = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
});

afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

test("workers are started by ssh, replaced when they are lost, and ended at last", async () => {
  const adapter = sshWorkers({ hosts: ["one", "two"], command, ssh });
  const parameters = ["--nthreads", "1", "--no-supervise"];
  const scheduler = local.address;
  const cluster = await AdaptedCluster.start({
    ...{ adapter, scheduler, parameters },
    workers: 1,
    name: "far",
  });
  expect(cluster.workers).toEqual([{ name: "far-0" }]);
  const far = cluster.client.with({ workers: ["far-0"] });
  expect(await far.submit((n: number) => n + 1, 1)).toBe(2);
  const words = async () => (await cluster.logs())["far-0"]?.join("\n");
  await expect.poll(words).toContain("worker far-0: 1 thread,");
  cluster.adapt({ minimum: 1, maximum: 1, intervalMs: 50 });
  await adapter.stop("far-0");
  await expect.poll(() => cluster.workers).toEqual([{ name: "far-1" }]);
  await cluster.close();
  expect([cluster.status, cluster.workers]).toEqual(["closed", []]);
  const names = async () => (await local.describe()).workers.map(({ name }) => name);
  await expect.poll(names).toEqual(["worker-0"]);
  await expect(cluster.scale(1)).rejects.toMatchObject({ code: "cluster.closed" });
});

test("workers that do not join, or cannot be started, are ended", async () => {
  const stopped: string[] = [];
  const idle: WorkerAdapter = { start() {}, stop: (name) => void stopped.push(name) };
  const options = { scheduler: local.address, workers: 1, name: "idle", timeoutMs: 1 };
  const late = { code: "cluster.timeout", message: expect.stringContaining("idle-0") };
  await expect(AdaptedCluster.start({ ...options, adapter: idle })).rejects.toMatchObject(late);
  const broken = {
    ...idle,
    start() {
      throw new RangeError("no machine is free");
    },
  };
  await expect(AdaptedCluster.start({ ...options, adapter: broken })).rejects.toThrow("no machine");
  expect(stopped).toEqual(["idle-0", "idle-0"]);
});

test("mistakes in options are refused at once", async () => {
  const refused = { code: "argument.value" };
  await expect(AdaptedCluster.start({ adapter: {} as WorkerAdapter })).rejects.toMatchObject(
    refused,
  );
  await expect(AdaptedCluster.start({} as never)).rejects.toMatchObject(refused);
  expect(() => sshWorkers({ hosts: [] })).toThrow(expect.objectContaining(refused));
});

test("a local cluster has the logs of its processes", async () => {
  expect(local.status).toBe("open");
  expect(Object.keys(await local.logs())).toEqual(["scheduler", "worker-0"]);
});
