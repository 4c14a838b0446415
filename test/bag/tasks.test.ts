// How many partitions and tasks the methods of a bag make: what their docstrings say.
import { expect, it } from "vitest";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";
import { type Bag, fromPartitions, type Item } from "../../src/index.js";

const P = 20;
const lists = (count: number) => Array.from({ length: count }, (_, k) => [k, k + 1]);
const bag = fromPartitions(lists(P));
const other = fromPartitions(lists(4));
const identity = (n: number) => n;
/** Of a tree over 20 partitions, 8 at a time: 20 first ones, 3, and the last. */
const TREE = P + 3 + 1;

/** Tasks but for the data itself, which the client serves. */
function tasksOf({ node }: Bag<unknown> | Item<unknown>): number {
  const graph = optimize(graphBelow([node]));
  const { layers, layerOf } = expandLayers(layersOf(graph), outputsOf(graph));
  return [...layerOf].filter((at) => layers[at]?.kind !== "source").length;
}

const streaming = bag
  .map(identity)
  .filter(Boolean)
  .remove((n) => n === 3)
  .flatMap((n) => [[n]])
  .flatten()
  .map((n) => [n] as [number])
  .starmap(identity)
  .map((n) => ({ n }))
  .pluck("n")
  .randomSample(0.5, { seed: 1 })
  .mapPartitions((list) => list);

it.each<[string, Bag<unknown> | Item<unknown>, number, number]>([
  ["steps that stream", streaming, P, P],
  ["zip", bag.zip(bag), P, P],
  ["concat", bag.concat(other), P + 4, 0],
  ["product", bag.product(other), 4 * P, 4 * P],
  ["accumulate", bag.accumulate((a, b) => a + b), P, 2 * P - 1],
  ["foldby", bag.foldby(identity, (a) => a), 1, TREE],
  ["groupBy", bag.groupBy(identity), P, 2 * P],
  ["groupBy into 5", bag.groupBy(identity, { npartitions: 5 }), 5, P + 5],
  ["frequencies", bag.frequencies(), 1, TREE],
  ["topk", bag.topk(2), 1, TREE],
  ["distinct", bag.distinct(), 1, TREE],
  ["sort", bag.sort(), P, 2 * P + 1 + P],
  ["sortBy into one", bag.sortBy(identity, { npartitions: 1 }), 1, 1],
  ["join of a list", bag.map(identity).join([1], identity), P, P],
  ["join of another bag", bag.join(other, identity), P, P + 4 + P],
  ["repartition", bag.repartition({ npartitions: 7 }), 7, 7],
  ["fold", bag.fold((a, b) => a + b), 1, TREE],
  ["sum", bag.map(identity).sum(), 1, TREE],
  ["sum all at once", bag.sum({ splitEvery: false }), 1, P + 1],
])("%s", (_name, made, partitions, tasks) => {
  if ("npartitions" in made) expect(made.npartitions).toBe(partitions);
  expect(tasksOf(made)).toBe(tasks);
});
