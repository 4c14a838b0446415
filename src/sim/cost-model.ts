// Durations in the simulation: tasks by a rate of bytes read and written per kind of layer, disks
// by one rate, and turns of main threads by a constant.
import type { Rng } from "../base/rng.js";
import type { Layer, LayerKind, LayerName } from "../graph/model/layer.js";

/** The cost of tasks, messages and files. */
export interface CostModel {
  /** The overhead of every task, however small. */
  readonly overheadMs: number;
  /** Bytes read and written in a millisecond. */
  readonly bytesPerMs: { readonly [K in LayerKind]: number };
  /** The same for layers that were measured. */
  readonly bytesPerMsOf?: ReadonlyMap<LayerName, number>;
  /** The time to prepare a layer on a thread, before its first task there; zero unless measured. */
  readonly prepareMsOf?: ReadonlyMap<LayerName, number>;
  /** How uneven tasks of one layer are: the sigma of a lognormal factor of mean 1; 0 for ± 20 %. */
  readonly unevenness: number;
  /**
   * The main thread's time for a message or event, including the messages that it sends in reply.
   */
  readonly turnMs: number;
  /** The overhead of each value from another worker: finding, lending and returning it. */
  readonly fetchMs: number;
  /** Bytes of parts of blocks that a main thread copies together for others in a millisecond. */
  readonly cutBytesPerMs: number;
  /** Processors that all threads and processes share. */
  readonly processors: number;
  /** The overhead of each file that a worker writes or reads, however small. */
  readonly diskLatencyMs: number;
  /** Bytes that a worker's disk writes or reads in a millisecond; one file after another. */
  readonly diskBytesPerMs: number;
}

/** Defaults of {@link CostModel}: one core at blocks of 1,000 × 1,000 float64, roughly. */
export const COST_DEFAULTS: CostModel = {
  overheadMs: 0.01,
  bytesPerMs: {
    source: 5e6,
    blockwise: 16e6,
    treeReduce: 16e6,
    rechunk: 8e6,
    slice: 8e6,
    concatenate: 8e6,
    reshape: 8e6,
    contract: 3e5,
    mapBlocks: 4e6,
    calls: 4e6,
    pick: 4e6,
    partitions: 4e6,
    query: 3e5,
    fused: 2e6,
    take: 2e6,
    routine: 2e6,
    store: 1e6,
    barrier: 8e6,
    gate: 8e6,
    persisted: 8e6,
  },
  unevenness: 0,
  turnMs: 0,
  fetchMs: 0,
  cutBytesPerMs: Number.POSITIVE_INFINITY,
  processors: Number.POSITIVE_INFINITY,
  diskLatencyMs: 0.1,
  diskBytesPerMs: 1e6,
};

/** The time that a task of `layer` takes on a thread. */
export function taskDurationMs(costs: CostModel, layer: Layer, bytes: number): number {
  const bytesPerMs = costs.bytesPerMsOf?.get(layer.name) ?? costs.bytesPerMs[layer.kind];
  return costs.overheadMs + bytes / bytesPerMs;
}

/** How many times longer than that one task takes. */
export function drawFactor({ unevenness }: CostModel, rng: Rng): number {
  if (unevenness === 0) return rng.between(0.8, 1.2);
  const normal =
    Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());
  return Math.exp(unevenness * normal - unevenness ** 2 / 2);
}
