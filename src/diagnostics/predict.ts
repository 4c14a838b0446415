// Predicts the cost of a graph on a cluster before it runs, as data. explain() describes it in
// words.

import { ArgumentError } from "../base/errors.js";
import { A_BOOLEAN, checkOptions, type Expectations, wholeNumber } from "../base/option-schema.js";
import type { LayerGraph } from "../graph/model/layer-graph.js";
import { measuredCosts } from "./calibration/kernel-rates.js";
import { assumedCluster } from "./predictions/assumed-cluster.js";
import { type PredictedCost, predictCost } from "./predictions/predicted-cost.js";

/** Options of {@link predict}: the cluster, and how fast things are there. */
export interface PredictOptions {
  /** How many; default: as many as the cluster in use has; without one 1, as this process. */
  readonly workers?: number;
  /** Threads of each worker; default: as many as there. */
  readonly threads?: number;
  /** The memory limit of each worker, in bytes (`"4GB"`); default: as there. */
  readonly memoryLimit?: string | number;
  /**
   * Whether to try out the kernel of each layer on one block, for about a tenth of a second;
   * default: true. Without this, tasks count as about as fast as memory.
   */
  readonly measure?: boolean;
  /** Whether to try out your own functions (`mapBlocks` and its kin), too; default: false. */
  readonly runFunctions?: boolean;
}

const EXPECTED: Expectations<PredictOptions> = {
  workers: wholeNumber(1),
  threads: wholeNumber(1),
  memoryLimit: undefined,
  measure: A_BOOLEAN,
  runFunctions: A_BOOLEAN,
};

/**
 * Predicts the cost of computing a graph on a cluster: time, transferred bytes, memory. It runs the
 * real scheduler and workers in the simulator.
 *
 * @param graph after the passes: no passes are run on it, so take one that is optimised
 * @throws ArgumentError `argument.value` for an option that makes no sense, and for a graph of
 * which nothing can be predicted: of more than 50,000 tasks, or of values of any kind
 * @see `x.explain()`, which describes the same in words
 * @example
 * import { predict } from "tilework/diagnostics";
 *
 * const graph = layerGraph(random([2_000, 2_000], { chunks: 500, seed: 1 }).mean(), { optimize: true });
 * const cost = predict(graph, { workers: 2, memoryLimit: "1GB", measure: false });
 * cost.tasks; // → 17
 * cost.wallMs > 0; // → true
 */
export function predict(graph: LayerGraph, options: PredictOptions = {}): PredictedCost {
  checkOptions("predict()", options, EXPECTED);
  const { measure = true, runFunctions = false } = options;
  const costs = measure ? () => measuredCosts(graph, runFunctions) : undefined;
  const predicted = predictCost(graph, assumedCluster(options).cluster, costs);
  if (typeof predicted !== "string") return predicted;
  throw new ArgumentError("value", `nothing can be predicted of this graph: ${predicted}`);
}
