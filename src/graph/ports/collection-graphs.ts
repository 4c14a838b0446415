// The graphs of collections, for users: of their layers, and of their tasks.
import { A_BOOLEAN, checkOptions, type Expectations } from "../../base/option-schema.js";
import { type LayerGraph, layersOf, outputsOf, ownLayers } from "../model/layer-graph.js";
import { optimize, type Passes } from "../passes/optimize.js";
import { expandLayers } from "../tasks/expand.js";
import { type TaskGraph, tasksInGraph } from "../tasks/task-graph.js";
import type { Collection } from "./collection.js";
import { graphOfParts, partsOf, splitCollections } from "./collection-arguments.js";

/** Options of {@link layerGraph} and {@link taskGraph}. */
export interface GraphOptions {
  /**
   * Whether the passes rewrite the graph first, as they do before it is computed; false by default.
   */
  readonly optimize?: boolean;
  /**
   * Passes to leave out, as in the options of `compute()`. With some, `optimize` is true by
   * default.
   */
  readonly passes?: Passes;
}

const EXPECTED: Expectations<GraphOptions> = { optimize: A_BOOLEAN, passes: undefined };

/**
 * The graph of the layers below some collections: a `DirectedGraph` of graphology, for its
 * functions and those of the packages around it. Nodes are layers under their names. An edge runs
 * from a layer to a reader, and lists the positions of the operand. The graph is yours: changes in
 * it affect nothing else.
 *
 * @param args collections, and options last
 * @returns layers in topological order; their names and edges are the same in every run
 * @throws ArgumentError `argument.value` for anything but a collection, an unknown option, or an
 * unknown pass
 * @see https://graphology.github.io
 * @example
 * const x = random([4000, 4000], { chunks: 1000, seed: 1 });
 * const graph = layerGraph(x.add(x.T).mean());
 * graph.order; // → 5
 * graph.filterNodes((_, { kind }) => kind === "source").length; // → 1
 * layerGraph(x.add(x.T).mean(), { optimize: true }).order; // → 2
 */
export function layerGraph(...args: readonly (Collection | GraphOptions)[]): LayerGraph {
  return graphFor("layerGraph", args);
}

/**
 * The graph of the tasks below some collections, likewise. Nodes are tasks under their keys, such
 * as `add-3f2a1b0(0, 3)`. Each needs about 2 kB and 10 µs: for millions of tasks, look at the
 * layers.
 *
 * @param args collections, and options last
 * @returns tasks, each after those that it reads
 * @throws ArgumentError `argument.value` as {@link layerGraph} does
 * @throws GraphError `graph.tooLarge` for more than a million tasks
 * @see https://graphology.github.io/standard-library/
 * @example
 * const x = random([4000, 4000], { chunks: 1000, seed: 1 });
 * const graph = taskGraph(x.add(x.T).mean(), { optimize: true });
 * graph.order; // → 11
 * graph.reduceNodes((bytes, _, task) => bytes + task.bytes, 0); // → 88
 */
export function taskGraph(...args: readonly (Collection | GraphOptions)[]): TaskGraph {
  const graph = graphFor("taskGraph", args);
  return tasksInGraph(expandLayers(layersOf(graph), outputsOf(graph)));
}

function graphFor(what: string, args: readonly (Collection | GraphOptions)[]): LayerGraph {
  const { collections, options } = splitCollections<GraphOptions>(what, args);
  checkOptions(`${what}()`, options, EXPECTED);
  const graph = graphOfParts(partsOf(collections));
  const { passes, optimize: isOptimized = passes !== undefined } = options;
  const given = isOptimized ? optimize(graph, { passes }) : graph;
  ownLayers(given);
  return given;
}
