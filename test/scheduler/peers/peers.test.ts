// Handshakes, strangers, silence, and what people ask about the cluster.
import { describe, expect, test } from "vitest";
import type {
  SchedulerToClient,
  SchedulerToWorker,
} from "../../../src/protocol/messages/messages.js";
import { PROTOCOL_VERSION } from "../../../src/protocol/values/ids.js";
import type { SchedulerEvent } from "../../../src/scheduler/state/events.js";
import { blocks, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

const graphOf = () => reduce(source([blocks(8, 10)]), "sum");
const registration = {
  type: "registerWorker",
  from: "peer",
  version: PROTOCOL_VERSION,
  name: "worker",
  address: "ipc:///tmp/worker",
  threads: 1,
  memoryLimitBytes: 1e9,
  pid: 7,
} as const;

function answersTo(...events: SchedulerEvent[]): (SchedulerToClient | SchedulerToWorker)[] {
  const cluster = new FakeCluster();
  const sent: (SchedulerToClient | SchedulerToWorker)[] = [];
  cluster.onSend = (_to, message) => sent.push(message);
  for (const event of events) cluster.happen(event);
  return sent;
}

describe("handshakes", () => {
  test("give a worker its number and a client its answer", () => {
    const sent = answersTo(registration, {
      type: "registerClient",
      from: "c",
      version: PROTOCOL_VERSION,
      name: "notebook",
    });
    expect(sent).toEqual([
      { type: "workerAccepted", worker: 0, heartbeatIntervalMs: 500, scheduler: "scheduler" },
      {
        type: "clientAccepted",
        heartbeatIntervalMs: 500,
        jobTasksMax: 5_000_000,
        scheduler: "scheduler",
        size: { workers: 1, threads: 1, memoryLimitBytes: 1e9, areAlike: true },
      },
    ]);
  });

  test("are followed by the size of the cluster, once for all workers that joined until a tick", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    cluster.addWorker("alice", { threads: 2 });
    const bob = cluster.addWorker("bob", { threads: 4, memoryLimitBytes: 2 ** 30 });
    cluster.tick(1_000);
    cluster.tick(1_000);
    cluster.kill(bob);
    cluster.tick(1_000);
    const memoryLimitBytes = 2 ** 32;
    expect(client.sizes).toEqual([
      { workers: 2, threads: 3, memoryLimitBytes: 2 ** 30, areAlike: false },
      { workers: 1, threads: 2, memoryLimitBytes, areAlike: true },
    ]);
  });

  test.each([
    { ...registration, version: 99 },
    { type: "registerClient", from: "c", version: 99, name: "notebook" } as const,
  ])("of another version are refused, and both versions named", (event) => {
    const [refusal] = answersTo(event);
    expect(refusal).toMatchObject({ type: "peerRefused", error: { code: "cluster.version" } });
    expect(JSON.stringify(refusal)).toMatch(new RegExp(`version ${PROTOCOL_VERSION} .*version 99`));
  });

  test("of a worker whose name is taken are refused", () => {
    const [, refusal] = answersTo(registration, { ...registration, from: "another" });
    expect(refusal).toMatchObject({ type: "peerRefused", error: { code: "cluster.start" } });
    expect(JSON.stringify(refusal)).toContain("a worker named worker is registered already");
  });
});

describe("strangers", () => {
  test("are not answered, and do not fill the log", () => {
    const cluster = new FakeCluster();
    const sent: unknown[] = [];
    cluster.onSend = (_to, message) => sent.push(message);
    for (let k = 0; k < 1000; k++) {
      cluster.happen({ type: "clientHeartbeat", from: "no one" });
      cluster.happen({ type: "closeWorker", from: "no one", reason: "" });
    }
    expect(sent).toEqual([]);
    expect(cluster.logged.length).toBeLessThan(30);
    expect(cluster.logged[0]).toMatchObject({ level: "warn", data: { from: "no one" } });
  });

  test("of whom there are many cost a bounded memory", () => {
    const cluster = new FakeCluster();
    for (let k = 0; k < 3000; k++) cluster.happen({ type: "clientHeartbeat", from: `peer ${k}` });
    expect(cluster.state.warningCounts.size).toBeLessThanOrEqual(1000);
    expect(cluster.logged.length).toBeLessThanOrEqual(1000);
  });
});

describe("without workers", () => {
  test("graphs wait, say so every few seconds, in the log more and more seldom, and start when one comes", () => {
    const cluster = new FakeCluster({ noWorkersReportMs: 3000, clientTimeoutMs: 60_000 });
    const client = cluster.addClient();
    const graph = client.submit(graphOf());
    for (let k = 0; k < 14; k++) cluster.tick(1000);
    expect(graph.progress.map(({ waitingForWorkersMs }) => waitingForWorkersMs)).toEqual([
      3000, 6000, 9000, 12000,
    ]);
    expect(cluster.logged.filter(({ level }) => level === "warn").map(({ text }) => text)).toEqual([
      "a job waits for a worker: none is here for 3 s; start one with `tilework worker`",
      "a job waits for a worker: none is here for 6 s; start one with `tilework worker`",
      "a job waits for a worker: none is here for 12 s; start one with `tilework worker`",
    ]);
    cluster.addWorker("late");
    cluster.settle();
    client.checkOutputs(graph);
  });
});

test("heartbeats are answered", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("a");
  const bytes = { managedBytes: 1, peakManagedBytes: 2, processBytes: 3, peakProcessBytes: 4 };
  const disk = { spilledBytes: 0, spilledBytesTotal: 0 };
  worker.say({ type: "workerHeartbeat", ...bytes, ...disk, executing: 1 });
  worker.receiveAll();
  expect(worker.other).toEqual([{ type: "heartbeatAnswered" }]);
});

test("the cluster describes itself", () => {
  const cluster = new FakeCluster();
  const client = cluster.addClient();
  const worker = cluster.addWorker("a", { threads: 2 });
  const bytes = { managedBytes: 1, peakManagedBytes: 2, processBytes: 3, peakProcessBytes: 4 };
  const disk = { spilledBytes: 0, spilledBytesTotal: 0 };
  worker.say({ type: "workerHeartbeat", ...bytes, ...disk, executing: 1 });
  client.submit(graphOf());
  client.say({ type: "describeCluster", request: 5 });
  expect(client.other.at(-1)).toEqual({
    type: "clusterDescribed",
    request: 5,
    workers: [
      {
        worker: 0,
        name: "a",
        address: "inproc://a",
        threads: 2,
        memoryLimitBytes: 2 ** 32,
        managedBytes: 1,
        spilledBytes: 0,
        processBytes: 3,
        pid: 1,
        executing: 1,
        host: "",
        resources: {},
        tags: [],
        processing: 9,
        joinedMsAgo: 0,
        seenMsAgo: 0,
      },
    ],
    tasks: 8 + 8 + 2 + 1,
    graphs: 1,
    actors: 0,
    clients: [{ name: "client", graphs: 1, seenMsAgo: 0 }],
    ageMs: 0,
  });
});

test("peak memory counts what was held between heartbeats", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("a");
  const client = cluster.addClient();
  const graph = client.submit(source([blocks(4, 10)]));
  cluster.settle();
  expect(graph.finish?.workers).toEqual([
    { name: "a", peakManagedBytes: 320, peakProcessBytes: 0, spilledBytes: 0 },
  ]);
});

test("shutting down tells every worker, then ends; what comes later is not heard", () => {
  const cluster = new FakeCluster();
  const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
  const client = cluster.addClient();
  client.say({ type: "shutdownCluster" });
  for (const { inbox } of [a, b]) {
    expect(inbox).toEqual([{ type: "shutdownWorker", reason: "the cluster is shutting down" }]);
  }
  expect(cluster.stopped).toBe(true);
  client.say({ type: "describeCluster", request: 1 });
  expect(client.other.map(({ type }) => type)).toEqual(["clientAccepted"]);
});

test("a scheduler that was stopped alone lets workers know that another may follow", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("a");
  cluster.addClient().say({ type: "shutdownCluster", schedulerMayReturn: true });
  expect(worker.inbox).toEqual([
    { type: "shutdownWorker", reason: "its scheduler was stopped", schedulerMayReturn: true },
  ]);
});
