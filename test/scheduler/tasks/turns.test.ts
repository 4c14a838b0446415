// Graphs that are too large for one step: they are taken in and forgotten in slices, and what
// others ask for is answered in between.
import { describe, expect, it } from "vitest";
import { snapshotOf } from "../../../src/scheduler/inspect/dump.js";
import { blocks, elementwise, persistedAs, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

const grid = [blocks(6, 10), blocks(6, 10)];
const large = elementwise(
  "add",
  source(grid),
  source(grid, { type: "uniform", seed: 2, low: 0, high: 1 }),
);

/** A cluster whose steps do very little, each only when it is asked for. */
function slowCluster(stepCostMax = 3): FakeCluster {
  const cluster = new FakeCluster({ stepCostMax });
  cluster.addWorker("a");
  cluster.goesOn = false;
  return cluster;
}

/** Lets the scheduler go on until that is so. */
function goOnUntil(cluster: FakeCluster, isSo: () => boolean): void {
  for (let steps = 0; !isSo(); steps++) {
    if (steps > 10_000) throw new Error("it does not come to that");
    cluster.happen({ type: "continued" });
  }
}

/** Lets the scheduler do all that is left. */
function goOn(cluster: FakeCluster): void {
  goOnUntil(cluster, () => cluster.state.backlog.work.size === 0);
}

function nothingIsLeft({ state }: FakeCluster): void {
  const { tasks, edges, layers, graphs, graphsByNumber, backlog } = state;
  const left = [layers.size, graphs.size, graphsByNumber.size, backlog.work.size];
  expect([tasks.count, edges.count, ...left]).toEqual([0, 0, 0, 0, 0, 0]);
}

describe("a graph that takes many steps", () => {
  it("is computed", () => {
    const cluster = slowCluster();
    const client = cluster.addClient();
    const graph = client.submit(large);
    expect(cluster.state.graphs.size).toBe(0);
    goOn(cluster);
    cluster.settle();
    client.checkOutputs(graph);
    client.release(graph);
    expect(cluster.state.tasks.count).toBeGreaterThan(0);
    goOn(cluster);
    nothingIsLeft(cluster);
  });

  it("is reported in parts where its outputs are there already", () => {
    const cluster = slowCluster();
    const [one, other] = [cluster.addClient("one"), cluster.addClient("other")];
    const first = one.submit(large);
    goOn(cluster);
    cluster.settle();
    one.checkOutputs(first);
    const again = other.submit(large);
    goOn(cluster);
    expect(again.finish).toBeUndefined();
    goOnUntil(cluster, () => again.finish !== undefined);
    other.checkOutputs(again);
  });

  it("has the progress of its layers counted in parts", () => {
    const cluster = slowCluster(0.5);
    const client = cluster.addClient();
    const graph = client.submit(large);
    goOn(cluster);
    const [worker] = cluster.workers.values();
    for (let k = 0; k < 10; k++) {
      worker?.receiveAll();
      worker?.runNext();
    }
    cluster.tick(1_000);
    expect(graph.progress).toHaveLength(0);
    goOn(cluster);
    const [report] = graph.progress;
    const done = report?.layers?.reduce((sum, layer) => sum + layer.done, 0);
    expect(done).toBeGreaterThan(0);
    expect(done).toBe(report?.done);
    client.release(graph);
    goOn(cluster);
    cluster.settle();
    nothingIsLeft(cluster);
  });

  it.each(["planned", "taken in", "wanted", "started"])(
    "lets another client's job pass while it is %s",
    (phase) => {
      const cluster = slowCluster();
      const [one, other] = [cluster.addClient("one"), cluster.addClient("other")];
      const first = one.submit(large);
      const [turn] = cluster.state.backlog.turns.values();
      goOnUntil(cluster, () => turn?.opening?.phase === phase);
      const second = other.submit(reduce(source([blocks(2, 10)]), "sum"));
      cluster.settle();
      goOnUntil(cluster, () => {
        cluster.settle();
        return second.finish !== undefined;
      });
      other.checkOutputs(second);
      goOn(cluster);
      cluster.settle();
      one.checkOutputs(first);
    },
  );

  it.each(["planned", "taken in", "wanted", "started"])(
    "leaves nothing if it is released while it is %s",
    (phase) => {
      const cluster = slowCluster();
      const client = cluster.addClient();
      const graph = client.submit(large);
      const [turn] = cluster.state.backlog.turns.values();
      goOnUntil(cluster, () => turn?.opening?.phase === phase);
      expect(snapshotOf(cluster.state).opening).toMatchObject([{ id: graph.id, phase }]);
      client.release(graph);
      goOn(cluster);
      cluster.settle();
      nothingIsLeft(cluster);
    },
  );

  it("leaves nothing if its client is lost meanwhile", () => {
    const cluster = slowCluster();
    const client = cluster.addClient();
    client.submit(large);
    client.submit(reduce(large, "sum"));
    goOnUntil(cluster, () => cluster.state.tasks.count > 10);
    cluster.happen({ type: "peerLost", from: client.peer, reason: "gone" });
    goOn(cluster);
    cluster.settle();
    nothingIsLeft(cluster);
  });

  it("has its client's next words wait, so that they may be about it", () => {
    const cluster = slowCluster();
    const client = cluster.addClient();
    const base = client.submit(large);
    const stand = persistedAs(large.layer.name, large.layer.chunks);
    const next = client.submit(reduce(stand, "sum"));
    client.release(base);
    const [opening] = snapshotOf(cluster.state).opening;
    expect(opening).toMatchObject({ id: base.id, messagesWaiting: 2 });
    goOnUntil(cluster, () => {
      cluster.settle();
      return next.finish !== undefined;
    });
    client.checkOutputs(next);
    client.release(next);
    goOn(cluster);
    cluster.settle();
    nothingIsLeft(cluster);
  });

  it("fails alone if it cannot be planned, and blames no one for later steps", () => {
    const cluster = slowCluster();
    const client = cluster.addClient();
    const stand = persistedAs(large.layer.name, large.layer.chunks);
    const graph = client.submit(reduce(stand, "sum"));
    goOn(cluster);
    expect(graph.error?.code).toBe("graph.lostData");
    expect(cluster.state.backlog.speaker).toBeUndefined();
    nothingIsLeft(cluster);
  });

  it("fails with a word when the cluster is restarted meanwhile", () => {
    const cluster = slowCluster();
    const [one, other] = [cluster.addClient("one"), cluster.addClient("other")];
    const graph = one.submit(large);
    goOnUntil(cluster, () => cluster.state.tasks.count > 10);
    other.say({ type: "restartCluster", request: 1 });
    expect(graph.error?.code).toBe("cluster.restarted");
    goOn(cluster);
    nothingIsLeft(cluster);
  });
});

describe("a small graph", () => {
  it("is taken in and forgotten by the steps of its messages", () => {
    const cluster = new FakeCluster();
    cluster.addWorker("a");
    cluster.goesOn = false;
    const client = cluster.addClient();
    const graph = client.submit(large);
    cluster.settle();
    client.checkOutputs(graph);
    client.release(graph);
    cluster.settle();
    nothingIsLeft(cluster);
  });
});
