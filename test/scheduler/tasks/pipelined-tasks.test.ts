// Tasks that are handed out ahead of inputs which their worker is making: when that is done, and
// that they go back to wait at the scheduler whenever such an input will not come. Each step ends
// with the invariants, of which some are about these tasks alone.
import { describe, expect, test } from "vitest";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { storyOf } from "../../../src/scheduler/inspect/story.js";
import { decideSuspects } from "../../../src/scheduler/policy/suspects.js";
import { isPipelined } from "../../../src/scheduler/tasks/pipelined-tasks.js";
import { blocks, elementwise, persistedAs, reduce, source } from "../../graph/example-layers.js";
import { MadeGraph } from "../../graph/made-calls.js";
import { FakeCluster } from "../fake-cluster.js";
import type { Assignment, FakeWorker } from "../fake-worker.js";

/** Blocks of 800 bytes that no other call makes. */
function roots(count: number, seed = 1): LayerNode {
  return source([blocks(count, 100)], { type: "uniform", seed, low: 0, high: 1 });
}

/** What a graph that is live makes of a node, to be read by another. */
function persisted({ layer }: LayerNode): LayerNode {
  return persistedAs(layer.name, layer.chunks);
}

/** So many steps, each of which reads the one before. */
function chain(from: LayerNode, steps: number): LayerNode {
  let node = from;
  for (let k = 0; k < steps; k++) node = elementwise("negative", node);
  return node;
}

function start(...workers: readonly string[]) {
  const cluster = new FakeCluster();
  const [a, b] = workers.map((name) => cluster.addWorker(name));
  return { cluster, client: cluster.addClient(), a: a as FakeWorker, b: b as FakeWorker };
}

/** What a worker was given to run now, and what is pipelined behind that. */
function given(worker: FakeWorker): { own: Assignment[]; pipelined: Assignment[] } {
  worker.receiveAll();
  const all = [...worker.assigned.values()];
  return {
    own: all.filter((task) => !worker.isPipelined(task)),
    pipelined: all.filter((task) => worker.isPipelined(task)),
  };
}

function counts(worker: FakeWorker): [number, number] {
  const { own, pipelined } = given(worker);
  return [own.length, pipelined.length];
}

/** Slots of pipelined tasks, by the scheduler's accounts. */
function pipelinedSlots({ state }: FakeCluster): number[] {
  return Array.from({ length: state.tasks.slotCount }, (_, slot) => slot).filter((slot) =>
    isPipelined(state, slot),
  );
}

describe("a task is pipelined", () => {
  test("behind the input that its worker makes, and what reads it behind it in turn", () => {
    const { cluster, client, a } = start("a");
    const graph = client.submit(chain(roots(1), 3));
    expect(counts(a)).toEqual([1, 3]);
    for (let left = 3; left > 0; left--) {
      a.runNext();
      expect(counts(a)).toEqual([1, left - 1]);
    }
    cluster.settle();
    client.checkOutputs(graph);
    expect(a.tasksRun).toBe(4);
  });

  test("when it comes while its input is already under way", () => {
    const { cluster, client, a } = start("a");
    const x = roots(1);
    client.submit(x);
    const graph = client.submit(elementwise("negative", persisted(x)));
    expect(counts(a)).toEqual([1, 1]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("when the last of its inputs that were elsewhere is there", () => {
    const { cluster, client, a, b } = start("a", "b");
    const [x, y] = [roots(1), roots(1, 2)];
    client.submit(x, y);
    const sum = elementwise("add", persisted(x), persisted(y));
    const graph = client.submit(sum);
    expect([counts(a), counts(b)]).toEqual([
      [1, 0],
      [1, 0],
    ]);
    a.runNext();
    expect(counts(b)).toEqual([1, 1]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("behind a large block however long both take, while further blocks are to be made", () => {
    const cluster = new FakeCluster();
    const a = cluster.addWorker("a", { memoryLimitBytes: 8_000 });
    a.durationMs = 100;
    const client = cluster.addClient();
    const graph = client.submit(chain(roots(3), 1));
    for (const pipelined of [1, 1, 0]) {
      expect(counts(a)).toEqual([1, pipelined]);
      a.runNext();
      expect(counts(a)[1]).toBe(0);
      a.runNext();
    }
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("and its inputs are freed when it has read them, not before", () => {
    const { client, a } = start("a");
    client.submit(chain(roots(1), 2));
    const [first, second] = given(a).own.concat(given(a).pipelined);
    a.runNext();
    expect([...given(a).own].map(({ task }) => task)).toEqual([second?.task]);
    expect(a.store.has(first?.task ?? -1)).toBe(true);
    a.runNext();
    a.receiveAll();
    expect([...a.store.keys()]).toEqual([second?.task]);
  });

  test("on a call, whose result may have any size, as long as those of its function are small", () => {
    const { cluster, client, a } = start("a");
    const graph = new MadeGraph();
    let last = graph.call("f");
    for (let k = 1; k < 40; k++) last = graph.call("f", last);
    const submitted = client.submitMessage(graph.message());
    expect(counts(a)).toEqual([1, 16]);
    expect(given(a).pipelined.map(({ operands }) => operands[0]?.bytes)).toEqual(
      new Array(16).fill(0),
    );
    a.runNext();
    expect(counts(a)).toEqual([1, 16]);
    const [next] = given(a).own;
    if (next === undefined) throw new Error("no call");
    a.run({ ...next, outputBytes: 2 ** 30 });
    expect(counts(a)).toEqual([1, 15]);
    cluster.settle();
    client.checkOutputs(submitted);
  });

  test("and its story says so", () => {
    const { cluster, client } = start("a");
    const node = chain(roots(1), 1);
    client.submit(node);
    cluster.settle();
    const words = storyOf(cluster.state, `${node.layer.name}(0)`).map((line) =>
      line.replace(/^[\d.]+ s {2}/, ""),
    );
    expect(words).toEqual([
      "released → waiting  [submitGraph]",
      "goes ahead of inputs that are made there, a  [submitGraph]",
      "waiting → processing, a  [submitGraph]",
      "processing → memory, a  [tasksFinished]",
    ]);
  });
});

describe("a task is not pipelined", () => {
  test("where many do already", () => {
    const { cluster, client, a } = start("a");
    const graph = client.submit(chain(roots(1), 40));
    expect(counts(a)).toEqual([1, 16]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("behind long work", () => {
    const { cluster, client, a } = start("a");
    a.durationMs = 100;
    client.submit(roots(3));
    expect(counts(a)).toEqual([2, 0]);
    a.runNext();
    client.submit(chain(roots(3), 1));
    expect(counts(a)[1]).toBe(0);
    cluster.settle();
  });

  test("where its result would be too much for the worker's memory; what is pipelined is reserved", () => {
    for (const [memoryLimitBytes, pipelined] of [
      [4_000, 1],
      [3_000, 0],
    ] as const) {
      const cluster = new FakeCluster();
      const a = cluster.addWorker("a", { memoryLimitBytes });
      cluster.addClient().submit(chain(roots(1), 1));
      expect(counts(a)).toEqual([1, pipelined]);
      const [record] = cluster.state.workers.values();
      expect(record?.reservedBytes).toBe(800 * (1 + pipelined));
    }
  });

  test("when its job has limits, or asks for resources", () => {
    for (const terms of [{ coresMax: 2 }, { memoryPerWorkerBytes: 1e9 }, { workers: ["a"] }]) {
      const { client, a } = start("a");
      client.submitAs(terms, chain(roots(1), 1));
      expect(counts(a)).toEqual([1, 0]);
    }
  });

  test("on a worker that is to leave", () => {
    const { cluster, client, a, b } = start("a", "b");
    const x = roots(1);
    client.submit(x);
    const holder = counts(a)[0] > 0 ? a : b;
    client.say({ type: "retireWorkers", request: 1, names: [holder.name] });
    const graph = client.submit(elementwise("negative", persisted(x)));
    expect(counts(holder)).toEqual([1, 0]);
    cluster.settle();
    expect(graph.finish).toBeDefined();
  });

  test("in the accounts of what a worker could begin: its room and its load are as if it waited", () => {
    const { cluster, client } = start("a");
    client.submit(chain(roots(1), 10));
    const [record] = cluster.state.workers.values();
    if (record === undefined) throw new Error("no worker");
    expect([record.processing.count, record.pipelinedCount]).toEqual([11, 10]);
    expect(record.aheadMs).toBeLessThan(0.2);
    expect(cluster.state.openWorkers.has(record)).toBe(true);
    expect(cluster.state.loadedWorkers.has(record)).toBe(false);
  });
});

describe("what is pipelined goes back", () => {
  test("when its input fails and is tried again: it waits, and is not blamed", () => {
    const { cluster, client, a } = start("a");
    const graph = client.submitAs({ retries: 1 }, chain(roots(1), 2));
    expect(counts(a)).toEqual([1, 2]);
    a.failNext("once");
    expect(counts(a)).toEqual([1, 0]);
    const { tasks } = cluster.state;
    expect([...tasks.failures.subarray(0, 3)]).toEqual([1, 0, 0]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("with the word that its input failed, before its worker says that it gave it up", () => {
    const { cluster, client, a } = start("a");
    const graph = client.submitAs({ retries: 1 }, chain(roots(1), 2));
    const [input] = given(a).own;
    if (input === undefined) throw new Error("no input");
    a.assigned.delete(input.task);
    const error = { name: "Error", message: "once" };
    a.say({ type: "taskErred", task: input.task, attempt: input.attempt, error });
    expect(pipelinedSlots(cluster)).toEqual([]);
    expect(counts(a)).toEqual([1, 0]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("when its input fails for good: its graph fails with that, another goes on", () => {
    const { cluster, client, a } = start("a");
    const doomed = client.submit(chain(roots(1), 2));
    const fine = client.submit(chain(roots(1, 2), 2));
    expect(counts(a)).toEqual([2, 4]);
    a.failNext("bad luck");
    expect(doomed.error?.message).toBe("bad luck");
    expect(counts(a)).toEqual([1, 2]);
    cluster.settle();
    client.checkOutputs(fine);
  });

  test("when its worker dies: both are decided again, and it alone is not blamed", () => {
    const { cluster, client, a, b } = start("a", "b");
    const graph = client.submit(chain(roots(1), 2));
    const [dying, other] = counts(a)[0] > 0 ? [a, b] : [b, a];
    const [record] = [...cluster.state.workers.values()].filter(({ name }) => name === dying.name);
    if (record === undefined) throw new Error("no worker");
    expect(decideSuspects(cluster.state.tasks, { ...record, threads: 8 })).toEqual([0]);
    cluster.kill(dying);
    expect([...cluster.state.tasks.deaths.subarray(0, 3)]).toEqual([1, 0, 0]);
    // It may have been the input that killed the worker: nothing is to go down with it again.
    expect(counts(other)).toEqual([1, 0]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("when its input is given up for want of its own inputs", () => {
    const { cluster, client, a, b } = start("a", "b");
    const [x, y] = [roots(1), roots(1, 2)];
    const made = client.submit(x, y);
    cluster.settle();
    const sum = elementwise("add", persisted(x), persisted(y));
    const graph = client.submit(chain(sum, 1));
    const reader = counts(a)[0] > 0 ? a : b;
    const { own, pipelined } = given(reader);
    expect([own.length, pipelined.length]).toEqual([1, 1]);
    const lost = own[0]?.operands.find(({ worker }) => worker >= 0);
    if (lost === undefined) throw new Error("nothing is to be fetched");
    reader.giveUp(own, new Map([[lost.task, lost.worker]]));
    expect(pipelinedSlots(cluster)).toEqual([]);
    cluster.settle();
    client.checkOutputs(graph);
    client.checkOutputs(made);
  });

  test("when another of its inputs is lost with its holder", () => {
    const { cluster, client, a, b } = start("a", "b");
    const [x, y] = [roots(1), roots(1, 2)];
    client.submit(x, y);
    for (const worker of [a, b]) given(worker);
    a.runNext();
    const sum = elementwise("add", persisted(x), persisted(y));
    const graph = client.submit(sum);
    expect(counts(b)).toEqual([1, 1]);
    cluster.kill(a);
    expect(pipelinedSlots(cluster)).toEqual([]);
    expect(counts(b)).toEqual([2, 0]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("before its input is asked for by another worker", () => {
    const { cluster, client, a } = start("a");
    const graph = client.submit(reduce(roots(2), "sum"));
    expect(counts(a)).toEqual([2, 3]);
    const sent: string[] = [];
    cluster.onSend = (to, message) => {
      if (to === a.peer) sent.push(message.type);
    };
    cluster.tick(300);
    cluster.addWorker("b");
    expect(sent).toEqual(["freeTasks", "stealTasks"]);
    expect(counts(a)).toEqual([1, 1]);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("when it is no longer wanted, with its input", () => {
    const { cluster, client, a } = start("a");
    const graph = client.submit(chain(roots(1), 3));
    client.release(graph);
    expect(counts(a)).toEqual([0, 0]);
    expect(cluster.state.tasks.count).toBe(0);
  });

  test("when a copy of its input turns up elsewhere", () => {
    const { cluster, client, a, b } = start("a", "b");
    const graph = client.submit(chain(roots(1), 1));
    const [maker, other] = counts(a)[0] > 0 ? [a, b] : [b, a];
    const [input] = given(maker).own;
    if (input === undefined) throw new Error("no input");
    other.store.set(input.task, 800);
    other.say({ type: "replicasAdded", tasks: [input.task], bytes: [800], transferMs: 1 });
    expect(pipelinedSlots(cluster)).toEqual([]);
    cluster.settle();
    client.checkOutputs(graph);
  });
});
