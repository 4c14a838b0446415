// What the scheduler says it has observed: counts by layer and worker, jobs, errors, spans. Numbers
// in names are issues of dask/distributed.
import { expect, test } from "vitest";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { packSpanCode } from "../../../src/protocol/values/span-rows.js";
import { observationOf } from "../../../src/scheduler/inspect/observe-run.js";
import { blocks, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

const SPANS_MAX = 1_000;

test("counts tasks, time and bytes by layer, also when they are forgotten (#7341, #7665)", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("alice");
  const client = cluster.addClient();
  const graph = client.submit(reduce(source([blocks(4, 100)]), "sum"));
  const layersNow = () => observationOf(cluster.state, { spansMax: SPANS_MAX }).layers;
  const before = layersNow();
  expect(before.map(({ total }) => total).reduce((sum, total) => sum + total)).toBeGreaterThan(4);
  const first = before.find(({ kind }) => kind === "source");
  expect(first).toMatchObject({ total: 4, done: 0, inMemory: 0, isLive: true });
  expect((first?.running ?? 0) + (first?.ready ?? 0)).toBe(4);
  worker.receiveAll();
  worker.runNext();
  expect(layersNow().find(({ kind }) => kind === "source")).toMatchObject({ done: 1 });
  cluster.settle();
  client.release(graph);
  for (const layer of layersNow()) {
    expect(layer).toMatchObject({ waiting: 0, ready: 0, running: 0, inMemory: 0, isLive: false });
    expect([layer.done, layer.forgotten, layer.heldBytes]).toEqual([layer.total, layer.total, 0]);
    expect(layer.peakHeldBytes).toBeGreaterThan(0);
    expect(layer.madeBytes).toBeGreaterThan(0);
    expect(layer.busyMs).toBeGreaterThan(0);
    expect(layer.longestKey).toContain(`${layer.title}-`);
  }
});

test("knows jobs after their end: how many tasks they had, and how they ended", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("alice");
  const client = cluster.addClient();
  const done = client.submit(source([blocks(3, 100)]));
  cluster.settle();
  client.release(done);
  const failed = client.submit(reduce(source([blocks(2, 100)], { type: "full", value: 1 }), "sum"));
  worker.receiveAll();
  worker.failNext("no luck");
  const given = client.submit(source([blocks(5, 10)]));
  client.release(given);
  const { jobs, errors, overview } = observationOf(cluster.state, { spansMax: SPANS_MAX });
  expect(jobs.map(({ state }) => state)).toEqual(["finished", "failed", "cancelled"]);
  expect(jobs[0]).toMatchObject({ id: done.id, client: "client", total: 3, done: 3 });
  expect(failed.error?.message).toContain("no luck");
  expect(errors).toMatchObject([{ worker: "alice", message: "no luck", isRetried: false }]);
  expect(overview.tasks.failed).toBe(1);
});

test("knows the most that one worker held during a job, and what was predicted (#4494)", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("alice");
  const client = cluster.addClient();
  const predicted = { peakBytes: 4_000, cluster: "1 worker of 1 thread" };
  const graph = graphBelow([source([blocks(4, 100)])]);
  const kept = client.submitMessage({
    ...{ type: "submitGraph", graph: "kept", reportOutputs: true, predicted },
    ...{ layers: layersOf(graph), outputs: outputsOf(graph) },
  });
  cluster.settle();
  const [{ heldBytes = 0 } = {}] = cluster.state.workers.values();
  expect(heldBytes).toBe(4 * 100 * 8);
  client.submit(source([blocks(2, 10)], { type: "full", value: 2 }));
  cluster.settle();
  client.release(kept);
  client.submit(source([blocks(1, 10)], { type: "full", value: 3 }));
  cluster.settle();
  const { jobs } = observationOf(cluster.state, { spansMax: SPANS_MAX });
  expect(jobs[0]).toMatchObject({
    peakWorkerBytes: heldBytes,
    predictedPeakBytes: 4_000,
    predictedFor: "1 worker of 1 thread",
  });
  // What another job keeps takes memory, too.
  expect(jobs[1]?.peakWorkerBytes).toBe(heldBytes + 2 * 10 * 8);
  expect(jobs[2]?.peakWorkerBytes).toBe(3 * 10 * 8);
  expect(jobs[2]).not.toHaveProperty("predictedPeakBytes");
});

test("keeps what a worker did that is gone, and says why it left", () => {
  const cluster = new FakeCluster();
  const alice = cluster.addWorker("alice");
  const client = cluster.addClient();
  client.submit(source([blocks(2, 100)]));
  cluster.settle();
  cluster.kill(alice);
  const { workers, overview, events } = observationOf(cluster.state, { spansMax: SPANS_MAX });
  expect(workers).toMatchObject([{ name: "alice", done: 2, goneReason: "connection reset" }]);
  expect(overview.waitsFor).toEqual(["a worker: none is here"]);
  expect(events.map(({ text }) => text).join("\n")).toContain("worker alice is gone");
});

test("shows spans by its own clock and by the layers that it lists", () => {
  const cluster = new FakeCluster();
  const alice = cluster.addWorker("alice");
  const client = cluster.addClient();
  client.submit(source([blocks(2, 100)]));
  cluster.settle();
  const [layer] = cluster.state.layers.keys();
  const rows = new Float64Array([5_000, 2, layer as number, 1, 800, packSpanCode(0, 3, -1)]);
  cluster.nowMs = 100;
  alice.say({
    type: "workerObserved",
    ...{ sentMs: 5_010, transferWaitMs: 1, diskWaitMs: 2, cpuMs: 3, weight: 1 },
    rows: new Uint8Array(rows.buffer),
  });
  const { spans, workers } = observationOf(cluster.state, { spansMax: SPANS_MAX });
  expect(spans).toMatchObject({ startMs: [90], durationMs: [2], threads: [3], blocks: [1] });
  expect(spans).toMatchObject({ kinds: [0], layers: [0], peers: [-1], weights: [1], cursor: 1 });
  expect(workers).toMatchObject([{ transferWaitMs: 1, diskWaitMs: 2, cpuMs: 3 }]);
});

test("drops a worker that reports spans of an invalid form", () => {
  const cluster = new FakeCluster();
  const alice = cluster.addWorker("alice");
  const times = { sentMs: 0, transferWaitMs: 0, diskWaitMs: 0, cpuMs: 0 };
  alice.say({ type: "workerObserved", ...times, weight: 1, rows: new Uint8Array(7) });
  expect(cluster.state.workers.size).toBe(0);
});

test("says which task the others wait for, where it runs far longer than those of its layer", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("alice", { threads: 2 });
  cluster.addClient().submit(source([blocks(4, 100)]));
  const waitsNow = () => observationOf(cluster.state, { spansMax: 0 }).overview.waitsFor;
  worker.receiveAll();
  for (let k = 0; k < 3; k++) worker.runNext();
  cluster.tick(900);
  expect(waitsNow()).toEqual([]);
  worker.beat();
  cluster.tick(11_100);
  const [wait] = waitsNow();
  expect(wait).toMatch(
    /^random-\w+\(\d\) on alice: it runs for 12 s, its layer's take .+ average$/,
  );
  worker.runNext();
  expect(waitsNow()).toEqual([]);
});

test("keeps actors that are over, with the reason, in runs that are saved", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("alice");
  const client = cluster.addClient();
  const nothing = { isDetached: false, restarts: 0, concurrency: 1, maker: new Uint8Array(1) };
  const make = (actor: string) =>
    client.say({ type: "createActor", actor, name: null, ...nothing });
  for (const actor of ["kept", "released", "broken"]) make(actor);
  const error = { name: "Error", message: "no model" };
  worker.say({ type: "actorEnded", actor: "broken", incarnation: 1, error });
  client.say({ type: "releaseActor", actor: "released", holds: 1, ends: true });
  const withNotes = observationOf(cluster.state, { spansMax: SPANS_MAX, withNotes: true });
  expect(withNotes.actors).toMatchObject([
    { name: "broken", state: "over: it could not be made: Error: no model", worker: "alice" },
    { name: "released", state: "over: it was released", worker: "alice", handles: 0 },
    { name: "kept", state: "starting", worker: "alice", handles: 1 },
  ]);
  expect(withNotes.configuration?.length).toBeGreaterThan(10);
  expect(observationOf(cluster.state, { spansMax: SPANS_MAX })).not.toHaveProperty("actors");
});
