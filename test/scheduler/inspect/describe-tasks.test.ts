// Which workers have results and which were given tasks, as a client is answered.
import { expect, test } from "vitest";
import { taskKey } from "../../../src/graph/model/naming.js";
import { blocks, reduce, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

test("a client learns who processes tasks and who has results, of all layers or of some", () => {
  const cluster = new FakeCluster();
  cluster.addWorker("alice");
  const client = cluster.addClient();
  const asked = (status: "memory" | "processing", layers: readonly string[] | null) => {
    client.say({ type: "describeTasks", request: 1, status, layers });
    return client.other.at(-1);
  };
  const node = source([blocks(2, 100)]);
  client.submit(node);
  const keys = [0, 1].map((block) => taskKey(node.layer.name, [block]));
  const tasks = { type: "tasksDescribed", request: 1, leftCount: 0, keys };
  const workers = [["alice"], ["alice"]];
  expect(asked("processing", null)).toEqual({ ...tasks, workers, bytes: [0, 0] });
  expect(asked("memory", null)).toMatchObject({ keys: [] });
  cluster.settle();
  const bytes = [800, 800];
  expect(asked("memory", null)).toEqual({ ...tasks, workers, bytes });
  expect(asked("memory", [node.layer.name])).toEqual({ ...tasks, workers, bytes });
  const other = reduce(source([blocks(2, 100)]), "sum").layer.name;
  expect(asked("memory", [other])).toMatchObject({ keys: [] });
  expect(asked("processing", null)).toMatchObject({ keys: [] });
});
