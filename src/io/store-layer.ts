// The layer by which workers write an array's blocks: made and run here, for every kind of target.

import type { ChunkedArray } from "../array/chunked-array.js";
import type { ComputeOptions } from "../array/compute.js";
import { freshSeed } from "../array/fresh-seed.js";
import { currentExecutor } from "../graph/executor.js";
import type { StoreLayer, StoreTarget } from "../graph/layer.js";
import { LayerGraph } from "../graph/layer-graph.js";
import { nameLayer } from "../graph/naming.js";

/** Has the workers write every block of `x` to `target`; settles when all are written. */
export async function storeBlocks(
  x: ChunkedArray,
  target: StoreTarget,
  options: ComputeOptions,
): Promise<void> {
  const layer = nameLayer<StoreLayer>(
    "store",
    {
      kind: "store",
      inputs: [x.node.layer.name],
      chunks: x.chunks.map((axis) => axis.map(() => 1)),
      dtype: "bool",
      target,
    },
    // What was written before may have been changed since: no two calls are the same.
    { run: freshSeed() },
  );
  const { executor = currentExecutor(), ...rest } = options;
  await executor.compute(LayerGraph.below([{ layer, inputs: [x.node] }]), () => {}, rest);
}
