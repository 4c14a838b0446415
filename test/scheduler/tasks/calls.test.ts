// Calls that clients make one by one: what they cost the core and the network, and what becomes of
// those that read what is not there.
import { describe, expect, test } from "vitest";
import type {
  SchedulerToClient,
  SchedulerToWorker,
} from "../../../src/protocol/messages/messages.js";
import { type MadeCall, MadeGraph } from "../../graph/made-calls.js";
import { type FakeClient, FakeCluster, type FakeGraph } from "../fake-cluster.js";

function clusterOf(workers: number): { cluster: FakeCluster; client: FakeClient } {
  const cluster = new FakeCluster();
  for (let k = 0; k < workers; k++) cluster.addWorker(`worker-${k}`);
  return { cluster, client: cluster.addClient() };
}

/** One call as a graph of its own: what is made in a turn of the event loop by itself. */
function submitCall(client: FakeClient, ...args: readonly MadeCall[]): [MadeCall, FakeGraph] {
  const graph = new MadeGraph();
  const call = graph.call("f", ...args);
  return [call, client.submitMessage(graph.message())];
}

/** What the scheduler sends from now on. */
function sentBy(cluster: FakeCluster): (SchedulerToClient | SchedulerToWorker)[] {
  const sent: (SchedulerToClient | SchedulerToWorker)[] = [];
  cluster.onSend = (_to, message) => sent.push(message);
  return sent;
}

describe("calls of one turn", () => {
  test("run each after those that it reads, and leave nothing behind", () => {
    const { cluster, client } = clusterOf(2);
    const graph = new MadeGraph();
    let level = Array.from({ length: 32 }, () => graph.call("leaf"));
    for (let round = 0; level.length > 1; round++) {
      const below = level;
      level = below.flatMap((left, k) =>
        k % 2 === 0 ? [graph.call(`join${round % 2}`, left, below[k + 1] as MadeCall)] : [],
      );
    }
    const submitted = client.submitMessage(graph.message());
    cluster.settle();
    client.checkOutputs(submitted);
    expect(submitted.taskCount).toBe(63);
    client.release(submitted);
    for (const worker of cluster.workers.values()) {
      worker.receiveAll();
      expect([worker.store.size, worker.layers.size]).toEqual([0, 0]);
    }
    expect([cluster.state.tasks.count, cluster.state.layers.size]).toEqual([0, 0]);
  });

  test("run in the order in which they were made", () => {
    const { cluster, client } = clusterOf(1);
    const graph = new MadeGraph();
    const names = ["a", "b", "c", "a", "c", "b", "a"];
    const places = names.map((name) => graph.placeOf(graph.call(name)));
    const submitted = client.submitMessage(graph.message());
    cluster.settle();
    client.checkOutputs(submitted);
    expect([...submitted.ready.keys()]).toEqual(places);
  });

  test("are a few messages, however many they are", () => {
    const counts = [10, 1_000].map((calls) => {
      const { cluster, client } = clusterOf(1);
      cluster.checks = false;
      const [worker] = cluster.workers.values();
      const graph = new MadeGraph();
      for (let k = 0; k < calls; k++) graph.call("f");
      const sent = sentBy(cluster);
      client.submitMessage(graph.message());
      worker?.receiveAll();
      return sent.map(({ type }) => type);
    });
    expect(counts[0]).toEqual(["addLayers", "computeTasks"]);
    expect(counts[1]).toEqual(counts[0]);
  });
});

describe("a call by itself", () => {
  test("is so many messages, and as many when it reads another", () => {
    const { cluster, client } = clusterOf(1);
    submitCall(client);
    cluster.settle();
    const sent = sentBy(cluster);
    const [first, graph] = submitCall(client);
    cluster.settle();
    const made = ["addLayers", "computeTasks", "outputsReady", "graphFinished"];
    expect(sent.splice(0).map(({ type }) => type)).toEqual(made);
    const [, reader] = submitCall(client, first);
    cluster.settle();
    expect(sent.splice(0).map(({ type }) => type)).toEqual(made);
    client.release(reader);
    client.release(graph);
    expect(sent.map(({ type }) => type)).toEqual([
      "freeTasks",
      "dropLayers",
      "freeTasks",
      "dropLayers",
    ]);
  });
});

describe("a call that reads what was released", () => {
  /** Of three calls, the second reads a result that is gone, and the third reads the second. */
  function submitThree() {
    const { cluster, client } = clusterOf(1);
    const [gone, graph] = submitCall(client);
    cluster.settle();
    client.release(graph);
    const sent = sentBy(cluster);
    const three = new MadeGraph();
    const first = three.call("f");
    const second = three.call("f", gone, first);
    const third = three.call("g", second);
    const submitted = client.submitMessage(three.message());
    cluster.settle();
    const errors = () => sent.filter((message) => message.type === "outputsErred");
    return { cluster, client, three, submitted, first, second, third, errors };
  }

  test("fails, with those that read it, and leaves the others alone", () => {
    const { three, submitted, first, errors, cluster, client } = submitThree();
    expect([...submitted.ready.keys()]).toEqual([three.placeOf(first)]);
    expect(errors()).toHaveLength(1);
    const [error] = errors();
    expect(error).toMatchObject({ outputs: [0, 1], blocks: [1, 0] });
    expect(error?.error).toMatchObject({ code: "graph.lostData" });
    client.release(submitted);
    expect(cluster.state.tasks.count).toBe(0);
  });

  test("fails again when it is tried again", () => {
    const { client, submitted, errors } = submitThree();
    client.say({ type: "retryOutputs", graph: submitted.id, outputs: [0], blocks: [1] });
    expect(errors()).toHaveLength(2);
    expect(errors()[1]).toMatchObject({ outputs: [0], blocks: [1] });
  });
});

test("calls that read what is made after them are refused as a whole", () => {
  const { client, cluster } = clusterOf(1);
  const graph = new MadeGraph();
  const a = graph.call("f");
  graph.call("g", a);
  const message = graph.message();
  const reads = message.calls?.reads ?? [];
  const submitted = client.submitMessage({
    ...message,
    calls: { reads, order: Int32Array.of(1, 0) },
  });
  expect(submitted.error).toMatchObject({ code: "graph.cycle" });
  expect(cluster.state.tasks.count).toBe(0);
});
