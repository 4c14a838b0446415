import { describe, expect, it } from "vitest";
import { arange, asarray, reshape, zeros } from "../../../src/array/index.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/reshape.json" with { type: "json" };
import { countingArray, largestBlock, tasksOf, valuesOf } from "../table-arrays.js";

interface Case {
  readonly group: string;
  readonly shape: number[];
  readonly chunks: Chunks;
  readonly new_shape: number[];
  readonly merge_chunks: boolean;
  readonly result_shape: number[];
  readonly tasks: number;
  readonly largest_block: number;
  readonly error?: boolean;
  readonly numpy_also_rejects?: boolean;
}

const cases = table.cases as unknown as Case[];

describe("reshape", () => {
  for (const group of new Set(cases.map((c) => c.group))) {
    it(`needs no more tasks and no larger blocks than Dask: ${group}`, () => {
      for (const c of cases.filter((other) => other.group === group)) {
        const run = () =>
          reshape(countingArray(c.shape, c.chunks), c.new_shape, { mergeChunks: c.merge_chunks });
        const what = JSON.stringify(c);
        if (c.numpy_also_rejects) {
          expect(run, what).toThrow(ArgumentError);
        } else if (c.error) {
          expect(run().size, what).toBe(countingArray(c.shape, c.chunks).size);
        } else {
          const result = run();
          expect(result.shape, what).toEqual(c.result_shape);
          expect(tasksOf(result), what).toBeLessThanOrEqual(c.tasks);
          expect(largestBlock(result), what).toBeLessThanOrEqual(c.largest_block);
        }
      }
    });
  }

  it("hands an array on that has the shape, and moves axes of length 1 without cutting", () => {
    const x = zeros([4, 6], { chunks: [2, 3] });
    expect(x.reshape([4, -1]).node).toBe(x.node);
    expect(x.reshape([1, 4, 1, 6]).node.layer.kind).toBe("blockwise");
  });

  it("says what does not fit", () => {
    expect(() => zeros([4, 6]).reshape([5, -1])).toThrow(
      "cannot reshape (4, 6) with 24 elements to (5, -1)",
    );
  });
});

describe("axes of length 1 among empty blocks", () => {
  it("are dropped, stretched and moved with their element", async () => {
    const x = arange(1, 4, 1, { dtype: "float64" })
      .reshape([1, 3, 1])
      .rechunk([1, [1, 0, 2], [0, 1]]);
    expect(await valuesOf(x.reshape([3]))).toEqual([1, 2, 3]);
    expect(await valuesOf(x.squeeze(2))).toEqual([1, 2, 3]);
    expect(await valuesOf(x.reshape([3, 1]))).toEqual([1, 2, 3]);
    expect(await valuesOf(x.broadcastTo([1, 3, 2]))).toEqual([1, 1, 2, 2, 3, 3]);
    expect(await valuesOf(x.add(asarray([0, 10])))).toEqual([1, 11, 2, 12, 3, 13]);
    expect(await valuesOf(x.transpose())).toEqual([1, 2, 3]);
  });
});
