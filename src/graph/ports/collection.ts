// The interface of collections (arrays, bags, delayed calls): blocks below a node, and how to
// assemble a value from them. `compute` takes any of them, several at once. Collections of others
// name those that they consist of.
import type { Block } from "../../base/block.js";
import type { LayerNode } from "../model/layer-node.js";

/**
 * The method by which a collection says what it consists of: `Symbol.for("tilework.collection")`. A
 * class of yours that has it is a collection, too: `compute`, `visualize`, `explain` and
 * `layerGraph` take it.
 *
 * @see https://docs.dask.org/en/stable/custom-collections.html
 * @example
 * class Pair {
 *   constructor(
 *     readonly a: ChunkedArray,
 *     readonly b: ChunkedArray,
 *   ) {}
 *   [COLLECTION]() {
 *     const finish = ([a, b]: readonly unknown[]) => ({ a, b });
 *     return { collections: [this.a, this.b], finish };
 *   }
 * }
 * const x = arange(4);
 * const [pair] = await compute(new Pair(x.sum(), x.max()));
 * pair; // → { a: 6n, b: 3 }
 */
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

/** The collections that a collection of yours consists of. */
export interface CompositeParts {
  /** They are computed together: layers that they share are computed once. */
  readonly collections: readonly Collection[];
  /** Makes the value of the whole from theirs, in the same order. It may be asynchronous. */
  finish(values: readonly unknown[]): unknown;
}

/** Something with a value that `compute` can have computed. */
export interface Collection {
  /** @param together all collections that are computed at once: they may share their layers */
  [COLLECTION](together: readonly Collection[]): CollectionParts | CompositeParts;
}

/** Whether `value` is a collection of any kind. */
export function isCollection(value: unknown): value is Collection {
  return typeof value === "object" && value !== null && COLLECTION in value;
}

/** The method of collections that can be made again of other blocks of the same kinds. */
export const WITH_NODE = Symbol.for("tilework.withNode");

/** A collection that can: the new one has the blocks of another node in place of its own. */
export interface RemadeCollection extends Collection {
  [COLLECTION](together: readonly Collection[]): CollectionParts;
  [WITH_NODE](node: LayerNode): RemadeCollection;
}
