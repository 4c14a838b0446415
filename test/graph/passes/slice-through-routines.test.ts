// Slices below routines of lanes: sorts, quantiles and Fourier transforms. Those that cut the lanes
// stay above.
import { describe, expect, it } from "vitest";
import { argsort, fft, median, quantile, random, sort, topk } from "../../../src/array/index.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { pushSlices } from "../../../src/graph/passes/push-slices.js";
import { after } from "../after-pass.js";
import { elementsOf } from "../computed-elements.js";

const x = random([12, 9], { chunks: [5, 4], seed: 2 });

const EXPRESSIONS = {
  "rows of sorted rows": () => sort(x, { axis: 1 }).slice("2:9:3"),
  "one row of sorted rows": () => sort(x, { axis: 1 }).slice(7),
  "every second of sorted columns": () => sort(x, { axis: 0 }).slice(":", "::-2"),
  "places in sorted columns": () => argsort(x, { axis: 0 }).slice(":", "1:6"),
  "medians of columns": () => median(x, 0).slice("5:8"),
  "medians that keep the axis": () => median(x, 1, { keepdims: true }).slice("4:6"),
  "one of three quantiles": () => quantile(x, [0.1, 0.5, 0.9], 1).slice(1, "3:11:2"),
  "quantiles of one row": () => quantile(x, [0.1, 0.5, 0.9], 1).slice("1:", 4),
  "transformed rows": () => fft.rfft(x, { axis: 1 }).slice("6:8"),
  "the greatest of some columns": () => topk(x, 2, 0).slice(":", "3:5"),
} as const;

/** Those that take a part of each lane. */
const STAYING = {
  "part of sorted columns": () => sort(x, { axis: 0 }).slice("3:8", "::-2"),
  "part of transformed rows": () => fft.rfft(x, { axis: 1 }).slice("6:8", "1:"),
} as const;

describe("slices below routines of lanes", () => {
  it.each(Object.keys(EXPRESSIONS))("give the same elements: %s", async (name) => {
    const { node } = EXPRESSIONS[name as keyof typeof EXPRESSIONS]();
    const graph = graphBelow([node]);
    const pushed = after((each) => pushSlices(each, 0), graph);
    expect(layersOf(pushed)).not.toEqual(layersOf(graph));
    expect(await elementsOf(pushed)).toEqual(await elementsOf(graph));
    expect(await elementsOf(optimize(graph))).toEqual(await elementsOf(graph));
  });

  it.each(Object.keys(STAYING))("stay above what they would cut: %s", async (name) => {
    const { node } = STAYING[name as keyof typeof STAYING]();
    const graph = graphBelow([node]);
    expect(layersOf(after((each) => pushSlices(each, 0), graph))).toEqual(layersOf(graph));
    expect(await elementsOf(optimize(graph))).toEqual(await elementsOf(graph));
  });

  it("cut what is read, and not lanes", () => {
    const kindsOf = (node: Parameters<typeof graphBelow>[0][number]) =>
      layersOf(after(pushSlices, graphBelow([node]))).map(({ kind }) => kind);
    const large = random([2_000, 2_000], { chunks: 1_000, seed: 1 });
    expect(kindsOf(sort(large, { axis: 1 }).slice(":10").node).at(-1)).toBe("routine");
    expect(kindsOf(sort(large, { axis: 1 }).slice(":", ":10").node).at(-1)).toBe("slice");
  });
});
