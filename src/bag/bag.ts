// The public class of bags: short methods over the node functions in this folder, which do not
// import the class. Results are bag-results.ts; create-bag.ts and io/ make bags.
import type { ComputeOptions, PersistOptions } from "../array/results/compute.js";
import type { CallResult } from "../base/iterators.js";
import { checkMade } from "../base/made-by.js";
import { classWithMethods } from "../base/method-chapters.js";
import { formatCount } from "../base/units.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../graph/model/calls-layer.js";
import { graphText } from "../graph/model/graph-text.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { shortName } from "../graph/model/naming.js";
import {
  COLLECTION,
  type Collection,
  type CollectionParts,
  WITH_NODE,
} from "../graph/ports/collection.js";
import type { AnyFoldOptions, FoldbyOptions, TreeOptions } from "./bag-reductions.js";
import * as reductions from "./bag-reductions.js";
import { BAG_RESULTS, type BagResultMethods } from "./bag-results.js";
import { BAG, checkJoinKey, elementsOf, nodeOfBag } from "./check-bags.js";
import type { KeyOrOptions } from "./combine-partitions.js";
import * as partitions from "./combine-partitions.js";
import { partsOf, persistNode } from "./compute-bag.js";
import type { ElementOf, Elements, Plucked, PromiseOrIterator } from "./element-types.js";
import * as elements from "./elements.js";
import type { BagJoinOptions, BagSortOptions } from "./exchanges.js";
import * as exchanges from "./exchanges.js";
import { allPartitions, concatenateNodes, partitionCount } from "./partition-nodes.js";

// The return type of overload implementations; the overloads themselves are precise.
// biome-ignore lint/suspicious/noExplicitAny: no other type is a bag of each signature's elements
type AnyBag = Bag<any>;

/** A class that has all {@link BagResultMethods}. */
const BagBase = classWithMethods([BAG_RESULTS]) as unknown as abstract new <
  T,
>() => BagResultMethods<T>;

/**
 * An unordered collection of values of any kind, in partitions, lazy and immutable. Methods
 * describe a computation and return new bags; {@link Bag.compute} runs it. Successive methods run
 * as one task per partition, and elements pass through it one by one. A method that streams, as
 * described below, adds no task and no list. A bag that one computation uses twice gets its own
 * tasks.
 *
 * Functions are sent to the workers with the values that they captured. They may be called in any
 * order, and more than once. Partitions keep their order. Functions of elements may be
 * asynchronous: from its first promise on, such a step collects the partition's elements and makes
 * up to 16 calls at a time. The order stays. Functions of keys and of states return their results
 * at once.
 *
 * Numbers and BigInts compare by size (NaN is largest), texts by UTF-16 units, dates by time, lists
 * by their first difference. Keys of any data are equal by value.
 *
 * @throws ArgumentError `argument.function` for a function that cannot be sent, and for one of keys
 * or states that is asynchronous or a generator; `argument.value` for a number of partitions or a
 * `splitEvery` that makes no sense: all methods that take one
 * @see https://docs.dask.org/en/stable/bag-api.html
 * @example
 * const squares = fromRange(10, { npartitions: 3 }).map((n) => n * n);
 * await squares.filter((n) => n % 2 === 1).compute(); // → [1, 9, 25, 49, 81]
 */
export class Bag<T> extends BagBase<T> implements Collection, HasCallArgument, AsyncIterable<T> {
  /** @internal */
  readonly node: LayerNode;

  /** @internal */
  constructor(node: LayerNode) {
    super();
    checkMade(node?.layer !== undefined, "a Bag", "fromSequence([1, 2])");
    this.node = node;
  }

  /** How many partitions there are. */
  get npartitions(): number {
    return partitionCount(this.node);
  }

  /**
   * Each element through `f`.
   *
   * @param f returns an element, or a promise of one; for a generator, the element is the list of
   * its values
   * @returns a bag of as many partitions; streams
   * @throws ArgumentError `argument.function` for a function that cannot be sent
   * @example
   * await fromRange(3).map((n) => `#${n}`).compute(); // → ["#0", "#1", "#2"]
   * const slow = async (n: number) => n + 1;
   * await fromRange(3).map(slow).compute(); // → [1, 2, 3]
   */
  map<U extends PromiseOrIterator>(f: (element: T) => U): Bag<CallResult<U>>;
  map<U>(f: (element: T) => U): Bag<U>;
  map(f: AnyFunction): AnyBag {
    return new Bag(elements.eachNode(this.node, "map", f));
  }

  /**
   * Elements for which `predicate` returns a truthy value, or a promise of one.
   *
   * @returns a bag of as many partitions; streams
   * @example await fromRange(6).filter((n) => n % 2 === 1).compute(); // → [1, 3, 5]
   */
  filter<U extends T>(predicate: (element: T) => element is U): Bag<U>;
  filter(predicate: (element: T) => unknown): Bag<T>;
  filter(predicate: (element: T) => unknown): AnyBag {
    return new Bag(elements.eachNode(this.node, "filter", predicate));
  }

  /**
   * Elements for which `predicate` returns a falsy value.
   *
   * @returns a bag of as many partitions; streams
   * @example await fromRange(6).remove((n) => n % 2 === 1).compute(); // → [0, 2, 4]
   */
  remove(predicate: (element: T) => unknown): Bag<T> {
    return new Bag(elements.eachNode(this.node, "remove", predicate));
  }

  /**
   * The elements of all results of `f`: lists, generators or other iterables, asynchronous or not.
   *
   * @returns a bag of as many partitions; streams, also what a generator yields
   * @example
   * await fromSequence(["a b", "c"]).flatMap((line) => line.split(" ")).compute(); // → ["a", "b", "c"]
   * const countdown = function* (n: number) {
   *   while (n > 0) yield n--;
   * };
   * await fromSequence([3, 1]).flatMap(countdown).compute(); // → [3, 2, 1, 1]
   */
  flatMap<U>(f: (element: T) => Elements<U>): Bag<U> {
    return new Bag(elements.eachNode(this.node, "flatMap", f));
  }

  /**
   * The elements of all elements, which are iterables.
   *
   * @returns a bag of as many partitions; streams
   * @example await fromSequence([[1, 2], [3]]).flatten().compute(); // → [1, 2, 3]
   */
  flatten(): Bag<ElementOf<T>> {
    return new Bag(elements.flattenNode(this.node));
  }

  /**
   * Picks `key` of each element: a property, an index of a list (negative ones count from its end),
   * or a key of a Map; for a list `keys`, a list. `fallback` is taken where there is nothing;
   * without it that is an error.
   *
   * @returns a bag of as many partitions; streams
   * @example
   * const people = fromSequence([{ name: "Ada", born: 1815 }, { name: "Bo", born: 1990 }]);
   * await people.pluck("name").compute(); // → ["Ada", "Bo"]
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

  /**
   * `f` called with each element, a list, as its arguments; otherwise as {@link Bag.map}.
   *
   * @returns a bag of as many partitions; streams
   * @example
   * await fromSequence([[2, 3], [4, 5]] as [number, number][]).starmap((a, b) => a * b).compute(); // → [6, 20]
   */
  starmap<U extends PromiseOrIterator>(
    f: (...args: Extract<T, readonly unknown[]>) => U,
  ): Bag<CallResult<U>>;
  starmap<U>(f: (...args: Extract<T, readonly unknown[]>) => U): Bag<U>;
  starmap(f: AnyFunction): AnyBag {
    return new Bag(elements.eachNode(this.node, "starmap", f));
  }

  /**
   * `f` called once for each partition, with the list of its elements; it returns those of the new
   * one: a list, a generator or another iterable, asynchronous or not, or a promise of one.
   *
   * @returns a bag of as many partitions; no tasks of its own, but a list of each partition; the
   * values of a generator stream
   * @throws TaskError `task.failed`, when computed, where `f` returns no iterable
   * @example
   * await fromRange(5, { npartitions: 2 }).mapPartitions((list) => [list.length]).compute(); // → [2, 3]
   */
  mapPartitions<U>(f: (elements: T[]) => Elements<U>): Bag<U> {
    return new Bag(elements.eachNode(this.node, "mapPartitions", f));
  }

  /**
   * Each element with the same probability. The same seed takes the same ones.
   *
   * @param probability the share of elements to keep, from 0 to 1
   * @param options.seed a whole number; default: fresh
   * @returns a bag of as many partitions; streams
   * @throws ArgumentError `argument.value` when `probability` is not within 0 and 1
   * @example
   * const some = fromRange(1_000).randomSample(0.1, { seed: 1 });
   * const count = await some.count().compute(); // about 100
   * count > 50 && count < 150; // → true
   */
  randomSample(probability: number, options: { readonly seed?: number } = {}): Bag<T> {
    return new Bag(elements.sampleNode(this.node, probability, options.seed));
  }

  /**
   * Lists of the elements at equal places of this bag and `others`, as many in each partition as
   * the shortest has.
   *
   * @returns a bag of as many partitions; a task for each, which reads one partition of each bag
   * @throws ArgumentError `argument.value` unless all are bags of equally many partitions
   * @example
   * const letters = fromPartitions([["a", "b"], ["c"]]);
   * await fromPartitions([[1, 2], [3]]).zip(letters).compute(); // → [[1, "a"], [2, "b"], [3, "c"]]
   */
  zip<O extends readonly unknown[]>(
    ...others: { readonly [K in keyof O]: Bag<O[K]> }
  ): Bag<[T, ...O]> {
    return new Bag(partitions.zipNode(this.#withNodes("zip", others)));
  }

  /**
   * The partitions of this bag, then those of the bags `others`.
   *
   * @returns a bag of all their partitions; no tasks
   * @throws ArgumentError `argument.value` unless all are bags
   * @example await fromSequence([1, 2]).concat(fromSequence([3])).compute(); // → [1, 2, 3]
   */
  concat(...others: readonly Bag<T>[]): Bag<T> {
    return new Bag(concatenateNodes(this.#withNodes("concat", others)));
  }

  /**
   * Each element with each of the bag `other`.
   *
   * @returns a bag of as many partitions, and tasks, as there are pairs of partitions
   * @throws ArgumentError `argument.value` unless `other` is a bag
   * @example
   * await fromSequence([1, 2]).product(fromSequence(["a"])).compute(); // → [[1, "a"], [2, "a"]]
   */
  product<U>(other: Bag<U>): Bag<[T, U]> {
    return new Bag(partitions.productNode(this.node, nodeOfBag("product", other)));
  }

  /**
   * Running results over the whole bag in order, starting from `initial` if you pass it.
   *
   * @param f gets the result so far and an element
   * @returns a bag of as many partitions; two tasks for each: states at the ends of partitions, one
   * after another, then all results side by side
   * @example
   * await fromSequence([1, 2, 3]).accumulate((sum, n) => sum + n).compute(); // → [1, 3, 6]
   * await fromSequence([1, 2]).accumulate((sum, n) => sum + n, { initial: 10 }).compute(); // → [10, 11, 13]
   */
  accumulate(f: (total: T, element: T) => T): Bag<T>;
  accumulate<S>(f: (total: S, element: T) => S, options: { readonly initial: S }): Bag<S>;
  accumulate(f: AnyFunction, options: { readonly initial?: unknown } = {}): AnyBag {
    return new Bag(partitions.accumulateNode(this.node, f, options));
  }

  /**
   * Folds the elements of each key, without collecting them first, into pairs of a key and its
   * value. Keys compare by value; each starts from its own copy of `initial`.
   *
   * @param key a function of an element that returns its key
   * @param f gets the result so far and an element
   * @returns a bag of one partition; a task per partition, which streams into a state per key, and
   * a tree
   * @example
   * const words = fromSequence(["a", "bc", "de"]);
   * const byLength = words.foldby((word) => word.length, (n, word) => `${n}${word}`);
   * await byLength.compute(); // → [[1, "a"], [2, "bcde"]]
   */
  foldby<K>(
    key: (element: T) => K,
    f: (state: T, element: T) => T,
    options?: FoldbyOptions<T>,
  ): Bag<[K, T]>;
  foldby<K, S>(
    key: (element: T) => K,
    f: (state: S, element: T) => S,
    options: FoldbyOptions<S> & { readonly initial: S },
  ): Bag<[K, S]>;
  foldby(key: AnyFunction, f: AnyFunction, options: AnyFoldOptions = {}): AnyBag {
    return new Bag(reductions.foldbyNode(this.node, key, f, options));
  }

  /**
   * Pairs of a key and the list of its elements, by an all-to-all exchange: a task holds one group
   * at a time, not the bag. For one value per key, {@link Bag.foldby} moves much less.
   *
   * @param key a function of an element that returns its key
   * @returns a bag of `npartitions` partitions, default: as many as before; a task per partition
   * before, which holds it, and one per partition of the result
   * @example
   * const groups = fromRange(5, { npartitions: 2 }).groupBy((n) => n % 2, { npartitions: 1 });
   * await groups.compute(); // → [[0, [0, 2, 4]], [1, [1, 3]]]
   */
  groupBy<K>(
    key: (element: T) => K,
    options: { readonly npartitions?: number } = {},
  ): Bag<[K, T[]]> {
    return new Bag(exchanges.groupNode(this.node, key, options));
  }

  /**
   * Pairs of an element and its count; the most frequent first if `sort`.
   *
   * @returns a bag of one partition; a task per partition, which streams into counts, and a tree
   * @example
   * await fromSequence(["a", "b", "b"]).frequencies({ sort: true }).compute(); // → [["b", 2], ["a", 1]]
   */
  frequencies(options: TreeOptions & { readonly sort?: boolean } = {}): Bag<[T, number]> {
    return new Bag(reductions.frequenciesNode(this.node, options));
  }

  /**
   * The `count` largest elements, or those of the largest keys, the largest first.
   *
   * @param keyOrOptions the function of the key, or options with it
   * @returns a bag of one partition; a task per partition, which streams and keeps about twice
   * `count`, and a tree
   * @throws ArgumentError `argument.value` when `count` is no whole number from 1
   * @example
   * await fromRange(100).topk(2).compute(); // → [99, 98]
   * await fromSequence(["a", "ccc", "bb"]).topk(1, (text) => text.length).compute(); // → ["ccc"]
   */
  topk(count: number, keyOrOptions: KeyOrOptions<T> = {}): Bag<T> {
    return new Bag(partitions.topkNode(this.node, count, keyOrOptions));
  }

  /**
   * The first of each set of elements that are equal by value, or by key.
   *
   * @param keyOrOptions the function of the key, or options with it
   * @returns a bag of one partition; a task per partition, which streams and keeps the keys, and a
   * tree
   * @example
   * await fromSequence([{ a: 1 }, { a: 2 }, { a: 1 }]).distinct().compute(); // → [{ a: 1 }, { a: 2 }]
   */
  distinct(keyOrOptions: KeyOrOptions<T> = {}): Bag<T> {
    return new Bag(partitions.distinctNode(this.node, keyOrOptions));
  }

  /**
   * Elements in order, by an exchange.
   *
   * @returns a bag of `npartitions` partitions, default: as many as before; two tasks per partition
   * before, for a sample of the keys and for the exchange, one that chooses boundaries, and one per
   * partition of the result; into one partition a single task
   * @example await fromSequence([2, 3, 1]).sort({ descending: true }).compute(); // → [3, 2, 1]
   */
  sort(options: BagSortOptions = {}): Bag<T> {
    return new Bag(exchanges.sortNode(this.node, undefined, options));
  }

  /**
   * Elements in the order of their keys. Elements with equal keys keep their order.
   *
   * @param key a function of an element that returns what to compare
   * @returns a bag as of {@link Bag.sort}
   * @example
   * await fromSequence(["ccc", "a", "bb"]).sortBy((text) => text.length).compute(); // → ["a", "bb", "ccc"]
   */
  sortBy(key: (element: T) => unknown, options: BagSortOptions = {}): Bag<T> {
    return new Bag(exchanges.sortNode(this.node, key, options));
  }

  /**
   * Pairs `[other, element]` whose keys are equal by value, in any order.
   *
   * @param other a list or a bag of one partition, of which each task reads all; or a larger bag:
   * then both go through an all-to-all exchange, and neither has to fit memory
   * @param options of joins with bags: whether all of `other` is read by each task anyway,
   * partitions of the result, and whether some keys are far more frequent than others
   * @param key a function of an element of this bag that returns its key
   * @param otherKey the same for the other side; default: `key`
   * @returns a bag of as many partitions, which streams, where each task reads all of `other`;
   * otherwise of as many as the larger of the two has, by default: a task per partition of both,
   * and one per partition of the result
   * @throws ArgumentError `argument.value` for `npartitions` that is no whole number from 1, and
   * unless `other` is a bag or can be iterated
   * @example
   * const people = fromSequence([{ id: 1, name: "Ada" }, { id: 2, name: "Bo" }]);
   * const orders = fromSequence([{ by: 2, item: "tea" }]);
   * const pairs = orders.join(people, ({ by }) => by, ({ id }) => id);
   * await pairs.map(([{ name }, { item }]) => `${name}: ${item}`).compute(); // → ["Bo: tea"]
   */
  join<U>(
    other: Iterable<U> | Bag<U>,
    key: (element: T) => unknown,
    otherKey: (other: U) => unknown = key as unknown as (other: U) => unknown,
    { broadcast = false, ...options }: BagJoinOptions = {},
  ): Bag<[U, T]> {
    checkJoinKey(key);
    const keys = { key, otherKey };
    if (!(other instanceof Bag)) {
      return new Bag(exchanges.lookUpNode(this.node, elementsOf("join", other), keys));
    }
    const isLookUp = broadcast || (other.npartitions === 1 && options.npartitions === undefined);
    return new Bag(
      isLookUp
        ? exchanges.lookUpNode(this.node, other.node, keys)
        : exchanges.hashJoinNode(this.node, other.node, keys, options),
    );
  }

  /**
   * The same elements in another number of partitions: neighbours are joined, or each is cut. With
   * a partition size in bytes, the bag is computed once to measure it.
   *
   * @param options `npartitions`, or `partitionBytes` with those of {@link Bag.compute}
   * @returns a bag of that many partitions, a task for each
   * @throws ArgumentError `argument.value` unless the number is whole and from 1
   * @example
   * fromRange(100, { npartitions: 10 }).repartition({ npartitions: 3 }).npartitions; // → 3
   * const even = await fromRange(10_000).repartition({ partitionBytes: "10kB" });
   * even.npartitions > 2; // → true
   */
  repartition(options: { readonly npartitions: number }): Bag<T>;
  repartition(
    options: { readonly partitionBytes: number | string } & ComputeOptions,
  ): Promise<Bag<T>>;
  repartition(
    options:
      | { readonly npartitions: number }
      | ({ readonly partitionBytes: number | string } & ComputeOptions),
  ): Bag<T> | Promise<Bag<T>> {
    if ("npartitions" in options) {
      return new Bag(partitions.repartitionNode(this.node, options.npartitions));
    }
    const { partitionBytes, ...rest } = options;
    return partitions
      .repartitionByBytes(this.node, partitionBytes, rest)
      .then((node) => new Bag<T>(node));
  }

  /**
   * Computes the bag and leaves its partitions on the workers, until {@link Bag.release}, or until
   * the bag is garbage-collected.
   *
   * @example
   * const kept = await fromRange(10).map((n) => n * n).persist();
   * await kept.max().compute(); // → 81
   * kept.release();
   */
  async persist(options: PersistOptions = {}): Promise<Bag<T>> {
    return new Bag(await persistNode(this.node, options));
  }

  #withNodes(method: string, others: readonly unknown[]): LayerNode[] {
    return [this.node, ...others.map((other) => nodeOfBag(method, other))];
  }

  /** @hidden The bag of other partitions. */
  [WITH_NODE](node: LayerNode): Bag<T> {
    return new Bag(node);
  }

  /**
   * The bag in one line, without its elements: partitions, layers and tasks.
   *
   * @throws nothing
   * @example fromRange(10).toString().startsWith("Bag of "); // → true
   */
  override toString(): string {
    return `Bag of ${formatCount(this.npartitions, "partition")}, ${graphText(this.node)}, ${shortName(this.node.layer.name)}`;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @hidden What `compute` has computed. */
  [COLLECTION](): CollectionParts {
    return partsOf(this.node, (lists) => lists.flat(1));
  }

  /** @hidden What a call reads that has this bag among its arguments: the list of its elements. */
  [CALL_ARGUMENT](): CallArgument {
    const blocks = allPartitions(this.node).map(({ block }) => block);
    return { node: this.node, blocks, isList: true };
  }

  /** @internal */
  get [BAG](): LayerNode {
    return this.node;
  }
}
