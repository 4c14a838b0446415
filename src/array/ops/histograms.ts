// Histograms of points in several dimensions: the bins of each coordinate make one number, and numbers
// are counted. Those of one dimension are searching.ts.

import { type DType, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { sizeOf } from "../../graph/chunks.js";
import { formatShape } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrayList, checkList } from "../given.js";
import { checkArrays, isChunkedArray } from "../operands.js";
import { dataNode } from "../source.js";
import { astype } from "./astype.js";
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
} from "./elementwise.js";
import { max, min, sum } from "./reductions.js";
import { reshape } from "./reshape.js";
import { bincount, binEdgesOf, searchsorted } from "./searching.js";

import { along, getSlice } from "./slicing.js";

/** Options of {@link histogramBinEdges}. */
export interface BinEdgesOptions {
  /** From where to where bins go; from the least element to the largest unless given. */
  readonly range?: readonly [number, number];
}

/**
 * The edges of bins of equal width for the elements of an array, or edges as they are given.
 *
 * @param bins how many, or the edges, ascending
 * @returns float64, one more than bins; without a range the array is read for its least and largest elements
 * @chunks one block; no tasks with a range, otherwise those of {@link min} and {@link max}
 * @throws ArgumentError `argument.value` for edges that do not ascend or a number that is no whole one from
 * 1, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogram_bin_edges.html
 *
 * @example
 * ```ts
 * await histogramBinEdges(asarray([1, 5, 2]), 4).compute(); // → [1, 2, 3, 4, 5]
 * ```
 */
export function histogramBinEdges(
  x: ChunkedArray,
  bins: Bins,
  options: BinEdgesOptions = {},
): ChunkedArray<"float64", 1> {
  checkArrays("histogramBinEdges", x);
  checkReal("histogramBinEdges", x);
  const isSpanned = typeof bins !== "number" || options.range !== undefined;
  // Checks the bins in either case.
  const edges = binEdgesOf(bins, isSpanned ? options.range : [0, 1]);
  const result = (each: ChunkedArray) => each as ChunkedArray<DType> as ChunkedArray<"float64", 1>;
  if (isSpanned) return result(x.derive(dataNode(edges)));
  const shares = x.derive(dataNode(edges)) as ChunkedArray;
  const [least, most]: ChunkedArray[] = [min(x), max(x)].map((end) => astype(end, "float64"));
  const isOne = equal(least as ChunkedArray, most as ChunkedArray);
  const start = where(isOne, subtract(least as ChunkedArray, 0.5), least as ChunkedArray);
  const stop = where(isOne, add(most as ChunkedArray, 0.5), most as ChunkedArray);
  const last = x.derive(dataNode(Array.from(edges, (_, i) => i === edges.length - 1)));
  const between = add(multiply(shares, subtract(stop, start)), start);
  return result(where(last, stop, between) as ChunkedArray);
}

/** The bins of one dimension: how many of equal width, or their edges, ascending. */
export type Bins = number | readonly number[];

/** Options of {@link histogramdd} and {@link histogram2d}. */
export interface HistogramAxesOptions {
  /** For each dimension, from where to where bins go, when they are counted. */
  readonly range?: readonly (readonly [number, number])[];
  /** What each point counts. */
  readonly weights?: ChunkedArray;
  /** Whether counts are divided so that the volume below them is 1; false unless given. */
  readonly density?: boolean;
}

/**
 * How many points lie in each box of a grid. Boxes have their left edges, the last ones their right
 * edges, too.
 *
 * @param sample points by coordinates, or a vector for each dimension
 * @param bins the bins of each dimension, or one number for all
 * @returns `hist`, an axis for each dimension, int64 (float64 for weights or a density), and `edges`, a list of
 * float64 arrays
 * @chunks one block; some five tasks per block of the points and one above
 * @throws ArgumentError `argument.shape` when vectors differ in length, `argument.value` when there are not as
 * many bins and ranges as dimensions, or a number of bins without a range, `argument.dtype` for complex numbers
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogramdd.html
 *
 * @example
 * ```ts
 * const points = asarray([[0.5, 0.5], [0.5, 1.5], [1.5, 1.5]]);
 * const { hist } = histogramdd(points, 2, { range: [[0, 2], [0, 2]] });
 * await hist.compute(); // → [[1n, 1n], [0n, 1n]]
 * ```
 */
export function histogramdd(
  sample: ChunkedArray | readonly ChunkedArray[],
  bins: number | readonly Bins[],
  options: HistogramAxesOptions = {},
): { readonly hist: ChunkedArray; readonly edges: ChunkedArray[] } {
  if (!isChunkedArray(sample)) checkArrayList("histogramdd", sample);
  if (typeof bins !== "number") checkList("histogramdd needs the bins of each dimension", bins);
  const vectors = coordinatesOf(sample);
  checkReal("a histogram", ...vectors);
  const [first] = vectors as [ChunkedArray];
  const edges = vectors.map((_, i) => {
    const own = typeof bins === "number" ? bins : bins[i];
    const range = options.range?.[i];
    const counts = typeof bins === "number" ? vectors.length : bins.length;
    if (own === undefined || counts !== vectors.length) {
      throw new ArgumentError("value", `bins of ${counts} dimensions for ${vectors.length}`, {
        bins,
      });
    }
    return binEdgesOf(own, range);
  });
  const grid = edges.map((own) => own.length - 1);
  const boxes = sizeOf(grid);
  // Points outside of the grid go to one more box, which is left out at the end.
  const box = where(insideOf(vectors, edges), boxOf(vectors, edges), boxes);
  const { weights, density = false } = options;
  const counted = bincount(box, {
    minlength: boxes + 1,
    ...(weights === undefined ? {} : { weights }),
  });
  const counts = reshape(along(counted, 0, 0, boxes), grid);
  const edgeArrays = edges.map((own): ChunkedArray => first.derive(dataNode(own)));
  if (!density) return { hist: counts, edges: edgeArrays };
  const shares: ChunkedArray = divide(counts, sum(counts));
  const hist = edges.reduce<ChunkedArray>((result, own, i) => {
    const widths = Float64Array.from(own.subarray(1), (edge, n) => edge - (own[n] as number));
    const shape = grid.map((length, axis) => (axis === i ? length : 1));
    const lying: ChunkedArray = reshape(first.derive(dataNode(widths)), shape);
    return divide(result, lying);
  }, shares);
  return { hist, edges: edgeArrays };
}

/**
 * {@link histogramdd} of points given by two vectors.
 *
 * @param bins one number or list of edges for both, or one for each
 * @returns `hist`, int64 (float64 for weights or a density), `xEdges` and `yEdges`, float64
 * @chunks one block; some five tasks per block of the points and one above
 * @throws ArgumentError as {@link histogramdd}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.histogram2d.html
 *
 * @example
 * ```ts
 * const { hist } = histogram2d(asarray([0, 1, 1]), asarray([0, 0, 1]), [[0, 1, 2], [0, 1, 2]]);
 * await hist.compute(); // → [[1n, 0n], [1n, 1n]]
 * ```
 */
export function histogram2d(
  x: ChunkedArray,
  y: ChunkedArray,
  bins: number | readonly [Bins, Bins],
  options: HistogramAxesOptions = {},
): {
  readonly hist: ChunkedArray;
  readonly xEdges: ChunkedArray;
  readonly yEdges: ChunkedArray;
} {
  checkArrays("histogram2d", x, y);
  const { hist, edges } = histogramdd([x, y], bins, options);
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

function insideOf(vectors: readonly ChunkedArray[], edges: readonly Float64Array[]): ChunkedArray {
  const tests = vectors.map((x, i): ChunkedArray => {
    const own = edges[i] as Float64Array;
    const [least, most] = [own[0] as number, own[own.length - 1] as number];
    const below: ChunkedArray = less(x, most);
    const atEdge: ChunkedArray = equal(x, most);
    return logicalAnd(greaterEqual(x, least), add(below, atEdge));
  });
  return tests.reduce((a, b): ChunkedArray => logicalAnd(a, b));
}

/** The number of the box that a point inside of the grid lies in, row-major. */
function boxOf(vectors: readonly ChunkedArray[], edges: readonly Float64Array[]): ChunkedArray {
  const bins = vectors.map((x, i): ChunkedArray => {
    const own = edges[i] as Float64Array;
    const edge = searchsorted(x.derive(dataNode(own)), x, { side: "right" });
    const place: ChunkedArray = astype(edge, "float64");
    const last = own.length - 2;
    return where(equal(x, own[last + 1] as number), last, subtract(place, 1));
  });
  return bins.reduce(
    (box, bin, i): ChunkedArray => add(multiply(box, (edges[i] as Float64Array).length - 1), bin),
  );
}

/** Bins lie between real numbers. */
function checkReal(what: string, ...arrays: readonly ChunkedArray[]): void {
  const dtype = arrays.map((x) => x.dtype).find(isComplex);
  if (dtype === undefined) return;
  const text = `${what} does not take ${dtype}: take abs, real or imag first`;
  throw new ArgumentError("dtype", text, { dtype });
}
