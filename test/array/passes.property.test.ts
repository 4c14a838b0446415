// Passes never change a result: random programs, whose values are whole numbers and so exact, with
// all passes, with none, and with each by itself.

import fc from "fast-check";
import { expect, it } from "vitest";
import {
  arange,
  type ChunkedArray,
  concatenate,
  eye,
  fromArray,
  ones,
  slice,
} from "../../src/array/index.js";
import { Assembly } from "../../src/array/results/assemble.js";
import { sizeOf } from "../../src/graph/model/chunks.js";
import type { LayerName } from "../../src/graph/model/layer.js";
import {
  graphBelow,
  type LayerGraph,
  layerOf,
  outputsOf,
} from "../../src/graph/model/layer-graph.js";
import { optimize, PASS_NAMES, type PassName } from "../../src/graph/passes/optimize.js";
import { pushSlices } from "../../src/graph/passes/push-slices.js";
import { pushTakes } from "../../src/graph/passes/push-takes.js";
import type { BlockConsumer } from "../../src/graph/ports/executor.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { after } from "../graph/after-pass.js";

type Step = (x: ChunkedArray) => ChunkedArray;

/** An entry of an index: a slice in any direction, or a position. */
const entry = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(bound(), bound(), fc.constantFrom(-2, -1, 1, 1, 2, 3)) },
  { weight: 1, arbitrary: fc.constant("first" as const) },
);

function bound() {
  return fc.option(fc.integer({ min: -7, max: 7 }));
}

const slices = fc
  .array(entry, { minLength: 1, maxLength: 2 })
  .map((entries) => (x: ChunkedArray) => {
    const index = entries
      .slice(0, x.ndim)
      .map((given) => (given === "first" ? 0 : slice(given[0], given[1], given[2])));
    return x.slice(...index);
  });

const rechunks = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 2 })
  .map((lengths) => (x: ChunkedArray) => x.rechunk(lengths.slice(0, x.ndim)));

const takes = fc
  .array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 6 })
  .chain((list) => fc.boolean().map((first) => ({ list, first })))
  .map(({ list, first }) => (x: ChunkedArray) => {
    if ((x.shape.at(first ? 0 : -1) ?? 0) < 2) return x;
    return first ? x.slice(list) : x.slice("...", list);
  });

const fixed: readonly Step[] = [
  (x) => x.negative(),
  (x) => x.negative().negative(),
  (x) => x.multiply(1).add(2),
  (x) => x.T,
  (x) => x.add(x.T.reshape(x.shape)),
  (x) => x.add(x.max(0)),
  (x) => x.sum(0, { keepdims: true }).add(x),
  (x) => x.sum(-1),
  (x) => x.argmax(0).astype("float64"),
  (x) => concatenate([x, x.negative(), x], 0),
  (x) => concatenate([x, ones(x.shape)], -1),
  (x) => x.add(arange(x.shape.at(-1) as number, { chunks: 2 })),
  (x) => (x.ndim === 2 ? x.add(eye(x.shape[0] as number, x.shape[1] as number, { chunks: 3 })) : x),
];

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: slices },
  { weight: 2, arbitrary: rechunks },
  { weight: 3, arbitrary: takes },
  { weight: 6, arbitrary: fc.constantFrom(...fixed) },
);

const programs = fc.record({
  shape: fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 })),
  blocks: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
  steps: fc.array(steps, { minLength: 2, maxLength: 6 }),
});

/** The elements of each output after the passes that are on. */
async function run(outputs: readonly ChunkedArray[], on: readonly PassName[]): Promise<number[][]> {
  const passes = Object.fromEntries(PASS_NAMES.map((name) => [name, on.includes(name)]));
  return compute(outputs, optimize(graphOf(outputs), { passes }));
}

function graphOf(outputs: readonly ChunkedArray[]): LayerGraph {
  return graphBelow(outputs.map(({ node }) => node));
}

/** The elements of each output of `graph`, whose grids are those of the arrays. */
async function compute(outputs: readonly ChunkedArray[], graph: LayerGraph): Promise<number[][]> {
  outputs.forEach((x, i) => {
    expect(layerOf(graph, outputsOf(graph)[i] as LayerName).chunks).toEqual(x.chunks);
  });
  const assemblies = outputsOf(graph).map((name) => new Assembly(layerOf(graph, name)));
  const put: BlockConsumer = (output, block, value) => assemblies[output]?.put(block, value);
  await new SerialExecutor().compute(graph, put, { optimizeGraph: false });
  return assemblies.map((assembly) => {
    const value = assembly.value();
    return typeof value === "object" && "data" in value
      ? Array.from(value.data, Number)
      : [Number(value)];
  });
}

it("gives the same values with all passes, with none and with each alone", async () => {
  await fc.assert(
    fc.asyncProperty(programs, async ({ shape, blocks, steps }) => {
      const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => (i * 7) % 11);
      let x: ChunkedArray = fromArray(data, { shape, chunks: [...blocks] });
      let before = x;
      for (const step of steps) {
        if (x.ndim === 0 || x.shape.includes(0)) break;
        before = x;
        x = step(x);
      }
      for (const outputs of [[x], [x, before]]) {
        const wanted = await run(outputs, []);
        expect(await run(outputs, PASS_NAMES)).toEqual(wanted);
        for (const name of PASS_NAMES) expect(await run(outputs, [name])).toEqual(wanted);
        // On blocks as small as these, only slices that cost no tasks go everywhere.
        expect(await compute(outputs, after(pushSlices, graphOf(outputs), 0))).toEqual(wanted);
        expect(await compute(outputs, after(pushTakes, graphOf(outputs), 0))).toEqual(wanted);
      }
    }),
    { numRuns: 40, seed: 7 },
  );
});
