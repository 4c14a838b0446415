// Arguments of calls on several collections at once, options last, and the graph below all of them.
import { ArgumentError } from "../../base/errors.js";
import { graphBelow, type LayerGraph } from "../model/layer-graph.js";
import {
  COLLECTION,
  type Collection,
  type CollectionParts,
  type CompositeParts,
  isCollection,
} from "./collection.js";

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

/** The parts of some collections, and what their values become. */
export interface GatheredParts {
  readonly parts: readonly CollectionParts[];
  /** The values of the collections, from those of the parts. */
  finish(values: readonly unknown[]): Promise<unknown[]>;
}

/**
 * The parts of each collection; those of others' collections are those of the collections that they
 * consist of.
 *
 * @throws ArgumentError `argument.value` where one consists of something else
 */
export function gatherParts(collections: readonly Collection[]): GatheredParts {
  const parts: CollectionParts[] = [];
  const finishes = collections.map((collection) => {
    const said = collection[COLLECTION](collections);
    if (typeof said === "object" && said !== null && "node" in said) {
      const at = parts.push(said) - 1;
      return (values: readonly unknown[]): unknown => values[at];
    }
    const inner = gatherParts(checkComposite(collection, said).collections);
    const start = parts.length;
    for (const part of inner.parts) parts.push(part);
    const end = parts.length;
    return (values: readonly unknown[]) =>
      inner.finish(values.slice(start, end)).then((own) => said.finish(own));
  });
  return { parts, finish: (values) => Promise.all(finishes.map((finish) => finish(values))) };
}

/** The parts of each collection. */
export function partsOf(collections: readonly Collection[]): readonly CollectionParts[] {
  return gatherParts(collections).parts;
}

function checkComposite(collection: Collection, said: CompositeParts): CompositeParts {
  const isList = Array.isArray(said?.collections) && said.collections.every(isCollection);
  if (isList && typeof said.finish === "function" && !said.collections.includes(collection)) {
    return said;
  }
  const text = `the collection ${collection.constructor.name} did not say what it consists of: its [Symbol.for("tilework.collection")]() has to return { collections, finish }, with a list of other collections and a function of their values`;
  throw new ArgumentError("value", text);
}

/** The graph of all collections; a repeated collection is one output. */
export function graphOfParts(parts: readonly CollectionParts[]): LayerGraph {
  const nodes = new Map(parts.map(({ node }) => [node.layer.name, node]));
  return graphBelow([...nodes.values()]);
}
