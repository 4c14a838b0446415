// From collections to values, through the executor port. assemble.ts puts an array's value
// together.
import type { Block } from "../../base/block.js";
import type { DType } from "../../base/dtype.js";
import { blockCount, hasUnknownLengths } from "../../graph/model/chunks.js";
import type {
  ConcatenateLayer,
  Layer,
  LayerName,
  PersistedLayer,
} from "../../graph/model/layer.js";
import { graphBelow, outputsOf } from "../../graph/model/layer-graph.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { COLLECTION, Collection, CollectionParts } from "../../graph/ports/collection.js";
import {
  gatherParts,
  graphOfParts,
  partsOf,
  splitCollections,
} from "../../graph/ports/collection-arguments.js";
import type {
  Executor,
  PersistHandle,
  PersistRunOptions,
  RunOptions,
} from "../../graph/ports/executor.js";
import { computeGraph, persistGraph } from "../../graph/ports/run-graph.js";
import { notePersisted } from "../../graph/ports/running-jobs.js";
import {
  currentVisualizer,
  type ExplainOptions,
  type VisualizeOptions,
} from "../../graph/ports/visualizer.js";
import type { ChunkedArray } from "../chunked-array.js";
import { foundChunks } from "../chunks/unknown-lengths.js";
import { checkArrays } from "../layers/array-operands.js";
import type { ComputedValue } from "../layers/array-types.js";
import { keepLabels } from "../layers/labels.js";
import { routineNode } from "../layers/take-layer.js";

/** Options of {@link compute} and {@link persist}. */
export interface ComputeOptions extends RunOptions {
  /** Who computes: the cluster opened last, or this process, by default. */
  readonly executor?: Executor;
}

/** Options of {@link persist}. */
export interface PersistOptions extends PersistRunOptions {
  /** Who computes, as in {@link ComputeOptions}. */
  readonly executor?: Executor;
}

/** The results of {@link compute} for several collections. */
export type ComputedValues<T extends readonly Collection[]> = {
  -readonly [K in keyof T]: T[K] extends ChunkedArray<infer D, infer R>
    ? ComputedValue<D, R>
    : T[K] extends { compute(): Promise<infer V> }
      ? V
      : T[K] extends { [COLLECTION](): { finish(values: never): infer V } }
        ? Awaited<V>
        : never;
};

/**
 * Computes several collections at once: shared layers are computed once.
 *
 * @param args chunked arrays, bags and delayed calls, and options last
 * @returns a value for each, in order; for an array a number, BigInt, boolean or `{ re, im }` for
 * no dimensions, an ndarray otherwise
 * @throws TaskError `task.failed` when a function threw, `task.cancelled` when `signal` fired
 * @see https://docs.dask.org/en/stable/api.html#dask.compute
 * @example
 * const x = random([1000, 1000], { seed: 1 });
 * const [mean, deviation] = await compute(x.mean(), x.std());
 */
export function compute<T extends readonly Collection[]>(...args: T): Promise<ComputedValues<T>>;
export function compute<T extends readonly Collection[]>(
  ...args: [...T, ComputeOptions]
): Promise<ComputedValues<T>>;
export async function compute(
  ...args: readonly (Collection | ComputeOptions)[]
): Promise<unknown[]> {
  const { collections, options } = splitCollections<ComputeOptions>("compute", args);
  const { parts, finish } = gatherParts(collections);
  const graph = graphOfParts(parts);
  // The passes give them other names.
  const outputs = outputsOf(graph);
  const names = parts.map(({ node }) => node.layer.name);
  const assemblies = outputs.map((name) =>
    (parts[names.indexOf(name)] as CollectionParts).assemble(),
  );
  const consume = (output: number, block: number, value: Block) => {
    assemblies[output]?.put(block, value);
  };
  await computeGraph(graph, consume, options);
  const values = await Promise.all(assemblies.map((assembly) => assembly.value()));
  return finish(names.map((name) => values[outputs.indexOf(name)]));
}

/**
 * Computes one array. See {@link compute}.
 *
 * @returns for no dimensions one value: a number, a BigInt for 64-bit integers, a boolean,
 * `{ re, im }` for complex numbers; an ndarray otherwise, in which complex numbers have one more
 * axis for their real and imaginary parts
 * @throws TaskError `task.failed` when a function threw, `task.cancelled` when `signal` fired
 */
export async function computeOne<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: ComputeOptions,
): Promise<ComputedValue<D, R>> {
  const [value] = await compute(x as ChunkedArray, options);
  return value as ComputedValue<D, R>;
}

// Nodes, not arrays, hold the blocks: an array derived from a persisted one keeps its node alive.
const handles = new WeakMap<LayerNode, PersistHandle>();
const abandoned = new FinalizationRegistry<PersistHandle>((handle) => handle.release());

/**
 * Computes `x` and leaves its blocks on the workers, so that later operations start from there. The
 * blocks are freed by {@link release}, or when nothing refers to the result any more.
 *
 * @param options as those of {@link compute}; `wait: false` only submits the work, so that more can
 * be submitted on top of it at once
 * @returns the same array, whose blocks exist, or will
 * @throws TaskError as {@link compute}
 * @see https://docs.dask.org/en/stable/api.html#dask.persist
 * @example
 * let x = await zeros([4], { chunks: 2 }).persist();
 * for (let k = 0; k < 100; k++) x = await x.add(1).persist({ wait: false });
 * await x.sum().compute(); // → 400
 */
export async function persist<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: PersistOptions = {},
): Promise<ChunkedArray<D, R>> {
  checkArrays("persist", x);
  const handle = await persistGraph(graphBelow([x.node]), options);
  const name = handle.layers[0] ?? x.node.layer.name;
  const node: LayerNode = { layer: persistedLayer(name, x.node.layer), inputs: [] };
  handles.set(node, handle);
  notePersisted(node, handle);
  abandoned.register(node, handle, node);
  return keepLabels(x, x.derive<D, R>(node));
}

/**
 * Computes `x` once, so that the lengths of all its blocks are known. The result keeps the blocks
 * on the workers, as {@link persist} does, and allows operations that need the lengths.
 *
 * @returns the same array with chunks that are numbers; `x` itself when they are already
 * @throws TaskError as {@link compute}
 * Source: Dask's `compute_chunk_sizes`.
 * @see https://docs.dask.org/en/stable/generated/dask.array.Array.compute_chunk_sizes.html
 * @example
 * const x = arange(10, { chunks: 5 });
 * const large = await computeChunkSizes(x.slice(x.greater(6)));
 * large.shape; // → [3]
 * large.release();
 */
export async function computeChunkSizes<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: ComputeOptions = {},
): Promise<ChunkedArray<D, R>> {
  checkArrays("computeChunkSizes", x);
  if (!hasUnknownLengths(x.chunks)) return x;
  const kept = await persist(x, options);
  const { executor } = options;
  const extents: ChunkedArray<"float64", 1> = x.derive(extentsNode(kept.node));
  const { data } = await computeOne(extents, executor === undefined ? {} : { executor });
  const shapeOf = (block: number) => x.chunks.map((_, axis) => Number(data[block * x.ndim + axis]));
  // The very blocks, under lengths that are numbers.
  const { name, dtype } = kept.node.layer;
  const layer = nameLayer<ConcatenateLayer>("computeChunkSizes", {
    kind: "concatenate",
    inputs: [name],
    chunks: foundChunks(x.chunks, shapeOf),
    dtype,
    axis: 0,
    parts: [0],
  });
  const node: LayerNode = { layer, inputs: [kept.node] };
  const handle = handles.get(kept.node);
  if (handle !== undefined) handles.set(node, handle);
  return x.derive(node);
}

/** As many numbers for each block as it has axes: its lengths. */
function extentsNode(node: LayerNode): LayerNode {
  const { chunks } = node.layer;
  const operands = [{ node, axes: [...chunks.keys()] }];
  const lengths = new Array<number>(blockCount(chunks)).fill(chunks.length);
  const grids = { loopChunks: chunks, chunks: [lengths] };
  return routineNode({ name: "extents" }, operands, grids, "float64");
}

/**
 * Frees the blocks that {@link persist} left on the workers; the array and its derived arrays can
 * no longer be computed. Does nothing for other arrays.
 *
 * @param x an array that was persisted
 * @returns nothing: at once, while workers free the blocks in their time
 * @throws nothing
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.cancel
 * @example
 * const kept = await persist(ones([4, 4]).add(1));
 * await kept.sum().compute(); // → 32
 * release(kept);
 */
export function release(x: ChunkedArray): void {
  checkArrays("release", x);
  const handle = handles.get(x.node);
  if (handle === undefined) return;
  handles.delete(x.node);
  abandoned.unregister(x.node);
  handle.release();
}

/**
 * Draws the graph of some collections.
 *
 * @param args collections, and options last: `file` decides the format by its ending, `optimize`
 * draws what the passes make of it, `level: "tasks"` draws every task
 * @returns the path of the file
 * @throws ArgumentError `argument.value` when something is no collection, the ending of `file` is
 * not known, or another option is unknown or has an illegal value
 * @see https://docs.dask.org/en/stable/graphviz.html
 * @example
 * const x = ones([4, 4], { chunks: 2 });
 * await visualize(x.sum(), { file: "sum.dot" }); // → "sum.dot"
 */
export async function visualize(
  ...args: readonly (Collection | VisualizeOptions)[]
): Promise<string> {
  const { collections, options } = splitCollections<VisualizeOptions>("visualize", args);
  return currentVisualizer().visualize(graphOfParts(partsOf(collections)), options);
}

/**
 * Describes in tables how the passes change the graph of some collections, and its predicted cost
 * on a cluster of so many `workers`. The cost includes time, bytes that sources read or make, bytes
 * moved between workers, and for each worker its tasks and the most bytes it holds. The cost comes
 * from a run of the scheduler in a simulator, with tasks as long as one of each layer takes here,
 * where it can be tried out.
 *
 * @param args collections, and options last
 * @returns text of several lines
 * @throws ArgumentError `argument.value` for a number of workers or threads below 1, a memory limit
 * that is none, or an option that is not known
 * @see https://docs.dask.org/en/stable/optimize.html
 * @example
 * const x = random([4000, 4000], { chunks: [1000, 1000] });
 * const text = explain(x.add(x.transpose()).mean(), { workers: 2, memoryLimit: "1GB" });
 * text.includes("11 tasks to run"); // → true
 */
export function explain(...args: readonly (Collection | ExplainOptions)[]): string {
  const { collections, options } = splitCollections<ExplainOptions>("explain", args);
  return currentVisualizer().explain(graphOfParts(partsOf(collections)), options);
}

// Under the name that the blocks were computed by: that is how the scheduler knows them.
function persistedLayer(name: LayerName, { chunks, dtype }: Layer): PersistedLayer {
  return { kind: "persisted", name, inputs: [], chunks, dtype };
}
