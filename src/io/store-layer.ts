// The layer by which workers write an array's blocks: made and run here, for every kind of target.
import type { ChunkedArray } from "../array/chunked-array.js";
import { freshSeed } from "../array/layers/fresh-seed.js";
import type { ComputeOptions } from "../array/results/compute.js";
import { ArgumentError } from "../base/errors.js";
import { checkKnown } from "../base/option-schema.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { hasUnknownLengths } from "../graph/model/chunks.js";
import type { StoreLayer } from "../graph/model/layer.js";
import { graphBelow } from "../graph/model/layer-graph.js";
import { nameLayer } from "../graph/model/naming.js";
import type { StoreTarget } from "../graph/model/store-target.js";
import { checkPasses } from "../graph/passes/optimize.js";
import { checkComputeOptions, isComputeOption } from "../graph/ports/compute-options.js";
import { readJobOptions } from "../graph/ports/job-options.js";
import { computeGraph } from "../graph/ports/run-graph.js";

/**
 * Files have the lengths of their arrays: throws early for unknown lengths.
 *
 * @throws ArgumentError `argument.chunks` when the length of a block is not known
 */
export function requireLengths(x: ChunkedArray): void {
  if (!hasUnknownLengths(x.chunks)) return;
  const text = "blocks of unknown length cannot be written: call computeChunkSizes() first";
  throw new ArgumentError("chunks", text, { chunks: x.chunks });
}

/**
 * Checks a writer's options, before it makes anything.
 *
 * @param own the names of those that `compute()` does not have
 * @throws ArgumentError `argument.value` when there is no such option, or one of `compute()` has an
 * illegal value
 */
export function checkStoreOptions(what: string, own: readonly string[], options: object): void {
  const rest: object = Object.fromEntries(
    Object.entries(options).filter(([name]) => name !== "executor" && !own.includes(name)),
  );
  checkKnown(what, [...own, "those of compute()"], rest, isComputeOption);
  const computeOptions: ComputeOptions = rest;
  checkComputeOptions(computeOptions);
  checkPasses(computeOptions.passes);
  readJobOptions(computeOptions);
}

/**
 * Checks that a path is one of a file system, for writers that make files there alone.
 *
 * @throws ArgumentError `argument.value` for an address
 */
export function checkLocalTarget(what: string, path: string): void {
  if (!isUrl(path)) return;
  const text = `${what} writes files of this machine, and none at ${path}: write it here and upload it, or use toNpy or toZarr, which write there`;
  throw new ArgumentError("value", text, { path });
}

/** Makes the workers write every block of `x` to `target`; settles when all are written. */
export function storeBlocks(
  x: ChunkedArray,
  target: StoreTarget,
  options: ComputeOptions,
): Promise<void> {
  return storeAll([[x, target]], options);
}

/** The same for several arrays, in one job. */
export async function storeAll(
  stored: readonly (readonly [x: ChunkedArray, target: StoreTarget])[],
  options: ComputeOptions,
): Promise<void> {
  const nodes = stored.map(([x, target]) => ({ layer: storeLayer(x, target), inputs: [x.node] }));
  await computeGraph(graphBelow(nodes), () => {}, options);
}

function storeLayer(x: ChunkedArray, target: StoreTarget): StoreLayer {
  return nameLayer<StoreLayer>(
    "store",
    {
      kind: "store",
      inputs: [x.node.layer.name],
      chunks: x.chunks.map((axis) => axis.map(() => 1)),
      dtype: "bool",
      target,
    },
    // The target may have changed since an earlier call: each call is a new layer.
    { run: freshSeed() },
  );
}
