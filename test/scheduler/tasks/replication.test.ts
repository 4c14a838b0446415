// Copies of results: spared, asked for, moved; workers that leave; how many workers are worth it.
import { describe, expect, test } from "vitest";
import { decideWorkerCount, steady } from "../../../src/scheduler/policy/scaling.js";
import { blocks, contract, reduce, source } from "../../graph/example-layers.js";
import { type FakeClient, FakeCluster, type FakeGraph } from "../fake-cluster.js";
import type { FakeWorker } from "../fake-worker.js";

const x = source([blocks(4, 10), blocks(4, 10)]);

/** Workers with 16 blocks of 800 bytes between them. */
function start(workers: number, memoryLimitBytes = 2 ** 30) {
  const cluster = new FakeCluster();
  const all: FakeWorker[] = [];
  for (let k = 0; k < workers; k++) {
    all.push(cluster.addWorker(`worker-${k}`, { memoryLimitBytes }));
  }
  const client = cluster.addClient();
  const graph = client.submit(x);
  cluster.settle();
  return { cluster, client, graph, workers: all };
}

function tick(cluster: FakeCluster, times: number): void {
  for (let k = 0; k < times; k++) {
    cluster.tick(100);
    cluster.settle();
  }
}

const stored = (workers: readonly FakeWorker[]) =>
  workers.reduce((sum, { store }) => sum + store.size, 0);

function replicate(client: FakeClient, copies: number): void {
  client.say({ type: "replicateLayer", request: 7, layer: x.layer.name, copies });
}

function expectAllThere(client: FakeClient, graph: FakeGraph): void {
  client.checkOutputs(graph);
}

describe("copies that tasks brought along", () => {
  test("go when no one has read them for a while", () => {
    const { cluster, client, graph, workers } = start(3);
    const sum = client.submit(reduce(contract(x, x, 4), "sum"));
    cluster.settle();
    client.checkOutputs(sum);
    client.release(sum);
    expect(stored(workers)).toBeGreaterThan(16);
    tick(cluster, 5);
    expect(stored(workers)).toBeGreaterThan(16);
    tick(cluster, 10);
    expect(stored(workers)).toBe(16);
    expectAllThere(client, graph);
  });

  test("go at once where memory is tight", () => {
    const { cluster, client, graph, workers } = start(3, 16_000);
    const sum = client.submit(reduce(contract(x, x, 4), "sum"));
    cluster.settle();
    client.checkOutputs(sum);
    tick(cluster, 1);
    for (const { store } of workers) {
      const bytes = [...store.values()].reduce((total, one) => total + one, 0);
      expect(bytes).toBeLessThanOrEqual(8_000);
    }
    expectAllThere(client, graph);
  });
});

describe("replicate", () => {
  test("puts each block on so many workers, and makes up for those that are lost", () => {
    const { cluster, client, graph, workers } = start(4);
    replicate(client, 3);
    tick(cluster, 3);
    expect(client.other.at(-1)).toEqual({
      type: "dataArranged",
      request: 7,
      blocks: 32,
      bytes: 32 * 800,
      blocksShort: 0,
    });
    expect(stored(workers)).toBe(48);
    const ran = workers.reduce((sum, { tasksRun }) => sum + tasksRun, 0);
    cluster.kill(workers[0] as FakeWorker);
    tick(cluster, 30);
    expect(stored(workers.slice(1))).toBe(48);
    expect(workers.reduce((sum, { tasksRun }) => sum + tasksRun, 0)).toBe(ran);
    expectAllThere(client, graph);
  });

  test("asks again soon for copies that fail, each time later, and not all at once", () => {
    const { cluster, client, graph, workers } = start(2);
    for (const worker of workers) worker.failsCopies = true;
    replicate(client, 2);
    cluster.settle();
    const asked = () => workers.flatMap(({ askedFor }) => askedFor.splice(0));
    expect(asked().flatMap(({ tasks }) => tasks)).toHaveLength(16);
    // Half of the first wait of 200 ms is drawn.
    tick(cluster, 1);
    const first = asked().flatMap(({ tasks }) => tasks);
    tick(cluster, 1);
    const second = asked().flatMap(({ tasks }) => tasks);
    expect(new Set([...first, ...second]).size).toBe(16);
    expect(first.length).toBeLessThan(16);
    tick(cluster, 1);
    expect(asked().length).toBeLessThan(16);
    for (const worker of workers) worker.failsCopies = false;
    tick(cluster, 10);
    expect(stored(workers)).toBe(32);
    expectAllThere(client, graph);
  });

  test("gives up copies that fail again and again, and asks again", () => {
    const { cluster, client, graph, workers } = start(3);
    for (const worker of workers) worker.failsCopies = true;
    replicate(client, 3);
    tick(cluster, 100);
    // Those that someone waits for are begun again when they were given up.
    expect(stored(workers)).toBe(16);
    for (const worker of workers) worker.failsCopies = false;
    tick(cluster, 40);
    expect(stored(workers)).toBe(48);
    expect(client.other.at(-1)).toMatchObject({ type: "dataArranged", blocks: 32 });
    expectAllThere(client, graph);
  });

  test("says how many copies no one has room for, and 1 ends it", () => {
    const { cluster, client, workers } = start(2, 16_000);
    replicate(client, 2);
    tick(cluster, 3);
    expect(client.other.at(-1)).toMatchObject({ type: "dataArranged", blocksShort: 12 });
    replicate(client, 1);
    tick(cluster, 15);
    expect(stored(workers)).toBe(16);
  });
});

describe("rebalance", () => {
  test("moves blocks to a worker that joined, and leaves no copy behind", () => {
    const { cluster, client, graph, workers } = start(2);
    const late = cluster.addWorker("late", { memoryLimitBytes: 2 ** 30 });
    client.say({ type: "rebalanceData", request: 1 });
    tick(cluster, 15);
    expect(client.other.at(-1)).toMatchObject({ type: "dataArranged", blocksShort: 0 });
    expect(late.store.size).toBe(5);
    expect(stored([...workers, late])).toBe(16);
    expectAllThere(client, graph);
  });
});

describe("a worker that is retired", () => {
  const retire = (client: FakeClient, ...names: string[]) =>
    client.say({ type: "retireWorkers", request: 3, names });

  test("hands over what only it holds, and leaves; nothing is made again", () => {
    const { cluster, client, graph, workers } = start(3);
    const ran = workers.reduce((sum, { tasksRun }) => sum + tasksRun, 0);
    retire(client, "worker-0", "worker-2");
    tick(cluster, 2);
    expect(client.other.at(-1)).toEqual({
      type: "workersRetired",
      request: 3,
      retired: ["worker-0", "worker-2"],
      stayed: [],
    });
    expect(workers.map(({ isAlive }) => isAlive)).toEqual([false, true, false]);
    expect(workers.reduce((sum, { tasksRun }) => sum + tasksRun, 0)).toBe(ran);
    expectAllThere(client, graph);
  });

  test("gets no new work and ends what it has", () => {
    const { cluster, client, workers } = start(2);
    const y = source([blocks(20, 10)], { type: "uniform", seed: 3, low: 0, high: 1 });
    const graph = client.submit(y);
    const [first] = workers as [FakeWorker];
    first.receiveAll();
    const had = first.assigned.size;
    expect(had).toBeGreaterThan(0);
    const before = first.tasksRun;
    retire(client, "worker-0");
    expect(first.isAlive).toBe(true);
    cluster.settle();
    tick(cluster, 2);
    expect(first.tasksRun - before).toBe(had);
    expect(first.isAlive).toBe(false);
    client.checkOutputs(graph);
  });

  test("stays when no one has room for what it holds, and works on", () => {
    const { cluster, client, graph, workers } = start(2, 9_000);
    retire(client, "worker-0");
    tick(cluster, 2);
    expect(client.other.at(-1)).toMatchObject({
      retired: [],
      stayed: [{ name: "worker-0", reason: expect.stringContaining("no other worker has room") }],
    });
    expect(workers[0]?.isAlive).toBe(true);
    expectAllThere(client, graph);
    client.release(graph);
    const again = client.submit(reduce(x, "sum"));
    cluster.settle();
    client.checkOutputs(again);
  });

  test("stays when it is the last one and something is needed, and leaves when nothing is", () => {
    const { cluster, client, graph } = start(1);
    retire(client, "worker-0");
    tick(cluster, 1);
    expect(client.other.at(-1)).toMatchObject({
      stayed: [{ reason: expect.stringContaining("no other worker remains") }],
    });
    client.release(graph);
    retire(client, "worker-0", "no one");
    tick(cluster, 1);
    expect(client.other.at(-1)).toMatchObject({
      retired: ["worker-0"],
      stayed: [{ name: "no one", reason: "there is no worker of that name" }],
    });
  });

  test("may die on the way: its results are made again", () => {
    const { cluster, client, graph, workers } = start(3);
    const [first] = workers as [FakeWorker];
    retire(client, "worker-0");
    cluster.kill(first);
    cluster.settle();
    tick(cluster, 2);
    expect(client.other.at(-1)).toMatchObject({ retired: ["worker-0"], stayed: [] });
    expectAllThere(client, graph);
  });
});

describe("advice on the number of workers", () => {
  test("follows the work ahead, the tasks that can run, and the memory in use", () => {
    const { cluster, client, graph } = start(2);
    const { state } = cluster;
    expect(decideWorkerCount(state, 1_000)).toBe(1);
    client.release(graph);
    expect(decideWorkerCount(state, 1_000)).toBe(0);
    client.submit(source([blocks(100, 10)]));
    expect(decideWorkerCount(state, 1e6)).toBe(1);
    expect(decideWorkerCount(state, 1e-3)).toBe(100);
    const full = start(2, 8_000);
    expect(decideWorkerCount(full.cluster.state, 1_000)).toBe(3);
  });

  test("grows at once and shrinks after several advices, to the most of them", () => {
    const advise = (current: number, wanted: readonly number[]) => {
      let advice = { shrinks: 0, workers: 0 };
      return wanted.map((count) => {
        const next = steady(advice, count, current);
        ({ advice } = next);
        return next.workers;
      });
    };
    expect(advise(2, [5])).toEqual([5]);
    expect(advise(5, [1, 3, 2, 1])).toEqual([5, 5, 5, 3]);
    expect(advise(6, [1, 1, 1, 6, 1, 1, 1, 1])).toEqual([6, 6, 6, 6, 6, 6, 6, 1]);
  });

  test("names idle workers that hold least", () => {
    const { cluster, client, workers } = start(3);
    const empty = cluster.addWorker("empty");
    client.say({
      type: "adviseScale",
      request: 1,
      minimum: 1,
      maximum: 3,
      current: 4,
      targetDurationMs: 1_000,
    });
    for (let k = 0; k < 3; k++) {
      client.say({
        type: "adviseScale",
        request: 2,
        minimum: 3,
        maximum: 3,
        current: 4,
        targetDurationMs: 1_000,
      });
    }
    expect(client.other.at(-1)).toMatchObject({ workers: 3, retire: ["empty"] });
    expect([empty, ...workers].every(({ isAlive }) => isAlive)).toBe(true);
  });
});
