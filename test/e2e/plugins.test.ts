// Plugins and functions in the processes of a cluster: workers', the scheduler's, and this one.
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Actor, type Client, LocalCluster } from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tw-plugins-"));
/** The lines of a file in the folder. */
const linesOf = (name: string) =>
  existsSync(join(folder, name))
    ? readFileSync(join(folder, name), "utf8").trim().split("\n").sort()
    : [];
let cluster: LocalCluster;
let client: Client;

beforeAll(async () => {
  cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  client = cluster.client;
});

afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

test("a plugin of workers is set up before tasks, also on workers that join later", async () => {
  const file = join(folder, "workers");
  class Model {
    setup({ name }: { name: string }) {
      (globalThis as { model?: string }).model = `model of ${name}`;
    }
    transition(key: string, from: string, to: string) {
      appendFileSync(file, `${key.replace(/-.*/, "")} ${from} ${to}\n`);
    }
    teardown({ name }: { name: string }) {
      appendFileSync(file, `end ${name}\n`);
    }
  }
  await client.registerPlugin(new Model());
  const model = () => (globalThis as { model?: string }).model;
  expect(await client.run(model)).toEqual({ "worker-0": "model of worker-0" });
  await cluster.scale(2);
  const both = { "worker-0": "model of worker-0", "worker-1": "model of worker-1" };
  expect(await client.run(model)).toEqual(both);
  await client
    .submit(function bad() {
      throw new Error("as it must");
    })
    .settled();
  await client.unregisterPlugin("Model");
  const lines = linesOf("workers");
  expect(lines).toContain("bad ready executing");
  expect(lines).toContain("bad executing error");
  expect(lines).toContain("model executing memory");
  expect(lines.filter((line) => line.startsWith("end"))).toEqual(["end worker-0", "end worker-1"]);
  // It is gone: nothing is told any more.
  await client.submit(model);
  expect(linesOf("workers")).toEqual(lines);
});

test("a plugin of the scheduler hears of tasks and workers, and cannot hold it up", async () => {
  const file = join(folder, "scheduler");
  class Watch {
    setup({ address }: { address: string }) {
      appendFileSync(file, `at ${address}\n`);
    }
    transition(key: string, from: string, to: string, worker?: string) {
      appendFileSync(file, `${key.replace(/-.*/, "")} ${from} ${to} ${worker}\n`);
    }
    workerLeft(worker: string) {
      appendFileSync(file, `left ${worker}\n`);
    }
    teardown() {
      appendFileSync(file, "end\n");
    }
  }
  await client.registerPlugin(new Watch(), { on: "scheduler" });
  // What tests before have left to the garbage collector may be released by now.
  expect(linesOf("scheduler")).toContain(`at ${cluster.address}`);
  const here = client.with({ workers: ["worker-0"] });
  await here.submit(function seen() {});
  await expect.poll(() => linesOf("scheduler")).toContain("seen processing memory worker-0");
  await cluster.scale(1);
  await expect
    .poll(() => linesOf("scheduler").some((line) => line.startsWith("left worker-")))
    .toBe(true);
  await client.unregisterPlugin("Watch", { on: "scheduler" });
  expect(linesOf("scheduler")).toContain("end");
  const stuck = {
    transition() {
      for (;;);
    },
  };
  await client.registerPlugin(stuck, { on: "scheduler", name: "stuck" });
  expect(await client.submit((n: number) => n + 1, 1)).toBe(2);
  expect(await client.submit((n: number) => n + 1, 2)).toBe(3);
  await client.unregisterPlugin("stuck", { on: "scheduler" });
});

test("a pool of actors shares work, in order or as it comes, and actors have namespaces", async () => {
  class Doubler {
    async double(x: number, whenThere?: string) {
      while (whenThere !== undefined && !existsSync(whenThere)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return 2 * x;
    }
    fail(): never {
      throw new RangeError("not that");
    }
  }
  using pool = await client.actorPool(Doubler, 2);
  expect([pool.size, pool.idle]).toEqual([2, 2]);
  const inOrder = [];
  for await (const y of pool.map([1, 2, 3, 4, 5], (actor, x) => actor.double(x))) inOrder.push(y);
  expect(inOrder).toEqual([2, 4, 6, 8, 10]);
  const asTheyCome = [];
  const go = join(folder, "go");
  const wait = (actor: Actor<Doubler>, x: number) =>
    x === 1 ? actor.double(x, go) : actor.double(x);
  for await (const y of pool.mapUnordered([1, 2, 3], wait)) {
    asTheyCome.push(y);
    if (asTheyCome.length === 2) writeFileSync(go, "");
  }
  expect(asTheyCome).toEqual([4, 6, 2]);
  await expect(pool.call((actor) => actor.fail())).rejects.toThrow("not that");
  expect([pool.size, pool.idle]).toEqual([2, 2]);
  pool.release();
  await expect(pool.call((actor) => actor.double(1))).rejects.toMatchObject({
    code: "actor.released",
  });
  await expect(client.actorPool(Doubler, 0)).rejects.toThrow("the number of actors");
  const options = { name: "one", namespace: "team" };
  using one = await client.actor(Doubler, [], options);
  using other = await client.actor(Doubler, [], { name: "one" });
  expect(await Promise.all([one.double(1), other.double(2)])).toEqual([2, 4]);
  using found = await client.getActor<Doubler>("one", { namespace: "team" });
  expect(await found.double(4)).toBe(8);
  await expect(client.getActor("one", { namespace: "others" })).rejects.toThrow("others/one");
  await expect(client.getActor("one", { namespace: "a/b" })).rejects.toThrow("without a slash");
});

test("a plugin of the client hears how its futures end", async () => {
  const heard: string[] = [];
  const plugin = {
    setup: (of: Client) => void heard.push(`of ${of.address}`),
    transition: (key: string, from: string, to: string) =>
      void heard.push(`${key.replace(/-.*/, "")} ${from} ${to}`),
    teardown: () => void heard.push("end"),
  };
  await client.registerPlugin(plugin, { on: "client", name: "ears" });
  await client.submit(function good() {});
  await client
    .submit(function bad() {
      throw new Error("as it must");
    })
    .settled();
  await client.unregisterPlugin("ears", { on: "client" });
  await client.submit(function later() {});
  expect(heard).toEqual([
    `of ${client.address}`,
    "good pending finished",
    "bad pending error",
    "end",
  ]);
});

test("plugins that fail, and values that are none, are refused with the reason", async () => {
  const broken = {
    setup() {
      throw new Error("no model");
    },
  };
  const failed = { code: "task.failed", message: expect.stringContaining("no model") };
  await expect(client.registerPlugin(broken, { name: "broken" })).rejects.toMatchObject(failed);
  await expect(
    client.registerPlugin(broken, { name: "broken", on: "scheduler" }),
  ).rejects.toMatchObject(failed);
  // What failed is not there.
  await client.unregisterPlugin("broken");
  await client.unregisterPlugin("broken", { on: "scheduler" });
  for (const wrong of [null, 3, {}, { set() {} }]) {
    await expect(client.registerPlugin(wrong as never)).rejects.toThrow(
      "expected an object with setup, teardown, transition",
    );
  }
  await expect(client.registerPlugin({ setup() {} })).rejects.toThrow("without a name");
  await expect(client.registerPlugin({ setup() {} }, { on: "elsewhere" as never })).rejects.toThrow(
    'expected "workers", "scheduler" or "client"',
  );
});

test("a function runs in the scheduler's process, with its errors", async () => {
  const add = (a: number, b: number) => [a + b, process.pid] as const;
  const [sum, pid] = await client.runOnScheduler(add, 1, 2);
  expect(sum).toBe(3);
  const pids = await client.run(() => process.pid);
  expect([process.pid, ...Object.values(pids)]).not.toContain(pid);
  const fails = () => {
    throw new RangeError("not that far");
  };
  await expect(client.runOnScheduler(fails)).rejects.toThrow(new RangeError("not that far"));
  await expect(client.runOnScheduler(3 as never)).rejects.toMatchObject({
    code: "argument.function",
  });
  const { about, workers, address } = await client.schedulerInfo();
  expect([about.node, Object.keys(workers), address]).toEqual([
    process.versions.node,
    cluster.workers.map(({ name }) => name),
    client.address,
  ]);
});
