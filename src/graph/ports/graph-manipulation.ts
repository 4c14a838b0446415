// The order of collections that share no values, and copies of them. What they say becomes part of
// the graph, as layers of its own: nothing runs before it is computed.
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { checkOptions } from "../../base/option-schema.js";
import type { LayerName } from "../model/layer.js";
import { layersBelow } from "../model/layer-graph.js";
import type { LayerNode } from "../model/layer-node.js";
import { type CopyTerms, copyNodes, gateAbove } from "../passes/copy-layers.js";
import { BARRIER_OPTIONS, type BarrierOptions, barrierBelow } from "./barriers.js";
import { type Collection, isCollection, type RemadeCollection, WITH_NODE } from "./collection.js";
import { partsOf } from "./collection-arguments.js";

/** One collection, or a list of several. */
export type OneOrMore = Collection | readonly Collection[];

/** Options of {@link clone}. */
export interface CloneOptions {
  /** Collections below those that are copied, which are used as they are. */
  readonly omit?: OneOrMore;
  /** Copies of one seed are the same, and computed once; default: 0. */
  readonly seed?: number | string;
}

/** Options of {@link bind}. */
export interface BindOptions extends BarrierOptions {
  /** Collections below the children, which wait for nothing: only what reads them does. */
  readonly omit?: OneOrMore;
}

/**
 * Collections that are computed after others, without reading them: nothing of them runs, down to
 * the files that they read, before all blocks of the parents are there. What the parents have
 * written or sent is then there, too.
 *
 * @param children a collection, or a list; those of your own class: what they consist of
 * @param parents what comes before them: one or more, of any kind
 * @returns copies of the children, in the same form. Layers that they share with others, or with
 * the parents, run for each: say which not to copy in `omit`
 * @throws ArgumentError `argument.value` for anything but collections
 * @see https://docs.dask.org/en/stable/graph_manipulation.html
 * @example
 * const say = delayed(async (text: string) => text);
 * const [first, second] = [say("written"), say("read")];
 * await bind(second, first).compute(); // → "read"
 */
export function bind<C extends OneOrMore>(
  children: C,
  parents: OneOrMore,
  options: BindOptions = {},
): C {
  checkOptions("bind()", options, { omit: undefined, ...BARRIER_OPTIONS });
  const barrier = barrierBelow(listOf("bind", parents), options);
  const kept = namesBelow("bind", options.omit);
  return copyOf("bind", children, { barrier, kept });
}

/**
 * Collections whose blocks are there only once all blocks of all of them are: what reads one of
 * them waits for the others.
 *
 * @param collections a collection, or a list
 * @returns the same collections, in the same form; a task for each block, which copies it
 * @throws ArgumentError `argument.value` for anything but collections
 * @see https://docs.dask.org/en/stable/graph_manipulation.html
 * @example
 * const x = arange(4, { chunks: 2 });
 * const [a, b] = waitOn([x.add(1), x.multiply(2)]);
 * await a.add(b).compute(); // → [1, 4, 7, 10]
 */
export function waitOn<C extends OneOrMore>(collections: C, options: BarrierOptions = {}): C {
  checkOptions("waitOn()", options, BARRIER_OPTIONS);
  const barrier = barrierBelow(listOf("waitOn", collections), options);
  return remade("waitOn", collections, (nodes) => nodes.map((node) => gateAbove(node, barrier)));
}

/**
 * Copies of collections, with layers of their own: they are computed again where the originals are,
 * too, and so need not be kept until all readers are done.
 *
 * @param collections a collection, or a list
 * @returns collections of equal values, in the same form. Data of your program, and persisted
 * blocks, are shared
 * @throws ArgumentError `argument.value` for anything but collections
 * @see https://docs.dask.org/en/stable/graph_manipulation.html
 * @example
 * const x = random([1000], { chunks: 100, seed: 1 });
 * const [difference] = await compute(x.subtract(clone(x).mean()).sum());
 * Math.abs(difference) < 1e-9; // → true
 */
export function clone<C extends OneOrMore>(collections: C, options: CloneOptions = {}): C {
  checkOptions("clone()", options, { omit: undefined, seed: undefined });
  const { omit, seed = 0 } = options;
  const kept = namesBelow("clone", omit);
  return copyOf("clone", collections, { copy: String(seed), kept });
}

function copyOf<C extends OneOrMore>(what: string, collections: C, terms: CopyTerms): C {
  return remade(what, collections, (nodes) => copyNodes(nodes, terms));
}

/** The collections of the nodes that come out for theirs. */
function remade<C extends OneOrMore>(
  what: string,
  given: C,
  make: (nodes: readonly LayerNode[]) => readonly LayerNode[],
): C {
  const collections = listOf(what, given);
  const whole = collections.map((collection) => asRemade(what, collection));
  const nodes = make(partsOf(whole).map(({ node }) => node));
  const made = whole.map((collection, at) => collection[WITH_NODE](nodes[at] as LayerNode));
  return (isCollection(given) ? made[0] : made) as unknown as C;
}

/** @throws ArgumentError `argument.value` for anything else */
function listOf(what: string, given: OneOrMore): readonly Collection[] {
  const list = isCollection(given) ? [given] : given;
  const wrong = Array.isArray(list) ? list.find((each) => !isCollection(each)) : given;
  if (Array.isArray(list) && wrong === undefined && list.length > 0) return list;
  const text = `${what} was given ${Array.isArray(list) && list.length === 0 ? "no collections" : kindOf(wrong)}: expected a chunked array, a bag, a table or a delayed call, or a list of them`;
  throw new ArgumentError("value", text);
}

function asRemade(what: string, collection: Collection): RemadeCollection {
  if (WITH_NODE in collection) return collection as RemadeCollection;
  const text = `${what} cannot make ${kindOf(collection)} again: give it the arrays, bags, tables and delayed calls that it consists of`;
  throw new ArgumentError("value", text);
}

function namesBelow(what: string, omit: OneOrMore | undefined): ReadonlySet<LayerName> {
  if (omit === undefined) return new Set();
  const nodes = partsOf(listOf(what, omit)).map(({ node }) => node);
  return new Set(layersBelow(nodes).map(({ name }) => name));
}
