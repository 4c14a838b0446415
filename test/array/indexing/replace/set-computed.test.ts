// Assignment at positions that are arrays themselves: the same as with lists in memory, in any
// chunks.
import { describe, expect, it } from "vitest";
import {
  arange,
  asarray,
  type ChunkedArray,
  type IndexEntry,
  newAxis,
  zeros,
} from "../../../../src/array/index.js";
import { Rng } from "../../../../src/base/rng.js";
import { valuesOf } from "../../table-arrays.js";

const X_CHUNKS = [2, 3, 7];

function positions(data: readonly number[], shape: readonly number[], chunks = 2): ChunkedArray {
  return asarray({ data: Int32Array.from(data), shape }, { chunks: shape.map(() => chunks) });
}

describe("set at computed positions", () => {
  it("takes arrays of any number of axes", async () => {
    const data = [0, 1, 2, -1];
    for (const chunks of X_CHUNKS) {
      const x = zeros([4, 5], { chunks });
      const value = arange(20, { chunks: 3 }).reshape([2, 2, 5]);
      const wanted = x.set([[[0, 1], [2, 3]]], value); // biome-ignore format: one index
      const given = x.set([positions(data, [2, 2])], value);
      expect(given.chunks).toEqual(x.chunks);
      expect(await valuesOf(given)).toEqual(await valuesOf(wanted));
    }
  });

  it("keeps the last of several values for one place", async () => {
    const x = zeros([5], { chunks: 2 });
    const given = x.set([positions([3, 1, 3, -4, 3], [5])], [1, 2, 3, 4, 5]);
    expect(await valuesOf(given)).toEqual([0, 4, 0, 5, 0]);
  });

  const draw = (count: number, below: number, seed: number) => {
    const rng = new Rng(seed);
    return Array.from({ length: count }, () => rng.below(below));
  };
  type MakeList = (data: number[]) => IndexEntry;
  const indices: ((list: MakeList, seed: number) => IndexEntry[])[] = [
    (list, seed) => [list(draw(6, 4, seed)), null, list(draw(6, 5, seed + 1))],
    (list, seed) => [list(draw(6, 4, seed)), 1, list(draw(6, 5, seed + 1))],
    (list, seed) => [null, "1:", list(draw(6, 5, seed))],
    (list, seed) => ["::2", list(draw(6, 3, seed)), [[0, 1, 2], [4, 3, 2]]], // biome-ignore format: one index
    (list, seed) => [3, null, list(draw(6, 5, seed))],
    (list, seed) => ["::-1", list(draw(6, 3, seed)), newAxis],
  ];

  it.each([...indices.keys()])("gives what lists in memory give, index %i", async (which) => {
    for (const [seed, chunks] of X_CHUNKS.entries()) {
      const x = arange(60, { chunks: 7 }).reshape([4, 3, 5]).rechunk(chunks);
      const index = indices[which] as (typeof indices)[number];
      const known = index((data) => ({ data: Int32Array.from(data), shape: [2, 3] }), seed);
      const computed = index((data) => positions(data, [2, 3]), seed);
      const { shape, size } = x.slice(...known);
      const value = arange(size).reshape(shape).add(100);
      expect(await valuesOf(x.set(computed, value))).toEqual(await valuesOf(x.set(known, value)));
      expect(await valuesOf(x.set(computed, -1))).toEqual(await valuesOf(x.set(known, -1)));
    }
  });

  it("fails where a position is out of range", async () => {
    const x = zeros([3]);
    await expect(valuesOf(x.set([positions([0, 3], [2])], 1))).rejects.toThrow(
      "index 3 is out of range",
    );
    expect(() => x.set([positions([0, 1], [2])], [1, 2, 3])).toThrow("cannot be set into");
  });

  it("leaves the array where no position is given", async () => {
    const x = zeros([3]);
    expect(x.set([positions([], [0])], 1)).toBe(x);
  });
});
