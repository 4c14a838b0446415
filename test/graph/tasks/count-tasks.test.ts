// Counted tasks against those that expansion lists, for arrays of all kinds of layers.
import { describe, expect, it } from "vitest";
import {
  arange,
  type ChunkedArray,
  concatenate,
  einsum,
  fft,
  histogram,
  linalg,
  median,
  ones,
  random,
} from "../../../src/array/index.js";
import type { Layer } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import { outputBytes } from "../../../src/graph/model/output-bytes.js";
import { optimize } from "../../../src/graph/passes/optimize.js";
import { countTasks } from "../../../src/graph/tasks/count-tasks.js";
import { expandLayers, tasksPerLayer } from "../../../src/graph/tasks/expand.js";

const x = random([40, 60], { chunks: [10, 20], seed: 1 });
const y = random([60, 40], { chunks: [15, 10], seed: 2 });
const long = random([120], { chunks: [7], seed: 3 });

const PROGRAMS: Readonly<Record<string, () => ChunkedArray[]>> = {
  "the main job": () => {
    const z = random([90, 90], { chunks: 10, seed: 1 });
    return [z.add(z.T).mean()];
  },
  "broadcasts, one of them of a diagonal": () => [
    x.add(ones([60], { chunks: 20 })),
    x.subtract(x.mean(0)),
  ],
  "slices, of which some take whole blocks": () => [
    x.slice([10, 30], [5, 41]).sum(),
    x.slice(3).exp(),
  ],
  "reductions over one axis": () => [x.sum(0), x.max(1), x.std()],
  products: () => [x.matmul(y).sum(), x.matmul(y)],
  "rechunks that keep some blocks": () => [x.rechunk([20, 20]).sum(0), x.rechunk([10, 60])],
  concatenations: () => [concatenate([x, x.sin()]).sum(), concatenate([x, x], 1)],
  "takes and masks": () => [x.take([1, 5, 33], 0), long.sort(), x.flip(0).slice([0, 12])],
  "mapped blocks": () => [x.mapBlocks((block) => block).sum()],
  shapes: () => [x.reshape([2400]).slice([0, 100]), arange(1000, { chunks: 10 }).cumsum()],
  "sums of products": () => [
    einsum("ii->i", x.matmul(y)),
    einsum("ij,jk->", x, y),
    einsum("ii", x.matmul(y)),
  ],
  "quantiles and bins": () => [long.sort().max(), median(x, 0), histogram(long, [0, 0.5, 1]).hist],
  "a transform": () => [fft.fft(random([64], { chunks: 64, seed: 1 }).astype("complex128")).abs()],
  "a decomposition": () => [
    ...Object.values(linalg.qr(random([40, 8], { chunks: [10, 8], seed: 4 }))),
  ],
};

describe.each(Object.entries(PROGRAMS))("%s", (_, program) => {
  it.each([false, true])("has as many tasks as are listed (after passes: %s)", (isOptimized) => {
    const built = graphBelow(program().map(({ node }) => node));
    const graph = isOptimized ? optimize(built) : built;
    const [layers, outputs] = [layersOf(graph), outputsOf(graph)];
    const table = expandLayers(layers, outputs);
    const bytes = layers.map(() => 0);
    table.layerOf.forEach((at, task) => {
      bytes[at] =
        (bytes[at] as number) + outputBytes(layers[at] as Layer, table.blockOf[task] as number);
    });
    const counted = countTasks(layers, outputs);
    expect(counted.map(({ tasks }) => tasks)).toEqual(tasksPerLayer(table));
    expect(counted.map((each) => each.bytes)).toEqual(bytes);
  });
});

it("counts four million tasks", () => {
  const many = random([10_000, 10_000], { chunks: 10, seed: 1 });
  const graph = graphBelow([many.add(many.T).exp().node]);
  const layers = layersOf(graph).map((layer) => ({ ...layer }));
  const counted = countTasks(layers, outputsOf(graph));
  expect(counted.map(({ tasks }) => tasks)).toEqual([1e6, 1e6, 1e6, 1e6]);
});
