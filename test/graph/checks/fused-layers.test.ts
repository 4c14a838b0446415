// Fused layers whose sources run along axes that are not there: no scheduler may take them in, nor
// a kernel look for blocks of no number.
import { describe, expect, it } from "vitest";
import { ChunkedArray } from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { checkLayer } from "../../../src/graph/checks/check-layer.js";
import type { FusedLayer, FusedStep } from "../../../src/graph/model/layer.js";
import { layersOf } from "../../../src/graph/model/layer-graph.js";
import { layerGraph } from "../../../src/graph/ports/collection-graphs.js";
import { expandLayers } from "../../../src/graph/tasks/expand.js";

const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
const generator = { type: "npy", path: "/data/a.npy", ...layout } as const;
const a = new ChunkedArray(sourceNode("npy", generator, [40, 30], "float64", [13, 8]));
const [turned] = layersOf(layerGraph(a.T.add(1), { optimize: true })) as [FusedLayer];

/** The layer with other axes of its source. */
function withAxes(axes: unknown, more: Partial<FusedStep> = {}): FusedLayer {
  const [first, ...rest] = turned.steps as [FusedStep];
  return { ...turned, steps: [{ ...first, axes, ...more } as FusedStep, ...rest] };
}

describe("axes of a fused layer's source", () => {
  it("are those of the loop that reads it", () => {
    expect(turned.kind).toBe("fused");
    expect(turned.steps[0]?.axes).toEqual([1, 0]);
    expect(() => checkLayer(turned, [])).not.toThrow();
  });

  it.each([
    [[0, 1]],
    [[1, 99]],
    [[2, 0]],
    [[1, 1]],
    [[-1, -1]],
    [[-2, 0]],
    [[0.5, 0]],
    [[1]],
    [[1, 0, 0]],
    [[]],
    [["1", "0"]],
    ["10"],
    [{ 0: 1, 1: 0 }],
    [null],
    [7],
  ])("are refused where they are %j, by who checks and who expands", (axes) => {
    const layer = withAxes(axes);
    expect(() => checkLayer(layer, [])).toThrow(/step \d: .*(axes|blocks)/);
    expect(() => expandLayers([layer], [layer.name])).toThrow(/step \d/);
  });

  it("are refused at a step that nothing reads, too", () => {
    const [source, last] = turned.steps as [FusedStep, FusedStep];
    for (const axes of [[99, 0], [0, 0], [3]]) {
      const unread = { ...source, axes };
      const steps = [source, unread, { ...last }];
      expect(() => checkLayer({ ...turned, steps }, [])).toThrow(/step 1: its axes are not those/);
    }
    const loopless = { ...last, layer: { ...last.layer, loopChunks: "none" } } as never;
    expect(() => checkLayer({ ...turned, steps: [source, loopless] }, [])).toThrow(/step 0/);
  });
});
