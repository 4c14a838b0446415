// What the client does for a graph, counted: as much for 100 blocks as for a million. How long it
// takes is bench/client-cost.mjs.
import { DirectedGraph } from "graphology";
import { afterEach, describe, expect, it, vi } from "vitest";
import { random } from "../../src/array/index.js";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { encodeMessages } from "../../src/protocol/frames/frames.js";
import type { SubmitGraph } from "../../src/protocol/messages/messages.js";

afterEach(() => vi.restoreAllMocks());

/** By which graphology's nodes and edges are made, read and changed. */
const TOUCHES = [
  "addNode",
  "addDirectedEdgeWithKey",
  "getNodeAttributes",
  "replaceNodeAttributes",
  "dropNode",
  "forEachNode",
  "mapNodes",
  "mapOutNeighbors",
  "forEachOutNeighbor",
  "forEachInEdge",
  "clear",
] as const;

/** Builds, optimises and encodes `(x + xᵀ).mean()` of so many blocks. */
function submission(blocks: number) {
  const side = Math.sqrt(blocks);
  const calls = TOUCHES.map((name) => vi.spyOn(DirectedGraph.prototype, name));
  const x = random([side * 10, side * 10], { chunks: [10, 10], seed: 1 });
  const graph = optimize(graphBelow([x.add(x.transpose()).mean().node]));
  const [layers, outputs] = [layersOf(graph), outputsOf(graph)];
  const touched = calls.map(({ mock }) => mock.calls.length);
  vi.restoreAllMocks();
  const type = "submitGraph";
  const message: SubmitGraph = { type, graph: "g", layers, outputs, reportOutputs: true };
  const frames = encodeMessages([message]);
  const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
  return { layers: layers.length, touched, bytes };
}

const total = (calls: readonly number[]) => calls.reduce((sum, count) => sum + count, 0);

describe("the client's cost of (x + xᵀ).mean()", () => {
  it("grows with the layers alone: the levels of the reduction's tree", () => {
    const counts = [100, 10_000, 1_000_000].map(submission);
    expect(counts.map(({ layers }) => layers)).toEqual([4, 6, 6]);
    for (const { layers, touched } of counts) {
      expect(total(touched)).toBeGreaterThan(layers);
      expect(total(touched)).toBeLessThan(50 * layers);
    }
  });

  it("is the same for four times the blocks, where the tree is as high", () => {
    const { layers, touched } = submission(250_000);
    expect(submission(1_000_000)).toMatchObject({ layers, touched });
  });

  it("is at most 10 kB to send for a million blocks", () => {
    expect(submission(1_000_000).bytes).toBeLessThan(10_000);
  });
});
