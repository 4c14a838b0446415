// The bag that users hold: immutable facts about partitions, and short methods over the nodes made in the
// files beside this one, which do not know the class. How bags come into being is create.ts and io/.
import { ChunkedArray } from "../array/chunked-array.js";
import { explain } from "../array/compute.js";
import type { DType } from "../base/dtype.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import { CALL_ARGUMENT, type CallArgument, type HasCallArgument } from "../graph/calls.js";
import { COLLECTION, type Collection, type CollectionParts } from "../graph/collection.js";
import { LayerGraph } from "../graph/layer-graph.js";
import type { LayerNode } from "../graph/layer-node.js";
import {
  currentVisualizer,
  type ExplainOptions,
  type VisualizeOptions,
} from "../graph/visualizer-slot.js";
import {
  type BagComputeOptions,
  type BagPersistOptions,
  blockValues,
  partsOf,
  persistNode,
  releaseNode,
} from "./compute.js";
import * as elements from "./elements.js";
import * as exchanges from "./exchanges.js";
import { Item } from "./item.js";
import { allPartitions, concatenateNodes, partitionCount } from "./partition-nodes.js";
import * as partitions from "./partitions.js";
import * as reductions from "./reductions.js";

/** What stands at a place of an element. */
export type Plucked<T, K> =
  T extends ReadonlyMap<unknown, infer V>
    ? V
    : K extends keyof T
      ? T[K]
      : T extends readonly (infer E)[]
        ? E
        : unknown;

/** The elements of an element. */
export type ElementOf<T> = T extends Iterable<infer E> ? E : never;

// What an implementation of several signatures returns: each of them says more.
// biome-ignore lint/suspicious/noExplicitAny: no other type is a bag of each signature's elements
type AnyBag = Bag<any>;

/**
 * An unordered collection of values of any kind, in partitions, lazy and immutable: methods describe what
 * to compute and give new bags; nothing is computed before {@link Bag.compute}. Methods that follow each
 * other run as one task per partition, through which elements go one by one.
 *
 * Functions travel to where they are called with what they captured; they are called in no order that
 * can be relied on, and possibly more than once. Partitions keep their order.
 *
 * @see https://docs.dask.org/en/stable/bag-api.html
 *
 * @example
 * ```ts
 * const squares = fromRange(10, { npartitions: 3 }).map((n) => n * n);
 * await squares.filter((n) => n % 2 === 1).compute(); // → [1, 9, 25, 49, 81]
 * ```
 */
export class Bag<T> implements Collection, HasCallArgument, AsyncIterable<T> {
  /** @internal */
  readonly node: LayerNode;

  /** @internal */
  constructor(node: LayerNode) {
    this.node = node;
  }

  /** How many partitions there are. */
  get npartitions(): number {
    return partitionCount(this.node);
  }

  /** Each element through `f`. */
  map<U>(f: (element: T) => U): Bag<U> {
    return new Bag(elements.eachNode(this.node, "map", f));
  }

  /** Elements for which `predicate` gives something true. */
  filter<U extends T>(predicate: (element: T) => element is U): Bag<U>;
  filter(predicate: (element: T) => unknown): Bag<T>;
  filter(predicate: (element: T) => unknown): AnyBag {
    return new Bag(elements.eachNode(this.node, "filter", predicate));
  }

  /** Elements for which `predicate` gives nothing true. */
  remove(predicate: (element: T) => unknown): Bag<T> {
    return new Bag(elements.eachNode(this.node, "remove", predicate));
  }

  /** The elements of all that `f` gives: lists, generators or other iterables. */
  flatMap<U>(f: (element: T) => Iterable<U>): Bag<U> {
    return new Bag(elements.eachNode(this.node, "flatMap", f));
  }

  /** The elements of all elements, which are iterables. */
  flatten(): Bag<ElementOf<T>> {
    return new Bag(elements.flattenNode(this.node));
  }

  /**
   * What stands at `key` of each element: a property, an index of a list (negative ones count from its
   * end), a key of a Map; for a list of keys, lists. A second argument is taken where there is nothing;
   * without it that is an error.
   */
  pluck<const K extends string | number>(key: K): Bag<Plucked<T, K>>;
  pluck<const K extends string | number, D>(key: K, fallback: D): Bag<Plucked<T, K> | D>;
  pluck(keys: readonly (string | number)[], ...fallback: [unknown?]): Bag<unknown[]>;
  pluck(
    key: string | number | readonly (string | number)[],
    ...fallback: readonly unknown[]
  ): AnyBag {
    return new Bag(elements.pluckNode(this.node, key, fallback));
  }

  /** `f` called with each element, a list, as its arguments. */
  starmap<A extends readonly unknown[], U>(this: Bag<A>, f: (...args: A) => U): Bag<U> {
    return new Bag(elements.eachNode(this.node, "starmap", f));
  }

  /**
   * `f` called once for each partition, with the list of its elements; it returns those of the new one.
   *
   * @throws TaskError `task.failed`, when computed, where `f` returns no iterable
   */
  mapPartitions<U>(f: (elements: T[]) => Iterable<U>): Bag<U> {
    return new Bag(elements.eachNode(this.node, "mapPartitions", f));
  }

  /**
   * Each element with the same probability. The same seed takes the same ones.
   *
   * @throws ArgumentError `argument.value` when `probability` is not within 0 and 1
   */
  randomSample(probability: number, options: { readonly seed?: number } = {}): Bag<T> {
    return new Bag(elements.sampleNode(this.node, probability, options.seed));
  }

  /**
   * Lists of the elements at equal places of this bag and others.
   *
   * @throws ArgumentError `argument.value` unless all have equally many partitions
   */
  zip<O extends readonly unknown[]>(
    ...others: { readonly [K in keyof O]: Bag<O[K]> }
  ): Bag<[T, ...O]> {
    return new Bag(partitions.zipNode([this.node, ...others.map(({ node }) => node)]));
  }

  /** The partitions of this bag, then those of others. Costs nothing. */
  concat(...others: readonly Bag<T>[]): Bag<T> {
    return new Bag(concatenateNodes([this.node, ...others.map(({ node }) => node)]));
  }

  /** Each element with each of another bag, in as many partitions as there are pairs of partitions. */
  product<U>(other: Bag<U>): Bag<[T, U]> {
    return new Bag(partitions.productNode(this.node, other.node));
  }

  /** Running results over the whole bag in order, beginning with `initial` where given. */
  accumulate(f: (total: T, element: T) => T): Bag<T>;
  accumulate<S>(f: (total: S, element: T) => S, options: { readonly initial: S }): Bag<S>;
  accumulate(f: AnyFunction, options: { readonly initial?: unknown } = {}): AnyBag {
    return new Bag(partitions.accumulateNode(this.node, f, options));
  }

  /**
   * All elements folded into one value: those of each partition by `f`, what they become by `combine`.
   *
   * @example
   * ```ts
   * await fromRange(5).fold((a, b) => Math.max(a, b)).compute(); // → 4
   * const lengths = { initial: 0, combine: (a: number, b: number) => a + b };
   * await fromSequence(["a", "bc"]).fold((n, text) => n + text.length, lengths).compute(); // → 3
   * ```
   */
  fold(f: (state: T, element: T) => T, options?: reductions.FoldOptions<T>): Item<T>;
  fold<S>(
    f: (state: S, element: T) => S,
    options: reductions.FoldOptions<S> & {
      readonly initial: S;
      readonly combine: (a: S, b: S) => S;
    },
  ): Item<S>;
  fold(f: AnyFunction, options: reductions.AnyFoldOptions = {}): Item<unknown> {
    return new Item(reductions.foldNode(this.node, f, options));
  }

  /** One value for each partition that is not empty, and one out of those, by a tree. */
  reduction<P>(
    perPartition: (elements: T[]) => P,
    aggregate: (results: P[]) => P,
    options: reductions.TreeOptions = {},
  ): Item<P> {
    return new Item(reductions.reductionNode(this.node, perPartition, aggregate, options));
  }

  /**
   * Folds the elements of each key, without bringing them together first: pairs of a key and its value,
   * in one partition. Keys compare by value.
   */
  foldby<K>(
    key: (element: T) => K,
    f: (state: T, element: T) => T,
    options?: reductions.FoldbyOptions<T>,
  ): Bag<[K, T]>;
  foldby<K, S>(
    key: (element: T) => K,
    f: (state: S, element: T) => S,
    options: reductions.FoldbyOptions<S> & { readonly initial: S },
  ): Bag<[K, S]>;
  foldby(key: AnyFunction, f: AnyFunction, options: reductions.AnyFoldOptions = {}): AnyBag {
    return new Bag(reductions.foldbyNode(this.node, key, f, options));
  }

  /**
   * Pairs of a key and the list of its elements, by an all-to-all exchange: each group is in memory
   * once, not the bag. Where a value for each key is wanted, {@link Bag.foldby} moves much less.
   */
  groupBy<K>(
    key: (element: T) => K,
    options: { readonly npartitions?: number } = {},
  ): Bag<[K, T[]]> {
    return new Bag(exchanges.groupNode(this.node, key, options));
  }

  /** Pairs of an element and how often it is there, in one partition; the most frequent first if `sort`. */
  frequencies(
    options: reductions.TreeOptions & { readonly sort?: boolean } = {},
  ): Bag<[T, number]> {
    return new Bag(reductions.frequenciesNode(this.node, options));
  }

  /** The `count` largest elements, or those of the largest keys, the largest first. */
  topk(
    count: number,
    options: reductions.TreeOptions & { readonly key?: (element: T) => unknown } = {},
  ): Bag<T> {
    return new Bag(partitions.topkNode(this.node, count, options));
  }

  /** Elements that differ by value, or have keys that do: the first of each. */
  distinct(
    options: reductions.TreeOptions & { readonly key?: (element: T) => unknown } = {},
  ): Bag<T> {
    return new Bag(partitions.distinctNode(this.node, options));
  }

  /** Elements in order, by an exchange; as many partitions as before unless given. */
  sort(options: exchanges.SortOptions = {}): Bag<T> {
    return new Bag(exchanges.sortNode(this.node, undefined, options));
  }

  /** Elements in the order of what `key` gives. Those of equal keys keep theirs. */
  sortBy(key: (element: T) => unknown, options: exchanges.SortOptions = {}): Bag<T> {
    return new Bag(exchanges.sortNode(this.node, key, options));
  }

  /**
   * Pairs `[other, element]` whose keys are equal by value, in no order that can be relied on.
   *
   * @param other a list or a bag of one partition, of which each task reads all; or a larger bag: then
   * both go through an all-to-all exchange, and neither has to fit memory
   * @param options of joins with bags: whether all of `other` is read by each task anyway, partitions of
   * the result, and whether some keys are far more frequent than others
   * @throws ArgumentError `argument.value` for `npartitions` that is no whole number from 1
   *
   * @example
   * ```ts
   * const people = fromSequence([{ id: 1, name: "Ada" }, { id: 2, name: "Bo" }]);
   * const orders = fromSequence([{ by: 2, item: "tea" }]);
   * const pairs = orders.join(people, ({ by }) => by, ({ id }) => id);
   * await pairs.map(([{ name }, { item }]) => `${name}: ${item}`).compute(); // → ["Bo: tea"]
   * ```
   */
  join<U>(
    other: Iterable<U> | Bag<U>,
    key: (element: T) => unknown,
    otherKey: (other: U) => unknown = key as unknown as (other: U) => unknown,
    { broadcast = false, ...options }: exchanges.JoinOptions = {},
  ): Bag<[U, T]> {
    const keys = { key, otherKey };
    if (!(other instanceof Bag)) return new Bag(exchanges.lookUpNode(this.node, [...other], keys));
    const isLookUp = broadcast || (other.npartitions === 1 && options.npartitions === undefined);
    return new Bag(
      isLookUp
        ? exchanges.lookUpNode(this.node, other.node, keys)
        : exchanges.hashJoinNode(this.node, other.node, keys, options),
    );
  }

  /** How many elements there are. */
  count(options?: reductions.TreeOptions): Item<number> {
    return new Item(reductions.measureNode(this.node, "count", options));
  }

  /** The sum; a BigInt of BigInts. 0 of nothing. */
  sum(options?: reductions.TreeOptions): Item<T extends bigint ? bigint : number> {
    return new Item(reductions.measureNode(this.node, "sum", options));
  }

  /** The smallest element. Fails, when computed, without elements. */
  min(options?: reductions.TreeOptions): Item<T> {
    return new Item(reductions.measureNode(this.node, "min", options));
  }

  /** The largest element. Fails, when computed, without elements. */
  max(options?: reductions.TreeOptions): Item<T> {
    return new Item(reductions.measureNode(this.node, "max", options));
  }

  /** Whether any element counts as true. */
  any(options?: reductions.TreeOptions): Item<boolean> {
    return new Item(reductions.measureNode(this.node, "any", options));
  }

  /** Whether all elements count as true. */
  all(options?: reductions.TreeOptions): Item<boolean> {
    return new Item(reductions.measureNode(this.node, "all", options));
  }

  /** The mean; fails, when computed, without elements. */
  mean(options?: reductions.TreeOptions): Item<number> {
    return new Item(reductions.measureNode(this.node, "mean", options));
  }

  /** The variance; its divisor is the number of elements less `ddof`. */
  var(options?: reductions.TreeOptions & { readonly ddof?: number }): Item<number> {
    return new Item(reductions.measureNode(this.node, "var", options));
  }

  /** The standard deviation, likewise. */
  std(options?: reductions.TreeOptions & { readonly ddof?: number }): Item<number> {
    return new Item(reductions.measureNode(this.node, "std", options));
  }

  /**
   * Computes the first elements.
   *
   * @param count how many; fewer come where there are no more in the partitions that are looked at
   * @param options those of {@link Bag.compute}, and how many partitions are looked at: 1 unless given,
   * -1 for all
   */
  async take(
    count: number,
    { npartitions = 1, ...options }: BagComputeOptions & { readonly npartitions?: number } = {},
  ): Promise<T[]> {
    const node = partitions.takeNode(this.node, count, npartitions);
    return (await blockValues(node, options)).flat(1) as T[];
  }

  /**
   * The same elements in another number of partitions: neighbours are joined, or each is cut; or in
   * partitions of about so many bytes, for which all of it is computed once to see how large it is.
   *
   * @throws ArgumentError `argument.value` unless the number is whole and from 1
   */
  repartition(options: { readonly npartitions: number }): Bag<T>;
  repartition(
    options: { readonly partitionBytes: number | string } & BagComputeOptions,
  ): Promise<Bag<T>>;
  repartition(
    options:
      | { readonly npartitions: number }
      | ({ readonly partitionBytes: number | string } & BagComputeOptions),
  ): Bag<T> | Promise<Bag<T>> {
    if ("npartitions" in options) {
      return new Bag(partitions.repartitionNode(this.node, options.npartitions));
    }
    const { partitionBytes, ...rest } = options;
    return partitions
      .repartitionByBytes(this.node, partitionBytes, rest)
      .then((node) => new Bag<T>(node));
  }

  /** All elements, in the order of the partitions. */
  async compute(options: BagComputeOptions = {}): Promise<T[]> {
    return (await blockValues(this.node, options)).flat(1) as T[];
  }

  /** Elements in order, partition by partition, each computed by a job of its own, a few ahead. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const list of partitions.listsInOrder(this.node)) yield* list as T[];
  }

  /** Numbers as a one-dimensional array of a block for each partition, whose lengths are not known yet. */
  toArray<D extends DType = "float64">(options: { readonly dtype?: D } = {}): ChunkedArray<D, 1> {
    return new ChunkedArray(elements.arrayNode(this.node, options.dtype ?? "float64"));
  }

  /**
   * Computes the bag and leaves its partitions on the workers, until {@link Bag.release} or until nobody
   * refers to it any more.
   */
  async persist(options: BagPersistOptions = {}): Promise<Bag<T>> {
    return new Bag(await persistNode(this.node, options));
  }

  /** Frees what {@link Bag.persist} left on the workers; does nothing for other bags. */
  release(): void {
    releaseNode(this.node);
  }

  /** Draws the graph as SVG or DOT; returns the path of the file. */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return currentVisualizer().visualize(LayerGraph.below([this.node]), options);
  }

  /** The plan before and after each pass, and what a run would cost, as text. See {@link explain}. */
  explain(options: ExplainOptions = {}): string {
    return explain(this, options);
  }

  /** @internal What `compute` has computed. */
  [COLLECTION](): CollectionParts {
    return partsOf(this.node, (lists) => lists.flat(1));
  }

  /** @internal What a call reads that has this bag among its arguments: the list of its elements. */
  [CALL_ARGUMENT](): CallArgument {
    const blocks = allPartitions(this.node).map(({ block }) => block);
    return { node: this.node, blocks, isList: true };
  }
}
