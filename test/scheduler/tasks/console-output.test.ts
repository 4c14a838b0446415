// What tasks write to the console goes to the clients that submitted them, and to no one else.
import { expect, test } from "vitest";
import type { TasksPrinted } from "../../../src/protocol/messages/messages.js";
import { blocks, elementwise, source } from "../../graph/example-layers.js";
import { FakeCluster } from "../fake-cluster.js";

test("lines of actors go to their makers, then to those who follow them", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("a");
  const [maker, finder] = [cluster.addClient("maker"), cluster.addClient("finder")];
  maker.say({
    type: "createActor",
    actor: "x-1",
    name: "x",
    isDetached: true,
    restarts: 0,
    concurrency: 1,
    maker: new Uint8Array(1),
  });
  finder.say({ type: "findActor", request: 1, actor: null, name: "x" });
  const print = () =>
    worker.say({
      type: "actorLinesPrinted",
      actors: ["x-1", "no one", "x-1"],
      levels: ["log", "log", "warn"],
      texts: ["one", "of no one", "two"],
    });
  const heardBy = ({ other }: typeof maker) =>
    other.filter(({ type }) => type === "actorPrinted").splice(0);
  print();
  const lines = { levels: ["log", "warn"], texts: ["one", "two"] };
  expect(heardBy(maker)).toEqual([{ type: "actorPrinted", worker: "a", actor: "x-1", ...lines }]);
  expect(heardBy(finder)).toEqual([]);
  maker.say({ type: "closeClient" });
  print();
  expect(heardBy(finder).length).toBe(1);
});

test("lines go to the task's clients", () => {
  const cluster = new FakeCluster();
  const worker = cluster.addWorker("a");
  const heard = new Map<string, TasksPrinted[]>();
  cluster.onSend = (to, message) => {
    if (message.type === "tasksPrinted") heard.set(to, [...(heard.get(to) ?? []), message]);
  };
  const [first, second] = [cluster.addClient("first"), cluster.addClient("second")];
  const x = source([blocks(2, 100)], { type: "uniform", seed: 1, low: 0, high: 1 });
  const graph = first.submit(x);
  const own = second.submit(elementwise("negative", x));
  worker.receiveAll();
  const tasks = [...worker.assigned.keys()].map(Number);
  const levels = tasks.map(() => "log" as const);
  const print = () =>
    worker.say({ type: "linesPrinted", tasks, levels, texts: tasks.map((id) => `task ${id}`) });
  print();
  const linesOf = (peer: string) => heard.get(peer)?.flatMap(({ texts }) => texts) ?? [];
  // Both want the blocks of `x`, and only one what is made of them.
  expect(linesOf(first.peer).length).toBe(2);
  expect(linesOf(second.peer).length).toBe(tasks.length);
  expect(heard.get(first.peer)?.[0]).toMatchObject({ worker: "a", levels: ["log", "log"] });
  expect(heard.get(first.peer)?.[0]?.keys[0]).toMatch(/^random-\w+\(0\)$/);
  heard.clear();
  second.say({ type: "closeClient" });
  print();
  expect([...heard.keys()]).toEqual([first.peer]);
  first.say({ type: "releaseGraph", graph: graph.id });
  heard.clear();
  print();
  expect(heard.size).toBe(0);
  expect(own.ready.size).toBe(0);
});
