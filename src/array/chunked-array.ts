// The class of chunked arrays: properties, results, pictures of its graph, and one-line methods
// over the functions in the folders, which import the class as a type only. array-methods.ts adds
// all others, chapter by chapter; create.ts, random-array.ts and io/ make arrays.

import { asPrimitive } from "../base/as-primitive.js";
import { type DType, isComplex, itemBytes } from "../base/dtype.js";
import { checkMade } from "../base/made-by.js";
import { floating } from "../base/promotion.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../graph/model/calls-layer.js";
import { type Chunks, longest, numBlocks, shapeOf, sizeOf } from "../graph/model/chunks.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import {
  COLLECTION,
  type Collection,
  type CollectionParts,
  WITH_NODE,
} from "../graph/ports/collection.js";
import type { ExplainOptions, VisualizeOptions } from "../graph/ports/visualizer.js";
import { ArrayMethods } from "./array-methods.js";
import { type AxisLike, checkCountable } from "./chunks/axes.js";
import { type AstypeOptions, astype } from "./data-types/astype.js";
import { view } from "./data-types/view.js";
import { describeArray } from "./describe/describe-array.js";
import { type SvgOptions, toSvg } from "./describe/svg.js";
import { clip, round } from "./elementwise/elementwise.js";
import { type ChooseOptions, choose, where } from "./elementwise/where.js";
import {
  type BlockFunction,
  type MapBlocksOptions,
  type MapRank,
  mapBlocks,
} from "./functions/map-blocks.js";
import { type MapOverlapOptions, mapOverlap } from "./functions/overlap/map-overlap.js";
import type { Operand, UnaryDType } from "./layers/array-operands.js";
import type { ComputedValue, RankMinusOne } from "./layers/array-types.js";
import { checkDevice, DEVICE, type Device } from "./layers/device.js";
import { matrixTranspose, transpose } from "./manipulation/transpose.js";
import { arrayArgument, arrayParts } from "./results/collection-parts.js";
import {
  type ComputeOptions,
  computeChunkSizes,
  computeOne,
  explain,
  type PersistOptions,
  persist,
  release,
  visualize,
} from "./results/compute.js";
import {
  blocksInOrder,
  type ComputedBlock,
  type IterationOptions,
  rowsInOrder,
} from "./results/iterate.js";
import { type StoreDestination, store } from "./results/store.js";

/**
 * An array in chunks, lazy and immutable. Methods describe a computation and return new arrays;
 * {@link ChunkedArray.compute} runs it.
 *
 * `D` is the dtype and `R` the number of dimensions, if the compiler knows them.
 *
 * @see https://docs.dask.org/en/stable/array-api.html
 * @example
 * const x = random([10_000, 10_000], { chunks: [1_000, 1_000], seed: 42 });
 * const mean = await x.add(x.transpose()).mean().compute(); // a number
 */
export class ChunkedArray<out D extends DType = DType, out R extends number = number>
  extends ArrayMethods<D, R>
  implements Collection, HasCallArgument
{
  /** The layer that makes the blocks, with the nodes that it reads. */
  readonly node: LayerNode;
  /** Length of each axis. */
  readonly shape: readonly number[];

  /**
   * Made by `zeros`, `random` and the like. @throws ArgumentError `argument.shape` where there are
   * more elements than numbers can count: 2⁵³ or more
   */
  constructor(node: LayerNode) {
    super();
    checkMade(node?.layer !== undefined, "a ChunkedArray", "asarray([1, 2]) or fromZarr(path)");
    this.node = node;
    this.shape = Object.freeze(shapeOf(node.layer.chunks));
    checkCountable(this.shape);
  }

  /** The elements' dtype. */
  get dtype(): D {
    return this.node.layer.dtype as D;
  }

  /** The number of axes. */
  get ndim(): R {
    return this.shape.length as R;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Block lengths along each axis. */
  get chunks(): Chunks {
    return this.node.layer.chunks;
  }

  /** The number of blocks along each axis. */
  get numblocks(): number[] {
    return numBlocks(this.chunks);
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * itemBytes(this.dtype);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return itemBytes(this.dtype);
  }

  /** The number of blocks in all. */
  get npartitions(): number {
    return this.numblocks.reduce((count, along) => count * along, 1);
  }

  /** The length of the longest block along each axis. */
  get chunksize(): number[] {
    return this.chunks.map(longest);
  }

  /** A name from the content: arrays with the same computation have the same name. */
  get name(): string {
    return this.node.layer.name;
  }

  /** Where the array lives, as the array API standard sees it. */
  get device(): Device {
    return DEVICE;
  }

  /**
   * An array over another node: the functions of arrays make their results by it.
   *
   * @param node a layer with the nodes that it reads, as `x.node` of another array
   * @throws nothing
   * @example
   * const x = ones([2, 3]);
   * x.derive(x.transpose().node).shape; // → [3, 2]
   */
  derive<D2 extends DType, R2 extends number>(node: LayerNode): ChunkedArray<D2, R2> {
    return new ChunkedArray<D2, R2>(node);
  }

  /** The array with its axes reversed. See {@link transpose}. */
  get T(): ChunkedArray<D, R> {
    return transpose(this);
  }

  /** The array with its last two axes exchanged. See {@link matrixTranspose}. */
  get mT(): ChunkedArray<D, R> {
    return matrixTranspose(this);
  }

  /**
   * The array on a device: itself, since there is only one device.
   *
   * @param device `"cpu"`, the only one
   * @throws ArgumentError `argument.value` for any but `"cpu"`
   * @example zeros([2, 3]).toDevice("cpu").shape; // → [2, 3]
   */
  toDevice(device: Device): ChunkedArray<D, R> {
    checkDevice(device);
    return this;
  }

  /**
   * The values as another dtype: integers drop fractions and wrap around. See {@link astype}.
   *
   * @param options taken for the array API standard's sake: they change no value
   * @returns `dtype`, in the shape and chunks of the array
   * @example await asarray([0.5, -1.5, 2]).astype("int32").compute(); // → [0, -1, 2]
   */
  astype<T extends DType>(dtype: T, options?: AstypeOptions): ChunkedArray<T, R> {
    return astype<T, R>(this, dtype, options);
  }

  /**
   * Values limited to [min, max]. See {@link clip}.
   *
   * @param min a value or an array that broadcasts; null for no limit
   * @param max likewise
   * @example await asarray([-1, 0.5, 2]).clip(0, 1).compute(); // → [0, 0.5, 1]
   */
  clip(min?: Operand | null, max?: Operand | null): ReturnType<typeof clip<D, R>> {
    return clip<D, R>(this, min, max);
  }

  /**
   * Applies a function of yours to every block, on the workers. See {@link mapBlocks}.
   *
   * @param f called with the block as an ndarray, blocks of `others`, and where the block is; it
   * returns an ndarray or a list of elements
   * @param options `dtype` and `chunks` of the result where `f` changes them, `others`, `dropAxis`,
   * `newAxis`
   * @example
   * const doubled = arange(4, { chunks: 2 }).mapBlocks((block) => block.data.map((v) => v * 2));
   * await doubled.compute(); // → [0, 2, 4, 6]
   */
  mapBlocks<
    T extends DType = D,
    const O extends readonly ChunkedArray[] = [],
    A extends AxisLike = undefined,
    N extends AxisLike = undefined,
  >(
    f: BlockFunction<D, O>,
    options?: MapBlocksOptions<T, O, A, N>,
  ): ChunkedArray<T, MapRank<R, O, A, N>> {
    return mapBlocks<D, R, T, O, A, N>(this, f, options);
  }

  /**
   * Applies a function of yours to every block with the edges of its neighbours, then trims them.
   * See {@link mapOverlap}.
   *
   * @param f as of `mapBlocks`; the block has margins
   * @param options `depth` of the margins, `boundary` at the array's ends, and those of `mapBlocks`
   * @example
   * const next = arange(4, { chunks: 2 }).mapOverlap(
   *   (block) => block.data.map((value, i, all) => all[i + 1] ?? value),
   *   { depth: 1, boundary: "nearest" },
   * );
   * await next.compute(); // → [1, 2, 3, 3]
   */
  mapOverlap<
    T extends DType = D,
    const O extends readonly ChunkedArray[] = [],
    A extends AxisLike = undefined,
    N extends AxisLike = undefined,
  >(
    f: BlockFunction<D, O>,
    options?: MapOverlapOptions<T, O, A, N>,
  ): ChunkedArray<T, MapRank<R, O, A, N>> {
    return mapOverlap<D, R, T, O, A, N>(this, f, options);
  }

  /**
   * The array itself: arrays never change, so that they need no copies. See {@link copy}.
   *
   * @example
   * const x = ones([2]);
   * x.copy() === x; // → true
   */
  copy(): ChunkedArray<D, R> {
    return this;
  }

  /**
   * The bytes read as another dtype, along the last axis. See {@link view}.
   *
   * @returns `dtype`; the last axis is longer or shorter by the sizes of both dtypes
   * @example ones([2, 4]).view("uint8").shape; // → [2, 32]
   */
  view<T extends DType>(dtype: T): ChunkedArray<T> {
    return view(this, dtype);
  }

  /**
   * Picks elements from `choices`, with this array as the index. See {@link choose}.
   *
   * @param choices values or arrays, which broadcast
   * @param options `mode` for numbers without a choice: `"raise"` (the default), `"wrap"`, `"clip"`
   * @returns the promoted dtype of the choices, in the broadcast shape
   * @example await asarray([0, 1, 0]).choose([[1, 2, 3], [10, 20, 30]]).compute(); // → [1, 20, 3]
   */
  choose(choices: readonly Operand[], options?: ChooseOptions): ChunkedArray {
    return choose(this, choices, options);
  }

  /**
   * The elements where `condition` is true, `other` elsewhere. See {@link where}.
   *
   * @param condition booleans, which broadcast
   * @param other a number or an array; default: NaN, which makes floats of integers
   * @returns the promoted dtype of both, in the broadcast shape
   * @example
   * const x = asarray([3, -1, 2]);
   * await x.where(x.greater(0)).compute(); // → [3, NaN, 2]
   */
  where(condition: Operand, other?: Operand): ChunkedArray {
    if (other !== undefined) return where(condition, this as ChunkedArray, other) as ChunkedArray;
    const values = isComplex(this.dtype) ? this : astype(this, floating(this.dtype));
    return where(condition, values as ChunkedArray, Number.NaN) as ChunkedArray;
  }

  /**
   * Rounds to `decimals` decimal places, halves to the even digit. See {@link round}.
   *
   * @param decimals default: 0; negative ones round before the point
   * @example await asarray([1.25, 1.75]).round(1).compute(); // → [1.2, 1.8]
   */
  round(decimals?: number): ChunkedArray<UnaryDType<"round", D>, R> {
    return round(this, decimals);
  }

  /**
   * Runs the computation and returns its value. See {@link compute}.
   *
   * @param options how it runs, such as `signal` and `progress`
   * @returns a number, BigInt, boolean or `{ re, im }` for no dimensions, an ndarray otherwise
   * @example await ones([2, 3]).add(1).compute(); // → [[2, 2, 2], [2, 2, 2]]
   */
  compute(options: ComputeOptions = {}): Promise<ComputedValue<D, R>> {
    return computeOne<D, R>(this, options);
  }

  /**
   * Computes the array and leaves its blocks on the workers. See {@link persist}.
   *
   * @param options how it runs; `wait: false` returns at once
   * @returns the same array, whose blocks further computations read
   * @example
   * const x = await ones([2, 3]).add(1).persist();
   * await x.sum().compute(); // → 12
   */
  persist(options?: PersistOptions): Promise<ChunkedArray<D, R>> {
    return persist<D, R>(this, options);
  }

  /**
   * The computed blocks in row-major order, one after the other. See {@link blocksInOrder}.
   *
   * @param options how many blocks are computed ahead, and those of `compute`
   * @returns for each block the `block` as an ndarray and its `offset` in the array
   * @example
   * const starts = [];
   * const x = arange(6, { chunks: 4 });
   * for await (const { offset } of x.blocksInOrder()) starts.push(offset[0]);
   * starts; // → [0, 4]
   */
  blocksInOrder(options?: IterationOptions): AsyncGenerator<ComputedBlock<D, R>, void, undefined> {
    return blocksInOrder<D, R>(this, options);
  }

  /**
   * Writes the array into memory, or hands its blocks to an object of yours. See {@link store}.
   *
   * @param target an ndarray or a typed array, or an object with `set(region, block)`
   * @example
   * const values = new Float64Array(4);
   * await ones([4], { chunks: 2 }).store(values);
   * values; // → [1, 1, 1, 1]
   */
  store(target: StoreDestination, options?: IterationOptions): Promise<void> {
    return store(this, target as never, options);
  }

  /** The items along the first axis, such as the rows of a matrix; one block is computed ahead. */
  [Symbol.asyncIterator](): AsyncGenerator<ComputedValue<D, RankMinusOne<R>>, void, undefined> {
    return rowsInOrder<D, R>(this);
  }

  /**
   * Computes the array, so that the lengths of its blocks are known. See {@link computeChunkSizes}.
   *
   * @returns the same array with its lengths; its blocks stay on the workers until `release()`
   * @example
   * const x = arange(10, { chunks: 5 });
   * (await x.slice(x.greater(6)).computeChunkSizes()).shape; // → [3]
   */
  computeChunkSizes(options?: ComputeOptions): Promise<ChunkedArray<D, R>> {
    return computeChunkSizes<D, R>(this, options);
  }

  /**
   * Frees the blocks that {@link ChunkedArray.persist} left on the workers.
   *
   * @throws nothing
   * @example
   * const x = await ones([4]).persist();
   * x.release();
   */
  release(): void {
    release(this);
  }

  /**
   * A picture of the chunks, as the text of an SVG file. See {@link toSvg}.
   *
   * @param options `size` of the picture in pixels
   * @example zeros([100, 200], { chunks: 50 }).toSvg().startsWith("<svg"); // → true
   */
  toSvg(options?: SvgOptions): string {
    return toSvg(this, options);
  }

  /**
   * The array in one line, without its values: shape, dtype, chunks, size, layers and tasks.
   *
   * @throws nothing
   * @example zeros([2, 3]).toString().includes("float64"); // → true
   */
  override toString(): string {
    return describeArray(this);
  }

  /**
   * Draws the graph below the array into a file. See {@link visualize}.
   *
   * @param options `file`, whose ending is the format, and what is drawn
   * @returns the path of the file
   * @example await ones([4, 4], { chunks: 2 }).sum().visualize({ file: "sum.dot" }); // → "sum.dot"
   */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return visualize(this, options);
  }

  /**
   * Describes the plan, pass by pass, and its predicted cost, as text. See {@link explain}.
   *
   * @param options the cluster to plan for, such as `workers` and `memoryLimit`
   * @example ones([4, 4], { chunks: 2 }).sum().explain().includes("to run"); // → true
   */
  explain(options: ExplainOptions = {}): string {
    return explain(this, options);
  }

  /**
   * Returns the JSON form: the line that {@link ChunkedArray.toString} returns.
   *
   * @throws nothing
   * @example
   * const x = zeros([2, 3]);
   * JSON.stringify(x) === JSON.stringify(x.toString()); // → true
   */
  toJSON(): string {
    return this.toString();
  }

  /** @internal For operators of the language. */
  [Symbol.toPrimitive](hint: string): string {
    return asPrimitive(
      this.toString(),
      hint,
      "a ChunkedArray",
      "write x.multiply(2), x.greater(0), or await x.compute() for values",
    );
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @hidden */
  [COLLECTION](): CollectionParts {
    return arrayParts(this.node);
  }

  /** @hidden */
  [WITH_NODE](node: LayerNode): ChunkedArray<D, R> {
    return this.derive(node);
  }

  /** @hidden */
  [CALL_ARGUMENT](): CallArgument {
    return arrayArgument(this.node);
  }
}
