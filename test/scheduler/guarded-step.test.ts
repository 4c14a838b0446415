// A peer whose words the step cannot take: it is cut off, and all others go on; where the state was
// left half changed, the scheduler ends rather than go on wrongly. What the words are is made up
// here: a step that throws is a mistake.
import { describe, expect, it, vi } from "vitest";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { guardedStep } from "../../src/scheduler/guarded-step.js";
import type { SchedulerEvent } from "../../src/scheduler/state/events.js";
import {
  blocks,
  gatherParts,
  rechunk,
  reduce,
  slice,
  source,
  splitRows,
} from "../graph/example-layers.js";
import { FakeCluster } from "./fake-cluster.js";

const x = source([blocks(4, 10)]);
const total = reduce(x, "sum");

describe("a step that throws", () => {
  it("cuts off the client that made it, and others' jobs finish", () => {
    const cluster = new FakeCluster();
    const [honest, other] = [cluster.addClient("honest"), cluster.addClient("other")];
    const worker = cluster.addWorker("a");
    worker.isSlow = true;
    const graph = honest.submit(total);
    other.submit(reduce(x, "max"));
    vi.spyOn(cluster.state.history, "begin").mockImplementationOnce(() => {
      throw new TypeError("made up");
    });
    const event: SchedulerEvent = { type: "clientHeartbeat", from: other.peer };
    const actions = guardedStep(cluster.state, event, cluster.nowMs);
    expect(actions).toContainEqual(
      expect.objectContaining({
        to: other.peer,
        message: expect.objectContaining({ type: "peerRefused" }),
      }),
    );
    expect(actions).toContainEqual(expect.objectContaining({ type: "log", level: "error" }));
    expect([...cluster.state.clients.keys()]).toEqual([honest.peer]);
    cluster.settle();
    honest.checkOutputs(graph);
  });

  it("sends a worker that made it away, and its tasks run elsewhere", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const [bad, good] = [cluster.addWorker("bad"), cluster.addWorker("good")];
    bad.isSlow = good.isSlow = true;
    const graph = client.submit(total);
    vi.spyOn(cluster.state.history, "begin").mockImplementationOnce(() => {
      throw new TypeError("made up");
    });
    const event: SchedulerEvent = { type: "copiesFailed", from: bad.peer, tasks: [1] };
    const actions = guardedStep(cluster.state, event, cluster.nowMs);
    expect(actions).toContainEqual(
      expect.objectContaining({
        to: bad.peer,
        message: expect.objectContaining({ type: "registerAgain" }),
      }),
    );
    expect(cluster.state.workersByPeer.has(bad.peer)).toBe(false);
    // What this step had to say to others was not delivered by hand here.
    expect(graph.error).toBeUndefined();
  });

  it("ends the scheduler where the state was left half changed", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    cluster.addWorker("a");
    const allocate = cluster.state.edges.allocate.bind(cluster.state.edges);
    let made = 0;
    // The task has its slot by then.
    vi.spyOn(cluster.state.edges, "allocate").mockImplementation((count) => {
      if (made++ === 2) throw new RangeError("no more room");
      return allocate(count);
    });
    const graph = graphBelow([total]);
    const [layers, outputs] = [layersOf(graph), outputsOf(graph)];
    const event = {
      type: "submitGraph",
      graph: "g",
      layers,
      outputs,
      reportOutputs: true,
    } as const;
    expect(() => guardedStep(cluster.state, { ...event, from: client.peer }, 0)).toThrow(
      "no more room",
    );
  });

  it("throws where no peer is to blame", () => {
    const cluster = new FakeCluster();
    vi.spyOn(cluster.state.history, "begin").mockImplementationOnce(() => {
      throw new TypeError("made up");
    });
    expect(() => guardedStep(cluster.state, { type: "ticked" }, 0)).toThrow("made up");
  });
});

describe("layers that do not fit their inputs", () => {
  const wrong = {
    "a slice beyond its axis": slice(x, [{ type: "range", start: 30, step: 1, count: 10 }]),
    "a rechunk that does not add up": rechunk(x, [[13, 25]]),
    "unknown lengths that become known": rechunk(gatherParts(splitRows(x, x, 2), 2), [[5, 35]]),
  };
  const beyond = wrong["a slice beyond its axis"].layer;
  Object.assign(beyond, { selection: [{ type: "range", start: 35, step: 1, count: 10 }] });
  const pick = {
    layer: {
      ...x.layer,
      kind: "pick",
      name: "pick-1",
      inputs: [x.layer.name],
      chunks: [[10]],
      blocks: new Int32Array(0),
    },
    inputs: [x],
  } as unknown as typeof x;

  it.each(Object.entries({ ...wrong, "a pick of no blocks": pick }))(
    "%s: its client is told, nothing is changed",
    (_title, node) => {
      const cluster = new FakeCluster();
      const client = cluster.addClient();
      cluster.addWorker("a");
      const graph = client.submit(node);
      expect(graph.error).toMatchObject({ code: "graph.invalidLayer" });
      expect(graph.error?.message).toContain(node.layer.name.split("-")[0]);
      const { tasks, layers, graphs } = cluster.state;
      expect([tasks.count, layers.size, graphs.size]).toEqual([0, 0, 0]);
      const honest = client.submit(total);
      cluster.settle();
      client.checkOutputs(honest);
    },
  );

  it("are refused where the name is known with other inputs", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    cluster.addWorker("a").isSlow = true;
    const half = slice(x, [{ type: "range", start: 0, step: 1, count: 5 }]);
    client.submit(half);
    const y = source([blocks(4, 10)], { type: "full", value: 1 });
    const other = rechunk(y, [[5, 35]]);
    const forged = slice(other, [{ type: "range", start: 0, step: 1, count: 5 }]);
    const named = { ...forged, layer: { ...forged.layer, name: half.layer.name } };
    // The block is there: nothing is made of the other input.
    expect(client.submit(named).error).toBeUndefined();
    const wide = rechunk(x, [[20, 20]]);
    const graph = graphBelow([slice(wide, [{ type: "range", start: 0, step: 1, count: 20 }])]);
    client.submitGraph(graph);
    const mean = { ...rechunk(y, [[20, 20]]) };
    const renamed = { ...mean, layer: { ...mean.layer, name: wide.layer.name } };
    expect(client.submit(renamed).error?.message).toContain("other inputs");
  });
});

it("a graph that says it was asked for by a task that it makes itself is its client's own", () => {
  const cluster = new FakeCluster();
  const client = cluster.addClient();
  cluster.addWorker("a").isSlow = true;
  const graph = graphBelow([total]);
  const [layers, outputs] = [layersOf(graph), outputsOf(graph)];
  for (let task = 0; task < 20; task++) {
    client.submitMessage({
      type: "submitGraph",
      graph: `asked-by-${task}`,
      layers,
      outputs,
      reportOutputs: true,
      askedBy: task,
    });
  }
  cluster.settle();
  for (const one of client.graphs.values()) expect(one.error).toBeUndefined();
});
