import { describe, expect, it } from "vitest";
import { dependencyMap } from "../../../src/graph/dependencies/dependencies.js";
import { takeSources } from "../../../src/graph/dependencies/take-plan.js";
import { blockCount } from "../../../src/graph/model/chunks.js";
import type { Layer, RoutineLayer, TakeLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { blocks, source } from "../example-layers.js";

function operandsOf(layer: Layer, inputs: readonly Layer[]): number[][] {
  const map = dependencyMap(layer, inputs);
  return Array.from({ length: blockCount(layer.chunks) }, (_, block) => {
    const operands: number[] = [];
    map(block, (_input, inputBlock) => operands.push(inputBlock));
    return operands;
  });
}

/** A 3 × 2 × 2 grid of blocks of 4 × 5 × 6. */
const input = source([blocks(3, 4), blocks(2, 5), blocks(2, 6)]).layer;

function take(spec: Pick<TakeLayer, "axes" | "indices" | "place" | "chunks">): TakeLayer {
  return nameLayer<TakeLayer>("take", {
    kind: "take",
    inputs: [input.name],
    dtype: "float64",
    ...spec,
  });
}

describe("a take", () => {
  it("reads the blocks that hold its points, each once and in order", () => {
    const layer = take({
      axes: [0],
      indices: [Int32Array.of(11, 0, 8, 1, 4)],
      place: 0,
      chunks: [[3, 2], blocks(2, 5), blocks(2, 6)],
    });
    const [first, second] = operandsOf(layer, [input]);
    expect(first).toEqual([0, 8]);
    expect(second).toEqual([1, 9]);
    expect(operandsOf(layer, [input])[4]).toEqual([0, 4]);
  });

  it("follows points along two axes, wherever they stand in the result", () => {
    const layer = take({
      axes: [0, 2],
      indices: [Int32Array.of(0, 11), Int32Array.of(0, 11)],
      place: 1,
      chunks: [blocks(2, 5), [1, 1]],
    });
    expect(takeSources(layer)).toEqual([1, -1]);
    expect(operandsOf(layer, [input])).toEqual([[0], [9], [2], [11]]);
  });

  it("reads nothing for no points", () => {
    const chunks = [[0], blocks(2, 5), blocks(2, 6)];
    const layer = take({ axes: [0], indices: [new Int32Array(0)], place: 0, chunks });
    expect(operandsOf(layer, [input])[0]).toEqual([]);
  });

  it("is another layer when its positions are others", () => {
    const chunks = [[1], blocks(2, 5), blocks(2, 6)];
    const at = (position: number) =>
      take({ axes: [0], indices: [Int32Array.of(position)], place: 0, chunks }).name;
    expect(at(1)).toBe(at(1));
    expect(at(1)).not.toBe(at(2));
  });
});

describe("a routine", () => {
  it("reads the one block of an axis that it has whole", () => {
    const whole = source([[12], blocks(2, 5)]).layer;
    const layer = nameLayer<RoutineLayer>("takeSlabs", {
      kind: "routine",
      inputs: [whole.name],
      routine: { name: "takeSlabs", axis: 0 },
      operands: [{ input: 0, axes: [-1, 1] }],
      loopChunks: [[2, 1], blocks(2, 5)],
      chunks: [[2, 1], blocks(2, 5)],
      dtype: "float64",
    });
    expect(operandsOf(layer, [whole])).toEqual([[0], [1], [0], [1]]);
  });
});
