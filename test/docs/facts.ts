// What is true of the results of the calls in array-calls.ts: their dtypes and chunks, the tasks
// that make them, the dtypes that are refused.
import { ChunkedArray, ma } from "../../src/array/index.js";
import type { DType } from "../../src/base/dtype.js";
import { ArgumentError } from "../../src/base/errors.js";
import type { Chunks } from "../../src/graph/model/chunks.js";
import type { Layer } from "../../src/graph/model/layer.js";
import { graphBelow, graphOf, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";
import { type Call, given, OTHERS } from "./array-calls.js";

/** The dtypes that calls are tried with: one of each kind, and one that results might widen. */
export const TRIED = ["float64", "float32", "int32", "uint8", "bool", "complex64"] as const;

/** What one call gives. */
export interface Facts {
  /** Chunks of each array that comes out, for the first dtype that is taken. */
  readonly chunks: readonly Chunks[];
  /** Blocks of all of them. */
  readonly blocks: number;
  /** Blocks of the arrays that went in. */
  readonly givenBlocks: number;
  /** Tasks that run when the arrays are computed together, after all passes. */
  readonly tasks: number;
  /** By the dtype that went in, those that came out; undefined where it is refused. */
  readonly dtypes: ReadonlyMap<DType, readonly DType[] | undefined>;
}

/** The facts of a call. */
export function factsOf(call: Call): Facts {
  const results = new Map(TRIED.map((dtype) => [dtype, resultsOf(call, dtype)]));
  const [dtype, arrays] = [...results].find(([, some]) => some !== undefined) ?? [];
  if (dtype === undefined || arrays === undefined) throw new Error("no dtype is taken");
  const inputs = arraysIn(given(dtype));
  const below = layersOf(graphBelow(arrays.map(({ node }) => node)));
  const names = new Set(below.map(({ name }) => name));
  const used = inputs.filter(({ node }) => names.delete(node.layer.name));
  return {
    chunks: arrays.map(({ chunks }) => chunks),
    blocks: blocksOf(arrays),
    givenBlocks: blocksOf(used),
    tasks: tasksOf(arrays, [...inputs, ...OTHERS]),
    dtypes: new Map(
      [...results].map(([given, some]) => [given, some?.map((array) => array.dtype)]),
    ),
  };
}

/** One line for people, and for the table. */
export function factLine({ chunks, tasks, dtypes }: Facts): string {
  const shapes = chunks.map((axes) => `(${axes.map((axis) => axis.join("+")).join(", ")})`);
  const names = [...dtypes].map(([from, to]) => {
    const unique = [...new Set(to)];
    return unique.length === 0 ? `no ${from}` : `${from} → ${unique.join(", ")}`;
  });
  return `${shapes.join(" ")}; tasks: ${tasks}; ${names.join("; ")}`;
}

/** What the call gives for a dtype; undefined where that is refused. */
function resultsOf(call: Call, dtype: DType): ChunkedArray[] | undefined {
  try {
    return arraysIn(call(given(dtype)));
  } catch (error) {
    if (error instanceof ArgumentError && error.code === "argument.dtype") return undefined;
    if (error instanceof ArgumentError && error.code === "argument.chunks") return undefined;
    throw error;
  }
}

/** All chunked arrays in lists and records, those of masked arrays, too. */
function arraysIn(value: unknown): ChunkedArray[] {
  if (value instanceof ChunkedArray) return [value];
  if (value instanceof ma.MaskedArray) return [ma.getdata(value), ma.getmaskarray(value)];
  // Members of lists may have names besides.
  if (Array.isArray(value)) return [...value].flatMap(arraysIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(arraysIn) : [];
}

function blocksOf(arrays: readonly ChunkedArray[]): number {
  const blocks = arrays.map(({ numblocks }) => numblocks.reduce((product, n) => product * n, 1));
  return blocks.reduce((sum, n) => sum + n, 0);
}

/** The blocks of a layer, as if they had been computed before. */
function keptAs({ name, chunks, dtype }: Layer): Layer {
  return { kind: "persisted", name, inputs: [], chunks, dtype };
}

/**
 * Tasks below `arrays` after the passes, but for those of arrays that were given and of their
 * values.
 */
function tasksOf(arrays: readonly ChunkedArray[], inputs: readonly ChunkedArray[]): number {
  const known = new Set(inputs.map(({ node }) => node.layer.name));
  const given = graphBelow(arrays.map(({ node }) => node));
  // What was given might as well have been computed: nothing goes into it.
  const kept = layersOf(given).map((layer) => (known.has(layer.name) ? keptAs(layer) : layer));
  const graph = optimize(graphOf(kept, outputsOf(given)));
  const { layers, layerOf } = expandLayers(layersOf(graph), outputsOf(graph));
  const counts = ({ name, ...layer }: Layer) =>
    !known.has(name) && !(layer.kind === "source" && layer.generator.type === "data");
  return [...layerOf].filter((layer) => counts(layers[layer] as Layer)).length;
}
