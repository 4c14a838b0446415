// Histograms: of one dimension, and of points in several, where the bins of each coordinate make
// one number and numbers are counted. Where bins begin and end is bin-edges.ts.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import {
  add,
  divide,
  equal,
  greaterEqual,
  less,
  logicalAnd,
  multiply,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import { getSlice } from "../indexing/get-slice.js";
import { checkArrays, checkReal, isChunkedArray, type Operand } from "../layers/array-operands.js";
import type { OnlyKnown } from "../layers/array-types.js";
import { checkArrayList, checkList } from "../layers/check-arguments.js";
import { along } from "../layers/slice-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { reshape } from "../manipulation/reshape.js";
import { type NoOptions, sum } from "../reductions/sum.js";
import { searchsorted } from "../searching/searchsorted.js";
import { type BinEdgesOptions, type BinSpec, type Bins, type Edges, edgesOf } from "./bin-edges.js";
import { bincount, counted } from "./bincount.js";

/**
 * The edges that {@link histogram} has for the elements of an array.
 *
 * @param x an array
 * @param bins how many, the edges themselves or a rule, as in {@link histogram}; default: 10
 * @returns float64 (float32 for such an array; listed edges keep their dtype), one more than bins;
 * with a rule, their number is unknown until they are computed
 * @chunks one block; no tasks with a range, otherwise those of {@link min} and {@link max} and of
 * what the rule looks at
 * @throws ArgumentError as {@link histogram}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogram_bin_edges.html
 * @example
 * await histogramBinEdges(asarray([1, 5, 2]), 4).compute(); // → [1, 2, 3, 4, 5]
 * await histogramBinEdges(asarray([1, 5, 2, 2]), "sturges").compute(); // → [1, 2.333333333333333, 3.6666666666666665, 5]
 */
export function histogramBinEdges(
  x: ChunkedArray,
  bins: BinSpec = 10,
  options: BinEdgesOptions = {},
): ChunkedArray<DType, 1> {
  checkArrays("histogramBinEdges", x);
  checkReal("histogramBinEdges", x);
  return edgesOf(x, bins, options.range, floatOf(x)).array as ChunkedArray<DType, 1>;
}

/** Options of {@link histogram}. */
export interface HistogramOptions extends BinEdgesOptions {
  /** The weight of each element, in the shape of the array. */
  readonly weights?: ChunkedArray;
  /** Whether counts are divided so that the area below them is 1; default: false. */
  readonly density?: boolean;
}

/** The dtype of a histogram: counts, unless elements have weights or the area is 1. */
export type HistogramDType<O> = O extends { readonly density: true }
  ? "float64"
  : "density" extends keyof O
    ? DType
    : O extends { readonly weights: ChunkedArray<infer D, number> }
      ? D
      : "weights" extends keyof O
        ? DType
        : "int64";

/**
 * How many elements are in each bin. Bins have their left edge, the last one its right edge, too.
 *
 * @param bins edges, ascending; or how many bins of equal width the range has, default: 10; or the
 * rule for their number: `"auto"`, `"fd"`, `"doane"`, `"scott"`, `"rice"`, `"sturges"` or `"sqrt"`.
 * Edges may be a chunked array, and a missing range is computed from `x`
 * @returns `hist`, int64 (the dtype of weights, float64 for a density), and its `binEdges` as
 * {@link histogramBinEdges}
 * @chunks one block; two tasks per block of `x` and one above, and those of
 * {@link histogramBinEdges}
 * @throws ArgumentError `argument.value` for edges that descend, an invalid range, and weights with
 * a rule, `argument.shape` when weights have another shape, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogram.html
 * @example
 * const { hist, binEdges } = histogram(asarray([1, 2, 2, 5]), 2);
 * await hist.compute(); // → [3n, 1n]
 * await binEdges.compute(); // → [1, 3, 5]
 */
export function histogram<const O extends HistogramOptions = NoOptions>(
  x: ChunkedArray,
  bins?: BinSpec,
  options?: O & OnlyKnown<HistogramOptions, O>,
): {
  readonly hist: ChunkedArray<HistogramDType<O>, 1>;
  readonly binEdges: ChunkedArray<DType, 1>;
};
export function histogram(
  x: ChunkedArray,
  bins: BinSpec = 10,
  options: HistogramOptions = {},
): { readonly hist: ChunkedArray; readonly binEdges: ChunkedArray } {
  checkArrays("histogram", x);
  checkReal("histogram", x);
  const { weights, density = false } = options;
  if (typeof bins === "string" && weights !== undefined) {
    const text = `how many bins fit weighted elements is not known to rule "${bins}": pass a number of bins`;
    throw new ArgumentError("value", text);
  }
  const { array: edges, known } = edgesOf(x, bins, options.range, floatOf(x));
  const routine = { name: "histogram", ...(known === undefined ? {} : { edges: known }) } as const;
  const lengths = [(edges.shape[0] as number) - 1];
  const partial = counted(x, weights, routine, lengths, known === undefined ? edges : undefined);
  const isWhole = weights === undefined || weights.dtype === "bool";
  if (!density) {
    const counts: ChunkedArray = sum(partial, 0, { dtype: isWhole ? "int64" : "float64" });
    return { hist: isWhole ? counts : astype(counts, weights.dtype), binEdges: edges };
  }
  const counts: ChunkedArray = sum(partial, 0, { dtype: "float64" });
  const shares: ChunkedArray = divide(counts, sum(counts));
  return {
    hist: divide(shares, widthsOf({ array: edges, ...(known && { known }) })),
    binEdges: edges,
  };
}

/** The dtype of edges for the elements of `x`. */
function floatOf({ dtype }: ChunkedArray): "float32" | "float64" {
  return dtype === "float32" ? "float32" : "float64";
}

/** The widths of bins, float64: as exact as the edges. */
function widthsOf({ array, known }: Edges): ChunkedArray {
  if (known !== undefined) {
    const round = array.dtype === "float32" ? Math.fround : Number;
    const widths = Float64Array.from(known.subarray(1), (edge, i) =>
      round(edge - (known[i] as number)),
    );
    return array.derive(dataNode(widths));
  }
  const operands = [{ node: array.node, axes: [-1] }];
  const grids = { loopChunks: [[(array.shape[0] as number) - 1]] };
  return array.derive(routineNode({ name: "distances" }, operands, grids, "float64"));
}

/** Options of {@link histogramdd} and {@link histogram2d}. */
export interface HistogramAxesOptions {
  /**
   * For each dimension, from where to where bins go; null, as if there were none, looks in the
   * coordinates.
   */
  readonly range?: readonly (BinEdgesOptions["range"] | null)[];
  /** The weight of each point. */
  readonly weights?: ChunkedArray;
  /** Whether counts are divided so that the volume below them is 1; default: false. */
  readonly density?: boolean;
}

/**
 * How many points are in each box of a grid. Boxes have their left edges, the last ones their right
 * edges, too.
 *
 * @param sample points by coordinates, or a vector for each dimension
 * @param bins the bins of each dimension, or one number for all, default: 10; edges may be chunked
 * arrays of known lengths
 * @returns `hist`, an axis for each dimension, and `edges`, a list of arrays; all float64
 * @chunks one block; some five tasks per block of the points and one above, and those that look for
 * ranges
 * @throws ArgumentError `argument.shape` when vectors differ in length, `argument.value` when there
 * are not as many bins and ranges as dimensions, `argument.dtype` for complex numbers,
 * `argument.chunks` for edges of unknown length
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogramdd.html
 * @example
 * const points = asarray([[0.5, 0.5], [0.5, 1.5], [1.5, 1.5]]);
 * const { hist } = histogramdd(points, 2, { range: [[0, 2], [0, 2]] });
 * await hist.compute(); // → [[1, 1], [0, 1]]
 */
export function histogramdd(
  sample: ChunkedArray | readonly ChunkedArray[],
  bins: number | readonly Bins[] = 10,
  options: HistogramAxesOptions = {},
): { readonly hist: ChunkedArray; readonly edges: ChunkedArray[] } {
  if (!isChunkedArray(sample)) checkArrayList("histogramdd", sample);
  if (typeof bins !== "number") checkList("histogramdd needs the bins of each dimension", bins);
  const vectors = coordinatesOf(sample);
  checkReal("a histogram", ...vectors);
  checkDimensions("bins", typeof bins === "number" ? undefined : bins, vectors.length);
  checkDimensions("ranges", options.range, vectors.length);
  const edges = vectors.map((x, i) => {
    const own = typeof bins === "number" ? bins : (bins[i] as Bins);
    const found = edgesOf(x, own, options.range?.[i] ?? undefined, "float64");
    checkLengths("histogramdd", found.array.chunks);
    return found;
  });
  const grid = edges.map(({ array }) => array.size - 1);
  const boxes = sizeOf(grid);
  // Points outside of the grid go to one more box, which is left out at the end.
  const box = where(insideOf(vectors, edges), boxOf(vectors, edges), boxes);
  const { weights, density = false } = options;
  const all = bincount(box, {
    minlength: boxes + 1,
    ...(weights === undefined ? {} : { weights }),
  });
  const counts: ChunkedArray = astype(reshape(along(all, 0, 0, boxes), grid), "float64");
  const edgeArrays = edges.map(({ array }) => array);
  if (!density) return { hist: counts, edges: edgeArrays };
  const shares: ChunkedArray = divide(counts, sum(counts));
  const hist = edges.reduce<ChunkedArray>((result, own, i) => {
    const shape = grid.map((length, axis) => (axis === i ? length : 1));
    return divide(result, reshape(widthsOf(own), shape));
  }, shares);
  return { hist, edges: edgeArrays };
}

/**
 * {@link histogramdd} of points given by two vectors.
 *
 * @param x the first coordinate of each point
 * @param y the second coordinate
 * @param bins one number (10 by default), list or chunked array of edges for both, or a pair with
 * one for each
 * @returns `hist`, `xEdges` and `yEdges`, float64
 * @chunks one block; some five tasks per block of the points and one above
 * @throws ArgumentError as {@link histogramdd}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogram2d.html
 * @example
 * const { hist } = histogram2d(asarray([0, 1, 1]), asarray([0, 0, 1]), [[0, 1, 2], [0, 1, 2]]);
 * await hist.compute(); // → [[1, 0], [1, 1]]
 */
export function histogram2d(
  x: ChunkedArray,
  y: ChunkedArray,
  bins: Bins | readonly [Bins, Bins] = 10,
  options: HistogramAxesOptions = {},
): {
  readonly hist: ChunkedArray;
  readonly xEdges: ChunkedArray;
  readonly yEdges: ChunkedArray;
} {
  checkArrays("histogram2d", x, y);
  // A list of two is a pair, as in NumPy.
  const isPair = Array.isArray(bins) && bins.length === 2;
  const each = isPair ? (bins as readonly Bins[]) : [bins as Bins, bins as Bins];
  const { hist, edges } = histogramdd([x, y], each, options);
  const [xEdges, yEdges] = edges as [ChunkedArray, ChunkedArray];
  return { hist, xEdges, yEdges };
}

function coordinatesOf(sample: ChunkedArray | readonly ChunkedArray[]): readonly ChunkedArray[] {
  const isPoints = "node" in sample;
  const vectors = isPoints
    ? Array.from({ length: sample.shape[1] ?? 0 }, (_, i) => getSlice(sample, [null, i]))
    : sample;
  const shapes = isPoints ? [sample.shape] : sample.map((x) => x.shape);
  const fits = isPoints
    ? sample.ndim === 2
    : sample.every((x) => x.ndim === 1 && x.size === sample[0]?.size);
  if (fits && vectors.length > 0) return vectors as readonly ChunkedArray[];
  throw new ArgumentError(
    "shape",
    "a histogram needs points by coordinates, or vectors of one length, got " +
      shapes.map(formatShape).join(", "),
    { shapes },
  );
}

function checkDimensions(what: string, given: readonly unknown[] | undefined, count: number): void {
  if (given === undefined || given.length === count) return;
  throw new ArgumentError("value", `${what} of ${given.length} dimensions for ${count}`, { given });
}

function insideOf(vectors: readonly ChunkedArray[], edges: readonly Edges[]): ChunkedArray {
  const tests = vectors.map((x, i): ChunkedArray => {
    const [least, most] = outermost(edges[i] as Edges);
    const below: ChunkedArray = less(x, most);
    const atEdge: ChunkedArray = equal(x, most);
    return logicalAnd(greaterEqual(x, least), add(below, atEdge));
  });
  return tests.reduce((a, b): ChunkedArray => logicalAnd(a, b));
}

/** The first edge and the last. */
function outermost({ array, known }: Edges): readonly [Operand, Operand] {
  if (known !== undefined) return [known[0] as number, known[known.length - 1] as number];
  return [getSlice(array, [0]) as ChunkedArray, getSlice(array, [-1]) as ChunkedArray];
}

/** The number of the box that a point inside of the grid is in, row-major. */
function boxOf(vectors: readonly ChunkedArray[], edges: readonly Edges[]): ChunkedArray {
  const bins = vectors.map((x, i): ChunkedArray => {
    const own = edges[i] as Edges;
    const edge = searchsorted(own.array, x, { side: "right" });
    const place: ChunkedArray = astype(edge, "float64");
    return where(equal(x, outermost(own)[1]), own.array.size - 2, subtract(place, 1));
  });
  return bins.reduce(
    (box, bin, i): ChunkedArray => add(multiply(box, (edges[i] as Edges).array.size - 1), bin),
  );
}
