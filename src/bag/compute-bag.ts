// From bags to values, through the executor, as for arrays. The caller decides how blocks become a
// value: a list of lists, or one value.
import type { ComputeOptions, PersistOptions } from "../array/results/compute.js";
import type { Block } from "../base/block.js";
import type { PersistedLayer } from "../graph/model/layer.js";
import { graphBelow } from "../graph/model/layer-graph.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { CollectionParts } from "../graph/ports/collection.js";
import type { PersistHandle } from "../graph/ports/executor.js";
import { computeGraph, persistGraph } from "../graph/ports/run-graph.js";
import { notePersisted } from "../graph/ports/running-jobs.js";
import { ValueAssembly } from "../shipping/values/value-assembly.js";
import { partitionCount } from "./partition-nodes.js";

/**
 * The parts that are computed for a bag, or for a single value joined from the values of all
 * blocks.
 */
export function partsOf(
  node: LayerNode,
  join: (values: readonly unknown[]) => unknown,
): CollectionParts {
  return { node, assemble: () => new ValueAssembly(partitionCount(node), join) };
}

/** The values of a node's blocks. */
export async function blockValues(
  node: LayerNode,
  options: ComputeOptions = {},
): Promise<unknown[]> {
  const values = new ValueAssembly(partitionCount(node), (list) => list);
  const consume = (_output: number, block: number, value: Block) => values.put(block, value);
  await computeGraph(graphBelow([node]), consume, options);
  return (await values.value()) as unknown[];
}

// Nodes, not bags, hold the blocks: a bag derived from a persisted one keeps its node alive.
const handles = new WeakMap<LayerNode, PersistHandle>();
const abandoned = new FinalizationRegistry<PersistHandle>((handle) => handle.release());

/** A node whose blocks are on the workers. */
export async function persistNode(node: LayerNode, options: PersistOptions): Promise<LayerNode> {
  const handle = await persistGraph(graphBelow([node]), options);
  const { name, chunks, dtype } = node.layer;
  const layer: PersistedLayer = {
    kind: "persisted",
    holds: "values",
    name: handle.layers[0] ?? name,
    inputs: [],
    chunks,
    dtype,
  };
  const persisted: LayerNode = { layer, inputs: [] };
  handles.set(persisted, handle);
  notePersisted(persisted, handle);
  abandoned.register(persisted, handle, persisted);
  return persisted;
}

/** Frees the blocks that {@link persistNode} left on the workers; does nothing for other nodes. */
export function releaseNode(node: LayerNode): void {
  const handle = handles.get(node);
  if (handle === undefined) return;
  handles.delete(node);
  abandoned.unregister(node);
  handle.release();
}
