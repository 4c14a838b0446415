// Where takes of listed positions go, in layers, shapes and tasks. That values stay what they are
// is test/array/passes.property.test.ts.

import { describe, expect, it } from "vitest";
import { ChunkedArray, concatenate, ones, random } from "../../../src/array/index.js";
import { sourceNode } from "../../../src/array/layers/source-layer.js";
import { shapeOf } from "../../../src/graph/model/chunks.js";
import type { Layer } from "../../../src/graph/model/layer.js";
import { graphBelow, layerOf, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { explainPasses } from "../../../src/graph/passes/optimize.js";
import { pushTakes } from "../../../src/graph/passes/push-takes.js";
import { after } from "../after-pass.js";

const x = random([4_000, 4_000], { chunks: 1_000, seed: 1 });
const y = random([4_000, 4_000], { chunks: 1_000, seed: 2 });
const rows = [5, 3_999, 17, 5];

/**
 * Kinds and shapes of the layers after the pass, sources left out; the grid of outputs never
 * changes.
 */
function pushed(...outputs: readonly ChunkedArray[]): string[] {
  const graph = after(pushTakes, graphBelow(outputs.map(({ node }) => node)));
  expect(outputsOf(graph).map((name) => layerOf(graph, name).chunks)).toEqual(
    outputs.map(({ chunks }) => chunks),
  );
  return layersOf(graph).flatMap((layer) => (layer.kind === "source" ? [] : [told(layer)]));
}

function told({ kind, chunks }: Layer): string {
  return `${kind} ${shapeOf(chunks).join("×")}`;
}

function tasks(output: ChunkedArray, pushTakes: boolean): number | undefined {
  const passes = { pushTakes, drawInside: false, fuseSources: false };
  return explainPasses(graphBelow([output.node]), { passes }).at(-1)?.tasks;
}

describe("pushTakes", () => {
  it("takes rows below elementwise layers, transposes and broadcasts", () => {
    expect(pushed(x.abs().T.negative().take(rows, 1))).toEqual([
      "take 4×4000",
      "blockwise 4×4000",
      "blockwise 4000×4",
      "blockwise 4000×4",
    ]);
    const row = random([4_000], { chunks: 1_000, seed: 3 });
    expect(pushed(x.add(row).take(rows, 0))).toEqual(["take 4×4000", "blockwise 4×4000"]);
    expect(pushed(x.add(row).take(rows, 1))).toEqual(["take 4000×4", "take 4", "blockwise 4000×4"]);
  });

  it("stays above two arrays where nothing is left out, and above what someone needs whole", () => {
    const every = Array.from({ length: 4_000 }, (_, k) => (k * 7) % 4_000);
    expect(pushed(x.add(y).take(every, 0))).toEqual(["blockwise 4000×4000", "take 4000×4000"]);
    const wanted = x.abs();
    expect(pushed(wanted, wanted.take(rows, 0))).toEqual(["blockwise 4000×4000", "take 4×4000"]);
  });

  it("makes one take of two, of a slice, and of the part that it hits", () => {
    expect(pushed(x.take([1, 2, 3], 0).take([2, 0], 0))).toEqual(["take 2×4000"]);
    expect(pushed(x.slice("::-2").take(rows.slice(2), 0))).toEqual(["take 2×4000"]);
    expect(pushed(concatenate([x, y], 0).take([4_001, 7_000], 0))).toEqual(["take 2×4000"]);
    expect(pushed(concatenate([x, y], 1).take(rows, 0))).toEqual([
      "take 4×4000",
      "take 4×4000",
      "concatenate 4×8000",
    ]);
    expect(pushed(concatenate([x, y], 0).take(rows.concat(4_001), 0))).toEqual([
      "concatenate 8000×4000",
      "take 5×4000",
    ]);
  });

  it("takes before it rechunks, or instead", () => {
    expect(pushed(x.rechunk([500, 1_000]).take(rows, 0))).toEqual(["take 4×4000"]);
    expect(pushed(x.rechunk([500, 800]).take(rows, 0))).toEqual(["take 4×4000", "rechunk 4×4000"]);
  });

  it("takes before it reduces over other axes, with every name's states", () => {
    // Blocks of a client are tasks of their own, and never made in those of the reduction.
    const generator = { type: "held", address: "inproc://client" } as const;
    const held = new ChunkedArray(
      sourceNode("held", generator, [4_000, 4_000], "float64", [1_000, 1_000]),
    );
    const all = [held.sum(1), held.std(1), held.argmax(1), held.max(1, { keepdims: true })];
    for (const reduced of all) {
      const [first] = pushed(reduced.take(rows, 0));
      expect(first).toBe("take 4×4000");
    }
    expect(pushed(x.sum(1, { keepdims: true }).take([0, 0], 1)).at(-1)).toBe("take 4000×2");
  });

  it("makes constants shorter, and leaves ranges alone", () => {
    expect(pushed(ones([4_000, 4_000], { chunks: 1_000 }).take(rows, 0))).toEqual([]);
  });

  it("lets layers on both sides become one, with fewer tasks", () => {
    const middle = x.sin().take(rows, 0).cos().sum();
    expect(tasks(middle, true)).toBeLessThan(tasks(middle, false) as number);
  });
});

describe("takes above files", () => {
  const npy = (path: string) => {
    const layout = { byteOffset: 128, fortranOrder: false, bigEndian: false };
    const generator = { type: "npy", path, ...layout } as const;
    return new ChunkedArray(sourceNode("npy", generator, [2_000, 2_000], "float64", [500, 500]));
  };
  const [a, b] = [npy("/data/1.npy"), npy("/data/2.npy")];
  const taken = [5, 3, 1_999, 700, 701];

  it("never take more tasks, since layers read files in their own tasks", () => {
    for (const array of [
      a.add(b).take(taken, 0),
      a.sum(1).take(taken, 0),
      a.add(b).take(taken, 0).slice(":", ":50"),
      a.add(b).slice(":1000").take([1, 500], 0),
    ]) {
      const counts = [true, false].map((pushTakes) => {
        const graph = graphBelow([array.node]);
        return explainPasses(graph, { passes: { pushTakes } }).at(-1)?.tasks as number;
      });
      expect(counts[0]).toBeLessThanOrEqual(counts[1] as number);
    }
  });
});

describe("slices of takes", () => {
  it("shorten the list, or read the one row", () => {
    expect(pushed(x.take(rows, 0).slice(1))).toEqual(["take 4×4000", "slice 4000"]);
    const graph = graphBelow([x.take(rows, 0).slice(1, "10:20").node]);
    const kinds = explainPasses(graph).at(-1);
    // The row is drawn by itself.
    expect(kinds).toMatchObject({ layers: 1, tasks: 1 });
    const fewer = graphBelow([x.take(rows, 0).slice("1:3", "10:20").node]);
    expect(explainPasses(fewer).at(-1)).toMatchObject({ tasks: 3 });
  });
});
