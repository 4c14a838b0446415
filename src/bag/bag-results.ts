// The results of a bag, as methods: lists, single values, arrays, pictures. Methods that return
// bags are bag.ts.
import { ChunkedArray } from "../array/chunked-array.js";
import { type ComputeOptions, explain } from "../array/results/compute.js";
import type { DType } from "../base/dtype.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import { graphBelow } from "../graph/model/layer-graph.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { Collection } from "../graph/ports/collection.js";
import {
  currentVisualizer,
  type ExplainOptions,
  type VisualizeOptions,
} from "../graph/ports/visualizer.js";
import type { AnyFoldOptions, FoldOptions, TreeOptions } from "./bag-reductions.js";
import * as reductions from "./bag-reductions.js";
import { bagWriters } from "./bag-writers.js";
import * as partitions from "./combine-partitions.js";
import { blockValues, releaseNode } from "./compute-bag.js";
import * as elements from "./elements.js";
import { Item } from "./item.js";

/** What these methods take from their bag. */
interface BagParts extends Collection {
  readonly node: LayerNode;
}

/** The methods of {@link Bag} that return no bags. */
export interface BagResultMethods<T> {
  /**
   * Folds all elements into one value: `f` folds each partition, `combine` joins the results. Each
   * partition with elements starts from its own copy of `initial`.
   *
   * @returns the value, lazy; a task per partition, through which elements stream into a state, and
   * a tree that joins `splitEvery` states a task, as all methods that give an {@link Item}
   * @throws TaskError `task.failed`, when computed, without elements and `initial`
   * @example
   * await fromRange(5).fold((a, b) => Math.max(a, b)).compute(); // → 4
   * const lengths = { initial: 0, combine: (a: number, b: number) => a + b };
   * await fromSequence(["a", "bc"]).fold((n, text) => n + text.length, lengths).compute(); // → 3
   */
  fold(f: (state: T, element: T) => T, options?: FoldOptions<T>): Item<T>;

  fold<S>(
    f: (state: S, element: T) => S,
    options: FoldOptions<S> & {
      readonly initial: S;
      readonly combine: (a: S, b: S) => S;
    },
  ): Item<S>;

  /**
   * Reduces each partition that is not empty to a value, and these to one, by a tree.
   *
   * @param perPartition gets the elements of a partition
   * @param aggregate gets results of `perPartition`, or its own
   * @returns the value, lazy; a task per partition, which has a list of its elements, and a tree
   * @example
   * const longest = (words: string[]) => words.sort((a, b) => b.length - a.length)[0] ?? "";
   * await fromSequence(["a", "abc", "ab"]).reduction(longest, longest).compute(); // → "abc"
   */
  reduction<P>(
    perPartition: (elements: T[]) => P,
    aggregate: (results: P[]) => P,
    options?: TreeOptions,
  ): Item<P>;

  /**
   * How many elements there are.
   *
   * @returns the number, lazy; tasks as of {@link Bag.fold}, for the methods below, too
   * @example await fromRange(100).filter((n) => n % 7 === 0).count().compute(); // → 15
   */
  count(options?: TreeOptions): Item<number>;

  /**
   * The sum; a BigInt of BigInts. 0 of nothing.
   *
   * @throws TaskError `task.failed`, when computed, for elements that are no number, BigInt or
   * boolean
   * @example
   * await fromSequence([1.5, 2]).sum().compute(); // → 3.5
   * await fromSequence([1n, 2n]).sum().compute(); // → 3n
   */
  sum(options?: TreeOptions): Item<T extends bigint ? bigint : number>;

  /**
   * The smallest element. For the order of elements, see {@link Bag}.
   *
   * @throws TaskError `task.failed`, when computed, without elements and for those that have no
   * order
   * @example await fromSequence(["pear", "apple"]).min().compute(); // → "apple"
   */
  min(options?: TreeOptions): Item<T>;

  /**
   * The largest element, likewise.
   *
   * @throws TaskError as {@link Bag.min}
   * @example await fromSequence([3, 5, 4]).max().compute(); // → 5
   */
  max(options?: TreeOptions): Item<T>;

  /**
   * Whether any element counts as true; false of nothing.
   *
   * @example await fromSequence([0, "", "x"]).any().compute(); // → true
   */
  any(options?: TreeOptions): Item<boolean>;

  /**
   * Whether all elements count as true; true of nothing.
   *
   * @example await fromSequence([1, "x", 0]).all().compute(); // → false
   */
  all(options?: TreeOptions): Item<boolean>;

  /**
   * The mean; NaN of nothing.
   *
   * @example await fromRange(5).mean().compute(); // → 2
   */
  mean(options?: TreeOptions): Item<number>;

  /**
   * The variance, by Welford's and Chan's formulas; its divisor is the number of elements less
   * `ddof`.
   *
   * @throws ArgumentError `argument.value` for a `ddof` that is no number
   * @example
   * await fromRange(5).var().compute(); // → 2
   * await fromRange(5).var({ ddof: 1 }).compute(); // → 2.5
   */
  var(options?: TreeOptions & { readonly ddof?: number }): Item<number>;

  /**
   * The standard deviation, likewise.
   *
   * @param options `ddof`, and `splitEvery` of the tree
   * @throws ArgumentError as {@link Bag.var}
   * @example await fromSequence([2, 4]).std().compute(); // → 1
   */
  std(options?: TreeOptions & { readonly ddof?: number }): Item<number>;

  /**
   * Computes the first elements. Each partition that is read is one task, which stops as soon as it
   * has enough.
   *
   * @param count how many; fewer come if the partitions read have no more
   * @param options those of {@link Bag.compute}, and how many partitions are read: 1 by default, -1
   * for all
   * @throws ArgumentError `argument.value` for a count that is no whole number, or more partitions
   * than there are
   * @example await fromRange(1_000).take(3); // → [0, 1, 2]
   */
  take(count: number, options?: ComputeOptions & { readonly npartitions?: number }): Promise<T[]>;

  /**
   * All elements, in the order of the partitions: one list here, and a list of each partition on
   * its worker.
   *
   * @throws TaskError `task.failed` when a function threw, with that as its `cause`
   * @example await fromRange(3).map((n) => n + 1).compute(); // → [1, 2, 3]
   */
  compute(options?: ComputeOptions): Promise<T[]>;

  /**
   * Elements in order. Each partition is computed by its own job, a few of them ahead.
   *
   * @example
   * let sum = 0;
   * for await (const n of fromRange(10)) sum += n;
   * sum; // → 45
   */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;

  /**
   * The numbers as a one-dimensional array: one block of unknown length for each partition.
   *
   * @param options.dtype that of the array; default: float64
   * @returns an array of that dtype; no tasks of its own
   * @throws TaskError `task.failed`, when computed, for an element that is no number
   * @example await fromRange(4).toArray().multiply(2).sum().compute(); // → 12
   */
  toArray<D extends DType = "float64">(options?: { readonly dtype?: D }): ChunkedArray<D, 1>;

  /**
   * Writes the elements to files as JSON, one on each line, a file for each partition.
   * See {@link toNdjson}.
   *
   * @param path as of `toTextFiles`
   * @returns the paths of the files
   * @example
   * const paths = await fromSequence([{ a: 1 }, { a: 2 }]).toNdjson("method-*.jsonl");
   * await (await readNdjsonValues<{ a: number }>(paths)).pluck("a").sum().compute(); // → 3
   */
  toNdjson(path: string, options?: ComputeOptions): Promise<string[]>;

  /**
   * Frees the blocks that {@link Bag.persist} left on the workers. Other bags are left alone.
   *
   * @example
   * const kept = await fromRange(10).persist();
   * kept.release();
   */
  release(): void;

  /**
   * Draws the graph into a file, in the format of its ending. See {@link visualize}.
   *
   * @param options `file`, whose ending is the format, and what is drawn
   * @returns the path of the file
   * @example await fromRange(10).map((n) => n + 1).visualize({ file: "bag.dot" }); // → "bag.dot"
   */
  visualize(options?: VisualizeOptions): Promise<string>;

  /**
   * Describes the plan, pass by pass, and its predicted cost, as text. See {@link explain}.
   *
   * @param options the cluster to plan for, such as `workers` and `memoryLimit`
   * @example fromRange(10).map((n) => n + 1).explain().includes("to run"); // → true
   */
  explain(options?: ExplainOptions): string;

  /**
   * Writes the texts to files, a line each, a file for each partition. See {@link toTextFiles}.
   *
   * @param path a path with a `*` for the partition's number, or a folder; `.gz` compresses
   * @returns the paths of the files
   * @example
   * const paths = await fromSequence(["one", "two"]).toTextFiles("method-*.txt");
   * await (await readText(paths)).compute(); // → ["one", "two"]
   */
  toTextFiles(
    this: AsyncIterable<string>,
    path: string,
    options?: ComputeOptions,
  ): Promise<string[]>;

  /**
   * Returns the JSON form: the same line as `toString()`.
   *
   * @throws nothing
   * @example
   * const bag = fromRange(10);
   * JSON.stringify(bag) === JSON.stringify(bag.toString()); // → true
   */
  toJSON(): string;
}

export const BAG_RESULTS: BagResultMethods<unknown> & ThisType<BagParts> = {
  fold(f: AnyFunction, options: AnyFoldOptions = {}): Item<never> {
    return new Item(reductions.foldNode(this.node, f, options));
  },

  reduction(perPartition, aggregate, options = {}) {
    return new Item(reductions.reductionNode(this.node, perPartition, aggregate, options));
  },

  count(options) {
    return new Item(reductions.measureNode(this.node, "count", options));
  },

  sum(options) {
    return new Item(reductions.measureNode(this.node, "sum", options));
  },

  min(options) {
    return new Item(reductions.measureNode(this.node, "min", options));
  },

  max(options) {
    return new Item(reductions.measureNode(this.node, "max", options));
  },

  any(options) {
    return new Item(reductions.measureNode(this.node, "any", options));
  },

  all(options) {
    return new Item(reductions.measureNode(this.node, "all", options));
  },

  mean(options) {
    return new Item(reductions.measureNode(this.node, "mean", options));
  },

  var(options) {
    return new Item(reductions.measureNode(this.node, "var", options));
  },

  std(options) {
    return new Item(reductions.measureNode(this.node, "std", options));
  },

  async take(count, { npartitions = 1, ...options } = {}) {
    const node = partitions.takeNode(this.node, count, npartitions);
    return (await blockValues(node, options)).flat(1);
  },

  async compute(options = {}) {
    return (await blockValues(this.node, options)).flat(1);
  },

  async *[Symbol.asyncIterator]() {
    for await (const list of partitions.listsInOrder(this.node)) yield* list;
  },

  toArray(options = {}) {
    return new ChunkedArray(elements.arrayNode(this.node, options.dtype ?? "float64"));
  },

  async toNdjson(path, options = {}) {
    return bagWriters().toNdjson(this.node, path, options);
  },

  release() {
    releaseNode(this.node);
  },

  visualize(options = {}) {
    return currentVisualizer().visualize(graphBelow([this.node]), options);
  },

  explain(options = {}) {
    return explain(this, options);
  },

  async toTextFiles(path, options = {}) {
    const { node } = this as unknown as BagParts;
    return bagWriters().toTextFiles(node, path, options);
  },

  toJSON() {
    return this.toString();
  },
};
