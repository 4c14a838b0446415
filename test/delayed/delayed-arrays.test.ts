// Arrays out of delayed calls, and calls out of blocks.
import ndarray from "ndarray";
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  block,
  concatenate,
  delayed,
  fromDelayed,
  ones,
  TaskError,
  toDelayed,
} from "../../src/index.js";

const same = delayed((value: unknown) => value);
const valuesOf = async (x: { compute(): Promise<unknown> }) =>
  Array.from(((await x.compute()) as { readonly data: ArrayLike<number> }).data);

describe("arrays out of delayed calls", () => {
  it.each([
    [
      "nested lists",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    ["a typed array", Float64Array.of(1, 2, 3, 4, 5, 6)],
    ["an ndarray", ndarray([1, 2, 3, 4, 5, 6], [2, 3])],
    ["a strided ndarray", ndarray(Int32Array.of(0, 1, 4, 2, 5, 3, 6), [2, 3], [1, 2], 1)],
  ])("are made of %s", async (_name, value) => {
    const x = fromDelayed(same(value), [2, 3]);
    expect([x.shape, x.dtype, x.numblocks]).toEqual([[2, 3], "float64", [1, 1]]);
    expect(await valuesOf(x)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await x.sum().compute()).toBe(21);
  });

  it("hold whole numbers, booleans, complex numbers, single ones", async () => {
    const whole = fromDelayed(same([1n, 2n ** 60n]), 2, { dtype: "int64" });
    expect(Array.from(((await whole.compute()) as { data: BigInt64Array }).data)).toEqual([
      1n,
      2n ** 60n,
    ]);
    expect(await valuesOf(fromDelayed(same([true, false]), [2], { dtype: "bool" }))).toEqual([
      1, 0,
    ]);
    const z = fromDelayed(same([{ re: 1, im: 2 }, 3]), [2], { dtype: "complex128" });
    expect(await valuesOf(z)).toEqual([1, 2, 3, 0]);
    const parts = fromDelayed(same(ndarray([1, 2, 3, 0], [2, 2])), [2], { dtype: "complex64" });
    expect(await valuesOf(parts)).toEqual([1, 2, 3, 0]);
    expect(await fromDelayed(same(7), []).compute()).toBe(7);
    expect(await valuesOf(fromDelayed(same([]), [0]))).toEqual([]);
  });

  it("are put together", async () => {
    const part = delayed((i: number, j: number) => [[10 * i + j]]);
    const x = block([0, 1].map((i) => [0, 1].map((j) => fromDelayed(part(i, j), [1, 1]))));
    expect(await valuesOf(x)).toEqual([0, 1, 10, 11]);
  });

  it("say when the value has another shape", async () => {
    const wrong = fromDelayed(same([1, 2, 3]), [2]);
    await expect(wrong.compute()).rejects.toThrow(TaskError);
    await expect(wrong.compute()).rejects.toThrow("fromDelayed expected a value of shape (2)");
  });

  it("refuse mistakes at the call", () => {
    expect(() => fromDelayed(3 as never, [1])).toThrow("expected a delayed call");
    expect(() => fromDelayed(same(1), [-1])).toThrow("a shape is a list of whole numbers");
    expect(() => fromDelayed(same(1), 1, { dtype: "half" as "float32" })).toThrow("dtype");
  });
});

describe("calls out of blocks", () => {
  it("give the blocks as ndarrays, in order", async () => {
    const x = arange(6, { dtype: "float64" }).reshape([2, 3]).rechunk([1, 2]);
    const calls = toDelayed(x);
    expect(calls.length).toBe(4);
    const shapeOf = delayed((part: { readonly shape: readonly number[] }) => [...part.shape]);
    expect(await shapeOf(calls[1] as never).compute()).toEqual([1, 1]);
    const back = concatenate(
      [fromDelayed(calls[2] as never, [1, 2]), fromDelayed(calls[3] as never, [1, 1])],
      1,
    );
    expect(await valuesOf(back)).toEqual([3, 4, 5]);
    expect(toDelayed(ones([])).length).toBe(1);
    expect(() => toDelayed(asarray([1, 2]).slice(asarray([true, false])))).toThrow(
      "computeChunkSizes",
    );
  });
});
