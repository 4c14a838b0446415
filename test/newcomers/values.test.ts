// Values that would come out wrong without a word: each is refused, or means what it means to
// NumPy.
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  Client,
  concatenate,
  fromArray,
  fromSequence,
  LocalCluster,
  SerialExecutor,
  zeros,
} from "../../src/index.js";

const executor = new SerialExecutor();

describe("NaN among integers", () => {
  it.each<[string, () => unknown]>([
    ["a list", () => fromArray([1, Number.NaN], { dtype: "int32" })],
    ["nested lists", () => asarray([[1], [Number.NaN]], { dtype: "int64" })],
    ["a typed array", () => fromArray(Float64Array.of(1, Number.NaN), { dtype: "int32" })],
    ["data with a shape", () => fromArray({ data: [1, Number.NaN] }, { dtype: "uint8" })],
  ])("is refused in %s", (_, make) => {
    expect(make).toThrow(/element 1 is NaN, and u?int\d+ has no such number: leave dtype out/);
  });

  it("is refused of infinity, and neither of fractions nor where floats are wanted", async () => {
    expect(() => fromArray([Number.POSITIVE_INFINITY], { dtype: "int8" })).toThrow("Infinity");
    expect(await fromArray([1.5, 2], { dtype: "int32" }).max().compute({ executor })).toBe(2);
    expect(await fromArray([1, Number.NaN]).sum().compute({ executor })).toBeNaN();
  });
});

describe("numbers in texts", () => {
  const temperatures = fromSequence(["99.5", "499.5", "7"]);

  it.each(["max", "min", "sum", "mean", "std"] as const)("are refused by %s", async (name) => {
    await expect(temperatures[name]().compute({ executor })).rejects.toThrow(
      /met the texts? "[\d.]+".*map\(Number\)/,
    );
  });

  it("are numbers after map(Number)", async () => {
    expect(await temperatures.map(Number).max().compute({ executor })).toBe(499.5);
    expect(await temperatures.map(Number).mean().compute({ executor })).toBe(202);
  });

  it("are not words, which have an order", async () => {
    expect(await fromSequence(["pear", "apple", "7"]).max().compute({ executor })).toBe("pear");
  });
});

describe("classes that are not constructed", () => {
  // Typed as a program without types is.
  const make = (Class: unknown, ...given: unknown[]) =>
    new (Class as new (...given: unknown[]) => unknown)(...given);

  it("say what to write", () => {
    expect(() => make(LocalCluster, { workers: 2 })).toThrow(
      /write await LocalCluster\.start\(\{ workers: 2 \}\)/,
    );
    expect(() => make(LocalCluster)).toThrow("LocalCluster.start");
    expect(() => make(Client, "tcp://127.0.0.1:8786")).toThrow(
      'write await Client.connect("tcp://127.0.0.1:8786")',
    );
    expect(() => make(Client)).toThrow("Client.connect");
  });
});

describe("an empty array among others", () => {
  it("leaves no block without elements", async () => {
    const joined = concatenate([zeros([0]), arange(3), zeros([0]), arange(2)]);
    expect(joined.chunks).toEqual([[3, 2]]);
    expect(joined.dtype).toBe("float64");
    expect(await joined.sum().compute({ executor })).toBe(4);
    expect(concatenate([zeros([0, 4]), zeros([2, 4], { chunks: [1, 2] })]).chunks).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(concatenate([zeros([0]), zeros([0])]).shape).toEqual([0]);
  });
});

describe("a slice of which parts are left out", () => {
  it.each<[object, number[]]>([
    [{ start: 3 }, [3, 4]],
    [{ stop: 2 }, [0, 1]],
    [{ step: 2 }, [0, 2, 4]],
    [{ step: -1 }, [4, 3, 2, 1, 0]],
    [{ start: -2, step: -1 }, [3, 2, 1, 0]],
    [{ start: 1, stop: null }, [1, 2, 3, 4]],
  ])("%j takes all there is, as NumPy", async (slice, expected) => {
    const taken = await arange(5).slice(slice).compute({ executor });
    expect(Array.from(taken.data as Int32Array)).toEqual(expected);
  });

  it("is refused with a part that there is not", () => {
    expect(() => arange(5).slice({ from: 1 } as never)).toThrow(/no part from of a slice/);
  });
});
