// Graphs that between them have layers of every kind: by hand, of arrays, bags and delayed calls,
// and random programs of arrays; each as it is made and as passes leave it.
import {
  arange,
  type ChunkedArray,
  linspace,
  ones,
  random,
  zeros,
} from "../../../src/array/index.js";
import { fromRange, fromSequence } from "../../../src/bag/index.js";
import { Rng } from "../../../src/base/rng.js";
import { delayed } from "../../../src/delayed/delayed.js";
import type { Layer, StoreLayer } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../../src/graph/model/layer-node.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import type { Collection } from "../../../src/graph/ports/collection.js";
import { layerGraph } from "../../../src/graph/ports/collection-graphs.js";
import { bind, clone, waitOn } from "../../../src/graph/ports/graph-manipulation.js";
import { fromRecords } from "../../../src/table/index.js";
import "../../../src/index.js";
import { randomProgram } from "../../array/differential-programs.js";
import {
  blocks,
  concatenate,
  contract,
  elementwise,
  gatherParts,
  persisted,
  rechunk,
  reduce,
  reshape,
  slice,
  source,
  splitRows,
  transpose,
} from "../example-layers.js";

const PROGRAMS = Number(process.env.PROGRAMS ?? 12);

function byHand(): LayerNode[] {
  const x = source([blocks(3, 10), blocks(3, 10)]);
  const y = source([blocks(3, 10), blocks(3, 10)], { type: "full", value: 2 });
  const kept = persisted([blocks(3, 10), blocks(3, 10)]);
  const numbers = source([blocks(3, 10)], { type: "arange", start: 0, step: 1 });
  return [
    reduce(elementwise("add", x, transpose(y)), "mean"),
    reduce(x, "var", [0], true),
    elementwise("multiply", concatenate([x, kept], 0), concatenate([y, x], 0)),
    rechunk(x, [blocks(5, 6), [7, 23]]),
    slice(x, [
      { type: "range", start: 25, step: -2, count: 9 },
      { type: "index", at: 12 },
    ]),
    reduce(contract(x, y, 2), "sum"),
    reshape(x, [blocks(3, 10), [1], blocks(3, 10)]),
    gatherParts(splitRows(x, numbers, 4), 4),
    stored(y),
  ];
}

function stored(node: LayerNode): LayerNode {
  const { name, chunks } = node.layer;
  const layer = nameLayer<StoreLayer>("store", {
    kind: "store",
    inputs: [name],
    chunks: chunks.map((axis) => axis.map(() => 1)),
    dtype: "bool",
    target: { type: "npy", path: "/data/x.npy", byteOffset: 128 },
  });
  return { layer, inputs: [node] };
}

function ofArrays(): ChunkedArray[] {
  const x = arange(30, { chunks: 7 }).astype("float64").reshape([5, 6]);
  const y = ones([12, 12], { chunks: [5, 4] });
  return [
    x.take([4, 0, 0, 2], 0),
    clone(ones([6], { chunks: 4 }).add(1)),
    bind(random([6, 6], { chunks: 3, seed: 1 }).add(1), y),
    x.sort({ axis: 1 }),
    linspace(0, 1, 100, { chunks: 9 }).sort(),
    y.mapBlocks((block) => block),
    y
      .mapBlocks((block) => block)
      .add(y.cumsum(0))
      .sum(0),
    y.matmul(y).add(zeros([12, 1])),
    y.cumsum(0),
    y.argmax(1),
  ] as ChunkedArray[];
}

function ofOthers(): Collection[] {
  const bag = fromRange(40, { npartitions: 4 });
  const add = delayed((a: number, b: number) => a + b);
  const rows = fromRecords(
    [
      { k: "a", n: 1 },
      { k: "b", n: 2 },
    ],
    { npartitions: 2 },
  );
  return [
    rows.groupBy("k").agg({ n: "sum" }, { npartitions: 2 }),
    rows.join(rows, { on: "k", how: "semi" }),
    bag.map((n) => n * 2).filter((n) => n > 3),
    bag.groupBy((n) => n % 3),
    bag.sum(),
    waitOn(bag.map((n) => n + 1)),
    bind(fromRange(10, { npartitions: 3 }), bag),
    bind(add(1, 2), [add(2, 3), bag]),
    fromSequence([3, 1, 2], { npartitions: 2 }).zip(fromSequence([1, 2, 3], { npartitions: 2 })),
    add(add(1, 2), add(3, 4)),
  ] as unknown as Collection[];
}

/** Layers of all graphs, each after its inputs. */
export function examples(): (readonly Layer[])[] {
  const collections: Collection[] = [...ofArrays(), ...ofOthers()];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const { made } = randomProgram(new Rng(seed), 6);
    collections.push((made.at(-1) as { array: ChunkedArray }).array);
  }
  return [
    ...byHand().map((node) => layersOf(graphBelow([node]))),
    ...collections.flatMap((collection) => [
      layersOf(layerGraph(collection)),
      layersOf(layerGraph(collection, { optimize: true })),
    ]),
  ].filter((layers) => layers.length > 0);
}
