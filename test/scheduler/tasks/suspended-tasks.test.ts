// Tasks that wait for what others compute: they take no thread in the scheduler's accounts, so that
// others are handed out in their place. Each step ends with the invariants.
import { expect, test } from "vitest";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { decideSuspects } from "../../../src/scheduler/policy/suspects.js";
import { blocks, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";
import type { Assignment, FakeWorker } from "../fake-worker.js";

function roots(count: number): LayerNode {
  return source([blocks(count, 100)], { type: "uniform", seed: 1, low: 0, high: 1 });
}

function start() {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("a", { threads: 1 });
  return { cluster, client: cluster.addClient(), worker };
}

function say(
  worker: FakeWorker,
  type: "tasksSuspended" | "tasksResumed",
  of: readonly Assignment[],
) {
  const tasks = of.map(({ task }) => task);
  worker.say({ type, tasks, attempts: of.map(({ attempt }) => attempt) });
  worker.receiveAll();
}

function assigned(worker: FakeWorker): Assignment[] {
  worker.receiveAll();
  return [...worker.assigned.values()];
}

test("others are handed out in place of tasks that wait", () => {
  const { cluster, client, worker } = start();
  client.submit(roots(20));
  const first = assigned(worker);
  const before = first.length;
  say(worker, "tasksSuspended", first);
  expect(assigned(worker).length).toBe(2 * before);
  say(worker, "tasksSuspended", assigned(worker));
  expect(assigned(worker).length).toBe(3 * before);
  const record = [...cluster.state.workers.values()][0];
  expect(record?.suspended.size).toBe(2 * before);
  say(worker, "tasksResumed", first);
  expect(record?.suspended.size).toBe(before);
  cluster.settle();
  expect(record?.suspended.size).toBe(0);
});

test("who waits is not blamed for its worker's death, who goes on is", () => {
  const { cluster, client, worker } = start();
  client.submit(roots(6));
  const [first, second] = assigned(worker) as [Assignment, Assignment];
  const record = [...cluster.state.workers.values()][0];
  if (record === undefined) throw new Error("no worker");
  const blamed = () => decideSuspects(cluster.state.tasks, record).length;
  expect(blamed()).toBe(1);
  say(worker, "tasksSuspended", [first, second]);
  const slots = decideSuspects(cluster.state.tasks, record).map((slot) =>
    cluster.state.tasks.idOf(slot),
  );
  expect(slots).not.toContain(first.task);
  say(worker, "tasksResumed", [first]);
  const then = decideSuspects(cluster.state.tasks, record).map((slot) =>
    cluster.state.tasks.idOf(slot),
  );
  expect(then).toContain(first.task);
  cluster.kill(worker);
  cluster.addWorker("b", { threads: 1 });
  cluster.settle();
});

test("a word about another run changes nothing", () => {
  const { cluster, client, worker } = start();
  client.submit(roots(4));
  const [first] = assigned(worker) as [Assignment];
  say(worker, "tasksSuspended", [{ ...first, attempt: first.attempt + 1 }]);
  say(worker, "tasksResumed", [first]);
  say(worker, "tasksSuspended", [{ ...first, task: 12_345 }]);
  expect([...cluster.state.workers.values()][0]?.suspended.size).toBe(0);
  cluster.settle();
});
