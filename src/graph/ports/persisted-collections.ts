// The port that turns persisted blocks back into users' collections; src/index.ts provides
// constructors of arrays and bags.
import { provided, Service } from "../../base/host.js";
import type { LayerNode } from "../model/layer-node.js";
import { isCollection } from "./collection.js";
import type { Executor, PersistHandle } from "./executor.js";

/** A collection that may be persisted. */
export interface PersistableCollection {
  readonly node: LayerNode;
  persist(options: { readonly executor: Executor }): Promise<PersistableCollection>;
  release(): void;
}

/** Whether it is one. */
export function isPersistable(value: unknown): value is PersistableCollection {
  return isCollection(value) && "node" in value && "persist" in value && "release" in value;
}

/** Constructors of collections from nodes, by the content of the blocks. */
export interface CollectionMakers {
  array(node: LayerNode): PersistableCollection;
  values(node: LayerNode): PersistableCollection;
}

/** How the program makes collections of nodes. */
export const COLLECTION_MAKERS = new Service<CollectionMakers>("collection makers");

/** The collection of persisted blocks; `handle` keeps them until it is released. */
export async function persistedCollection(
  node: LayerNode,
  handle: PersistHandle,
): Promise<PersistableCollection | undefined> {
  const makers = provided(COLLECTION_MAKERS);
  const make = node.layer.holds === "values" ? makers?.values : makers?.array;
  // The blocks exist already: only the holder is still to be named.
  const executor: Executor = {
    persist: async () => handle,
    compute: async () => undefined,
  };
  return make?.(node).persist({ executor });
}
