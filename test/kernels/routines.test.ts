// Routines and takes on strided operands: workers hand on views, not only contiguous blocks.
import { describe, expect, it } from "vitest";
import { type Block, contiguousBlock, emptyBlock } from "../../src/base/block.js";
import { type DType, isBigInt } from "../../src/base/dtype.js";
import type { RoutineLayer } from "../../src/graph/model/layer.js";
import { nameLayer } from "../../src/graph/model/naming.js";
import type { Routine } from "../../src/graph/model/routine.js";
import { compileLayer } from "../../src/kernels/compile-layer.js";

/** A 2 × 3 block over a transposed, offset piece of a longer array. */
function strided(values: readonly number[]): Block {
  const data = new Float64Array(20).fill(99);
  values.forEach((value, i) => {
    data[5 + Math.floor(i / 3) + 2 * (i % 3)] = value;
  });
  return { dtype: "float64", data, shape: [2, 3], stride: [1, 2], offset: 5 };
}

function run(
  routine: Routine,
  operands: readonly Block[],
  shape: readonly number[],
  dtype: DType = "float64",
): number[] {
  const layer = nameLayer<RoutineLayer>(routine.name, {
    kind: "routine",
    inputs: [],
    routine,
    operands: [],
    loopChunks: [[2], [3]],
    chunks: [[2], [3]],
    dtype,
  });
  const output = emptyBlock(dtype, shape);
  (output.data as Float64Array).fill((isBigInt(dtype) ? 7n : 7) as number);
  compileLayer(layer, [])(0, operands, output);
  return Array.from(output.data, Number);
}

const x = strided([3, 1, 2, 6, 5, 4]);
const vector = (...values: number[]) =>
  contiguousBlock("int32", Int32Array.from(values), [values.length]);

describe("routines on strided blocks", () => {
  it("run along either axis", () => {
    expect(run({ name: "scan", scan: "sum", axis: 1 }, [x], [2, 3])).toEqual([3, 4, 6, 6, 11, 15]);
    expect(run({ name: "scan", scan: "prod", axis: 0 }, [x], [2, 3])).toEqual([3, 1, 2, 18, 5, 8]);
    const before = contiguousBlock("float64", Float64Array.of(10, 20), [2, 1]);
    const carried = run({ name: "carry", scan: "sum", axis: 1 }, [x, before], [2, 3]);
    expect(carried).toEqual([13, 11, 12, 26, 25, 24]);
  });

  it("sort, and tell the order", () => {
    const sort = { name: "sort", axis: 1, descending: false } as const;
    expect(run(sort, [x], [2, 3])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(run({ ...sort, descending: true }, [x], [2, 2])).toEqual([3, 2, 6, 5]);
    expect(run({ ...sort, name: "argsort" }, [x], [2, 3], "int64")).toEqual([1, 2, 0, 2, 1, 0]);
  });

  it("keep the order of zeros of either sign", () => {
    const zeros = strided([0, -0, -1, -0, 0, -0]);
    const sorted = run({ name: "sort", axis: 1, descending: false }, [zeros], [2, 3]);
    expect(sorted).toEqual([-1, 0, -0, -0, 0, -0]);
  });

  it("take what positions name", () => {
    const slabs = run({ name: "takeSlabs", axis: 1 }, [x, vector(2, -3)], [2, 2]);
    expect(slabs).toEqual([2, 3, 4, 6]);
    expect(() => run({ name: "takeSlabs", axis: 1 }, [x, vector(3)], [2, 1])).toThrow(
      "index 3 is out of range for axis 1 of length 3",
    );
  });

  it("look up and count", () => {
    const among = contiguousBlock("float64", Float64Array.of(2, 5, Number.NaN), [3]);
    expect(run({ name: "isin" }, [x, among], [2, 3], "bool")).toEqual([0, 0, 1, 0, 1, 0]);
    const edges = Float64Array.of(1, 3, 6);
    expect(run({ name: "histogram", edges }, [x], [1, 2])).toEqual([2, 4]);
    expect(run({ name: "bincount", length: 8 }, [x], [1, 8])).toEqual([0, 1, 1, 1, 1, 1, 1, 0]);
    expect(() => run({ name: "bincount", length: 4 }, [x], [1, 4])).toThrow("found 6");
  });

  it("find quantiles and lay out windows", () => {
    const quantiles = [0, 0.5, 1];
    const quantile = {
      name: "quantile",
      axis: 1,
      quantiles,
      method: "linear",
      ignoreNaN: false,
    } as const;
    expect(run(quantile, [x], [3, 2])).toEqual([1, 4, 2, 5, 3, 6]);
    expect(run({ name: "window", axis: 1, size: 2 }, [x], [2, 2, 2])).toEqual([
      3, 1, 1, 2, 6, 5, 5, 4,
    ]);
  });
});
