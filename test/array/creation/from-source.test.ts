// Arrays of what is read by region.
import { describe, expect, it } from "vitest";
import { fromSource } from "../../../src/array/index.js";
import { valuesOf } from "../table-arrays.js";

describe("fromSource", () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

  it("reads each block by its region", async () => {
    const x = fromSource({
      shape: [5, 4],
      dtype: "int32",
      chunks: [2, 3],
      read: ([[top, bottom], [left, right]]) => {
        const values: number[] = [];
        for (let i = top; i < bottom; i++)
          for (let j = left; j < right; j++) values.push(4 * i + j);
        return values;
      },
    });
    expect([x.shape, x.dtype, x.chunks]).toEqual([
      [5, 4],
      "int32",
      [
        [2, 2, 1],
        [3, 1],
      ],
    ]);
    expect(await valuesOf(x)).toEqual(upTo(20));
    expect(await valuesOf(x.slice(3))).toEqual([12, 13, 14, 15]);
  });

  it("waits for what comes later, and knows what it captured", async () => {
    const factor = 3;
    const x = fromSource({
      shape: 4,
      chunks: 2,
      captured: { factor },
      read: async ([[start, stop]]) => Float64Array.of(start * factor, (stop - 1) * factor),
    });
    expect(await valuesOf(x)).toEqual([0, 3, 6, 9]);
  });

  it("is another array each time: what is read may have changed", () => {
    const read = () => [0];
    const [x, y] = [fromSource({ shape: 1, read }), fromSource({ shape: 1, read })];
    expect(x.node.layer.name).not.toBe(y.node.layer.name);
  });

  it("says what is wrong", async () => {
    const short = fromSource({ shape: 4, chunks: 2, read: () => [1] });
    await expect(valuesOf(short)).rejects.toThrow(/1 elements?.*2|gave.*1/);
    expect(() => fromSource(null as never)).toThrow(
      /needs an object with shape, dtype, chunks and read/,
    );
    expect(() => fromSource({ shape: 4, read: 3 as never })).toThrow(/function/);
    expect(() => fromSource({ shape: -1, read: () => [1] })).toThrow(/whole numbers from 0/);
  });
});
