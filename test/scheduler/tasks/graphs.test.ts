// Graphs from submission to release, on workers that do as they are notified.
import { describe, expect, test } from "vitest";
import type { Layer, LayerName } from "../../../src/graph/model/layer.js";
import { layersBelow } from "../../../src/graph/model/layer-graph.js";
import type { Follower, SubmitGraph } from "../../../src/protocol/messages/messages.js";
import { SCHEDULER_DEFAULTS } from "../../../src/scheduler/state/options.js";
import {
  blocks,
  concatenate,
  elementwise,
  persistedAs,
  reduce,
  source,
  transpose,
} from "../../graph/example-layers.js";
import { type FakeClient, FakeCluster } from "../fake-cluster.js";

const square = (n: number) => [blocks(n, 10), blocks(n, 10)];
const x = source(square(4));
const sum = elementwise("add", x, transpose(x));
const mean = reduce(sum, "mean");

function clusterOf(workers: number): { cluster: FakeCluster; client: FakeClient } {
  const cluster = new FakeCluster();
  for (let k = 0; k < workers; k++) cluster.addWorker(`worker-${k}`);
  return { cluster, client: cluster.addClient() };
}

/** Submits what no collection would. */
function message(layers: readonly Layer[], outputs: readonly LayerName[]): SubmitGraph {
  return { type: "submitGraph", graph: "bad", layers, outputs, reportOutputs: true };
}

function expectNothingLeft({ state, workers }: FakeCluster): void {
  expect([state.tasks.count, state.edges.count, state.layers.size]).toEqual([0, 0, 0]);
  for (const worker of workers.values()) {
    if (!worker.isAlive) continue;
    worker.receiveAll();
    expect([worker.store.size, worker.assigned.size, worker.layers.size]).toEqual([0, 0, 0]);
  }
}

describe("a graph of more tasks than a job may have", () => {
  test("is refused at once, and others go on", () => {
    const cluster = new FakeCluster({ jobTasksMax: 70 });
    cluster.addWorker("worker");
    const [mistaken, honest] = [cluster.addClient("mistaken"), cluster.addClient("honest")];
    const before = honest.submit(mean);
    const { count } = cluster.state.tasks;
    const refused = mistaken.submit(elementwise("sqrt", source(square(6))));
    expect(cluster.state.tasks.count).toBe(count);
    cluster.settle();
    expect(refused.error).toMatchObject({
      code: "graph.tooLarge",
      message: expect.stringMatching(/more than 70 tasks.*chunks: \[60, 60\]/),
    });
    honest.checkOutputs(before);
    honest.release(before);
    mistaken.release(refused);
    expectNothingLeft(cluster);
  });
});

describe("a client with more tasks than it may have", () => {
  test("is refused the next job until it releases one, and others go on", () => {
    const cluster = new FakeCluster({ clientTasksMax: 100 });
    cluster.addWorker("worker");
    const [greedy, honest] = [cluster.addClient("greedy"), cluster.addClient("honest")];
    const first = greedy.submit(mean);
    const refused = greedy.submit(elementwise("sqrt", source(square(6))));
    const small = greedy.submit(source(square(3)));
    const other = honest.submit(elementwise("sqrt", source(square(6))));
    cluster.settle();
    expect(refused.error).toMatchObject({
      code: "graph.tooLarge",
      message: expect.stringMatching(
        /this client's jobs have \d+ tasks already, and with this job more than 100/,
      ),
    });
    for (const [client, graph] of [
      [greedy, first],
      [greedy, small],
      [honest, other],
    ] as const) {
      client.checkOutputs(graph);
    }
    greedy.release(first);
    const again = greedy.submit(elementwise("exp", source(square(6))));
    cluster.settle();
    greedy.checkOutputs(again);
    for (const graph of [refused, small, again]) greedy.release(graph);
    honest.release(other);
    cluster.settle();
    expectNothingLeft(cluster);
  });
});

describe("a graph", () => {
  test("runs each task once, says what it cost, and leaves nothing behind", () => {
    const { cluster, client } = clusterOf(2);
    const graph = client.submit(mean);
    cluster.settle();
    client.checkOutputs(graph);
    expect(graph.taskCount).toBe(16 + 16 + 16 + 16 + 4 + 1);
    expect(graph.finish?.tasksRun).toBe(graph.taskCount);
    const workers = [...cluster.workers.values()];
    const fetched = workers.reduce((bytes, worker) => bytes + worker.bytesFetched, 0);
    expect(graph.finish?.bytesMoved).toBe(fetched);
    expect(graph.finish?.workers?.map(({ name }) => name)).toEqual(["worker-0", "worker-1"]);
    client.release(graph);
    expectNothingLeft(cluster);
  });

  test("frees results as soon as they are not needed", () => {
    const { cluster, client } = clusterOf(1);
    client.submit(reduce(x, "sum"));
    const [worker] = cluster.workers.values();
    let peak = 0;
    for (let isBusy = true; isBusy; ) {
      worker?.receiveAll();
      peak = Math.max(peak, worker?.store.size ?? 0);
      isBusy = worker?.runNext() === true;
    }
    // Blocks go when their partial sum is there: a few of those, not all 16, and few blocks ahead.
    expect(peak).toBeLessThanOrEqual(9);
  });

  test("shares work with other graphs and clients", () => {
    const { cluster, client } = clusterOf(2);
    const other = cluster.addClient("other");
    const [first, second] = [client.submit(sum), other.submit(mean)];
    cluster.settle();
    client.checkOutputs(first);
    other.checkOutputs(second);
    const ran = [...cluster.workers.values()].reduce((tasks, worker) => tasks + worker.tasksRun, 0);
    expect(ran).toBe(69);
    client.release(first);
    other.checkOutputs(second);
    other.release(second);
    expectNothingLeft(cluster);
  });

  test("whose outputs are all in memory finishes at once and runs nothing", () => {
    const { cluster, client } = clusterOf(2);
    client.submit(sum);
    cluster.settle();
    const again = client.submit(sum);
    expect(again.taskCount).toBe(0);
    expect(again.finish?.tasksRun).toBe(0);
    client.checkOutputs(again);
  });

  test("without blocks finishes at once, even without workers", () => {
    const { client } = clusterOf(0);
    const graph = client.submit(source([[]]));
    expect([graph.taskCount, graph.finish?.tasksRun]).toEqual([0, 0]);
  });

  test("reports outputs in batches of a step, each once", () => {
    const { cluster, client } = clusterOf(1);
    const reports: number[] = [];
    cluster.onSend = (_to, message) => {
      if (message.type === "outputsReady") reports.push(message.tasks.length);
    };
    client.submit(source([blocks(8, 10)]));
    const [worker] = cluster.workers.values();
    for (;;) {
      worker?.receiveAll();
      const given = [...(worker?.assigned.values() ?? [])];
      if (given.length === 0) break;
      for (const { task } of given) worker?.assigned.delete(task);
      for (const { task, outputBytes } of given) worker?.store.set(task, outputBytes);
      worker?.say({
        type: "tasksFinished",
        tasks: given.map(({ task }) => task),
        attempts: given.map(({ attempt }) => attempt),
        bytes: given.map(({ outputBytes }) => outputBytes),
        durationsMs: given.map(() => 0.1),
      });
    }
    // Two ahead until one was measured, then all that is left.
    expect(reports).toEqual([2, 6]);
  });

  test("that does not want reports hears only of the end", () => {
    const { cluster, client } = clusterOf(1);
    const sent: string[] = [];
    cluster.onSend = (to, { type }) => to === client.peer && sent.push(type);
    const { layer } = source([blocks(3, 10)]);
    const graph = client.submitMessage({
      type: "submitGraph",
      graph: "quiet",
      layers: [layer],
      outputs: [layer.name],
      reportOutputs: false,
    });
    cluster.settle();
    expect(sent).toEqual(["graphFinished"]);
    expect(graph.finish?.workers).toBeUndefined();
  });

  test("reports progress, at most once an interval", () => {
    const { cluster, client } = clusterOf(1);
    const graph = client.submit(source([blocks(5, 10)]));
    const [worker] = cluster.workers.values();
    for (let k = 0; k < 4; k++) {
      worker?.receiveAll();
      worker?.runNext();
      cluster.tick(60);
    }
    expect(graph.progress.map(({ done, total }) => [done, total])).toEqual([
      [2, 5],
      [4, 5],
    ]);
  });
});

describe("release", () => {
  test("cancels what is queued and what is on workers, but not what others want", () => {
    const { cluster, client } = clusterOf(2);
    const [doomed, wanted] = [client.submit(mean), client.submit(x)];
    for (const worker of cluster.workers.values()) worker.receiveAll();
    client.release(doomed);
    cluster.settle();
    client.checkOutputs(wanted);
    const ran = [...cluster.workers.values()].reduce((tasks, worker) => tasks + worker.tasksRun, 0);
    expect(ran).toBe(16);
    client.release(wanted);
    expectNothingLeft(cluster);
  });

  test("of a client that is gone happens by itself", () => {
    for (const leave of ["closeClient", "peerLost", "timeout"]) {
      const { cluster, client } = clusterOf(1);
      client.submit(mean);
      if (leave === "closeClient") client.say({ type: "closeClient" });
      else if (leave === "peerLost") {
        cluster.happen({ type: "peerLost", from: client.peer, reason: "gone" });
      } else {
        const { clientTimeoutMs } = SCHEDULER_DEFAULTS;
        for (let passedMs = 0; passedMs <= clientTimeoutMs; passedMs += 1000) {
          for (const { peer } of cluster.workers.values()) {
            const zero = { managedBytes: 0, peakManagedBytes: 0, executing: 0 };
            const process = { processBytes: 0, peakProcessBytes: 0 };
            const disk = { spilledBytes: 0, spilledBytesTotal: 0 };
            cluster.happen({ type: "workerHeartbeat", from: peer, ...zero, ...process, ...disk });
          }
          cluster.tick(1000);
        }
      }
      expect(cluster.state.clients.size, leave).toBe(0);
      expectNothingLeft(cluster);
    }
  });

  test("of another client's graph is ignored", () => {
    const { cluster, client } = clusterOf(1);
    const graph = client.submit(mean);
    cluster.addClient("other").say({ type: "releaseGraph", graph: graph.id });
    cluster.settle();
    client.checkOutputs(graph);
  });
});

describe("persisted blocks", () => {
  const onTop = reduce(persistedAs(sum.layer.name, sum.layer.chunks), "max");

  test("are found by name and not made again", () => {
    const { cluster, client } = clusterOf(2);
    client.submit(sum);
    cluster.settle();
    const graph = client.submit(onTop);
    cluster.settle();
    expect(graph.taskCount).toBe(16 + 4 + 1);
    client.checkOutputs(graph);
  });

  test("can be made again for a graph that outlives the one that made them", () => {
    const { cluster, client } = clusterOf(2);
    const base = client.submit(sum);
    cluster.settle();
    const graph = client.submit(onTop);
    client.release(base);
    for (const worker of [...cluster.workers.values()]) cluster.kill(worker);
    cluster.addWorker("fresh");
    cluster.settle();
    client.checkOutputs(graph);
    client.release(graph);
    expectNothingLeft(cluster);
  });

  test("are found when they are other layers' blocks", () => {
    const { cluster, client } = clusterOf(2);
    const both = concatenate([x, x], 0);
    const base = client.submit(both);
    cluster.settle();
    const graph = client.submit(reduce(persistedAs(both.layer.name, both.layer.chunks), "sum"));
    client.release(base);
    cluster.settle();
    client.checkOutputs(graph);
    client.release(graph);
    expectNothingLeft(cluster);
  });

  test("are waited for by graphs that came before they were made, also when their own is released", () => {
    const { cluster, client } = clusterOf(2);
    const base = client.submit(sum);
    const graph = client.submit(onTop);
    const late = client.submit(reduce(persistedAs(sum.layer.name, sum.layer.chunks), "min"));
    client.release(base);
    cluster.settle();
    client.checkOutputs(graph);
    client.checkOutputs(late);
    client.release(graph);
    client.release(late);
    expectNothingLeft(cluster);
  });

  test("that are not here are an error of the graph that wants them", () => {
    const { cluster, client } = clusterOf(1);
    const graph = client.submit(onTop);
    expect(graph.error?.code).toBe("graph.lostData");
    expect(graph.error?.message).toContain(sum.layer.name);
    expectNothingLeft(cluster);
  });
});

describe("a graph that cannot be run is refused, and nothing else is affected", () => {
  const { name } = sum.layer;
  const negative = elementwise("negative", x).layer;
  const cyclic = { ...sum.layer, inputs: [name] } as Layer;
  const bottomless = { ...sum.layer, loopChunks: undefined } as unknown as Layer;
  test.each([
    ["a layer below itself", message([cyclic], [name]), "graph.cycle"],
    ["a layer before its input", message([negative, x.layer], [x.layer.name]), "graph.cycle"],
    ["an input that is missing", message([sum.layer], [name]), "graph.missingLayer"],
    ["an output that is missing", message([x.layer], [name]), "graph.missingLayer"],
    ["a layer twice", message([x.layer, x.layer], [x.layer.name]), "protocol"],
    [
      "a layer that is known with other blocks",
      message([{ ...x.layer, chunks: [[1], [1]] }], [x.layer.name]),
      "protocol",
    ],
    [
      "a layer that makes no sense",
      message([x.layer, transpose(x).layer, bottomless], [name]),
      "graph.invalidLayer",
    ],
  ])("%s", (_title, bad, code) => {
    const { cluster, client } = clusterOf(1);
    const good = client.submit(x);
    const known = cluster.state.tasks.count;
    const refused = client.submitMessage(bad);
    expect(refused.error).toBeDefined();
    expect(refused.error?.code).toBe(code);
    expect(cluster.state.tasks.count).toBe(known);
    cluster.settle();
    client.checkOutputs(good);
    client.release(good);
    expectNothingLeft(cluster);
  });

  test("a graph of a name that is taken", () => {
    const { cluster, client } = clusterOf(1);
    const first = client.submit(x);
    const ofSameName = { ...message([x.layer], [x.layer.name]), graph: first.id };
    const errors: string[] = [];
    cluster.onSend = (_to, sent) => {
      if (sent.type === "graphErred") errors.push(sent.error.message);
    };
    client.say(ofSameName);
    expect(errors).toEqual([expect.stringContaining(first.id)]);
    expect(cluster.state.graphs.size).toBe(1);
  });
});

test("names of graphs are each client's own", () => {
  const { cluster, client } = clusterOf(1);
  const first = client.submit(x);
  const other = cluster.addClient("other");
  const second = other.submitMessage({
    ...message([sum.layer, transpose(x).layer], []),
    graph: first.id,
  });
  expect(second.error).toMatchObject({ code: "graph.missingLayer" });
  const third = other.submitMessage({ ...message([x.layer], [x.layer.name]), graph: first.id });
  cluster.settle();
  client.checkOutputs(first);
  other.checkOutputs(third);
  other.release(third);
  cluster.settle();
  client.checkOutputs(first);
  client.release(first);
  expectNothingLeft(cluster);
});

test("a worker learns who follows its one output block, and of no other task or graph", () => {
  const { cluster, client } = clusterOf(2);
  const followers: (Follower | undefined)[] = [];
  cluster.onSend = (_to, sent) => {
    if (sent.type === "computeTasks") followers.push(sent.follower);
  };
  for (const [graph, output] of [
    ["one block", mean],
    ["many blocks", sum],
  ] as const) {
    const submission = message(layersBelow([mean]), [output.layer.name]);
    const submitted = client.submitMessage({ ...submission, graph, follower: "f" });
    cluster.settle();
    client.checkOutputs(submitted);
    client.release(submitted);
  }
  expectNothingLeft(cluster);
  const named = followers.filter((follower) => follower !== undefined);
  expect(named).toEqual([{ name: "f", graph: "one block", task: expect.any(Number) }]);
});

test("task numbers are never given out twice", () => {
  // The fake workers compare the meaning of every number they are given with what it meant before.
  const { cluster, client } = clusterOf(1);
  for (let round = 0; round < 5; round++) {
    const graph = client.submit(round % 2 === 0 ? mean : reduce(x, "sum"));
    cluster.settle();
    client.checkOutputs(graph);
    client.release(graph);
  }
  expect(cluster.meanings.size).toBe(3 * 69 + 2 * (16 + 16 + 4 + 1));
  expect(cluster.state.tasks.slotCount).toBeLessThanOrEqual(512);
});
