// Faults of single processes: each is named clearly, and the cluster goes on. A port that is taken,
// and logs on a full disk are in cli.test.ts, the file of another scheduler in commands.test.ts,
// keys that do not fit in security.test.ts, networks that fail in networks.test.ts.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { socketTransport } from "../../src/comm/socket-transport.js";
import { type Client, LocalCluster } from "../../src/index.js";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import { Command } from "./command.js";

const index = new URL("../../dist/bundle/main/index.js", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "tw-faults-"));
let cluster: LocalCluster;
let client: Client;

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, transport: "tcp" });
  client = cluster.client;
});

afterEach(() => vi.unstubAllEnvs());

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

const names = async () => (await client.describe()).workers.map(({ name }) => name).sort();
const computes = async () => client.submit((n: number) => n + 1, 1);

/** A program that uses this cluster, as a file. */
function program(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a worker of another version is refused with what to do", async () => {
  const link = await (await socketTransport()).connect(cluster.address);
  const said = new Promise((resolve) => link.onMessage(resolve));
  const about = { name: "old", address: "tcp://127.0.0.1:1", threads: 1, memoryLimitBytes: 1 };
  link.send({ type: "registerWorker", version: PROTOCOL_VERSION + 1, pid: 1, ...about });
  link.flush();
  expect(await said).toMatchObject({
    type: "peerRefused",
    error: {
      code: "cluster.version",
      message: expect.stringContaining("install the same release of tilework on both"),
    },
  });
  await link.close();
  expect([await names(), await computes()]).toEqual([["worker-0"], 2]);
});

test("clocks that are apart are named, and nothing depends on them", async () => {
  const hour = "const now = Date.now; Date.now = () => now() + 3_600_000;";
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${encodeURIComponent(hour)}`);
  const early = new Command(["worker", cluster.address, "--nthreads", "1", "--name", "early"]);
  vi.unstubAllEnvs();
  await expect.poll(names).toEqual(["early", "worker-0"]);
  const { differences } = await client.versions();
  expect(differences).toContainEqual(
    expect.stringMatching(/clocks differ: early is 3[56]\d\d s ahead/),
  );
  expect(await client.with({ workers: ["early"] }).submit(() => "done")).toBe("done");
  early.interrupt();
  await early.ended;
  await expect.poll(names).toEqual(["worker-0"]);
});

test("what a client that vanishes asked for is given up", async () => {
  const vanishing = program(
    "vanishing.mjs",
    `import { Client } from ${JSON.stringify(index)};
     const client = await Client.connect(${JSON.stringify(cluster.address)}, { name: "ghost" });
     globalThis.kept = client.map((n) => new Promise((resolve) => setTimeout(resolve, 3_600_000)), [1, 2, 3]);
     setInterval(() => console.log("waiting"), 100);`,
  );
  const ghost = new Command([], { script: vanishing });
  await ghost.says(/waiting/);
  const tasks = async () => Object.values(await client.processing()).flat().length;
  await expect.poll(tasks).toBeGreaterThan(0);
  ghost.kill("SIGKILL");
  await expect.poll(tasks).toBe(0);
  const clients = (await client.describe()).clients.map(({ name }) => name);
  expect(clients).not.toContain("ghost");
  expect(await computes()).toBe(2);
});

test("a program that does not end, and does not listen, is stopped", async () => {
  const endless = program(
    "endless.mjs",
    `process.on("SIGTERM", () => console.log("no"));
     setInterval(() => {}, 1_000);
     console.log("begun as", process.pid);`,
  );
  const at = ["--scheduler", cluster.address];
  const submitted = new Command(["submit", ...at, "--deploy-mode", "cluster", endless]);
  const { output } = await submitted.ended;
  const id = /^job (\S+)/m.exec(output)?.[1] ?? output;
  const following = new Command(["job", "logs", "--follow", ...at, id]);
  const [, pid = ""] = await following.says(/begun as (\d+)/);
  const stop = await new Command(["job", "stop", ...at, id]).ended;
  expect(stop).toMatchObject({ code: 0, output: expect.stringContaining("stopped") });
  await following.ended;
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(await computes()).toBe(2);
});
