// What one call costs the scheduler's core that a client makes by itself, however many others are
// under way: it must not depend on their number.
import { expect, test } from "vitest";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import type { MadeCall } from "../graph/made-calls.js";
import type { FakeClient, FakeGraph } from "../scheduler/fake-cluster.js";
import { workOf } from "./work-meter.js";

// Loaded after the meter.
const { MadeGraph } = await import("../graph/made-calls.js");
const { FakeCluster } = await import("../scheduler/fake-cluster.js");
const { graphBelow } = await import("../../src/graph/model/layer-graph.js");
const { simulate } = await import("../../src/sim/simulate.js");
const { joinReports } = await import("../../src/worker/state/joined-reports.js");
const { blocks, elementwise, reduce, source } = await import("../graph/example-layers.js");

function submitCall(client: FakeClient, ...args: readonly MadeCall[]): FakeGraph {
  const graph = new MadeGraph();
  graph.call("f", ...args);
  return client.submitMessage(graph.message());
}

function submitNamed(client: FakeClient): FakeGraph {
  const graph = new MadeGraph();
  graph.call("f");
  return client.submitMessage({ ...graph.message(), terms: { workers: ["worker-1"] } });
}

/** Work of a hundred calls more, from submission to release, with so many others under way. */
function workWith(others: number, submit: (client: FakeClient, k: number) => FakeGraph): number {
  const cluster = new FakeCluster();
  cluster.checks = false;
  for (const name of ["worker-0", "worker-1"]) cluster.addWorker(name);
  const client = cluster.addClient();
  const graphs = Array.from({ length: others }, (_, k) => submit(client, k));
  const runSome = () => {
    for (const worker of cluster.workers.values()) {
      worker.receiveAll();
      for (let k = 0; k < 20; k++) worker.runNext();
    }
  };
  // How long functions take, and how large results are, is known by then.
  runSome();
  return workOf(() => {
    const more = Array.from({ length: 100 }, (_, k) => submit(client, others + k));
    runSome();
    cluster.tick(100);
    for (const graph of more) client.release(graph);
    for (const graph of graphs.slice(0, 100)) client.release(graph);
  });
}

test.each([
  ["of its own", (client: FakeClient) => submitCall(client)],
  ["for a worker by name", (client: FakeClient) => submitNamed(client)],
])("costs the same however many are under way: calls %s", (_name, submit) => {
  workWith(100, submit);
  const few = workWith(200, submit);
  const many = workWith(2_000, submit);
  expect(many).toBeLessThan(1.25 * few);
});

test("costs the same however many read what it reads, and however many are beside that", () => {
  const readers = (calls: number) => {
    let source: MadeCall | undefined;
    return (client: FakeClient) => {
      if (source === undefined) {
        const graph = new MadeGraph();
        for (let k = 0; k < calls; k++) source = graph.call("map");
        client.submitMessage(graph.message());
        client.cluster.settle();
      }
      return submitCall(client, source as MadeCall);
    };
  };
  const few = workWith(200, readers(10));
  // Queues of ten times as many are three levels deeper: a fifth more, by what the engine counts.
  expect(workWith(2_000, readers(10))).toBeLessThan(1.4 * few);
  const before = workWith(10, readers(1_000));
  expect(workWith(10, readers(4_000))).toBeLessThan(1.25 * before);
});

/** Steps of all cores for each task of a graph, on two workers of one thread. */
function stepsPerTask(node: LayerNode): number {
  const report = simulate({ graph: graphBelow([node]), workers: 2, threads: 1, seed: 1 });
  return report.steps / report.tasksRun;
}

function oneBlock(blockCount: number): LayerNode {
  return source([blocks(blockCount, 1)], { type: "uniform", seed: 1, low: 0, high: 1 });
}

test("costs three steps of scheduler and worker together in a chain, however long it is", () => {
  const chain = (links: number) => {
    let node = oneBlock(1);
    for (let k = 0; k < links; k++) node = elementwise("negative", node);
    return stepsPerTask(node);
  };
  // One of the worker for each link, and for each few links one of the scheduler, its answer and
  // what is freed.
  for (const links of [200, 1_000]) expect(chain(links)).toBeLessThan(3);
});

test("costs less than a step in a tree, however large it is", () => {
  const tree = (leaves: number) => stepsPerTask(reduce(oneBlock(leaves), "sum"));
  for (const leaves of [512, 2_048]) expect(tree(leaves)).toBeLessThan(0.9);
});

test("is a message of the scheduler for many links of a chain, with as many reported at once", () => {
  const messagesPerCall = (calls: number) => {
    const cluster = new FakeCluster();
    cluster.checks = false;
    const worker = cluster.addWorker("worker-0");
    const client = cluster.addClient();
    const graph = new MadeGraph();
    let last = graph.call("f");
    for (let k = 1; k < calls; k++) last = graph.call("f", last);
    let messages = 0;
    cluster.onSend = () => messages++;
    const submitted = client.submitMessage(graph.message());
    worker.receiveAll();
    while (worker.assigned.size > 0) {
      worker.isSlow = true;
      const reports = Array.from({ length: 7 }, () => worker.runNext() && worker.outbox.splice(0));
      worker.isSlow = false;
      for (const message of joinReports(reports.flatMap((each) => each || []))) worker.say(message);
      worker.receiveAll();
    }
    client.checkOutputs(submitted);
    return messages / calls;
  };
  for (const calls of [100, 1_000]) expect(messagesPerCall(calls)).toBeLessThan(0.5);
});
