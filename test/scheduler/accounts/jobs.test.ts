// What jobs may ask for: urgency, resources, workers, limits, another try.
import { describe, expect, test } from "vitest";
import type { LayerName } from "../../../src/graph/model/layer.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { wordOf } from "../../../src/graph/model/naming.js";
import type { JobRecord } from "../../../src/scheduler/state/records.js";
import { blocks, elementwise, persistedAs, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";
import type { FakeWorker } from "../fake-worker.js";

/** Blocks that no other call makes. */
function roots(count: number, seed = 1, length = 10): LayerNode {
  return source([blocks(count, length)], { type: "uniform", seed, low: 0, high: 1 });
}

const assigned = (worker: FakeWorker) => {
  worker.receiveAll();
  return worker.assigned.size;
};

/** Runs what the worker has; says whether there was anything. */
function runOne(worker: FakeWorker): boolean {
  worker.receiveAll();
  return worker.runNext();
}

function failOne(worker: FakeWorker, message: string): void {
  worker.receiveAll();
  worker.failNext(message);
}

/** The most tasks that the cluster had handed out at once until nothing was left to do. */
function settleAndCount(cluster: FakeCluster): number {
  const workers = [...cluster.workers.values()];
  const handedOut = () => workers.reduce((sum, worker) => sum + assigned(worker), 0);
  let most = handedOut();
  while (workers.some((worker) => worker.runNext())) most = Math.max(most, handedOut());
  return most;
}

describe("priority", () => {
  test("a more urgent job overtakes what was submitted before", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const slow = client.submit(roots(50));
    const urgent = client.submitAs({ priority: 1 }, roots(4, 2));
    const idle = client.submitAs({ priority: -1 }, roots(4, 3));
    const worker = cluster.addWorker("a");
    for (let k = 0; k < 4; k++) runOne(worker);
    expect([urgent.ready.size, slow.ready.size]).toEqual([4, 0]);
    for (let k = 0; k < 50; k++) runOne(worker);
    expect([slow.ready.size, idle.ready.size]).toEqual([50, 0]);
  });

  test.each([{}, { coresMax: 8 }])(
    "consumers that were handed out before hold up no urgent job %j",
    (terms) => {
      const cluster = new FakeCluster();
      for (const name of ["a", "b"]) cluster.addWorker(name).durationMs = 20;
      const client = cluster.addClient("c");
      const x = roots(400);
      client.submit(x);
      cluster.settle();
      const slow = client.submit(
        elementwise("negative", persistedAs(x.layer.name, x.layer.chunks)),
      );
      const turn = () => {
        for (const worker of cluster.workers.values()) runOne(worker);
      };
      for (let k = 0; k < 5; k++) turn();
      const urgent = client.submitAs({ priority: 1, ...terms }, reduce(roots(20, 2), "sum"));
      let turns = 0;
      for (; urgent.finish === undefined; turns++) turn();
      // About 42 tasks on two workers, and what had begun; behind the others it would be 200 turns.
      expect(turns).toBeLessThan(30);
      expect(slow.finish).toBeUndefined();
    },
  );

  test("what an urgent job shares with another becomes urgent", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    client.submit(roots(50));
    const shared = roots(4, 2);
    client.submitAs({ priority: -1 }, shared);
    const urgent = client.submitAs({ priority: 2 }, reduce(shared, "sum"));
    const worker = cluster.addWorker("a");
    for (let k = 0; k < 15; k++) runOne(worker);
    expect(urgent.finish).toBeDefined();
  });
});

describe("terms of a layer", () => {
  test("say where its tasks run, how often and how soon, and leave the others alone", () => {
    const cluster = new FakeCluster();
    const named = cluster.addWorker("b");
    const client = cluster.addClient();
    const first = roots(6);
    const last = elementwise("negative", first);
    const graph = graphBelow([last]);
    graph.updateEachNodeAttributes((name, layer) =>
      name === last.layer.name
        ? { ...layer, terms: { workers: ["b"], retries: 1, priority: 2 } }
        : layer,
    );
    const job = client.submitGraph(graph);
    // A source has no other try; its reader has one, and is more urgent than the other sources.
    runOne(named);
    failOne(named, "it is the reader");
    expect(job.error).toBeUndefined();
    cluster.addWorker("a");
    cluster.settle();
    client.checkOutputs(job);
    client.say({ type: "describeTasks", request: 1, status: "memory", layers: [last.layer.name] });
    const workers = new Array<string[]>(6).fill(["b"]);
    expect(client.other.at(-1)).toMatchObject({ workers });
  });

  test("of an invalid form are refused", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const graph = graphBelow([roots(1)]);
    graph.updateEachNodeAttributes((_, layer) => ({ ...layer, terms: { retries: 1e9 } }));
    client.submitGraph(graph);
    expect(cluster.state.graphs.size).toBe(0);
    expect(cluster.logged.at(-1)?.text).toContain("a layer of invalid terms");
  });
});

describe("resources", () => {
  test("tasks go only to workers that have what they take, and say so", () => {
    const cluster = new FakeCluster();
    const [plain, gpu] = [
      cluster.addWorker("a"),
      cluster.addWorker("b", { resources: { GPU: 2 } }),
    ];
    const client = cluster.addClient();
    const graph = client.submitAs({ resources: { GPU: 1 } }, reduce(roots(8), "sum"));
    expect(assigned(plain)).toBe(0);
    expect(assigned(gpu)).toBeGreaterThan(0);
    expect([...gpu.assigned.values()].map(({ resources }) => resources)).toContainEqual({ GPU: 1 });
    cluster.settle();
    client.checkOutputs(graph);
    expect(plain.tasksRun).toBe(0);
  });

  test("only as much is handed out as the resource lets run, and one to follow each", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("b", { threads: 8, resources: { GPU: 2 } });
    cluster.addClient().submitAs({ resources: { GPU: 1 } }, roots(50));
    expect(assigned(worker)).toBe(4);
  });

  test("tasks of several threads go to workers that have as many, few at once", () => {
    const cluster = new FakeCluster();
    const [narrow, wide] = [2, 8].map((threads) => cluster.addWorker(`w${threads}`, { threads }));
    cluster.addClient().submitAs({ resources: { threadsPerTask: 4 } }, roots(50));
    expect([assigned(narrow as FakeWorker), assigned(wide as FakeWorker)]).toEqual([0, 4]);
    expect([...cluster.state.workers.values()].map(({ aheadMs }) => aheadMs > 0)).toEqual([
      false,
      true,
    ]);
  });

  test("a share of threads or memory that no worker has is named as such", () => {
    const cluster = new FakeCluster();
    cluster.addWorker("a", { threads: 2, memoryLimitBytes: 1e6 });
    const client = cluster.addClient();
    const resources = { threadsPerTask: 4, memoryPerTask: 2 ** 21 };
    const hopeless = client.submitAs({ resources }, roots(4));
    cluster.tick(3_500);
    const waitingFor = "a worker with 4 threads and 2 MiB of memory";
    expect(hopeless.progress.at(-1)).toMatchObject({ waitingFor });
  });

  test("short tasks of others do not keep tasks that take a resource from their turn", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a", { threads: 2, resources: { GPU: 1 } });
    const flood = cluster.addClient();
    flood.submit(roots(4, 2));
    cluster.settle();
    flood.submit(roots(40, 2));
    cluster.addClient("other").submitAs({ resources: { GPU: 1 } }, roots(3));
    expect(assigned(worker)).toBe(5);
    const taken = [...worker.assigned.values()].filter(({ resources }) => resources !== null);
    expect(taken).toHaveLength(1);
  });

  test("a job that no worker suits waits, says so, and holds up no one", () => {
    const cluster = new FakeCluster();
    cluster.addWorker("a", { resources: { GPU: 1 } });
    const client = cluster.addClient();
    const hopeless = client.submitAs({ resources: { GPU: 4 } }, roots(4));
    const other = client.submit(roots(4, 2));
    cluster.settle();
    client.checkOutputs(other);
    cluster.tick(3_500);
    expect(hopeless.progress.at(-1)).toMatchObject({ waitingFor: "a worker with GPU=4" });
    expect(hopeless.progress.at(-1)?.waitingForWorkersMs).toBeGreaterThanOrEqual(3_000);
    expect(cluster.logged.at(-1)?.text).toContain("waits for a worker with GPU=4");
    cluster.addWorker("b", { resources: { GPU: 4 } });
    cluster.settle();
    client.checkOutputs(hopeless);
  });
});

describe("workers", () => {
  test("a job runs where it may", () => {
    const cluster = new FakeCluster();
    const [a, b, c] = ["a", "b", "c"].map((name) => cluster.addWorker(name));
    const client = cluster.addClient();
    const graph = client.submitAs({ workers: ["b", "c"] }, reduce(roots(20), "sum"));
    cluster.settle();
    client.checkOutputs(graph);
    expect(a?.tasksRun).toBe(0);
    expect([b?.tasksRun, c?.tasksRun].every((count) => (count ?? 0) > 3)).toBe(true);
  });

  test("a worker that was restarted stands in for those before it", () => {
    const cluster = new FakeCluster();
    const a = cluster.addWorker("a");
    cluster.addWorker("ab-2");
    const client = cluster.addClient();
    const first = client.submitAs({ workers: ["a"] }, roots(4));
    const third = cluster.addWorker("a-3", { inPlaceOf: "a" });
    cluster.kill(a);
    const [second, fourth] = ["a-2", "a-4"].map((name) =>
      client.submitAs({ workers: [name] }, roots(3, Number(name.at(-1)))),
    );
    cluster.settle();
    client.checkOutputs(first);
    if (second) client.checkOutputs(second);
    expect(third.tasksRun).toBe(7);
    expect(fourth?.ready.size).toBe(0);
  });

  test("others will do where they are allowed, until one that was named is there", () => {
    const cluster = new FakeCluster();
    const a = cluster.addWorker("a");
    const client = cluster.addClient();
    client.submitAs({ workers: ["z"] }, roots(4));
    const loose = client.submitAs({ workers: ["z"], allowOtherWorkers: true }, roots(40, 2));
    for (let k = 0; k < 4; k++) runOne(a);
    expect(loose.ready.size).toBe(4);
    const z = cluster.addWorker("z");
    cluster.settle();
    client.checkOutputs(loose);
    expect(a.tasksRun).toBeLessThanOrEqual(6);
    expect(z.tasksRun).toBeGreaterThanOrEqual(38);
  });

  test("a graph that asks for nothing frees what it shares", () => {
    const cluster = new FakeCluster();
    cluster.addWorker("a");
    const client = cluster.addClient();
    const sum = reduce(roots(8), "sum");
    const hopeless = client.submitAs({ workers: ["no one"] }, sum);
    const free = client.submit(sum);
    cluster.settle();
    client.checkOutputs(free);
    client.checkOutputs(hopeless);
  });
});

describe("limits", () => {
  test("a job has no more tasks running than cores", () => {
    const cluster = new FakeCluster();
    for (const name of ["a", "b", "c"]) cluster.addWorker(name, { threads: 2 });
    const client = cluster.addClient();
    const x = roots(60);
    const graph = client.submitAs({ coresMax: 2 }, reduce(elementwise("negative", x), "sum"));
    expect(settleAndCount(cluster)).toBe(2);
    client.checkOutputs(graph);
  });

  test("memory per worker bounds what a job makes there, and others have the rest", () => {
    const cluster = new FakeCluster();
    const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
    const client = cluster.addClient();
    const limited = client.submitAs({ memoryPerWorkerBytes: 8_000 * 3 }, roots(100, 1, 1000));
    const other = client.submit(roots(10, 2, 1000));
    let most = 0;
    for (let isBusy = true; isBusy; ) {
      isBusy = runOne(a);
      isBusy = runOne(b) || isBusy;
      for (const job of cluster.state.jobs) {
        if (job.running === 0) continue;
        for (const { bytes } of job.shares.values()) {
          if (limited.ready.size < 6) most = Math.max(most, bytes);
        }
      }
    }
    // No one takes the results away: when no worker has room for more, one by one goes on.
    expect(most).toBeLessThanOrEqual(8_000 * 3);
    client.checkOutputs(other);
    client.checkOutputs(limited);
  });

  test("memory per worker bounds tasks with inputs, too, but not those that free some", () => {
    const cluster = new FakeCluster();
    const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
    const client = cluster.addClient();
    const base = roots(40, 3, 1000);
    client.submit(base);
    cluster.settle();
    const limit = 8_000 * 3;
    const grows = client.submitAs({ memoryPerWorkerBytes: limit }, elementwise("negative", base));
    const job = [...cluster.state.jobs][0] as JobRecord;
    const heldBytes = () => Math.max(...[...job.shares.values()].map(({ bytes }) => bytes));
    while (grows.ready.size < 4) {
      if (!runOne(a) && !runOne(b)) throw new Error("nothing runs");
      expect(heldBytes()).toBeLessThanOrEqual(limit);
    }
    cluster.settle();
    client.checkOutputs(grows);
    // Sums that free what they read fit into no limit at all, and yet run side by side.
    const chain = elementwise("negative", elementwise("negative", roots(40, 4, 1000)));
    const frees = client.submitAs({ memoryPerWorkerBytes: 8_000 * 4 }, reduce(chain, "sum"));
    const freeing = [...cluster.state.jobs].at(-1) as JobRecord;
    let mostBytes = 0;
    let mostRunning = 0;
    while (runOne(a) || runOne(b)) {
      mostRunning = Math.max(mostRunning, freeing.running);
      for (const { bytes } of freeing.shares.values()) mostBytes = Math.max(mostBytes, bytes);
    }
    expect(mostBytes).toBeLessThanOrEqual(8_000 * 4);
    expect(mostRunning).toBeGreaterThan(1);
    client.checkOutputs(frees);
  });

  test("what a released job had running counts for no one any more", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a");
    const client = cluster.addClient();
    const first = client.submitAs({ coresMax: 1 }, roots(4));
    expect(assigned(worker)).toBe(1);
    client.release(first);
    expect(assigned(worker)).toBe(0);
    expect(cluster.state.jobs.size).toBe(0);
    const record = [...cluster.state.workers.values()][0];
    expect([record?.reservedBytes, record?.aheadMs, record?.processing.count]).toEqual([0, 0, 0]);
  });
});

describe("retries", () => {
  test("a task that fails is tried again as often as was asked for", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a");
    const client = cluster.addClient();
    const graph = client.submitAs({ retries: 2 }, roots(1));
    failOne(worker, "once");
    failOne(worker, "twice");
    expect(graph.error).toBeUndefined();
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("the last failure is the job's", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a");
    const graph = cluster.addClient().submitAs({ retries: 1 }, roots(1));
    failOne(worker, "once");
    failOne(worker, "twice");
    expect(graph.error).toMatchObject({ code: "task.failed", message: "twice" });
  });
});

describe("resources of layers", () => {
  /** A source, a layer above it that takes a GPU, and their sum. */
  function marked(count: number, seed = 1) {
    const top = reduce(elementwise("negative", roots(count, seed)), "sum");
    const graph = graphBelow([top]);
    graph.updateEachNodeAttributes((name, layer) =>
      wordOf(name as LayerName) === "negative" ? { ...layer, resources: { GPU: 1 } } : layer,
    );
    return { graph, top };
  }
  const taken = (worker: FakeWorker) => {
    worker.receiveAll();
    return [...worker.assigned.values()].map(({ resources }) => resources ?? null);
  };

  test("are what its tasks alone take, on workers that have them", () => {
    const cluster = new FakeCluster();
    const plain = cluster.addWorker("a");
    const gpu = cluster.addWorker("b", { resources: { GPU: 2 } });
    const client = cluster.addClient();
    const graph = client.submitGraph(marked(8).graph);
    const seen = new Map<FakeWorker, (object | null)[]>([
      [plain, []],
      [gpu, []],
    ]);
    for (let isBusy = true; isBusy; ) {
      for (const [worker, all] of seen) all.push(...taken(worker));
      isBusy = [plain, gpu].map(runOne).includes(true);
    }
    client.checkOutputs(graph);
    // Roots went to both; of what reads them, nothing went where no GPU is.
    expect(plain.tasksRun).toBeGreaterThan(0);
    expect(new Set(seen.get(plain))).toEqual(new Set([null]));
    expect(seen.get(gpu)).toContainEqual({ GPU: 1 });
    expect(seen.get(gpu)).toContainEqual(null);
  });

  test("hold its tasks back, and say what for, until there is such a worker", () => {
    const cluster = new FakeCluster();
    const plain = cluster.addWorker("a");
    const client = cluster.addClient();
    const graph = client.submitGraph(marked(4).graph);
    while (runOne(plain));
    expect(plain.tasksRun).toBe(4);
    cluster.tick(10_000);
    expect(graph.progress.at(-1)?.waitingFor).toBe("a worker with GPU=1");
    cluster.addWorker("b", { resources: { GPU: 1 } });
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("come on top of what the whole job takes, the larger amount of each", () => {
    const cluster = new FakeCluster();
    const worker = cluster.addWorker("a", { threads: 4, resources: { GPU: 4, disk: 1 } });
    const { graph } = marked(2);
    graph.updateEachNodeAttributes((_, layer) =>
      layer.resources === undefined ? layer : { ...layer, resources: { GPU: 2 } },
    );
    const client = cluster.addClient();
    const job = client.submitGraph(graph, { resources: { GPU: 1, disk: 1 } });
    const seen: (object | null)[] = [];
    do seen.push(...taken(worker));
    while (runOne(worker));
    expect(seen).toContainEqual({ GPU: 2, disk: 1 });
    expect(seen).toContainEqual({ GPU: 1, disk: 1 });
    client.checkOutputs(job);
  });

  test("leave the job's limits what they are: those of all its tasks together", () => {
    const cluster = new FakeCluster();
    for (const name of ["a", "b", "c"]) cluster.addWorker(name, { resources: { GPU: 1 } });
    const client = cluster.addClient();
    const job = client.submitGraph(marked(12).graph, { coresMax: 2 });
    expect(settleAndCount(cluster)).toBe(2);
    client.checkOutputs(job);
  });

  test("do not hold for another graph that shares the layer and does not ask for them", () => {
    const cluster = new FakeCluster();
    cluster.addWorker("a");
    const client = cluster.addClient();
    const { graph, top } = marked(4);
    const hopeless = client.submitGraph(graph);
    const plain = client.submit(top);
    cluster.settle();
    client.checkOutputs(plain);
    client.checkOutputs(hopeless);
  });

  test("are forgotten with the last graph that asks for them", () => {
    const cluster = new FakeCluster();
    const client = cluster.addClient();
    const graphs = [client.submitGraph(marked(4).graph), client.submitGraph(marked(4, 2).graph)];
    expect(cluster.state.jobs.size).toBe(1);
    for (const graph of graphs) client.release(graph);
    expect(cluster.state.jobs.size).toBe(0);
  });

  test("that are no amounts are refused", () => {
    const cluster = new FakeCluster();
    const { graph } = marked(4);
    graph.updateEachNodeAttributes((_, layer) => ({ ...layer, resources: { GPU: -1 } }));
    cluster.addClient().submitGraph(graph);
    expect(cluster.logged.map(({ text }) => text).join()).toContain("invalid resources");
  });
});
