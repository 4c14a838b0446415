// Rules for the number of bins, by NumPy's names. All is worked out lazily, in numbers of no axes.
import { DTYPES } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import {
  abs,
  add,
  ceil,
  divide,
  equal,
  greater,
  greaterEqual,
  lessEqual,
  log2,
  logicalAnd,
  maximum,
  minimum,
  multiply,
  power,
  sqrt,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import type { Operand } from "../layers/array-operands.js";
import { nanmax, nanmean, nanmin, nanstd } from "../reductions/nansum.js";
import { sum } from "../reductions/sum.js";
import { nanquantile } from "./quantiles.js";

/** A rule by which the number of bins follows from the elements. */
export type BinRule = "auto" | "fd" | "doane" | "scott" | "rice" | "sturges" | "sqrt";

/** Statistics of the elements that the rules use. */
interface Sample {
  /** The elements; NaN outside of the range. */
  readonly x: ChunkedArray;
  readonly count: ChunkedArray;
  /** The distance from the least to the largest. */
  readonly spread: ChunkedArray;
}

/** How wide a bin is by each rule. */
const WIDTHS: Readonly<Record<BinRule, (sample: Sample) => ChunkedArray>> = {
  auto: (sample) => {
    const [byQuartiles, bySturges] = [quartiles(sample), sturges(sample)];
    return choice(equal(byQuartiles, 0), bySturges, minimum(byQuartiles, bySturges));
  },
  fd: quartiles,
  doane,
  scott: ({ x, count }) =>
    product(power(quotient(24 * Math.sqrt(Math.PI), count), 1 / 3), nanstd(x)),
  rice: ({ spread, count }) => quotient(spread, multiply(power(count, 1 / 3), 2)),
  sturges,
  sqrt: ({ spread, count }) => quotient(spread, sqrt(count)),
};

/**
 * NumPy's names; `"stone"`, which makes a hundred histograms to compare them, is not among them.
 */
export const BIN_RULES = Object.keys(WIDTHS) as readonly BinRule[];

/**
 * As many bins as `rule` finds fit between two edges.
 *
 * @param range between which elements are looked at; default: all
 */
export function binCount(
  x: ChunkedArray,
  rule: BinRule,
  [start, stop]: readonly [ChunkedArray, ChunkedArray],
  range: readonly [number, number] | undefined,
): ChunkedArray {
  const sample = sampleOf(x, range);
  const width = WIDTHS[rule](sample);
  // NumPy makes no bins of integers that are narrower than one.
  const isWhole = DTYPES[x.dtype].kind !== "float";
  const whole: ChunkedArray = isWhole ? maximum(width, 1) : width;
  const bins = ceil(quotient(subtract(stop, start), whole)) as ChunkedArray;
  return choice(greater(width, 0), bins, 1);
}

function sampleOf(given: ChunkedArray, range: readonly [number, number] | undefined): Sample {
  const x: ChunkedArray = astype(given, "float64");
  const isInside: ChunkedArray =
    range === undefined
      ? equal(x, x)
      : logicalAnd(greaterEqual(x, range[0]), lessEqual(x, range[1]));
  const kept = range === undefined ? x : choice(isInside, x, Number.NaN);
  const count = sum(isInside, null, { dtype: "float64" });
  return { x: kept, count, spread: subtract(nanmax(kept), nanmin(kept)) };
}

/** By Freedman and Diaconis: from the distance of the quartiles. */
function quartiles({ x, count }: Sample): ChunkedArray {
  const distance: ChunkedArray = subtract(nanquantile(x, 0.75), nanquantile(x, 0.25));
  return product(multiply(distance, 2), power(count, -1 / 3));
}

function sturges({ spread, count }: Sample): ChunkedArray {
  return quotient(spread, add(log2(count), 1));
}

/** Sturges' rule for skewed data. */
function doane({ x, count, spread }: Sample): ChunkedArray {
  const sigma: ChunkedArray = nanstd(x);
  const standard: ChunkedArray = divide(subtract(x, nanmean(x)), choice(equal(sigma, 0), 1, sigma));
  const skewness = abs(nanmean(power(standard, 3))) as ChunkedArray;
  const below = multiply(add(count, 1), add(count, 3));
  const deviation: ChunkedArray = sqrt(quotient(multiply(subtract(count, 2), 6), below));
  const terms: ChunkedArray = add(log2(count), log2(add(divide(skewness, deviation), 1)));
  const width = quotient(spread, add(terms, 1));
  return choice(logicalAnd(greater(count, 2), greater(sigma, 0)), width, 0);
}

const choice = (condition: Operand, yes: Operand, no: Operand) =>
  where(condition, yes, no) as ChunkedArray;
const quotient = (x: Operand, y: Operand) => divide(x, y) as ChunkedArray;
const product = (x: Operand, y: Operand) => multiply(x, y) as ChunkedArray;
