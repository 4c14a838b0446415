// From collections to values: through the executor's door, without knowing who computes. The value
// of one array is put together by assemble.ts.

import type { DType } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import {
  currentExecutor,
  type Executor,
  type ComputeOptions as ExecutorOptions,
  type PersistOptions as ExecutorPersistOptions,
  type PersistHandle,
} from "../graph/executor.js";
import type { Layer, LayerName, PersistedLayer } from "../graph/layer.js";
import { LayerGraph } from "../graph/layer-graph.js";
import type { LayerNode } from "../graph/layer-node.js";
import { currentVisualizer, type VisualizeOptions } from "../graph/visualizer-slot.js";
import type { ComputedValue } from "./array-types.js";
import { Assembly } from "./assemble.js";
import type { ChunkedArray } from "./chunked-array.js";
import { isChunkedArray } from "./operands.js";

/** Options of {@link compute} and {@link persist}. */
export interface ComputeOptions extends ExecutorOptions {
  /** Who computes: the cluster opened last, or this process, unless given. */
  readonly executor?: Executor;
}

/** Options of {@link persist}. */
export interface PersistOptions extends ExecutorPersistOptions {
  /** Who computes, as in {@link ComputeOptions}. */
  readonly executor?: Executor;
}

/** What {@link compute} gives for several arrays. */
export type ComputedValues<T extends readonly ChunkedArray[]> = {
  -readonly [K in keyof T]: T[K] extends ChunkedArray<infer D, infer R>
    ? ComputedValue<D, R>
    : never;
};

/**
 * Computes several arrays at once: what they share is computed once.
 *
 * @param args chunked arrays, and options last
 * @returns a value for each array, in order: a number, BigInt, boolean or `{ re, im }` for no
 * dimensions, an ndarray otherwise
 * @throws TaskError `task.failed` when a function threw, `task.cancelled` when `signal` fired
 *
 * @example
 * ```ts
 * const x = random([1000, 1000], { seed: 1 });
 * const [mean, deviation] = await compute(x.mean(), x.std());
 * ```
 */
export function compute<T extends readonly ChunkedArray[]>(...args: T): Promise<ComputedValues<T>>;
export function compute<T extends readonly ChunkedArray[]>(
  ...args: [...T, ComputeOptions]
): Promise<ComputedValues<T>>;
export async function compute(
  ...args: readonly (ChunkedArray | ComputeOptions)[]
): Promise<unknown[]> {
  const { arrays, options } = splitArguments("compute", args);
  const { executor = currentExecutor(), ...rest } = options;
  const graph = graphOf(arrays);
  const assemblies = graph.outputs.map((name) => new Assembly(graph.layer(name)));
  await executor.compute(
    graph,
    (output, block, value) => {
      assemblies[output]?.put(block, value);
    },
    rest,
  );
  const values = assemblies.map((assembly) => assembly.value());
  return arrays.map((x) => values[graph.outputs.indexOf(x.node.layer.name)]);
}

/** Computes one array. See {@link compute}. */
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
 * Computes `x` and leaves its blocks on the workers, so that what is made of the result starts from
 * there. The blocks are freed by {@link release}, or when nothing refers to the result any more.
 *
 * @param options as those of {@link compute}; `wait: false` only submits the work, so that more can be
 * submitted on top of it at once
 * @returns the same array, whose blocks exist, or will
 * @throws TaskError as {@link compute}
 *
 * @example
 * ```ts
 * let x = await zeros([4], { chunks: 2 }).persist();
 * for (let k = 0; k < 100; k++) x = await x.add(1).persist({ wait: false });
 * await x.sum().compute(); // → 400
 * ```
 */
export async function persist<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  options: PersistOptions = {},
): Promise<ChunkedArray<D, R>> {
  const { executor = currentExecutor(), ...rest } = options;
  const handle = await executor.persist(graphOf([x]), rest);
  const name = handle.layers[0] ?? x.node.layer.name;
  const node: LayerNode = { layer: persistedLayer(name, x.node.layer), inputs: [] };
  handles.set(node, handle);
  abandoned.register(node, handle, node);
  return x.derive(node);
}

/**
 * Frees the blocks that {@link persist} left on the workers; the array and what was made of it can no
 * longer be computed. Does nothing for other arrays.
 */
export function release(x: ChunkedArray): void {
  const handle = handles.get(x.node);
  if (handle === undefined) return;
  handles.delete(x.node);
  abandoned.unregister(x.node);
  handle.release();
}

/**
 * Draws the graph of some arrays as SVG or DOT.
 *
 * @param args chunked arrays, and options last: `file` decides the format by its ending, `optimize`
 * draws what the passes make of it, `level: "tasks"` draws every task
 * @returns the path of the file
 */
export async function visualize(
  ...args: readonly (ChunkedArray | VisualizeOptions)[]
): Promise<string> {
  const { arrays, options } = splitArguments<VisualizeOptions>("visualize", args);
  return currentVisualizer().visualize(graphOf(arrays), options);
}

/** Everything that `arrays` need; an array that stands twice is one output. */
function graphOf(arrays: readonly ChunkedArray[]): LayerGraph {
  const nodes = new Map(arrays.map((x) => [x.node.layer.name, x.node]));
  return LayerGraph.below([...nodes.values()]);
}

// Under the name that the blocks were computed by: that is how the scheduler knows them.
function persistedLayer(name: LayerName, { chunks, dtype }: Layer): PersistedLayer {
  return { kind: "persisted", name, inputs: [], chunks, dtype };
}

function splitArguments<O extends object>(
  what: string,
  args: readonly (ChunkedArray | O)[],
): { arrays: readonly ChunkedArray[]; options: O } {
  const last = args.at(-1);
  const hasOptions =
    typeof last === "object" &&
    last !== null &&
    !isChunkedArray(last) &&
    Object.getPrototypeOf(last) === Object.prototype;
  const arrays = (hasOptions ? args.slice(0, -1) : args) as readonly ChunkedArray[];
  const wrong = arrays.findIndex((x) => !isChunkedArray(x));
  if (wrong >= 0 || arrays.length === 0) {
    throw new ArgumentError(
      "value",
      wrong >= 0
        ? `argument ${wrong + 1} of ${what} is no chunked array`
        : `${what} needs at least one chunked array`,
    );
  }
  return { arrays, options: (hasOptions ? last : {}) as O };
}
