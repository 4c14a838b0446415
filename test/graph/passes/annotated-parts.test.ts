// Passes over graphs whose layers have terms of their own: values stay, and so do the terms.
import { describe, expect, it } from "vitest";
import { Rng } from "../../../src/base/rng.js";
import type { Layer } from "../../../src/graph/model/layer.js";
import {
  graphBelow,
  graphInOrder,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { wordOf } from "../../../src/graph/model/naming.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { numbersOf } from "../computed-elements.js";
import { blocks, elementwise, reduce, slice, source, transpose } from "../example-layers.js";

const x = source([blocks(2, 4), blocks(2, 4)]);

/** The graph with other fields in the layers of some words. */
function annotated(graph: LayerGraph, fieldsOf: (layer: Layer) => Partial<Layer>): LayerGraph {
  const layers = layersOf(graph).map((layer) => ({ ...layer, ...fieldsOf(layer) }) as Layer);
  return graphInOrder(layers, outputsOf(graph));
}

/** What each layer that is computed is made of, and its terms. */
function summary(graph: LayerGraph): string[] {
  return layersOf(optimize(graph)).map((layer) => {
    const { resources, terms } = layer;
    return `${wordOf(layer.name)} ${JSON.stringify({ ...resources, ...terms })}`;
  });
}

const chain = reduce(elementwise("negative", elementwise("exp", elementwise("abs", x))), "sum");

describe("annotated layers", () => {
  it("are fused with each other, and not with those around them", () => {
    const graph = graphBelow([chain]);
    expect(summary(graph)).toEqual(["random {}", "sum-partial-negative-exp-abs {}", "sum {}"]);
    const middle = annotated(graph, ({ name }) =>
      ["exp", "negative"].includes(wordOf(name)) ? { resources: { GPU: 1 } } : {},
    );
    expect(summary(middle)).toEqual([
      "random {}",
      "abs {}",
      'negative-exp {"GPU":1}',
      "sum-partial {}",
      "sum {}",
    ]);
    const other = annotated(middle, ({ name }) =>
      wordOf(name) === "negative" ? { terms: { retries: 2 } } : {},
    );
    expect(summary(other)).toContain('exp {"GPU":1}');
    expect(summary(other)).toContain('negative {"GPU":1,"retries":2}');
  });

  it("are optimised as usual where all have the same terms", () => {
    const graph = annotated(graphBelow([chain]), () => ({ terms: { priority: 1 } }));
    expect(summary(graph)).toEqual([
      'random {"priority":1}',
      'sum-partial-negative-exp-abs {"priority":1}',
      'sum {"priority":1}',
    ]);
  });

  it("give the same values, whichever are annotated", async () => {
    const y = elementwise("add", x, transpose(x));
    const part = slice(elementwise("multiply", y, elementwise("exp", x)), [
      { type: "range", start: 1, step: 1, count: 5 },
      { type: "index", at: 2 },
    ]);
    const outputs: readonly LayerNode[] = [part, reduce(y, "mean"), elementwise("abs", y)];
    const rng = new Rng(7);
    for (const output of outputs) {
      const graph = graphBelow([output]);
      const expected = await numbersOf(graph);
      for (let round = 0; round < 8; round++) {
        const some = annotated(graph, () => {
          const which = rng.below(4);
          if (which === 0) return { resources: { GPU: 1 } };
          return which === 1 ? { terms: { workers: ["a"] } } : {};
        });
        const values = await numbersOf(optimize(some));
        expect(values).toHaveLength(expected.length);
        values.forEach((value, at) => void expect(value).toBeCloseTo(expected[at] as number, 12));
      }
    }
  });
});
