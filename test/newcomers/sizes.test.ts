// Arrays of any size that a shape can name: each answer is right, or the call or compute() refuses
// it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  broadcastTo,
  type ChunkedArray,
  concatenate,
  countNonzero,
  eye,
  flip,
  full,
  linspace,
  nansum,
  ones,
  outer,
  random,
  roll,
  stack,
  zeros,
} from "../../src/array/index.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

const executor = new SerialExecutor();
const compute = (x: ChunkedArray) => x.compute({ executor });
const listed = async (x: ChunkedArray) =>
  Array.from(((await compute(x)) as { data: ArrayLike<unknown> }).data, Number);

/** Lengths around those at which counting breaks in other places. */
const LENGTHS = fc
  .tuple(
    fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 33, 3.5e10, 2 ** 35),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([power, offset]) => power + offset);
const RUNS = { numRuns: 12 };

/** What a new user asks of an array that is one block. */
const REDUCTIONS: Record<string, (x: ChunkedArray) => ChunkedArray> = {
  sum: (x) => x.sum(),
  mean: (x) => x.mean(),
  prod: (x) => x.prod(),
  std: (x) => x.std(),
  max: (x) => x.max(),
  argmax: (x) => x.argmax(),
  any: (x) => x.any(),
  cumsum: (x) => x.cumsum().slice(-1),
  countNonzero: (x) => countNonzero(x),
  nansum: (x) => nansum(x),
  "sum of int64": (x) => x.astype("int64").sum(),
  "sum after add": (x) => x.add(1).sum(),
  sort: (x) => x.sort().slice(0),
};

describe("arrays longer than 32 bits count", () => {
  it("have exact shapes and sizes, whatever is done to them", () =>
    fc.assert(
      fc.property(LENGTHS, (length) => {
        const x = ones([length], { chunks: 2 ** 28 });
        expect(x.size).toBe(length);
        expect(concatenate([x, x]).size).toBe(2 * length);
        expect(stack([x, x]).shape).toEqual([2, length]);
        expect(x.cumsum().shape).toEqual([length]);
        expect(x.reshape([-1, 1]).shape).toEqual([length, 1]);
        expect(x.slice("5:-5").size).toBe(length - 10);
        expect(x.slice("::7").size).toBe(Math.ceil(length / 7));
        expect(x.chunks[0]?.reduce((sum, n) => sum + n, 0)).toBe(length);
      }),
      RUNS,
    ));

  it("give the right values at any position", () =>
    fc.assert(
      fc.asyncProperty(LENGTHS, fc.nat(2 ** 31), fc.boolean(), async (length, far, isOne) => {
        const options = { chunks: isOne ? -1 : 2 ** 28 };
        const at = length - 4 - (far % (length - 4));
        const x = arange(length, options);
        const part = `${at}:${at + 3}`;
        expect(await listed(x.slice(part))).toEqual([at, at + 1, at + 2]);
        expect(Number(await compute(x.slice(part).sum()))).toBe(3 * at + 3);
        expect(Number(await compute(x.slice(part).argmax()))).toBe(2);
        expect(await listed(full([length], 7, options).slice(part))).toEqual([7, 7, 7]);
        expect(await listed(zeros([length], options).slice("-2:"))).toEqual([0, 0]);
        const flipped = flip(x).slice(`${length - at - 1}:${length - at}`);
        expect(await listed(flipped)).toEqual([at]);
        expect(await listed(roll(x, 2).slice(":3"))).toEqual([length - 2, length - 1, 0]);
        const twice = concatenate([x, x]);
        expect(await listed(twice.slice(`${length - 1}:${length + 1}`))).toEqual([length - 1, 0]);
        expect(await listed(x.reshape([1, length]).slice(0, part))).toEqual([at, at + 1, at + 2]);
      }),
      RUNS,
    ));

  it("give the same random numbers whatever the chunks", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: -3, max: 3 }), async (offset) => {
        const length = 2 ** 33 + offset;
        const some = (chunks: number) => random([length], { seed: 1, chunks }).slice("-3:");
        expect(await listed(some(2 ** 20))).toEqual(await listed(some(2 ** 20 + 12345)));
      }),
      { numRuns: 3 },
    ));

  it("end where they were told to", async () => {
    for (const length of [2 ** 31 + 1, 2 ** 33 + 1, 3.5e10]) {
      expect((await listed(linspace(0, 1, length).slice("-1:")))[0]).toBe(1);
    }
    const unit = eye(2 ** 26 + 1, { chunks: 2 ** 20 });
    expect(await listed(unit.slice("-1:", "-2:"))).toEqual([0, 1]);
  });
});

describe("a block longer than kernels count", () => {
  it.each(Object.entries(REDUCTIONS))(
    "is refused by %s, with chunks to take",
    async (_, reduce) => {
      for (const length of [2 ** 31, 2 ** 32 + 5, 2 ** 33, 3.5e10, 2 ** 35, 2 ** 53 - 1]) {
        await expect(compute(reduce(ones([length], { chunks: -1 })))).rejects.toMatchObject({
          code: "graph.tooLarge",
          message: expect.stringMatching(/a block holds 2147418112 at most: give smaller chunks/),
        });
      }
    },
  );

  it("is refused of two axes, and the chunks proposed compute", async () => {
    const shape = [200_000, 200_000];
    const error = await compute(ones(shape, { chunks: shape }).sum()).catch((e) => e);
    expect(error.message).toMatch(
      /a block of 200000 × 200000, 40000000000 elements.*chunks: \[3125, 3125\]/,
    );
    const { proposed } = error.data;
    const corner = ones(shape, { chunks: proposed }).slice(":3125", ":3125");
    expect(await compute(corner.sum())).toBe(3125 ** 2);
  });

  it("is refused where a program works through it, though its result is short", async () => {
    const x = ones([100_000, 1], { chunks: -1 }).add(ones([1, 100_000], { chunks: -1 }));
    await expect(compute(x.sum())).rejects.toMatchObject({ code: "graph.tooLarge" });
    const wide = broadcastTo(ones([1], { chunks: -1 }), [2 ** 32], { chunks: -1 });
    await expect(compute(wide.sum())).rejects.toMatchObject({ code: "graph.tooLarge" });
    await expect(
      compute(
        wide
          .rechunk(2 ** 20)
          .slice("-3:")
          .sum(),
      ),
    ).resolves.toBe(3);
  });
});

describe("a block that kernels still count", () => {
  it("is summed exactly", async () => {
    const length = 2 ** 31 - 2 ** 16;
    expect(await compute(ones([length], { chunks: -1 }).sum())).toBe(length);
  });
});

describe("a shape of more elements than numbers count", () => {
  it.each<[string, () => unknown]>([
    ["ones", () => ones([2 ** 30, 2 ** 30], { chunks: -1 })],
    ["a length", () => ones([2 ** 53])],
    ["stack", () => stack(Array.from({ length: 4 }, () => ones([2 ** 52 - 1], { chunks: -1 })))],
    ["concatenate", () => concatenate([ones([2 ** 53 - 1], { chunks: -1 }), ones([2])])],
    ["outer", () => outer(ones([2 ** 27], { chunks: -1 }), ones([2 ** 27], { chunks: -1 }))],
    ["broadcastTo", () => broadcastTo(ones([1]), [2 ** 40, 2 ** 40], { chunks: -1 })],
  ])("is refused by %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "argument.shape" }));
  });

  it("is fine where it has no elements", () => {
    expect(zeros([0, 2 ** 53 - 1], { chunks: -1 }).size).toBe(0);
  });
});
