// The end of an idle scheduler, and of jobs that no worker may run for too long.
import { expect, test } from "vitest";
import { blocks, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

const graphOf = () => reduce(source([blocks(8, 10)]), "sum");

test("a scheduler ends with its workers after its idle timeout, which each job begins again", () => {
  const cluster = new FakeCluster({ idleTimeoutMs: 1_000, workerTimeoutMs: 1e9 });
  const words: string[] = [];
  cluster.onSend = (_to, message) => {
    if (message.type === "shutdownWorker") words.push(message.reason);
  };
  cluster.addWorker("w");
  cluster.tick(900);
  const client = cluster.addClient();
  const graph = client.submit(graphOf());
  cluster.tick(5_000);
  expect(cluster.stopped).toBe(false);
  cluster.settle();
  client.say({ type: "releaseGraph", graph: graph.id });
  cluster.tick(100);
  cluster.tick(800);
  expect(cluster.stopped).toBe(false);
  cluster.tick(300);
  expect(cluster.stopped).toBe(true);
  expect(words).toEqual(["its scheduler was idle for too long"]);
});

test("a job that came and went between two ticks counts as work", () => {
  const cluster = new FakeCluster({ idleTimeoutMs: 1_000, workerTimeoutMs: 1e9 });
  cluster.addWorker("w");
  const client = cluster.addClient();
  cluster.tick(10);
  const graph = client.submit(graphOf());
  cluster.settle();
  client.say({ type: "releaseGraph", graph: graph.id });
  cluster.tick(2_000);
  expect(cluster.stopped).toBe(false);
});

test("a job fails that no worker may run within the timeout; others go on", () => {
  const cluster = new FakeCluster({ noWorkersTimeoutMs: 2_000, workerTimeoutMs: 1e9 });
  const client = cluster.addClient();
  cluster.addWorker("w", { tags: ["near"] });
  const far = client.submitAs({ workers: ["tag:far"] }, graphOf());
  const near = client.submitAs({ workers: ["tag:near"] }, graphOf());
  cluster.tick(1_900);
  expect(far.error).toBeUndefined();
  cluster.tick(200);
  expect(far.error).toMatchObject({ code: "cluster.timeout" });
  expect(far.error?.message).toContain("a worker named tag:far");
  cluster.settle();
  expect(near.finish).toBeDefined();
});
