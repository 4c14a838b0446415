// Results that values of variables, queues and datasets refer to: kept when their maker is gone,
// made again when their worker is, handed to who takes them out, and release in the end. Each step
// ends with the invariants.
import { describe, expect, test } from "vitest";
import type { LayerName } from "../../../src/graph/model/layer.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import type {
  Coordinate,
  CoordinationOperation,
  SchedulerToClient,
} from "../../../src/protocol/messages/messages.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";
import { type FakeClient, FakeCluster } from "../fake-cluster.js";

function someLayer(): LayerNode {
  const from = source([blocks(2, 100)], { type: "uniform", seed: 1, low: 0, high: 1 });
  return elementwise("negative", from);
}

/** A client whose messages are written down. */
function listener(cluster: FakeCluster, name: string) {
  const client = cluster.addClient(name);
  const heard: SchedulerToClient[] = [];
  client.receive = (message) => void heard.push(message);
  return { client, heard };
}

let requests = 0;

function ask(
  client: FakeClient,
  operation: CoordinationOperation,
  fields: Partial<Coordinate> = {},
): number {
  const request = ++requests;
  const by = { request, holder: "holder", wait: request };
  client.say({ type: "coordinate", operation, name: "x", ...by, ...fields });
  return request;
}

function publish() {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("a");
  const maker = cluster.addClient("maker");
  const node = someLayer();
  const graph = maker.submit(node);
  cluster.settle();
  return { cluster, worker, maker, node, graph };
}

function leftovers({ state }: FakeCluster): number[] {
  return [state.tasks.count, state.layers.size, state.graphs.size, state.graphsByNumber.size];
}

describe.each(["dataset.publish", "variable.set", "queue.put"] as const)("%s", (operation) => {
  const taking = operation.replace(/[^.]*$/, "get") as CoordinationOperation;

  test("pins what its value refers to when its maker is gone", () => {
    const { cluster, worker, maker, node, graph } = publish();
    ask(maker, operation, { value: Uint8Array.of(1), kept: [node.layer.name] });
    maker.release(graph);
    cluster.settle();
    expect(worker.store.size).toBe(2);
    maker.say({ type: "closeClient" });
    cluster.settle();
    expect(worker.store.size).toBe(2);

    const { client, heard } = listener(cluster, "taker");
    const request = ask(client, taking);
    cluster.settle();
    const answer = heard.find((message) => message.type === "coordinated");
    if (answer?.type !== "coordinated") throw new Error("no answer");
    expect(answer).toMatchObject({ request, isDone: true, value: Uint8Array.of(1) });
    const [held] = answer.kept ?? [];
    expect(held?.layer).toMatchObject({ kind: "persisted", name: node.layer.name });
    // What the client hears of its graph it hears after it knows of it.
    const finished = heard.findIndex((message) => message.type === "graphFinished");
    expect(finished).toBeGreaterThan(heard.indexOf(answer));

    if (operation === "dataset.publish") ask(client, "dataset.unpublish");
    if (operation === "variable.set") ask(client, "variable.delete");
    cluster.settle();
    expect(worker.store.size).toBe(2);
    client.say({ type: "releaseGraph", graph: held?.graph ?? "" });
    cluster.settle();
    expect(worker.store.size).toBe(0);
    expect(leftovers(cluster)).toEqual([0, 0, 0, 0]);
  });

  test("has it made again when its worker dies", () => {
    const { cluster, worker, maker, node, graph } = publish();
    ask(maker, operation, { value: Uint8Array.of(1), kept: [node.layer.name] });
    maker.release(graph);
    cluster.settle();
    cluster.kill(worker);
    const other = cluster.addWorker("b");
    cluster.settle();
    expect(other.store.size).toBe(2);
  });

  test("of what is not there is refused", () => {
    const { cluster } = publish();
    const { client, heard } = listener(cluster, "wrong");
    ask(client, operation, { kept: ["no-such-layer" as LayerName] });
    const answer = heard.find((message) => message.type === "coordinated");
    expect(answer).toMatchObject({ isDone: false, error: { code: "graph.lostData" } });
  });
});

test("a deleted queue keeps nothing that its items refer to", () => {
  const { cluster, worker, maker, node, graph } = publish();
  ask(maker, "queue.put", { value: Uint8Array.of(1), kept: [node.layer.name] });
  maker.release(graph);
  cluster.settle();
  expect(worker.store.size).toBe(2);
  ask(maker, "queue.delete");
  cluster.settle();
  expect(worker.store.size).toBe(0);
  expect(leftovers(cluster)).toEqual([0, 0, 0, 0]);
});

test("a client that is lost holds nothing and waits for nothing", () => {
  const cluster = new FakeCluster();
  const first = listener(cluster, "first");
  const second = listener(cluster, "second");
  ask(first.client, "semaphore.acquire", { limit: 1 });
  const request = ask(second.client, "semaphore.acquire", { limit: 1 });
  ask(first.client, "queue.get");
  const answered = () => second.heard.filter((message) => message.type === "coordinated");
  expect(answered()).toEqual([]);
  cluster.happen({ type: "peerLost", from: first.client.peer, reason: "connection reset" });
  expect(answered()).toMatchObject([{ request, isDone: true, token: 2 }]);
  second.client.say({ type: "leaveCoordination", holder: "holder" });
  const { semaphores, queues } = cluster.state.coordination;
  expect([semaphores.size, queues.size]).toEqual([0, 0]);
});

test("leases lapse with time, and their holders are notified", () => {
  const cluster = new FakeCluster();
  const { client, heard } = listener(cluster, "holder");
  ask(client, "semaphore.acquire", { limit: 1, leaseMs: 100 });
  cluster.tick(50);
  expect(heard.some(({ type }) => type === "leaseLapsed")).toBe(false);
  cluster.tick(60);
  expect(heard.at(-1)).toMatchObject({ type: "leaseLapsed", holder: "holder", token: 1 });
  const late = ask(client, "semaphore.release", { token: 1 });
  expect(heard.at(-1)).toMatchObject({ request: late, count: 0 });
});

test("a restart fails all graphs, and values that refer to them", () => {
  const { cluster, worker, maker, node, graph } = publish();
  ask(maker, "dataset.publish", { value: Uint8Array.of(1), kept: [node.layer.name] });
  const { client, heard } = listener(cluster, "other");
  client.say({ type: "restartCluster", request: 7 });
  expect(graph.error?.code).toBe("cluster.restarted");
  expect(heard.at(-1)).toMatchObject({ type: "clusterRestarted", request: 7, workers: 1 });
  expect(leftovers(cluster)).toEqual([0, 0, 0, 0]);
  worker.isAlive = false;
  cluster.addWorker("a");
  ask(client, "dataset.get");
  expect(heard.at(-1)).toMatchObject({ isDone: false, error: { code: "graph.lostData" } });
  ask(client, "dataset.unpublish");
  expect(cluster.state.coordination.datasets.size).toBe(0);
});
