// Workers that reach the scheduler and not each other: tasks go where their inputs can be had, or
// these are computed again; and it is said in the log.
import { expect, test } from "vitest";
import { blocks, elementwise, reduce, source, transpose } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

const onA = source([blocks(1, 10)]);
const onB = elementwise(
  "abs",
  source([blocks(1, 10)], { type: "uniform", seed: 2, low: 0, high: 1 }),
);

/** Two workers that each hold one value, and of which the first cannot fetch from the second. */
function start() {
  const cluster = new FakeCluster();
  const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
  const client = cluster.addClient();
  cluster.settle();
  a.outOfReach.add(b.id);
  client.submitAs({ workers: ["a"] }, onA);
  client.submitAs({ workers: ["b"] }, onB);
  const warnings = () => cluster.logged.map(({ text }) => text).join("\n");
  return { cluster, client, a, b, warnings };
}

test("a task whose worker cannot fetch an input goes to one that can", () => {
  const { cluster, client, a, b, warnings } = start();
  cluster.settle();
  const graph = client.submitAs({ workers: ["a", "b"] }, elementwise("add", onA, onB));
  cluster.settle();
  client.checkOutputs(graph);
  expect(warnings()).toMatch(/worker a cannot fetch from worker b at .*--contact-address/);
  // The firewall lets b fetch from a: nothing is computed twice.
  const place = graph.ready.get("0:0");
  expect(place?.worker).toBe(b.id);
  expect(a.tasksRun + b.tasksRun).toBe(4);
});

test("of two that do not reach each other one goes on alone, until a minute has passed", () => {
  const cluster = new FakeCluster();
  const [a, b] = [cluster.addWorker("a"), cluster.addWorker("b")];
  const client = cluster.addClient();
  cluster.settle();
  a.outOfReach.add(b.id);
  b.outOfReach.add(a.id);
  const square = source([blocks(4, 10), blocks(4, 10)]);
  const graph = client.submit(reduce(elementwise("add", square, transpose(square)), "mean"));
  cluster.settle();
  client.checkOutputs(graph);
  const [goesOn, waits] = cluster.state.workersByName.get("a")?.cutOff ? [b, a] : [a, b];
  const later = client.submit(source([blocks(8, 10), blocks(1, 7)]));
  cluster.settle();
  client.checkOutputs(later);
  expect(new Set([...later.ready.values()].map(({ worker }) => worker))).toEqual(
    new Set([goesOn.id]),
  );
  for (let k = 0; k < 61; k++) {
    for (const worker of [a, b]) worker.beat();
    cluster.tick(1000);
  }
  const said = cluster.logged.map(({ text }) => text).join("\n");
  const name = waits === a ? "a" : "b";
  expect(said).toMatch(`worker ${name} gets no tasks for 60 s: worker`);
  expect(said).toMatch(`worker ${name} gets tasks again`);
});

test("a task that may run only where its input cannot come fails, and says so", () => {
  const { cluster, client, a, b } = start();
  b.outOfReach.add(a.id);
  cluster.settle();
  const both = client.submitAs({ workers: ["a", "b"] }, elementwise("add", onA, onB));
  cluster.settle();
  expect(both.error).toMatchObject({ code: "task.unreachable" });
  expect(both.error?.message).toMatch(
    /may run on worker a, which cannot fetch its inputs from worker b, and they/,
  );
});
