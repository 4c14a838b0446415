// The class of chunked arrays: properties, pictures of its graph, and one-line methods over the
// functions in the folders, which import the class as a type only. array-methods.ts adds elementwise
// operations and reductions; create.ts, random-array.ts and io/ make arrays.
import { type DType, itemBytes } from "../base/dtype.js";
import {
  CALL_ARGUMENT,
  type CallArgument,
  type HasCallArgument,
} from "../graph/model/calls-layer.js";
import { type Chunks, numBlocks, shapeOf, sizeOf } from "../graph/model/chunks.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { COLLECTION, type Collection, type CollectionParts } from "../graph/ports/collection.js";
import type { ExplainOptions, VisualizeOptions } from "../graph/ports/visualizer.js";
import { ArrayMethods } from "./array-methods.js";
import type { AxisLike, ShapeLike } from "./chunks/axes.js";
import { checkCountable, longest } from "./chunks/axes.js";
import type { ChunkSpec } from "./chunks/normalize-chunks.js";
import { type AstypeOptions, astype } from "./data-types/astype.js";
import { view } from "./data-types/view.js";
import { describeArray } from "./describe/describe-array.js";
import { type SvgOptions, toSvg } from "./describe/svg.js";
import { clip, round } from "./elementwise/elementwise.js";
import { type ChooseOptions, choose } from "./elementwise/where.js";
import {
  type BlockFunction,
  type MapBlocksOptions,
  type MapRank,
  mapBlocks,
} from "./functions/map-blocks.js";
import { type MapOverlapOptions, mapOverlap } from "./functions/overlap/map-overlap.js";
import { type DiagonalOptions, diagonal } from "./indexing/diagonal.js";
import { getSlice, vindex } from "./indexing/get-slice.js";
import type { IndexEntry, IndexList, SlicedRank } from "./indexing/parse-index.js";
import { set } from "./indexing/replace/set.js";
import { blocks, take } from "./indexing/take.js";
import type { Operand, UnaryDType } from "./layers/array-operands.js";
import type {
  ComputedValue,
  OnlyKnown,
  RankMinusOne,
  RankOf,
  RankPlusOne,
} from "./layers/array-types.js";
import { checkDevice, DEVICE, type Device } from "./layers/device.js";
import type { RechunkOptions } from "./layers/rechunk-layer.js";
import { dot, matmul, tensordot } from "./linear-algebra/matmul.js";
import { trace } from "./linear-algebra/trace.js";
import { broadcastTo } from "./manipulation/broadcast-to.js";
import * as extraAxes from "./manipulation/expand-dims.js";
import { flip } from "./manipulation/flip.js";
import { repeat } from "./manipulation/longer/repeat.js";
import { rechunk } from "./manipulation/rechunk.js";
import { type ReshapeOptions, ravel, reshape } from "./manipulation/reshape.js";
import * as axes from "./manipulation/transpose.js";
import { moment } from "./reductions/moment.js";
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
import { nonzero } from "./searching/nonzero.js";
import { argsort, type SortOptions, sort } from "./sorting/sort.js";
import { argtopk, topk } from "./sorting/topk.js";

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
   * Made by `zeros`, `random` and the like. @throws ArgumentError `argument.shape` where there are more elements than numbers can count: 2⁵³ or more
   */
  constructor(node: LayerNode) {
    super();
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
   * An array over another node. The functions of arrays make their results by it.
   *
   * @throws nothing
   */
  derive<D2 extends DType, R2 extends number>(node: LayerNode): ChunkedArray<D2, R2> {
    return new ChunkedArray<D2, R2>(node);
  }

  /** The array with its axes reversed. See {@link axes.transpose}. */
  get T(): ChunkedArray<D, R> {
    return axes.transpose(this);
  }

  /** The array with its last two axes exchanged. See {@link axes.matrixTranspose}. */
  get mT(): ChunkedArray<D, R> {
    return axes.matrixTranspose(this);
  }

  /**
   * The array on a device: itself, since there is only one device.
   *
   * @throws ArgumentError `argument.value` for any but `"cpu"`
   */
  toDevice(device: Device): ChunkedArray<D, R> {
    checkDevice(device);
    return this;
  }

  /** The array with its axes in another order, default: reversed. See {@link axes.transpose}. */
  transpose(order?: readonly number[] | null): ChunkedArray<D, R> {
    return axes.transpose(this, order);
  }

  /** The array with two axes exchanged. See {@link axes.swapaxes}. */
  swapaxes(axis1: number, axis2: number): ChunkedArray<D, R> {
    return axes.swapaxes(this, axis1, axis2);
  }

  /** The same elements in another shape; one length may be -1. See {@link reshape}. */
  reshape<const S extends ShapeLike>(
    shape: S,
    options?: ReshapeOptions,
  ): ChunkedArray<D, RankOf<S>> {
    return reshape(this, shape, options);
  }

  /** All elements along one axis. See {@link ravel}. */
  ravel(): ChunkedArray<D, 1> {
    return ravel(this);
  }

  /** The array without axes of length 1. See {@link extraAxes.squeeze}. */
  squeeze(axis?: AxisLike): ChunkedArray<D> {
    return extraAxes.squeeze<D>(this, axis);
  }

  /** The array with a new axis of length 1. See {@link extraAxes.expandDims}. */
  expandDims(axis?: number): ChunkedArray<D, RankPlusOne<R>> {
    return extraAxes.expandDims<D, R>(this, axis);
  }

  /** The array stretched to a shape. See {@link broadcastTo}. */
  broadcastTo<const S extends readonly number[]>(
    shape: S,
    options?: { readonly chunks?: ChunkSpec },
  ): ChunkedArray<D, S["length"]> {
    return broadcastTo<D, S>(this, shape, options);
  }

  /** The part that the indices name: numbers, `"2:10:3"`, lists, masks. See {@link getSlice}. */
  slice<const I extends readonly IndexEntry[]>(...indices: I): ChunkedArray<D, SlicedRank<R, I>> {
    return getSlice<D, R, I>(this, indices);
  }

  /** The elements at points; their axes come first. See {@link vindex}. */
  vindex(...indices: readonly IndexEntry[]): ChunkedArray<D> {
    return vindex(this, indices);
  }

  /** The blocks at an index of the grid of blocks. See {@link blocks}. */
  blocks(...indices: readonly IndexEntry[]): ChunkedArray<D, R> {
    return blocks(this, indices);
  }

  /** A new array with a value at the indices. See {@link set}. */
  set(indices: readonly IndexEntry[], value: Operand): ChunkedArray<D, R> {
    return set(this, indices, value);
  }

  /** The slabs at listed positions along an axis. See {@link take}. */
  take(indices: IndexList | ChunkedArray, axis?: number | null): ChunkedArray<D> {
    return take(this, indices, axis);
  }

  /** The elements in reverse order. See {@link flip}. */
  flip(axis?: AxisLike): ChunkedArray<D, R> {
    return flip(this, axis);
  }

  /** The same array in other chunks. See {@link rechunk}. */
  rechunk(chunks: ChunkSpec, options?: RechunkOptions): ChunkedArray<D, R> {
    return rechunk(this, chunks, options);
  }

  /** The values as another dtype. See {@link astype}. */
  astype<T extends DType>(dtype: T, options?: AstypeOptions): ChunkedArray<T, R> {
    return astype<T, R>(this, dtype, options);
  }

  /** Values limited to [min, max]. See {@link clip}. */
  clip(min?: Operand | null, max?: Operand | null): ReturnType<typeof clip<D, R>> {
    return clip<D, R>(this, min, max);
  }

  /** The matrix product. See {@link matmul}. */
  matmul<D2 extends DType, R2 extends number>(
    other: ChunkedArray<D2, R2>,
  ): ReturnType<typeof matmul<D, D2, R, R2>> {
    return matmul<D, D2, R, R2>(this, other);
  }

  /** NumPy's dot product. See {@link dot}. */
  dot<D2 extends DType, R2 extends number>(
    other: ChunkedArray<D2, R2>,
  ): ReturnType<typeof dot<D, D2, R, R2>> {
    return dot<D, D2, R, R2>(this, other);
  }

  /** The sum of products over some axes. See {@link tensordot}. */
  tensordot<D2 extends DType>(
    other: ChunkedArray<D2>,
    over?: Parameters<typeof tensordot>[2],
  ): ReturnType<typeof tensordot<D, D2>> {
    return tensordot<D, D2>(this, other, over);
  }

  /** Applies a function of yours to every block. See {@link mapBlocks}. */
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
   * Applies a function of yours to every block and its neighbours' edges. See {@link mapOverlap}.
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

  /** The array itself: arrays never change. See {@link copy}. */
  copy(): ChunkedArray<D, R> {
    return this;
  }

  /** All elements along one axis. See {@link ravel}. */
  flatten(): ChunkedArray<D, 1> {
    return ravel(this);
  }

  /** The bytes as another dtype. See {@link view}. */
  view<T extends DType>(dtype: T): ChunkedArray<T> {
    return view(this, dtype);
  }

  /** Picks elements from `choices`, with this array as the index. See {@link choose}. */
  choose(choices: readonly Operand[], options?: ChooseOptions): ChunkedArray {
    return choose(this, choices, options);
  }

  /** Rounds to `decimals` decimal places. See {@link round}. */
  round(decimals?: number): ChunkedArray<UnaryDType<"round", D>, R> {
    return round(this, decimals);
  }

  /** The positions of elements that are not 0: an array for each axis. See {@link nonzero}. */
  nonzero(): ChunkedArray<"int64", 1>[] {
    return nonzero(this);
  }

  /** A central moment. See {@link moment}. */
  moment(order: number, axis?: AxisLike, options?: Parameters<typeof moment>[3]): ChunkedArray {
    return moment(this, order, axis, options);
  }

  /** The positions of the largest elements of lanes. See {@link argtopk}. */
  argtopk(k: number, axis?: number): ChunkedArray<"int64", R> {
    return argtopk(this, k, axis);
  }

  /** Lanes in order. See {@link sort}. */
  sort<const O extends OnlyKnown<SortOptions, O> = Record<never, never>>(
    options?: O,
  ): ChunkedArray<D, O extends { readonly axis: null } ? 1 : R> {
    return sort(this, options);
  }

  /** The positions that put lanes in order. See {@link argsort}. */
  argsort<const O extends OnlyKnown<SortOptions, O> = Record<never, never>>(
    options?: O,
  ): ChunkedArray<"int64", O extends { readonly axis: null } ? 1 : R> {
    return argsort(this, options);
  }

  /** The largest elements of lanes. See {@link topk}. */
  topk(k: number, axis?: number): ChunkedArray<D, R> {
    return topk(this, k, axis);
  }

  /** Every element repeated. See {@link repeat}. */
  repeat(repeats: number | IndexList, axis?: number | null): ChunkedArray<D> {
    return repeat(this, repeats, axis);
  }

  /** Diagonals of matrices. See {@link diagonal}. */
  diagonal(options?: DiagonalOptions): ChunkedArray<D> {
    return diagonal(this, options);
  }

  /** The sum of a diagonal. See {@link trace}. */
  trace(options?: DiagonalOptions): ChunkedArray {
    return trace(this, options);
  }

  /** The array's value: one scalar for no dimensions, an ndarray otherwise. See {@link compute}. */
  compute(options: ComputeOptions = {}): Promise<ComputedValue<D, R>> {
    return computeOne<D, R>(this, options);
  }

  /** Computes the array and leaves its blocks on the workers. See {@link persist}. */
  persist(options?: PersistOptions): Promise<ChunkedArray<D, R>> {
    return persist<D, R>(this, options);
  }

  /** The computed blocks, one after the other. See {@link blocksInOrder}. */
  blocksInOrder(options?: IterationOptions): AsyncGenerator<ComputedBlock<D, R>, void, undefined> {
    return blocksInOrder<D, R>(this, options);
  }

  /** Writes the array into memory that is there, or hands its blocks to an object of yours. See {@link store}. */
  store(target: StoreDestination, options?: IterationOptions): Promise<void> {
    return store(this, target as never, options);
  }

  /** The items along the first axis, such as the rows of a matrix; one block is computed ahead. */
  [Symbol.asyncIterator](): AsyncGenerator<ComputedValue<D, RankMinusOne<R>>, void, undefined> {
    return rowsInOrder<D, R>(this);
  }

  /** Computes the array, so that the lengths of its blocks are known. See {@link computeChunkSizes}. */
  computeChunkSizes(options?: ComputeOptions): Promise<ChunkedArray<D, R>> {
    return computeChunkSizes<D, R>(this, options);
  }

  /**
   * Frees the blocks that {@link ChunkedArray.persist} left on the workers.
   *
   * @throws nothing
   */
  release(): void {
    release(this);
  }

  /** A picture of the chunks. See {@link toSvg}. */
  toSvg(options?: SvgOptions): string {
    return toSvg(this, options);
  }

  /**
   * The array in one line, without its values: shape, dtype, chunks, size, layers and tasks.
   *
   * @throws nothing
   */
  override toString(): string {
    return describeArray(this);
  }

  /** Draws the graph below the array; returns the path of the file. See {@link visualize}. */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return visualize(this, options);
  }

  /** Describes the plan, pass by pass, and its predicted cost, as text. See {@link explain}. */
  explain(options: ExplainOptions = {}): string {
    return explain(this, options);
  }

  /**
   * Returns the JSON form: the line that {@link ChunkedArray.toString} returns.
   *
   * @throws nothing
   */
  toJSON(): string {
    return this.toString();
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
  [CALL_ARGUMENT](): CallArgument {
    return arrayArgument(this.node);
  }
}
