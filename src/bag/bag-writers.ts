// The port by which bags are written to files: io/ implements it, src/index.ts installs it.
import type { ComputeOptions } from "../array/results/compute.js";
import { ArgumentError } from "../base/errors.js";
import { provided, Service } from "../base/host.js";
import type { LayerNode } from "../graph/model/layer-node.js";

/** The writers of bags, by name; bags are passed as nodes. */
export interface BagWriters {
  toNdjson(node: LayerNode, path: string, options: ComputeOptions): Promise<string[]>;
  toTextFiles(node: LayerNode, path: string, options: ComputeOptions): Promise<string[]>;
}

/** The writers of bags in this program. */
export const BAG_WRITERS = new Service<BagWriters>("bag writers");

/**
 * The provider of {@link BAG_WRITERS}.
 *
 * @throws ArgumentError `argument.value` in a program without one
 */
export function bagWriters(): BagWriters {
  const found = provided(BAG_WRITERS);
  if (found !== undefined) return found;
  throw new ArgumentError("value", 'nothing in this program writes files: import "tilework" first');
}
