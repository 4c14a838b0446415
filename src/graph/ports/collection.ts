// The interface of collections (arrays, bags, delayed calls): blocks below a node, and how to
// assemble a value from them. `compute` takes any of them, several at once.
import type { Block } from "../../base/block.js";
import type { LayerNode } from "../model/layer-node.js";

/** The method by which a collection returns the parts to compute. */
export const COLLECTION = Symbol.for("tilework.collection");

/** Puts a value together from the blocks of a node as they come. */
export interface Assembling {
  /** The block's memory may be used for something else once this returns. */
  put(block: number, value: Block): void;
  value(): unknown;
}

/** The parts that are computed for a collection. */
export interface CollectionParts {
  /** All of its blocks are. */
  readonly node: LayerNode;
  assemble(): Assembling;
}

/** Something with a value that `compute` can have computed. */
export interface Collection {
  /** @param together all collections that are computed at once: they may share their layers */
  [COLLECTION](together: readonly Collection[]): CollectionParts;
}

/** Whether `value` is a collection of any kind. */
export function isCollection(value: unknown): value is Collection {
  return typeof value === "object" && value !== null && COLLECTION in value;
}
