import { describe, expect, it } from "vitest";
import { GraphError } from "../../../src/base/errors.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { checkTaskCount, expandLayers } from "../../../src/graph/tasks/expand.js";
import { blocks, elementwise, slice, source } from "../example-layers.js";

function partsOf(node: LayerNode) {
  const graph = graphBelow([node]);
  return [layersOf(graph), outputsOf(graph)] as const;
}

function errorOf(act: () => unknown): GraphError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    return error as GraphError;
  }
  throw new Error("nothing was thrown");
}

describe("a job of too many tasks", () => {
  const x = source([blocks(30, 1), blocks(40, 1)]);

  it("is refused with the layer that has most and chunks to take", () => {
    const parts = partsOf(elementwise("sqrt", x));
    for (const act of [checkTaskCount, expandLayers]) {
      const error = errorOf(() => act(...parts, 2_399));
      expect(error.code).toBe("graph.tooLarge");
      expect(error.message).toMatch(
        /^the job has more than 2,399 tasks, and at most 2,399 are run: layer .* has 30 × 40 of 1 × 1; give larger chunks, such as \{ chunks: \[30, 40\] \} or \{ chunks: "auto" \}, where the array is made/,
      );
      expect(error.data).toMatchObject({ limit: 2_399, blocks: 1_200, proposed: [30, 40] });
      expect(() => act(...parts, 2_400)).not.toThrow();
    }
  });

  it("counts only the blocks that are needed", () => {
    const corner = slice(x, [
      { type: "range", start: 0, step: 1, count: 1 },
      { type: "range", start: 0, step: 1, count: 3 },
    ]);
    expect(() => checkTaskCount(...partsOf(corner), 3)).not.toThrow();
    expect(() => checkTaskCount(...partsOf(corner), 2)).toThrow("more than 2 tasks");
  });

  it("is refused before anything is allocated where blocks cannot even be marked", () => {
    const axis = Array.from({ length: 2 ** 14 }, () => 1);
    const huge = source([axis, axis]);
    const before = process.memoryUsage().arrayBuffers;
    const error = errorOf(() => checkTaskCount(...partsOf(huge), Number.POSITIVE_INFINITY));
    expect(error.message).toMatch(
      /^the job has 268,435,456 blocks, and at most 67,108,864 are run/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});
