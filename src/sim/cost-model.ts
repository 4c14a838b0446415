// How long things take in the simulation: tasks by a rate of bytes read and written per kind of
// layer, disks by one rate for all.
import type { Layer, LayerKind } from "../graph/layer.js";

/** What a task costs. */
export interface CostModel {
  /** What every task costs, however small. */
  readonly overheadMs: number;
  /** Bytes read and written in a millisecond. */
  readonly bytesPerMs: { readonly [K in LayerKind]: number };
  /** What each file costs that a worker writes or reads, however small. */
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
    take: 2e6,
    routine: 2e6,
    persisted: 8e6,
  },
  diskLatencyMs: 0.1,
  diskBytesPerMs: 1e6,
};

/** The time that a task of `layer` takes on a thread. */
export function taskDurationMs(costs: CostModel, layer: Layer, bytes: number): number {
  return costs.overheadMs + bytes / costs.bytesPerMs[layer.kind];
}
