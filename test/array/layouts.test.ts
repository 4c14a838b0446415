// Shapes and chunks drawn at random: what reshape, rechunk and elementwise functions make of them,
// beside Dask's.
import { describe, expect, it } from "vitest";
import { add, type ChunkedArray, rechunk, reshape } from "../../src/array/index.js";
import { sizeOf } from "../../src/graph/model/chunks.js";
import table from "../fixtures/layouts.json" with { type: "json" };
import { countingArray, largestBlock, tasksOf, valuesOf } from "./table-arrays.js";

interface Case {
  readonly fn: "reshape" | "rechunk" | "add";
  readonly inputs: { shape: number[]; chunks: number[][] }[];
  readonly args: unknown[];
  readonly shape: number[];
  readonly chunks?: number[][];
  readonly tasks?: number;
}
const cases = table.cases as unknown as Case[];

function run({ fn, inputs, args }: Case): ChunkedArray {
  const arrays = inputs.map(({ shape, chunks }) => countingArray(shape, chunks));
  const [x] = arrays as [ChunkedArray];
  if (fn === "reshape") return reshape(x, args[0] as number[], { mergeChunks: args[1] as boolean });
  if (fn === "rechunk") return rechunk(x, args[0] as number[]);
  return arrays.slice(1).reduce((sum, each) => add(sum, each) as ChunkedArray, x);
}

/** What counting arrays add up to, by broadcasting positions. */
function sumsOf({ inputs, shape }: Case): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, n) => {
    let rest = n;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (shape[axis] as number);
      rest = Math.floor(rest / (shape[axis] as number));
    }
    return inputs.reduce((sum, input) => {
      const skip = shape.length - input.shape.length;
      const place = input.shape.reduce(
        (at, length, axis) => at * length + (length === 1 ? 0 : (index[axis + skip] as number)),
        0,
      );
      return sum + place;
    }, 0);
  });
}

describe("random shapes and chunks", () => {
  it("reshape with no larger blocks than Dask's, and with no more tasks where they are as large", async () => {
    let finer = 0;
    for (const c of cases.filter(({ fn }) => fn === "reshape")) {
      const what = JSON.stringify(c);
      const result = run(c);
      expect(result.shape, what).toEqual(c.shape);
      const values = Array.from({ length: sizeOf(c.shape) }, (_, i) => i);
      expect(await valuesOf(result), what).toEqual(values);
      if (c.chunks === undefined) continue;
      const largest = c.chunks.reduce((size, own) => size * Math.max(...own), 1);
      expect(largestBlock(result), what).toBeLessThanOrEqual(largest);
      // Dask makes fewer blocks that are larger than any was, at times: smaller ones may take more
      // tasks.
      if (tasksOf(result) <= (c.tasks as number)) continue;
      expect(largestBlock(result), what).toBeLessThan(largest);
      finer++;
    }
    expect(finer).toBeLessThan(10);
  });

  it("rechunk to Dask's chunks with no more tasks", async () => {
    for (const c of cases.filter(({ fn }) => fn === "rechunk")) {
      const what = JSON.stringify(c);
      const result = run(c);
      expect(result.chunks, what).toEqual(c.chunks);
      expect(tasksOf(result), what).toBeLessThanOrEqual(c.tasks as number);
      const values = Array.from({ length: sizeOf(c.shape) }, (_, i) => i);
      expect(await valuesOf(result), what).toEqual(values);
    }
  });

  it("broadcast to Dask's chunks with no more tasks", async () => {
    for (const c of cases.filter(({ fn }) => fn === "add")) {
      const what = JSON.stringify(c);
      const result = run(c);
      expect(result.shape, what).toEqual(c.shape);
      expect(result.chunks, what).toEqual(c.chunks);
      expect(tasksOf(result), what).toBeLessThanOrEqual(c.tasks as number);
      expect(await valuesOf(result), what).toEqual(sumsOf(c));
    }
  });
});
