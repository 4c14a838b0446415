// Programs that forget `await`, typed as a new user types them: the promises of public functions
// say so, and are promises in all else.
import { types } from "node:util";
import { describe, expect, it } from "vitest";
import type * as Tilework from "../../src/index.js";

const BUNDLE = new URL("../../dist/bundle/main/index.js", import.meta.url).href;
// biome-ignore lint/suspicious/noExplicitAny: what programs have that are not typed
const tw: any = (await import(BUNDLE)) as typeof Tilework;
const executor = new tw.SerialExecutor();
const x = tw.random([4, 4], { chunks: 2, seed: 1 });
const bag = tw.fromSequence([1, 2, 3]);
const sum = () => x.sum().compute({ executor });

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(tw.ArgumentError);
    return (error as Error).message;
  }
  return "no error";
}

const FORGOTTEN: readonly (readonly [typed: string, call: () => unknown, right: string])[] = [
  ["fromZarr(p).mean()", () => tw.fromZarr("p").mean(), "(await fromZarr(…)).mean(…)"],
  ["fromZarr(p).shape", () => tw.fromZarr("p").shape, "(await fromZarr(…)).shape"],
  ["fromNpz(p).air", () => tw.fromNpz("p").air.mean(), "(await fromNpz(…)).air"],
  ["readCsv(p).groupBy(…)", () => tw.readCsv("p").groupBy("a"), "(await readCsv(…)).groupBy(…)"],
  ["readParquet(p).columns", () => tw.readParquet("p").columns, "(await readParquet(…)).columns"],
  ["readText(p).map(f)", () => tw.readText("p").map(String), "(await readText(…)).map(…)"],
  [
    "connect(a).submit(f)",
    () => tw.Client.connect("p").submit(String),
    "(await Client.connect(…))",
  ],
  [
    "start().client",
    () => tw.LocalCluster.start({ workers: -1 }).client,
    "LocalCluster.start(…)).cl",
  ],
  ["x.compute().get(0, 0)", () => x.compute({ executor }).get(0, 0), "(await compute(…)).get(…)"],
  ["x.compute().toArray()", () => x.compute({ executor }).toArray(), "(await compute(…)).toArray"],
  ["bag.compute().map(f)", () => bag.compute({ executor }).map(String), "(await compute(…)).map"],
  ["[...bag.compute()]", () => [...bag.compute({ executor })], "(await compute(…))"],
  ["2 * x.sum().compute()", () => 2 * sum(), "(await compute(…))"],
  ["x.sum().compute() + 1", () => sum() + 1, "(await compute(…))"],
  [
    "x.add(x.sum().compute())",
    () => x.add(sum()),
    "argument 1 of add is the promise of compute(…)",
  ],
  ["mean(fromZarr(p))", () => tw.mean(tw.fromZarr("p")), "write await fromZarr(…)"],
];

describe("a promise that is taken for its value", () => {
  it.each(FORGOTTEN)("says that await is missing: %s", (_, call, right) => {
    const message = messageOf(call);
    expect(message).toContain("await is missing");
    expect(message).toContain(right);
  });

  it("says so as an argument of what returns a promise, too", async () => {
    const text = "argument 1 of compute is the promise of fromZarr(…), and await is missing";
    await expect(tw.compute(tw.fromZarr("p"))).rejects.toThrow(text);
  });
});

describe("the promise of a public function", () => {
  it("is a promise", async () => {
    const value = await sum();
    const promise = sum();
    expect(promise).toBeInstanceOf(Promise);
    expect(types.isPromise(promise)).toBe(true);
    expect(promise.constructor).toBe(Promise);
    expect(Promise.resolve(promise)).toBe(promise);
    expect(Object.keys(promise)).toEqual([]);
    expect(JSON.stringify(promise)).toBe("{}");
    expect(`${promise}`).toBe("[object Promise]");
    expect(await Promise.all([promise, promise.then((each: number) => each)])).toEqual([
      value,
      value,
    ]);
    expect(await Promise.race([promise])).toBe(value);
    expect(await promise.finally(() => undefined)).toBe(value);
  });

  it("may be shown by its progress", async () => {
    expect(await tw.progress(sum(), { minimumMs: 60_000 })).toBe(await sum());
  });
});

describe("a lazy value that is taken for a number", () => {
  it.each([
    ["x * 2", () => x * 2, "x.multiply(2)"],
    ["x > 0", () => x > 0, "x.greater(0)"],
    ["Math.sqrt(x)", () => Math.sqrt(x), "a ChunkedArray is no number"],
    ["-bag.sum()", () => -bag.sum(), "await item.compute()"],
    ["2 * delayed(f)()", () => 2 * tw.delayed(() => 1)(), "await call.compute()"],
    ['col("a") > 1', () => tw.col("a") > 1, 'col("a").gt(1)'],
  ])("refuses: %s", (_, call, right) => {
    expect(messageOf(call)).toContain(right);
  });

  it("is a text in texts", () => expect(`${x}`).toContain("ChunkedArray (4, 4) float64"));
});
