// What waits for what, and what is made again: values, numbers of tasks, and the order in which
// tasks leave their marks in a file.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  ArgumentError,
  arange,
  bind,
  COLLECTION,
  checkpoint,
  clone,
  compute,
  delayed,
  fromBlocks,
  fromRange,
  fromRecords,
  fromSequence,
  layerGraph,
  ones,
  random,
  readText,
  taskGraph,
  waitOn,
} from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tw-order-"));
const log = join(folder, "log");
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(log, ""));

const marks = () => readFileSync(log, "utf8").split("\n").slice(0, -1);
/** Leaves a mark, some time after it began. */
const mark = delayed(
  async (file: string, text: string, _after?: unknown) => {
    const { appendFileSync: append } = await import("node:fs");
    const { setTimeout: sleep } = await import("node:timers/promises");
    await sleep(5);
    append(file, `${text}\n`);
    return text;
  },
  { name: "mark" },
);

test("what is bound runs after all blocks of its parents, from its sources on", async () => {
  const parents = [mark(log, "a"), mark(log, "b"), mark(log, "c")];
  const child = mark(log, "child");
  const bound = bind(child, parents);
  expect(await bound.compute()).toBe("child");
  expect(marks().sort()).toEqual(["a", "b", "c", "child"]);
  expect(marks().at(-1)).toBe("child");
  // The child itself waits for nothing.
  await child.compute();
  expect(marks()).toHaveLength(5);
});

test("files are read after they were written, though nothing else says so", async () => {
  const path = join(folder, "words.txt");
  writeFileSync(path, "old\n");
  const write = delayed(
    async (to: string) => {
      const { writeFileSync: put } = await import("node:fs");
      put(to, "new\n");
    },
    { name: "write" },
  );
  const words = bind(await readText(path), write(path));
  expect(await words.compute()).toEqual(["new"]);
  expect(
    await words
      .map((word) => word.length)
      .sum()
      .compute(),
  ).toBe(3);
});

test("arrays, bags, items and tables wait, and keep their values, kinds and layouts", async () => {
  const x = random([40, 30], { chunks: [10, 15], seed: 3 });
  const first = mark(log, "first");
  const blocks = fromBlocks(() => [1, 2, 3], 6, { chunks: 3 });
  const bag = fromRange(20, { npartitions: 4 });
  const table = fromRecords([{ a: 1 }, { a: 2 }, { a: 3 }], { npartitions: 2 });
  const children = [x, blocks, bag, bag.sum(), table] as const;
  const [y, made, numbers, total, rows] = bind(children, first);
  expect(y.chunks).toEqual(x.chunks);
  expect(y.dtype).toBe("float64");
  expect(numbers.npartitions).toBe(4);
  expect(rows.columns).toEqual(["a"]);
  const values = await compute(y.sum(), x.sum(), made, numbers, total, rows.sum("a" as never));
  expect(values[0]).toBe(values[1]);
  expect(values.slice(3, 5)).toEqual([Array.from({ length: 20 }, (_, n) => n), 190]);
  expect(await made.sum().compute()).toBe(12);
  expect(await rows.collect()).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test("of arrays, only sources become tasks that wait: as many as there were, and the barrier", () => {
  const x = random([40, 40], { chunks: 10, seed: 1 });
  const parent = ones([80], { chunks: 1 }).add(1);
  const bound = bind(x.add(1).sum(), parent);
  const graph = layerGraph(bound);
  // Three levels over 80 blocks: 80, 3 and 1 tasks.
  const barriers = graph.filterNodes((_, { kind }) => kind === "barrier");
  expect(barriers).toHaveLength(3);
  expect(graph.filterNodes((_, { kind }) => kind === "gate")).toHaveLength(1);
  const before = taskGraph(x.add(1).sum()).order + taskGraph(parent).order;
  expect(taskGraph(bound).order).toBe(before + 84);
  // Millions of blocks cost nothing while the graph is built.
  const large = ones([1e6], { chunks: 1 });
  expect(layerGraph(bind(large.add(1), large)).order).toBeLessThan(10);
});

test("what is omitted waits for nothing, and what reads it does", async () => {
  const shared = mark(log, "shared");
  const slow = mark(log, "parent", mark(log, "before"));
  const child = mark(log, "child", shared);
  const [value] = await compute(bind(child, slow, { omit: shared }), shared);
  expect(value).toBe("child");
  // It ran once, for both.
  expect(marks().filter((text) => text === "shared")).toHaveLength(1);
  expect(marks().indexOf("child")).toBeGreaterThan(marks().indexOf("parent"));
});

test("what waits on others is there when all of them are", async () => {
  const [a, b] = waitOn([mark(log, "a"), mark(log, "b", mark(log, "below"))]);
  await mark(log, "after", a).compute();
  expect(marks().at(-1)).toBe("after");
  expect(marks().sort()).toEqual(["a", "after", "b", "below"]);
  expect(await b.compute()).toBe("b");
  const x = arange(10, { chunks: 4 });
  const y = waitOn(x.add(1));
  expect(await y.sum().compute()).toBe(55n);
  expect(await waitOn(fromSequence(["x", "y"])).compute()).toEqual(["x", "y"]);
  const odd = x.slice(x.remainder(2).equal(1));
  expect(await waitOn(odd).sum().compute()).toBe(await odd.sum().compute());
});

test("a checkpoint has the value null once everything below it ran", async () => {
  const point = checkpoint(mark(log, "a"), fromRange(3), ones([10], { chunks: 2 }), {
    splitEvery: 2,
  });
  expect(await point.compute()).toBe(null);
  expect(marks()).toEqual(["a"]);
  expect(await bind(mark(log, "b"), point).compute()).toBe("b");
});

test("clones are made again, and equal seeds are one clone", async () => {
  const a = mark(log, "a");
  expect(await compute(a, clone(a), clone(a), clone(a, { seed: 1 }))).toEqual(["a", "a", "a", "a"]);
  expect(marks()).toHaveLength(3);
  const x = random([100], { chunks: 10, seed: 1 });
  const [difference] = await compute(x.subtract(clone(x)).abs().sum());
  expect(difference).toBe(0);
  const tasks = taskGraph(x.add(clone(x))).order;
  expect(tasks).toBe(taskGraph(x).order * 3);
  // What is there is shared.
  const given = arange(4).add([1, 2, 3, 4]);
  expect(await clone(given).compute()).toEqual(await given.compute());
});

test("persisted blocks and others' collections", async () => {
  const x = await ones([6], { chunks: 2 }).persist();
  expect(await bind(x, mark(log, "first")).sum().compute()).toBe(6);
  expect(marks()).toEqual(["first"]);
  expect(layerGraph(clone(x)).nodes()).toEqual(layerGraph(x).nodes());
  x.release();
  const pair = {
    [COLLECTION]: () => ({ collections: [mark(log, "in a pair")], finish: () => "pair" }),
  };
  await bind(mark(log, "last"), pair).compute();
  expect(marks()).toEqual(["first", "in a pair", "last"]);
  expect(() => waitOn(pair)).toThrow(/it consists of/);
});

test("the passes go on above and below, and a bound failure names its task", async () => {
  const x = random([1000], { chunks: 100, seed: 1 });
  const bound = bind(x, ones([3]))
    .add(1)
    .multiply(2)
    .sum();
  expect(taskGraph(bound, { optimize: true }).order).toBeLessThan(taskGraph(bound).order);
  const failing = delayed(() => {
    throw new RangeError("no");
  });
  await expect(bind(mark(log, "never"), failing()).compute()).rejects.toMatchObject({
    code: "task.failed",
    cause: { name: "RangeError" },
  });
  expect(marks()).toEqual([]);
  appendFileSync(log, "");
});

test.each([
  ["bind of nothing", () => bind([], ones(3))],
  ["bind to a number", () => bind(ones(3), 3 as never)],
  ["waitOn of a list with a number", () => waitOn([ones(3), 3 as never])],
  ["clone with an unknown option", () => clone(ones(3), { seeds: 1 } as never)],
  ["checkpoint by one", () => checkpoint(ones(3), { splitEvery: 1 })],
])("%s is refused", (_, make) => {
  expect(make).toThrow(ArgumentError);
});
