// Graphs from submission to release, on workers that do as they are told.
import { expect, test } from "vitest";
import { blocks, elementwise, reduce, source, transpose } from "../graph/example-layers.js";
import { FakeCluster } from "./fake-cluster.js";

const grid = (n: number, length = 1000) => [blocks(n, length), blocks(n, length)];
const headline = (n: number) => {
  const x = source(grid(n));
  return reduce(elementwise("add", x, transpose(x)), "mean");
};

test("a graph runs on two workers and leaves nothing behind", () => {
  const cluster = new FakeCluster();
  const client = cluster.addClient();
  cluster.addWorker("a");
  cluster.addWorker("b");
  const graph = client.submit(headline(4));
  cluster.settle();
  client.checkOutputs(graph);
  expect(graph.finish?.tasksRun).toBe(graph.taskCount);
  client.release(graph);
  cluster.settle();
  expect(cluster.state.tasks.count).toBe(0);
  expect(cluster.state.layers.size).toBe(0);
  for (const worker of cluster.workers.values()) {
    expect(worker.store.size).toBe(0);
    expect(worker.layers.size).toBe(0);
  }
});
