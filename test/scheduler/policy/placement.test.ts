// Where tasks go, and how much is handed out ahead.
import { describe, expect, test } from "vitest";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { hasRoom } from "../../../src/scheduler/policy/admission.js";
import { decideSuspects } from "../../../src/scheduler/policy/suspects.js";
import { blocks, elementwise, reduce, source, transpose } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";
import type { FakeWorker } from "../fake-worker.js";

const workersOf = ({ workers }: FakeCluster) => [...workers.values()];
const assigned = (worker: FakeWorker) => {
  worker.receiveAll();
  return [...worker.assigned.values()].filter((task) => !worker.isPipelined(task)).length;
};

function headline(length: number): LayerNode {
  const x = source([blocks(10, length), blocks(10, length)]);
  return reduce(elementwise("add", x, transpose(x)), "mean");
}

describe.each([1000, 10])("(x + xᵀ).mean() of 10 × 10 blocks of %i² on two workers", (length) => {
  test.each([true, false])("moves only sums and shares the load (fused: %s)", (isFused) => {
    const cluster = new FakeCluster();
    for (const name of ["a", "b"]) cluster.addWorker(name).durationMs = length ** 2 / 1e6;
    const client = cluster.addClient();
    const graph = graphBelow([headline(length)]);
    const submitted = client.submitGraph(
      isFused ? optimize(graph, { passes: { drawInside: false } }) : graph,
    );
    cluster.settle();
    client.checkOutputs(submitted);
    const [a = 0, b = 0] = workersOf(cluster).map(({ tasksRun }) => tasksRun);
    expect(Math.abs(a - b)).toBeLessThan(0.2 * (a + b));
    // Each sum is 8 bytes and there are 100 of the first level.
    expect(submitted.finish?.bytesMoved).toBeLessThanOrEqual(8 * 100);
  });
});

describe("tasks that come one by one", () => {
  /** How many of four each of three workers runs, when what they make is kept. */
  function placesOf(length: number): number[] {
    const cluster = new FakeCluster();
    for (const name of ["a", "b", "c"]) cluster.addWorker(name);
    const client = cluster.addClient();
    for (let k = 0; k < 4; k++) {
      client.submit(source([blocks(1, length + k)]));
      cluster.settle();
    }
    return workersOf(cluster).map(({ tasksRun }) => tasksRun);
  }

  test("go to one worker, whose caches have the code", () => {
    expect(placesOf(10).sort()).toEqual([0, 0, 4]);
  });

  /** How many tasks each of three workers has, before any of them reports a result. */
  function unreportedOf(...followers: readonly (string | undefined)[]): number[] {
    const cluster = new FakeCluster();
    const workers = ["a", "b", "c"].map((name) => cluster.addWorker(name));
    const client = cluster.addClient();
    for (const [k, follower] of followers.entries()) {
      const { layer } = source([blocks(1, 10 + k)]);
      client.submitMessage({
        type: "submitGraph",
        ...{ graph: `g${k}`, layers: [layer], outputs: [layer.name], reportOutputs: true },
        ...(follower === undefined ? {} : { follower }),
      });
    }
    return workers.map(assigned).sort();
  }

  test("go to the worker that has sent their client its result, though not its report", () => {
    expect(unreportedOf("f", "f")).toEqual([0, 0, 2]);
  });

  test("go to another worker while one before is under way for all that is known", () => {
    expect(unreportedOf("f", "g")).toEqual([0, 1, 1]);
    expect(unreportedOf(undefined, "f")).toEqual([0, 1, 1]);
    expect(unreportedOf("f", undefined)).toEqual([0, 1, 1]);
    expect(unreportedOf("f", "g", "g")).toEqual([0, 1, 2]);
  });

  test("go round where their results fill its memory", () => {
    expect(placesOf(1_000_000).sort()).toEqual([1, 1, 2]);
  });
});

describe("root tasks", () => {
  const roots = source([blocks(2000, 100)]);

  function firstMeasured(durationMs: number, threads = 1): FakeWorker {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a", { threads });
    cluster.addClient().submit(roots);
    expect(assigned(worker)).toBe(2 * threads);
    worker.durationMs = durationMs;
    worker.runNext();
    return worker;
  }

  test("are handed out two per thread until their duration is known", () => {
    expect(assigned(firstMeasured(100, 3))).toBe(6);
  });

  test("that take long stay at the scheduler", () => {
    expect(assigned(firstMeasured(100))).toBe(2);
  });

  test("that are short are handed out for some three milliseconds ahead", () => {
    const count = assigned(firstMeasured(0.5));
    expect(count).toBeGreaterThanOrEqual(5);
    expect(count).toBeLessThanOrEqual(7);
  });

  test("that are tiny are handed out by the hundred", () => {
    expect(assigned(firstMeasured(0.001))).toBeGreaterThan(200);
  });

  test("go out in order of submission, then of the graph", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a");
    const client = cluster.addClient();
    client.submit(source([blocks(3, 1)]));
    client.submit(source([blocks(3, 2)]));
    const bytes: number[] = [];
    for (let k = 0; k < 6; k++) {
      worker.receiveAll();
      bytes.push(worker.next()?.outputBytes ?? 0);
      worker.runNext();
    }
    expect(bytes).toEqual([8, 8, 8, 16, 16, 16]);
  });

  test("spread over workers, more to those with more threads", () => {
    const cluster = new FakeCluster();
    const [one, three] = [cluster.addWorker("one"), cluster.addWorker("three", { threads: 3 })];
    cluster.addClient().submit(roots);
    expect([assigned(one), assigned(three)]).toEqual([2, 6]);
  });
});

describe("memory", () => {
  // Blocks of 1 MB on workers of 4 MB: more than three would pass the target of 80 %.
  const megabyte = (count: number) => source([blocks(count, 125_000)]);
  const memoryLimitBytes = 4e6;

  test("roots are not handed to a worker that their results would fill", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a", { threads: 4, memoryLimitBytes });
    cluster.addClient().submit(megabyte(20));
    expect(assigned(worker)).toBe(2);
  });

  test("large roots are not made ahead: readers of the one before come first", () => {
    const cluster = new FakeCluster();
    const small = cluster.addWorker("small", { threads: 2, memoryLimitBytes: 32e6 });
    const large = cluster.addWorker("large", { threads: 2, memoryLimitBytes: 33e6 });
    cluster.addClient().submit(megabyte(20));
    expect([assigned(small), assigned(large)]).toEqual([2, 4]);
  });

  test("a worker that is full gets one at a time, so that nothing stands still", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a", { threads: 4, memoryLimitBytes });
    const client = cluster.addClient();
    const graph = client.submit(megabyte(20));
    for (let k = 0; k < 5; k++) {
      worker.receiveAll();
      worker.runNext();
    }
    expect(assigned(worker)).toBe(1);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("roots go where there is room", () => {
    const cluster = new FakeCluster();
    const small = cluster.addWorker("small", { threads: 4, memoryLimitBytes: 1e6 });
    const large = cluster.addWorker("large", { threads: 4, memoryLimitBytes: 1e9 });
    cluster.addClient().submit(megabyte(9));
    expect([assigned(small), assigned(large)]).toEqual([1, 8]);
  });

  test("a reduction is not moved away from its inputs because their worker is full", () => {
    const cluster = new FakeCluster();
    const full = cluster.addWorker("full", { memoryLimitBytes: 1e6 });
    const client = cluster.addClient();
    client.submit(megabyte(1));
    full.receiveAll();
    full.runNext();
    const empty = cluster.addWorker("empty", { memoryLimitBytes: 1e9 });
    client.submit(reduce(megabyte(1), "sum"));
    expect([assigned(full), assigned(empty)]).toEqual([1, 0]);
  });
});

test("tasks with inputs leave a worker that has much more to do", () => {
  const cluster = new FakeCluster();
  const busy = cluster.addWorker("busy");
  const client = cluster.addClient();
  const many = source([blocks(40, 100)]);
  client.submit(many);
  busy.durationMs = 50;
  for (let k = 0; k < 40; k++) {
    busy.receiveAll();
    busy.runNext();
  }
  const idle = cluster.addWorker("idle");
  client.submit(elementwise("negative", many));
  expect(assigned(idle)).toBeGreaterThan(10);
  expect(assigned(busy)).toBeGreaterThan(10);
});

test("layers are sent once, before their tasks, and peers introduced before they are named", () => {
  // The fake workers fail when either is not so; here two workers have to exchange blocks.
  const cluster = new FakeCluster();
  const client = cluster.addClient();
  const x = source([blocks(6, 10)]);
  const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
  const graph = client.submit(reduce(elementwise("negative", x), "sum"));
  cluster.settle();
  client.checkOutputs(graph);
  expect(a.bytesFetched + b.bytesFetched).toBe(graph.finish?.bytesMoved);
});

describe("who is blamed for a worker's death", () => {
  test.each([
    ["the first of each thread, in order", 2, [1, 2, 3, 4], [1, 2]],
    ["one that came later and goes first may have begun, too", 1, [5, 2, 9, 1], [5, 2, 1]],
    ["what waits behind others is not", 1, [1, 2, 3], [1]],
    ["all when there are fewer than threads", 4, [3, 1], [3, 1]],
  ])("%s", (_title, threads, priorities, expected) => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a", { threads });
    cluster.addClient().submit(source([blocks(8, 1)]));
    const { tasks } = cluster.state;
    const record = [...cluster.state.workers.values()][0];
    if (record === undefined) throw new Error("no worker");
    expect(assigned(worker)).toBeGreaterThan(0);
    // A list of our own making, in the order of handing out.
    const slots = priorities.map((_, slot) => slot);
    slots.forEach((slot, k) => {
      tasks.priority[slot] = priorities[k] as number;
      tasks.next[slot] = slots[k + 1] ?? -1;
    });
    const list = { first: 0, last: slots.length - 1, count: slots.length };
    const blamed = decideSuspects(tasks, { ...record, processing: list });
    expect(blamed.map((slot) => tasks.priority[slot])).toEqual(expected);
  });
});

test("a worker without work always has room", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("a", { memoryLimitBytes: 1 });
  const [record] = cluster.state.workers.values();
  if (record === undefined) throw new Error("no worker");
  expect(hasRoom(cluster.state.options, { ...record, heldBytes: 1e9 }, false)).toBe(true);
});

test("tasks of unknown duration are not piled up where their companions are", () => {
  const cluster = new FakeCluster();
  const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
  // All sixteen meet in sums of four, and those in one.
  cluster.addClient().submit(reduce(source([blocks(16, 1)]), "sum"));
  expect(assigned(a)).toBeLessThanOrEqual(4);
  expect(assigned(b)).toBeGreaterThanOrEqual(2);
});
