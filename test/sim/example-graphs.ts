// Graphs to simulate: the headline and others that move values about, fused and unfused.
import type { AxisSelection, PersistedLayer } from "../../src/graph/model/layer.js";
import {
  graphBelow,
  graphOf,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";
import {
  blocks,
  contract,
  elementwise,
  gatherParts,
  rechunk,
  reduce,
  reshape,
  slice,
  source,
  splitRows,
  transpose,
} from "../graph/example-layers.js";

const LENGTH = 1_000;

function square(blocksPerSide: number, seed = 1): LayerNode {
  const axis = blocks(blocksPerSide, LENGTH);
  return source([axis, axis], { type: "uniform", seed, low: 0, high: 1 });
}

/** `(x + xᵀ).mean()` as it is submitted: fused. */
export function headline(blocksPerSide: number): LayerGraph {
  // Programs that draw their numbers would have nothing to hold or to move, and half of them fewer
  // to decide about.
  const passes = { drawInside: false, mirrorReductions: false, fuseSources: false };
  return optimize(unfusedHeadline(blocksPerSide), { passes });
}

/** The same with every step a task of its own. */
export function unfusedHeadline(blocksPerSide: number): LayerGraph {
  const x = square(blocksPerSide);
  return graphBelow([reduce(elementwise("add", x, transpose(x)), "mean")]);
}

/** A product of matrices, kept by block, and its sum. */
export function product(blocksPerSide: number): LayerGraph {
  const a = square(blocksPerSide, 1);
  const b = square(blocksPerSide, 2);
  const c = contract(a, b, 2);
  return graphBelow([c, reduce(c, "sum", [0, 1, 2])]);
}

/** Columns of a matrix that is made by rows, and two reductions of one array. */
export function columns(blocksPerSide: number): LayerGraph {
  const x = square(blocksPerSide);
  const rows = (x.layer.chunks[0] as readonly number[]).reduce((sum, length) => sum + length, 0);
  const tall = rechunk(x, [[rows], blocks(2 * blocksPerSide, LENGTH / 2)]);
  return graphBelow([tall, reduce(x, "std", [0]), reduce(x, "max", [1])]);
}

/** Blocks that are copied, of which four small parts are taken, added and reduced. */
export function regridded(count: number): LayerGraph {
  const x = source([blocks(count, LENGTH), [LENGTH]]);
  const cells = reshape(x, [blocks(count, LENGTH), [LENGTH / 10], [10]]);
  const from = (start: number, along: number): AxisSelection => {
    return { type: "range", start, step: 1, count: along };
  };
  const rows = from(0, count * LENGTH);
  const parts = [0, 10, 20, 30].map((at) => slice(cells, [rows, from(at, 5), from(0, 10)]));
  const sum = parts.reduce((left, right) => elementwise("add", left, right));
  return unfusedSources([reduce(sum, "std", [0])]);
}

/** Two reductions of the same blocks. */
export function twoReductions(count: number): LayerGraph {
  const x = source([blocks(count, LENGTH), [LENGTH]]);
  return unfusedSources([reduce(x, "mean", [1]), reduce(x, "std", [1])]);
}

/** Means of the products of two fields: each block is read twice, and meets one of the other. */
export function products(count: number): LayerGraph {
  const [u, v] = [1, 2].map((seed) => {
    return source([blocks(count, LENGTH), [LENGTH]], { type: "uniform", seed, low: 0, high: 1 });
  }) as [LayerNode, LayerNode];
  const pairs = [
    [u, u],
    [v, v],
    [u, v],
  ] as const;
  return unfusedSources(pairs.map(([a, b]) => reduce(elementwise("multiply", a, b), "mean", [1])));
}

/** As graphs of files: blocks that several tasks read are made once, by themselves. */
function unfusedSources(outputs: readonly LayerNode[]): LayerGraph {
  const passes = { drawInside: false, fuseSources: false, pushSlices: false };
  return optimize(graphBelow(outputs), { passes });
}

/** A matrix made by rows and read by columns: every column needs a part of every row. */
export function allToAll(blocksPerSide: number, length = 100): LayerGraph {
  const cut = blocks(blocksPerSide, length);
  const whole = [blocksPerSide * length];
  const rows = source([cut, whole], { type: "uniform", seed: 1, low: 0, high: 1 });
  return graphBelow([reduce(rechunk(rows, [whole, cut]), "std", [0])]);
}

/** The same, then cut in four squares, beside a reduction of the rows. */
export function severalExchanges(blocksPerSide: number, length = 100): LayerGraph {
  const cut = blocks(blocksPerSide, length);
  const whole = [blocksPerSide * length];
  const rows = source([cut, whole], { type: "uniform", seed: 1, low: 0, high: 1 });
  const columns = rechunk(rows, [whole, cut]);
  const half = blocks(2, (blocksPerSide * length) / 2);
  return graphBelow([rechunk(columns, [half, half]), reduce(rows, "max", [1])]);
}

/**
 * What `persist()` submits, and a graph on top of it, written with and without persisted blocks.
 */
export function onPersisted(blocksPerSide: number) {
  const x = square(blocksPerSide);
  const sum = elementwise("add", x, transpose(x));
  const whole = graphBelow([reduce(sum, "mean"), reduce(sum, "max", [0])]);
  const { name, chunks, dtype } = sum.layer;
  const persisted: PersistedLayer = { kind: "persisted", name, inputs: [], chunks, dtype };
  const below = graphBelow([sum]);
  const above = layersOf(whole).filter((layer) => !below.hasNode(layer.name));
  return {
    persist: below,
    above: graphOf([persisted, ...above], outputsOf(whole)),
    expected: whole,
  };
}

/** How many tasks the graph has. */
export function taskCount(graph: LayerGraph): number {
  return expandLayers(layersOf(graph), outputsOf(graph)).layerOf.length;
}

/**
 * An all-to-all of unknown lengths: rows go to as many blocks as there were, the results are
 * reduced, and something is made of what is gathered.
 */
export function unknownLengths(blockCount: number, blocksAfter = blockCount): LayerGraph {
  const axis = [blocks(blockCount, 10 * LENGTH)];
  const uniform = (seed: number) => source(axis, { type: "uniform", seed, low: 0, high: 1 });
  const gathered = gatherParts(splitRows(uniform(1), uniform(2), blocksAfter), blocksAfter);
  const doubled = elementwise("add", gathered, gathered);
  return graphBelow([doubled, reduce(doubled, "sum"), gatherParts(gathered, 1)]);
}
