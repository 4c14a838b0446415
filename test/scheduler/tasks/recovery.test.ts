// Workers that die, hang, leave and come back; results that are lost; tasks that fail.
import { describe, expect, test } from "vitest";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { fromWireError } from "../../../src/protocol/values/wire-error.js";
import { blocks, elementwise, reduce, source, transpose } from "../../graph/example-layers.js";
import { type FakeClient, FakeCluster, type FakeGraph } from "../fake-cluster.js";
import type { FakeWorker } from "../fake-worker.js";

const x = source([blocks(4, 10), blocks(4, 10)]);
const sum = elementwise("add", x, transpose(x));
const mean = reduce(sum, "mean");

function start(options = {}): {
  cluster: FakeCluster;
  client: FakeClient;
  a: FakeWorker;
  b: FakeWorker;
} {
  const cluster = new FakeCluster(options);
  const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
  return { cluster, client: cluster.addClient(), a, b };
}

/** Lets both workers run `count` tasks each. */
function runSome(cluster: FakeCluster, count: number): void {
  for (let k = 0; k < count; k++) {
    for (const worker of cluster.workers.values()) {
      worker.receiveAll();
      worker.runNext();
    }
  }
}

describe("a worker that is lost", () => {
  test.each([0, 1, 5, 10, 20, 30])("after %i tasks: the rest is made again", (count) => {
    const { cluster, client, a } = start();
    const graph = client.submit(mean);
    runSome(cluster, count);
    cluster.kill(a);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("takes outputs of finished graphs along: they are made again and reported again", () => {
    const { cluster, client, a } = start();
    const graph = client.submit(sum);
    cluster.settle();
    expect(graph.finish).toBeDefined();
    cluster.kill(a);
    expect(graph.ready.size).toBeLessThan(16);
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("leaves results that others copied: they are reported where they are", () => {
    const { cluster, client, a, b } = start();
    const graph = client.submit(source([blocks(1, 10)]));
    cluster.settle();
    const [task = -1] = a.store.keys();
    const [holder, other] = task >= 0 ? [a, b] : [b, a];
    const [id = -1] = holder.store.keys();
    other.store.set(id, 80);
    other.say({ type: "replicasAdded", tasks: [id], bytes: [80], transferMs: 1 });
    const ran = a.tasksRun + b.tasksRun;
    cluster.kill(holder);
    client.checkOutputs(graph);
    expect(a.tasksRun + b.tasksRun).toBe(ran);
  });

  test("is noticed by its silence", () => {
    const { cluster, client, a, b } = start({ workerTimeoutMs: 5000 });
    const graph = client.submit(mean);
    a.receiveAll();
    const vitals = { managedBytes: 0, peakManagedBytes: 0, processBytes: 0, peakProcessBytes: 0 };
    for (let k = 0; k < 6; k++) {
      const disk = { spilledBytes: 0, spilledBytesTotal: 0 };
      b.say({ type: "workerHeartbeat", ...vitals, ...disk, executing: 0 });
      cluster.tick(1000);
    }
    expect([...cluster.state.workersByName.keys()]).toEqual(["b"]);
    a.isAlive = false;
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("only for a while keeps what it holds, and others get its tasks", () => {
    const { cluster, client, a, b } = start({ workerSilenceMs: 2000, workerTimeoutMs: 60_000 });
    const kept = client.submit(source([blocks(4, 10)]));
    cluster.settle();
    const held = [...a.store.keys()];
    const graph = client.submit(mean);
    a.receiveAll();
    a.runNext();
    expect(a.assigned.size).toBeGreaterThan(0);
    for (let k = 0; k < 4; k++) {
      b.beat();
      cluster.tick(1000);
    }
    expect(cluster.state.workersByName.get("a")).toMatchObject({ processing: { count: 0 } });
    // All that does not need what only the silent one has is run meanwhile.
    b.receiveAll();
    while (b.runNext()) b.receiveAll();
    a.beat();
    cluster.settle();
    client.checkOutputs(graph);
    expect(cluster.state.workers.size).toBe(2);
    for (const task of held) expect(a.store.has(task)).toBe(true);
    expect(kept.ready.size).toBe(4);
    expect(cluster.logged.map(({ text }) => text).join()).toMatch(
      /a has been silent for 2 s: others get its tasks.*a speaks again/s,
    );
  });

  test("only for a while is not asked for what others hold, too", () => {
    const { cluster, client, a, b } = start({ workerSilenceMs: 2000, workerTimeoutMs: 60_000 });
    const all = source([blocks(12, 10)]);
    client.submit(all);
    cluster.settle();
    const c = cluster.addWorker("c");
    const held = [...a.store.keys()];
    expect(held.length).toBeGreaterThan(2);
    for (const task of held) b.store.set(task, 80);
    b.say({ type: "replicasAdded", tasks: held, bytes: held.map(() => 80), transferMs: 1 });
    for (let k = 0; k < 4; k++) {
      for (const worker of [b, c]) worker.beat();
      cluster.tick(1000);
    }
    const graph = client.submit(elementwise("add", all, all));
    const asked = c.inbox.flatMap((message) =>
      message.type === "computeTasks" ? message.operandWorkers : [],
    );
    expect(new Set(asked)).toEqual(new Set([b.id]));
    for (let k = 0; k < 20; k++) {
      for (const worker of [b, c]) {
        worker.receiveAll();
        worker.runNext();
      }
    }
    client.checkOutputs(graph);
  });

  test("only for a while: who waits for a value that others hold, too, gets it from these", () => {
    const cluster = new FakeCluster({ workerSilenceMs: 2000, workerTimeoutMs: 60_000 });
    const a = cluster.addWorker("a");
    const client = cluster.addClient();
    const all = source([blocks(24, 10)]);
    client.submit(all);
    cluster.settle();
    const [b, c] = [cluster.addWorker("b"), cluster.addWorker("c")];
    client.submit(elementwise("add", all, all));
    const asked = () =>
      c.inbox.flatMap((message) => (message.type === "computeTasks" ? message.operandWorkers : []));
    expect(new Set(asked())).toEqual(new Set([a.id]));
    c.inbox.length = 0;
    const held = [...a.store.keys()];
    b.say({ type: "replicasAdded", tasks: held, bytes: held.map(() => 80), transferMs: 1 });
    for (let k = 0; k < 4; k++) {
      for (const worker of [b, c]) worker.beat();
      cluster.tick(1000);
    }
    const said = c.inbox.map(({ type }) => type);
    expect(said).toContain("workerSilent");
    expect(said.indexOf("freeTasks")).toBeLessThan(said.lastIndexOf("computeTasks"));
    expect(new Set(asked())).toEqual(new Set([b.id]));
  });

  test("is left its tasks while all are silent", () => {
    const { cluster, client, a, b } = start({ workerSilenceMs: 2000, workerTimeoutMs: 60_000 });
    const graph = client.submit(mean);
    const running = () => cluster.state.workersByName.get("a")?.processing.count;
    const before = running();
    expect(before).toBeGreaterThan(0);
    for (let k = 0; k < 4; k++) cluster.tick(1000);
    expect(running()).toBe(before);
    for (const worker of [a, b]) worker.beat();
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("is not when the scheduler itself was away", () => {
    const { cluster } = start({ workerTimeoutMs: 5000 });
    cluster.tick(1000);
    cluster.tick(60_000);
    expect(cluster.state.workers.size).toBe(2);
    // From then on silence counts as ever.
    for (let k = 0; k < 6; k++) cluster.tick(1000);
    expect(cluster.state.workers.size).toBe(0);
  });

  test("and goes on talking is asked to register again, and nothing of what it says enters", () => {
    const { cluster, client, a } = start();
    const graph = client.submit(source([blocks(2, 10)]));
    a.receiveAll();
    client.say({ type: "reportWorkerExit", name: "a", reason: "it seemed dead" });
    a.inbox.length = 0;
    const run = a.next();
    expect(run).toBeDefined();
    a.runNext();
    expect(graph.ready.size).toBe(0);
    expect(a.inbox).toEqual([
      { type: "registerAgain", reason: expect.stringContaining("considered this worker lost") },
    ]);
    a.receiveAll();
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("and registers again is a new worker", () => {
    const { cluster, client, a, b } = start();
    const graph = client.submit(mean);
    runSome(cluster, 4);
    cluster.workers.delete(a.peer);
    const again = cluster.addWorker("a");
    expect(again.peer).toBe(a.peer);
    expect(again.id).not.toBe(a.id);
    cluster.settle();
    client.checkOutputs(graph);
    expect(b.tasksRun + again.tasksRun).toBeGreaterThan(0);
  });

  test("was the last one: the graph waits for the next", () => {
    const { cluster, client, a, b } = start();
    const graph = client.submit(mean);
    runSome(cluster, 6);
    cluster.kill(a);
    cluster.kill(b);
    expect(cluster.state.queue.size).toBe(16);
    cluster.addWorker("c");
    cluster.settle();
    client.checkOutputs(graph);
  });

  test("and took leave is not held against its tasks", () => {
    const { cluster, client } = start({ allowedFailures: 0 });
    const graph = client.submit(mean);
    cluster.happen({ type: "closeWorker", from: "peer-a", reason: "asked to" });
    cluster.workers.delete("peer-a");
    cluster.settle();
    client.checkOutputs(graph);
  });
});

describe("a task whose workers die", () => {
  const deadly = source([blocks(1, 10)]);

  /** Workers die one by one, each while it executes the task that comes first. */
  function killWorkers(cluster: FakeCluster, client: FakeClient, times: number): void {
    for (let k = 0; k < times; k++) {
      const worker = cluster.addWorker(`victim-${k}`);
      client.say({ type: "reportWorkerExit", name: worker.name, reason: "killed by SIGSEGV" });
      worker.isAlive = false;
    }
  }

  test("is forgiven as often as allowed, then its graph fails with the facts", () => {
    const cluster = new FakeCluster({ allowedFailures: 3 });
    const client = cluster.addClient();
    const graph = client.submit(deadly);
    killWorkers(cluster, client, 3);
    expect(graph.error).toBeUndefined();
    killWorkers(cluster, client, 1);
    expect(graph.error).toMatchObject({
      code: "task.workerDied",
      data: { worker: "victim-0", details: { deaths: 4, reason: "killed by SIGSEGV" } },
    });
    expect(graph.error?.message).toMatch(/^4 workers died while they executed random-\w{7}\(0\)/);
    expect(cluster.state.tasks.count).toBe(0);
  });

  test("is forgiven as often as its job allows, where that says so", () => {
    const cluster = new FakeCluster({ allowedFailures: 3 });
    const client = cluster.addClient();
    const graph = client.submitAs({ allowedFailures: 0 }, deadly);
    killWorkers(cluster, client, 1);
    expect(graph.error).toMatchObject({
      code: "task.workerDied",
      data: { details: { deaths: 1 } },
    });
    expect(graph.error?.message).toContain("More than 0 are not allowed");
  });

  test("is forgiven as often as the most patient of its jobs allows", () => {
    const cluster = new FakeCluster({ allowedFailures: 1 });
    const client = cluster.addClient();
    const graphs = [
      client.submitAs({ allowedFailures: 0 }, deadly),
      client.submitAs({ allowedFailures: 2 }, deadly),
    ];
    killWorkers(cluster, client, 2);
    expect(graphs.map(({ error }) => error)).toEqual([undefined, undefined]);
    killWorkers(cluster, client, 1);
    for (const { error } of graphs) expect(error).toMatchObject({ code: "task.workerDied" });
  });

  test("is alone in being blamed: what waited behind it goes on", () => {
    const cluster = new FakeCluster({ allowedFailures: 0 });
    const client = cluster.addClient();
    const other = cluster.addClient("other");
    const doomed = client.submit(deadly);
    const innocent = other.submit(source([blocks(6, 20)]));
    killWorkers(cluster, client, 1);
    expect(doomed.error?.code).toBe("task.workerDied");
    cluster.addWorker("survivor");
    cluster.settle();
    other.checkOutputs(innocent);
  });
});

describe("the word of a task whose worker died", () => {
  const beat = (managedBytes: number) =>
    ({
      type: "workerHeartbeat",
      managedBytes,
      peakManagedBytes: managedBytes,
      processBytes: 2 * managedBytes,
      peakProcessBytes: 2 * managedBytes,
      spilledBytes: 0,
      spilledBytesTotal: 0,
      executing: 1,
    }) as const;

  /**
   * A worker dies while it executes the sum of one block; its supervisor says so a moment later.
   */
  function dieAtReduction(cluster: FakeCluster): { graph: FakeGraph; client: FakeClient } {
    const client = cluster.addClient();
    const worker = cluster.addWorker("victim", { memoryLimitBytes: 1e9 });
    const graph = client.submit(reduce(source([blocks(1, 10)]), "sum"));
    worker.receiveAll();
    worker.runNext();
    worker.receiveAll();
    worker.say(beat(1e6));
    cluster.nowMs += 500;
    worker.say(beat(9e8));
    cluster.nowMs += 20;
    cluster.kill(worker);
    return { graph, client };
  }

  test("waits for its supervisor's, and tells signal, memory and inputs", () => {
    const { graph, client } = dieAtReduction(new FakeCluster({ allowedFailures: 0 }));
    expect(graph.error).toBeUndefined();
    const reason = "killed by SIGKILL";
    const exit = { exitCode: null, signal: "SIGKILL" };
    client.say({ type: "reportWorkerExit", name: "victim", reason, ...exit });
    expect(graph.error?.message).toContain("because: killed by SIGKILL");
    expect(graph.error?.data).toMatchObject({
      key: expect.stringMatching(/^sum-partial-\w{7}\(0\)$/),
      worker: "victim",
      details: {
        ...exit,
        reason,
        deaths: 1,
        memoryLimitBytes: 1e9,
        memoryCurve: [
          { msBefore: 520, managedBytes: 1e6, processBytes: 2e6 },
          { msBefore: 20, managedBytes: 9e8, processBytes: 18e8 },
        ],
        inputs: [{ key: expect.stringMatching(/^random-\w{7}\(0\)$/), bytes: 80 }],
      },
    });
  });

  test("comes without it when no supervisor says anything", () => {
    const cluster = new FakeCluster({ allowedFailures: 0 });
    const { graph } = dieAtReduction(cluster);
    cluster.tick(400);
    expect(graph.error).toBeUndefined();
    cluster.tick(200);
    expect(graph.error).toMatchObject({
      code: "task.workerDied",
      data: { details: { reason: "connection reset", signal: null } },
    });
  });

  test("waits for it where outputs fail one by one, too", () => {
    const cluster = new FakeCluster({ allowedFailures: 0 });
    const client = cluster.addClient();
    const words: string[] = [];
    cluster.onSend = (_to, message) => {
      if (message.type === "outputsErred") words.push(message.error.message);
    };
    const graph = graphBelow([source([blocks(1, 10)])]);
    client.submitMessage({
      type: "submitGraph",
      graph: "calls",
      layers: layersOf(graph),
      outputs: outputsOf(graph),
      reportOutputs: true,
      areOutputsIndependent: true,
    });
    cluster.kill(cluster.addWorker("victim"));
    expect(words).toEqual([]);
    client.say({ type: "reportWorkerExit", name: "victim", reason: "killed by SIGSEGV" });
    expect(words).toHaveLength(1);
    expect(words[0]).toContain("because: killed by SIGSEGV");
  });

  test("waits for longer where supervisors have explained other deaths", () => {
    const cluster = new FakeCluster({ allowedFailures: 1 });
    const client = cluster.addClient();
    const graph = client.submit(reduce(source([blocks(1, 10)]), "sum"));
    for (const name of ["first", "second"]) {
      const worker = cluster.addWorker(name);
      cluster.kill(worker);
      if (name === "first") client.say({ type: "reportWorkerExit", name, reason: "exit code 3" });
    }
    cluster.tick(3_000);
    expect(graph.error).toBeUndefined();
    client.say({ type: "reportWorkerExit", name: "second", reason: "killed by SIGSEGV" });
    expect(graph.error?.message).toContain("because: killed by SIGSEGV");
  });

  test("does not come when the graph was released meanwhile", () => {
    const cluster = new FakeCluster({ allowedFailures: 0 });
    const { graph, client } = dieAtReduction(cluster);
    client.release(graph);
    cluster.tick(1000);
    expect(graph.error).toBeUndefined();
  });
});

describe("a task that throws", () => {
  test("fails the graphs that need it with the user's error, and no others", () => {
    const { cluster, client, a } = start();
    const other = cluster.addClient("other");
    const failing = client.submit(mean);
    const fine = other.submit(reduce(source([blocks(8, 10)]), "sum"));
    a.receiveAll();
    a.failNext("radius must be positive");
    const error = fromWireError(failing.error ?? { name: "", message: "" });
    expect(error).toMatchObject({
      name: "TaskError",
      code: "task.failed",
      message: "radius must be positive",
      data: { key: expect.stringMatching(/^random-\w{7}\(\d, \d\)$/), worker: "a" },
    });
    expect(failing.error?.data).toMatchObject({
      remoteStack: expect.stringContaining("user.mjs:3"),
    });
    expect((error.cause as Error).name).toBe("RangeError");
    cluster.settle();
    other.checkOutputs(fine);
    expect(fine.error).toBeUndefined();
  });

  test("does not fail a graph that has its result already, and gets another chance", () => {
    const { cluster, client } = start();
    const other = cluster.addClient("other");
    const done = client.submit(mean);
    cluster.settle();
    // x is known, released, and is to be made once more for another graph.
    const failing = other.submit(x);
    const [worker] = [...cluster.workers.values()].filter((one) => {
      one.receiveAll();
      return one.next() !== undefined;
    });
    worker?.failNext("once");
    expect(failing.error?.message).toBe("once");
    expect(done.error).toBeUndefined();
    const again = other.submit(x);
    cluster.settle();
    other.checkOutputs(again);
    client.checkOutputs(done);
  });

  test("for want of memory says so", () => {
    const { client, a } = start();
    const graph = client.submit(x);
    a.receiveAll();
    const { task = -1, attempt = -1 } = a.next() ?? {};
    const error = { name: "TaskError", code: "task.memory", message: "needs 9 GB" };
    a.say({ type: "taskErred", task, attempt, error });
    expect(graph.error).toMatchObject({ code: "task.memory", message: "needs 9 GB" });
  });
});

describe("inputs that are not to be obtained", () => {
  test("are made again, and the tasks that need them decided again", () => {
    const { client, a, b } = start();
    const graph = client.submit(mean);
    let hasMissed = false;
    for (let rounds = 0; rounds < 200; rounds++) {
      for (const worker of [a, b]) {
        worker.receiveAll();
        const next = worker.next();
        const remote = next?.operands.find((operand) => operand.worker >= 0);
        if (next === undefined) continue;
        if (remote !== undefined && !hasMissed) {
          hasMissed = true;
          const holder = worker === a ? b : a;
          holder.store.delete(remote.task);
        }
        worker.run(next);
      }
    }
    expect(hasMissed).toBe(true);
    client.checkOutputs(graph);
    expect(graph.finish?.tasksRun).toBeGreaterThan(69);
  });
});

describe("stale words", () => {
  test("about a run that was taken back change nothing and leave nothing on the worker", () => {
    const { cluster, client, a } = start();
    const first = client.submit(x);
    a.receiveAll();
    const stale = a.next();
    client.release(first);
    const second = client.submit(x);
    cluster.settle();
    client.checkOutputs(second);
    const { task = -1, attempt = -1 } = stale ?? {};
    a.store.set(task, 800);
    a.say({
      type: "tasksFinished",
      tasks: [task],
      attempts: [attempt],
      bytes: [800],
      durationsMs: [1],
    });
    a.receiveAll();
    expect(a.store.has(task)).toBe(false);
    client.checkOutputs(second);
  });

  test("said twice count once", () => {
    const { cluster, client, a } = start();
    const graph = client.submit(x);
    a.receiveAll();
    const { task = -1, attempt = -1 } = a.next() ?? {};
    a.runNext();
    for (let k = 0; k < 2; k++) {
      a.say({
        type: "tasksFinished",
        tasks: [task],
        attempts: [attempt],
        bytes: [800],
        durationsMs: [1],
      });
    }
    cluster.settle();
    client.checkOutputs(graph);
    expect(graph.finish?.tasksRun).toBe(16);
  });
});
