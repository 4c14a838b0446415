// Arguments of calls on several collections at once, options last, and the graph below all of them.
import { ArgumentError } from "../../base/errors.js";
import { graphBelow, type LayerGraph } from "../model/layer-graph.js";
import { COLLECTION, type Collection, type CollectionParts, isCollection } from "./collection.js";

/**
 * Collections, and the options behind them.
 *
 * @param what the function that was called, for people
 * @throws ArgumentError `argument.value` when there are no collections, or something else among
 * them
 */
export function splitCollections<O extends object>(
  what: string,
  args: readonly (Collection | O)[],
): { collections: readonly Collection[]; options: O } {
  const last = args.at(-1);
  const hasOptions =
    typeof last === "object" &&
    last !== null &&
    !isCollection(last) &&
    Object.getPrototypeOf(last) === Object.prototype;
  const collections = (hasOptions ? args.slice(0, -1) : args) as readonly Collection[];
  const wrong = collections.findIndex((x) => !isCollection(x));
  if (wrong >= 0 || collections.length === 0) {
    throw new ArgumentError(
      "value",
      wrong >= 0
        ? `argument ${wrong + 1} of ${what} is no collection: expected chunked arrays, bags and delayed calls`
        : `${what} needs at least one collection`,
    );
  }
  return { collections, options: (hasOptions ? last : {}) as O };
}

/** The parts of each collection. */
export function partsOf(collections: readonly Collection[]): CollectionParts[] {
  return collections.map((collection) => collection[COLLECTION](collections));
}

/** The graph of all collections; a repeated collection is one output. */
export function graphOfParts(parts: readonly CollectionParts[]): LayerGraph {
  const nodes = new Map(parts.map(({ node }) => [node.layer.name, node]));
  return graphBelow([...nodes.values()]);
}
