// Collections of others: what they consist of is computed together, and finished by them.
import { expect, test } from "vitest";
import {
  arange,
  COLLECTION,
  type Collection,
  compute,
  delayed,
  fromSequence,
  layerGraph,
  ones,
} from "../../../src/index.js";

/** Some collections by name. */
class Named<T extends Readonly<Record<string, Collection>>> {
  readonly members: T;
  constructor(members: T) {
    this.members = members;
  }
  [COLLECTION]() {
    const names = Object.keys(this.members);
    const finish = (values: readonly unknown[]) =>
      Object.fromEntries(names.map((name, k) => [name, values[k]]));
    return { collections: Object.values(this.members), finish };
  }
}

test("are computed with others, and may be inside each other", async () => {
  const x = arange(10, { chunks: 5 });
  const add = delayed((a: number, b: number) => a + b);
  const inner = new Named({ words: fromSequence(["a", "b"]), three: add(1, 2) });
  const outer = new Named({ inner, sum: x.sum() });
  const [value, max, again] = await compute(outer, x.max(), inner);
  expect(value).toEqual({ inner: { words: ["a", "b"], three: 3 }, sum: 45n });
  expect(max).toBe(9);
  expect(again).toEqual({ words: ["a", "b"], three: 3 });
});

test("share layers with others, and may finish asynchronously", async () => {
  const x = ones([4], { chunks: 2 }).add(1);
  const pair = new Named({ a: x, b: x.sum() });
  expect(layerGraph(pair).order).toBe(layerGraph(x, x.sum()).order);
  const late: Collection = {
    [COLLECTION]: () => ({ collections: [x.sum()], finish: async ([sum]) => [sum] }),
  };
  expect(await compute(late)).toEqual([[8]]);
  const none: Collection = { [COLLECTION]: () => ({ collections: [], finish: () => "nothing" }) };
  expect(await compute(none, x.sum())).toEqual(["nothing", 8]);
});

test("what says nothing of what it consists of is refused", async () => {
  const wrong = [undefined, {}, { collections: [1], finish() {} }, { collections: [] }];
  for (const said of wrong) {
    const bad = { [COLLECTION]: () => said } as unknown as Collection;
    await expect(compute(bad)).rejects.toThrow("has to return { collections, finish }");
  }
  const circle: Collection = {
    [COLLECTION]: () => ({ collections: [circle], finish: () => undefined }),
  };
  await expect(compute(circle)).rejects.toThrow("has to return { collections, finish }");
});
