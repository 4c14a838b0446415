// The edges of bins: listed ones, bins of equal width over a range that is set or found in the
// array, and as many of them as a rule of NumPy's suggests.
import { DTYPES, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import {
  add,
  divide,
  equal,
  isfinite,
  logicalAnd,
  multiply,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import { isChunkedArray } from "../layers/array-operands.js";
import { assertValues } from "../layers/assert-layer.js";
import { checkList, checkWord } from "../layers/check-arguments.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { routineNode } from "../layers/take-layer.js";
import { max, min } from "../reductions/sum.js";
import { BIN_RULES, type BinRule, binCount } from "./bin-rules.js";

export type { BinRule } from "./bin-rules.js";

/** The bins of one dimension: how many of equal width, or their edges, ascending. */
export type Bins = number | readonly (number | bigint)[] | ChunkedArray;

/** {@link Bins}, or the rule that determines their number. */
export type BinSpec = Bins | BinRule;

/** Options of {@link histogramBinEdges}. */
export interface BinEdgesOptions {
  /** From where to where bins go; default: from the least element to the largest. */
  readonly range?: readonly [number | bigint, number | bigint];
}

/** Edges of bins, and their numbers where nothing has to be computed for them. */
export interface Edges {
  readonly array: ChunkedArray;
  readonly known?: Float64Array;
}

/**
 * Edges of `dtype`, unless they come in another one.
 *
 * @throws ArgumentError `argument.value` and `argument.shape` for invalid bins or ranges
 */
export function edgesOf(
  x: ChunkedArray,
  bins: BinSpec,
  given: BinEdgesOptions["range"],
  dtype: "float32" | "float64",
): Edges {
  const range = given === undefined ? undefined : checkRange(given);
  if (isChunkedArray(bins)) return { array: checkEdges(bins) };
  if (typeof bins === "string") {
    checkWord("the bins of a histogram", bins, BIN_RULES);
    return { array: astype(ruledEdges(x, bins, range), dtype) };
  }
  if (typeof bins !== "number") return listedEdges(x, bins);
  if (!Number.isSafeInteger(bins) || bins < 1) {
    throw new ArgumentError("value", `a histogram of ${bins} bins: expected a whole number from 1`);
  }
  const known = range ?? (x.size === 0 ? ([0, 1] as const) : undefined);
  if (known === undefined) return { array: astype(spannedEdges(x, bins), dtype) };
  const edges = evenEdges(...widened(known), bins);
  const rounded = dtype === "float32" ? edges.map(Math.fround) : edges;
  return { array: astype(x.derive(dataNode(rounded)), dtype), known: rounded };
}

function checkRange(range: unknown): readonly [number, number] {
  const isPair = Array.isArray(range) && range.length === 2;
  const [start, stop] = isPair ? range.map(Number) : [Number.NaN, Number.NaN];
  const isSpan = Number.isFinite(start) && Number.isFinite(stop);
  if (isSpan && (start as number) <= (stop as number)) return [start as number, stop as number];
  throw new ArgumentError(
    "value",
    `the range of a histogram is ${shown(range)}: expected two finite numbers, the smaller one first`,
  );
}

function checkEdges(edges: ChunkedArray): ChunkedArray {
  const [length = 0] = edges.shape;
  if (isComplex(edges.dtype)) {
    throw new ArgumentError("dtype", `edges of bins are real numbers, got ${edges.dtype}`);
  }
  if (edges.ndim !== 1 || length < 2) {
    const text = `edges of bins have one axis and two or more elements, got ${formatShape(edges.shape)}`;
    throw new ArgumentError("shape", text, { shape: edges.shape });
  }
  return edges.numblocks[0] === 1 ? edges : rechunkTo(edges, [[length]]);
}

function listedEdges(x: ChunkedArray, bins: readonly (number | bigint)[]): Edges {
  checkList("a histogram needs a number of bins, a list of edges or the name of a rule", bins);
  const known = Float64Array.from(bins as readonly number[], Number);
  if (known.length < 2 || known.some((edge, i) => i > 0 && !(edge >= (known[i - 1] as number)))) {
    throw new ArgumentError("value", "a histogram needs two or more edges, ascending", { bins });
  }
  const isWhole = bins.every((edge) => typeof edge === "bigint");
  const values = isWhole ? BigInt64Array.from(bins as readonly bigint[]) : known;
  return { array: x.derive(dataNode(values)), known };
}

function evenEdges(start: number, stop: number, bins: number): Float64Array {
  const step = (stop - start) / bins;
  return Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? stop : i * step + start));
}

/** A range of one number has room around it. */
function widened([start, stop]: readonly [number, number]): readonly [number, number] {
  return start === stop ? [start - 0.5, stop + 0.5] : [start, stop];
}

/** That many bins from the least element to the largest. */
function spannedEdges(x: ChunkedArray, bins: number): ChunkedArray {
  const [start, stop] = ends(x);
  const steps: ChunkedArray = x.derive(dataNode(evenEdges(0, bins, bins)));
  const between = add(multiply(steps, divide(subtract(stop, start), bins)), start);
  return where(equal(steps, bins), stop, between) as ChunkedArray;
}

/** As many bins as a rule finds, a number that is not known before. */
function ruledEdges(
  x: ChunkedArray,
  rule: BinRule,
  range: readonly [number, number] | undefined,
): ChunkedArray {
  const known = range ?? (x.size === 0 ? ([0, 1] as const) : undefined);
  const [start, stop] =
    known === undefined
      ? ends(x)
      : widened(known).map(
          (end): ChunkedArray => x.derive(dataNode(Float64Array.of(end), { shape: [] })),
        );
  const bins = binCount(x, rule, [start as ChunkedArray, stop as ChunkedArray], range);
  const operands = [start, stop, bins].map((each) => ({
    node: (each as ChunkedArray).node,
    axes: [],
  }));
  const grids = { loopChunks: [], chunks: [[UNKNOWN_LENGTH]] };
  return x.derive(routineNode({ name: "binEdges" }, operands, grids, "float64"));
}

/** The least and the largest element, moved apart if they are equal. */
function ends(x: ChunkedArray): readonly [ChunkedArray, ChunkedArray] {
  const [least, most] = [min(x), max(x)].map((end) => astype(end as ChunkedArray, "float64")) as [
    ChunkedArray,
    ChunkedArray,
  ];
  const isSpan = logicalAnd(isfinite(least), isfinite(most)) as ChunkedArray;
  const message = "bins have no range where elements are infinite or NaN: pass { range }, or edges";
  const isFloat = DTYPES[x.dtype].kind === "float";
  const [from, to] = [least, most].map((end) =>
    isFloat ? assertValues(end, isSpan, message) : end,
  ) as [ChunkedArray, ChunkedArray];
  const isOne = equal(from, to) as ChunkedArray;
  return [where(isOne, subtract(from, 0.5), from), where(isOne, add(to, 0.5), to)] as [
    ChunkedArray,
    ChunkedArray,
  ];
}
