// From a distribution, its parameters and a shape to an array: one source when the parameters are
// numbers, a routine over the parameters' blocks when some are arrays.
import { checkDType, DTYPES, type DType, isInteger } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { type Chunks, shapeOf } from "../../graph/model/chunks.js";
import {
  checkParameters,
  type DistributionName,
  distributionInfo,
  type ListDraw,
} from "../../graph/model/distribution.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { ChunkedArray } from "../chunked-array.js";
import { checkShape, formatShape, type ShapeLike, sameShape } from "../chunks/axes.js";
import {
  broadcastShapes,
  trailingLabels,
  unifiedOperand,
  unifyChunks,
} from "../chunks/broadcast.js";
import { type ChunkSpec, normalizeChunks } from "../chunks/normalize-chunks.js";
import { astype } from "../data-types/astype.js";
import { type Operand, resolveOperand } from "../layers/array-operands.js";
import type { RankOf } from "../layers/array-types.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { sourceNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";

/** The shape of the result; default: that of the broadcast parameters. */
export type Size = ShapeLike | null | undefined;

/** dtypes of continuous distributions. */
export type FloatDType = "float64" | "float32";

/** dtypes of distributions of whole numbers. */
export type IntegerDType =
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64";

/** Options of everything that is drawn. */
export interface DrawOptions<D extends DType> {
  /** How the array is cut; default: `"auto"`, or as parameters that are arrays are cut. */
  readonly chunks?: ChunkSpec;
  /**
   * float64 (by default) or float32; for whole numbers int64 (by default) or any other integer
   * dtype, which clamps values outside its range.
   */
  readonly dtype?: D;
}

/** The drawn array; its rank is known if that of the size is. */
export type Drawn<D extends DType, S> = ChunkedArray<D, S extends ShapeLike ? RankOf<S> : number>;

/** The requested dtype, if the distribution has it. */
export function drawnDType(
  distribution: string,
  values: "float" | "whole",
  given: DType | undefined,
): DType {
  const dtype = checkDType(given ?? (values === "float" ? "float64" : "int64"));
  if (values === "float" ? DTYPES[dtype].kind === "float" : isInteger(dtype)) return dtype;
  const expected = values === "float" ? "float64 or float32" : "integers";
  throw new ArgumentError("dtype", `${distribution} makes ${expected}, not ${dtype}`, { dtype });
}

/**
 * An array of independent numbers of a distribution.
 *
 * @param size null or undefined: the shape of the parameters together
 * @throws ArgumentError `argument.value` for parameters out of range, `argument.shape` when
 * parameters do not broadcast to the size, `argument.dtype`, `argument.chunks`
 */
export function draw<D extends DType, S extends Size>(
  distribution: DistributionName,
  parameters: readonly Operand[],
  seed: number,
  size: S,
  options: DrawOptions<D>,
): Drawn<D, S> {
  const dtype = drawnDType(distribution, distributionInfo(distribution).values, options.dtype);
  const { values, arrays } = readParameters(parameters);
  checkParameters(distribution, values);
  const given = { distribution, seed, parameters: values };
  if (arrays.length === 0) {
    const shape = checkShape(size ?? []);
    const generator =
      distribution === "uniform"
        ? ({ type: "uniform", seed, low: Number(values[0]), high: Number(values[1]) } as const)
        : ({ type: "draw", draw: given } as const);
    return new ChunkedArray(sourceNode(distribution, generator, shape, dtype, options.chunks));
  }
  const shape = sizeAround(distribution, arrays, size);
  const grid = gridAround(arrays, shape, dtype, options.chunks);
  const operands = arrays.map((node) => placed(node, grid));
  const routine = { name: "draw", draw: given } as const;
  return new ChunkedArray(routineNode(routine, operands, { loopChunks: grid }, dtype));
}

/**
 * An array of draws with lists; the last axis, if elements are lists, is `length` long, in one
 * block.
 */
export function drawLists<D extends DType, S extends Size>(
  given: ListDraw,
  seed: number,
  size: S,
  length: number | undefined,
  dtype: DType,
  chunks: ChunkSpec = "auto",
): ChunkedArray<D> {
  const outer = checkShape(size ?? []);
  const bytes = DTYPES[dtype].itemBytes * (length ?? 1);
  const grid = normalizeChunks(chunks, outer, { itemBytes: bytes });
  const shape = length === undefined ? outer : [...outer, length];
  const whole = length === undefined ? grid : [...grid, [length]];
  const generator = { type: "listDraw", seed, draw: given } as const;
  return new ChunkedArray(sourceNode(given.name, generator, shape, dtype, whole));
}

interface ReadParameters {
  /** A number, or null for an array. */
  readonly values: readonly (number | null)[];
  /** The arrays, in float64. */
  readonly arrays: readonly LayerNode[];
}

function readParameters(parameters: readonly Operand[]): ReadParameters {
  const arrays: LayerNode[] = [];
  const values = parameters.map((parameter) => {
    const resolved = resolveOperand(parameter);
    if ("node" in resolved) {
      arrays.push(astype(new ChunkedArray(resolved.node), "float64").node);
      return null;
    }
    const { scalar } = resolved;
    if (typeof scalar === "number" || typeof scalar === "bigint") return Number(scalar);
    throw new ArgumentError(
      "value",
      `a parameter of a distribution is a number or an array of numbers, got ${JSON.stringify(scalar)}`,
    );
  });
  return { values, arrays };
}

function sizeAround(
  distribution: string,
  arrays: readonly LayerNode[],
  size: Size,
): readonly number[] {
  const own = broadcastShapes(...arrays.map(({ layer }) => shapeOf(layer.chunks)));
  if (size === undefined || size === null) return own;
  const shape = checkShape(size);
  if (sameShape(broadcastShapes(shape, own), shape)) return shape;
  throw new ArgumentError(
    "shape",
    `parameters of ${distribution} have shape ${formatShape(own)} together, which does not fit into ` +
      `size ${formatShape(shape)}`,
    { shape, parameters: own },
  );
}

/** The requested grid; by default, axes along which parameters run are cut like these. */
function gridAround(
  arrays: readonly LayerNode[],
  shape: readonly number[],
  dtype: DType,
  chunks: ChunkSpec | undefined,
): Chunks {
  const options = { itemBytes: DTYPES[dtype].itemBytes };
  if (chunks !== undefined) return normalizeChunks(chunks, shape, options);
  const unified = unifyChunks(
    arrays.map(({ layer }) => trailingLabels(layer.chunks, shape.length)),
  );
  const spec = shape.map((length, axis) => {
    const own = unified.get(axis);
    return own !== undefined && own.reduce((sum, n) => sum + n, 0) === length ? own : "auto";
  });
  return normalizeChunks(spec, shape, options);
}

/** A parameter cut as the result is, and the axes of the result that it runs along. */
function placed(
  node: LayerNode,
  grid: Chunks,
): { readonly node: LayerNode; readonly axes: readonly number[] } {
  const labelled = trailingLabels(node.layer.chunks, grid.length);
  const aligned = rechunkNode(node, unifiedOperand(labelled, new Map(grid.entries())));
  const lengths = shapeOf(aligned.layer.chunks);
  const axes = labelled.labels.map((label, i) => (lengths[i] === 1 ? -1 : label));
  return { node: aligned, axes };
}
