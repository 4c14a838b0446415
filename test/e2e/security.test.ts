// A cluster with keys, attacked from outside: each peer is a process or a socket of its own.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Dealer } from "zeromq";
import { Client } from "../../src/client/client.js";
import type { FromScheduler, ToScheduler } from "../../src/comm/interface/transport.js";
import { readKeys, writeKeys } from "../../src/comm/security/key-files.js";
import { newKeys, type Security } from "../../src/comm/security/keys.js";
import { zeromqTransport } from "../../src/comm/zeromq/zeromq-transport.js";
import { asarray, LocalCluster } from "../../src/index.js";
import { encodeMessages } from "../../src/protocol/frames/frames.js";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import type { Role } from "../../src/protocol/values/roles.js";
import { source } from "../graph/example-layers.js";
import { Command } from "./command.js";
import { resultOf } from "./program.js";

let directory: string;
let folder: string;
let cluster: LocalCluster;

/** A folder with the keys of one role, as its machine has it. */
function folderOf(role: Role): string {
  const own = mkdtempSync(join(directory, `${role}-`));
  copyFileSync(join(folder, `${role}.json`), join(own, `${role}.json`));
  return own;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "tw-"));
  folder = join(directory, "keys");
  writeKeys(folder);
  // Through sockets: results that are read in memory cross none.
  const options = { workers: 2, threadsPerWorker: 1, sharedMemory: false } as const;
  cluster = await LocalCluster.start({ ...options, security: folder });
});

afterAll(async () => {
  await cluster.close();
  rmSync(directory, { recursive: true, force: true });
});

/**
 * A connection with any keys, as a program of an attacker's own would make it; the first word that
 * comes.
 */
async function sayAs(security: Security, ...messages: readonly ToScheduler[]) {
  const link = await zeromqTransport({ security }).connect(cluster.address);
  onTestFinished(() => link.close());
  const answer = new Promise<FromScheduler | string>((resolve) => {
    link.onLost(resolve);
    link.onMessage((message) => {
      if (message.type !== "clientAccepted") resolve(message);
    });
  });
  for (const message of messages) link.send(message);
  return answer;
}

const asClient: ToScheduler = { type: "registerClient", version: PROTOCOL_VERSION, name: "c" };

describe("with the right keys", () => {
  test("clients, workers, tasks and actors reach each other", async () => {
    expect(await resultOf("keys")).toEqual({ transport: "tcp", sum: 40_000, nested: 42, actor: 3 });
  });

  test("a client's are enough to compute", async () => {
    const client = await Client.connect(cluster.address, { security: folderOf("client") });
    onTestFinished(() => client.close());
    const data = new Float64Array(20_000).fill(0.5);
    expect(await asarray(data).sum().compute()).toBe(10_000);
  });

  test("a client's do not end others' work", async () => {
    const client = await Client.connect(cluster.address, {
      security: folderOf("client"),
      current: false,
    });
    onTestFinished(() => client.close());
    await expect(client.restart()).rejects.toMatchObject({
      code: "cluster.security",
      message: "restartCluster takes the keys of admin, and these are of client",
    });
    expect((await client.describe()).workers).toHaveLength(2);
    expect(Object.keys((await client.versions()).workers)).toHaveLength(2);
    await expect(client.logs()).rejects.toMatchObject({ code: "cluster.security" });
  });
});

test("a worker of the command that is killed is started again, with its keys", async () => {
  const names = async () => (await cluster.describe()).workers.map(({ name }) => name);
  const parameters = ["--name", "own", "--nthreads", "1", "--memory-limit", "200MB"];
  const keys = ["--security", folderOf("worker")];
  const worker = new Command(["worker", cluster.address, ...parameters, ...keys]);
  await expect.poll(names).toContain("own");
  const { workers } = await cluster.describe();
  process.kill(workers.find(({ name }) => name === "own")?.pid ?? 0, "SIGKILL");
  await expect.poll(names).toContain("own-2");
  // Its supervisor has the keys of a worker, and said how the first one ended.
  const logged = async () => (await cluster.logs()).scheduler?.join("\n");
  // Whether the scheduler hears of it before it misses the worker is up to the machine.
  await expect.poll(logged).toMatch(/worker own (is gone|exited): .*SIGKILL/);
  worker.interrupt();
  expect((await worker.ended).code).toBe(0);
  await expect.poll(names).not.toContain("own-2");
});

describe("who is not let in learns why", () => {
  const refused = (reason: string) => ({
    code: "cluster.security",
    message: expect.stringContaining(reason),
  });

  test("a client without keys", async () => {
    await expect(Client.connect(cluster.address)).rejects.toMatchObject(refused("it takes keys"));
  });

  test("a client with keys that the cluster does not know", async () => {
    const { client } = newKeys();
    const { cluster: ours } = readKeys(folder, ["client"]);
    const answer = await sayAs({ ...client, cluster: ours }, asClient);
    expect(answer).toContain("its cluster does not know these keys of client");
  });

  test("a client with the keys of another cluster", async () => {
    const other = join(directory, "other");
    writeKeys(other);
    const security = readKeys(other, ["client"]);
    const link = await zeromqTransport({ security }).connect(cluster.address);
    onTestFinished(() => link.close());
    while (link.connectError === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(link.connectError).toContain("does not have the keys of this cluster");
    // So does a worker, by its log.
    const patience = ["--death-timeout", "10", "--no-supervise"];
    const worker = new Command(["worker", cluster.address, "--security", other, ...patience]);
    await worker.says(/no scheduler answered .* does not have the keys of this cluster/);
    expect((await worker.ended).code).toBe(1);
  });

  test("a client with a worker's keys", async () => {
    await expect(
      Client.connect(cluster.address, { security: folderOf("worker") }),
    ).rejects.toMatchObject(refused("there is no admin.json or client.json"));
    const { layer } = source([[1]]);
    const submission = {
      type: "submitGraph",
      graph: "g",
      layers: [layer],
      outputs: [layer.name],
      reportOutputs: true,
    } as const;
    expect(await sayAs(readKeys(folder, ["worker"]), asClient, submission)).toMatchObject({
      type: "peerRefused",
      error: refused("submitGraph takes the keys of client or admin"),
    });
  });

  test("a worker with a client's keys", async () => {
    const worker = new Command(["worker", cluster.address, "--security", folderOf("client")]);
    expect(await worker.ended).toMatchObject({
      code: 1,
      output: expect.stringContaining("there is no worker.json"),
    });
    const posing: ToScheduler = {
      type: "registerWorker",
      version: PROTOCOL_VERSION,
      name: "w",
      address: "tcp://127.0.0.1:1",
      threads: 1,
      memoryLimitBytes: 2 ** 30,
      pid: 1,
    };
    expect(await sayAs(readKeys(folder, ["client"]), posing)).toMatchObject({
      type: "peerRefused",
      error: refused("registerWorker takes the keys of worker"),
    });
  });

  test("one that has keys, and does not prove its role", async () => {
    const { publicKey, secretKey, cluster: keys } = readKeys(folder, ["admin"]);
    const dealer = new Dealer({
      curvePublicKey: publicKey,
      curveSecretKey: secretKey,
      curveServerKey: keys.scheduler,
      linger: 0,
      receiveTimeout: 1_000,
    });
    onTestFinished(() => dealer.close());
    dealer.connect(cluster.address);
    await dealer.send([...encodeMessages([{ type: "shutdownCluster" }])]);
    await expect(dealer.receive()).rejects.toMatchObject({ code: "EAGAIN" });
    expect((await cluster.describe()).workers).toHaveLength(2);
  });
});

test("no peer can take the name that libzmq will give to the next one", async () => {
  const scheduler = new Command(["scheduler", "--port", "0", "--no-dashboard"]);
  const [, address = "", port = ""] = await scheduler.says(/listens at (tcp:\S+:(\d+))/);
  // The C library's first random number, unless it is told otherwise, and what comes after it.
  const names = Array.from({ length: 64 }, (_, k) => 0x6b8b4560 + k);
  await Promise.all(names.map((name) => connectAs(name, Number(port))));
  for (let k = 0; k < 2; k++) {
    const client = await Client.connect(address, { current: false });
    const dump = join(directory, "dump.json");
    await client.dump({ file: dump });
    const [own] = JSON.parse(readFileSync(dump, "utf8")).clients;
    // Nor are names shown from which the next could be guessed.
    expect(Object.keys(own)).toEqual(["name", "seenMs"]);
    await client.close();
  }
  scheduler.kill("SIGTERM");
  expect((await scheduler.ended).code).toBe(0);
});

/** A connection of ZMTP 3 that names itself as libzmq names those without a name. */
function connectAs(name: number, port: number): Promise<void> {
  const text = (value: string) => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  const long = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const property = (field: string, value: Buffer) => [text(field), long(value.length), value];
  const identity = Buffer.concat([Buffer.of(0), long(name)]);
  const ready = Buffer.concat([
    text("READY"),
    ...property("Socket-Type", Buffer.from("DEALER")),
    ...property("Identity", identity),
  ]);
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(Buffer.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0));
  socket.write(Buffer.concat([Buffer.from("NULL"), Buffer.alloc(48)]));
  let heard = 0;
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.on("data", ({ length }) => {
      const before = heard;
      heard += length;
      // After its greeting we are ready, and it says that it is.
      if (before < 64 && heard >= 64) {
        socket.write(Buffer.concat([Buffer.of(4, ready.length), ready, Buffer.of(0, 1, 7)]));
      }
      if (heard > 64) resolve();
    });
  });
}

test("off loopback there are keys, or a word that there are none", async () => {
  const open = await new Command(["scheduler", "--host", "0.0.0.0", "--port", "0"]).ended;
  expect(open).toMatchObject({ code: 1, output: expect.stringContaining("tilework keys new") });
  const insecure = new Command(["scheduler", "--host", "0.0.0.0", "--port", "0", "--insecure"]);
  await insecure.says(/has no keys: all who reach it can run code/);
  const made = await new Command(["keys", "new", join(directory, "made")]).ended;
  expect(made).toMatchObject({ code: 0, output: expect.stringContaining("worker.json") });
  const renew = ["keys", "renew", join(directory, "made"), "--for"];
  const renewed = await new Command([...renew, "client"]).ended;
  expect(renewed).toMatchObject({ code: 0, output: expect.stringContaining("client.json: new") });
  expect((await new Command([...renew, "scheduler"]).ended).code).not.toBe(0);
  const ofAnn = ["--for", "client", "--name", "ann"];
  const named = await new Command(["keys", "new", join(directory, "made"), ...ofAnn]).ended;
  expect(named).toMatchObject({ code: 0, output: expect.stringContaining("client-ann.json") });
  const revoke = ["keys", "revoke", join(directory, "made"), "--name", "ann"];
  const revoked = await new Command(revoke).ended;
  expect(revoked).toMatchObject({
    code: 0,
    output: expect.stringContaining("the keys of ann, client, are taken back"),
  });
  const locked = ["scheduler", "--host", "0.0.0.0", "--port", "0", "--security"];
  await new Command([...locked, join(directory, "made")]).says(/scheduler listens at/);
});
