/**
 * Statistical tests, as scipy.stats and dask.array.stats have them: the namespace `stats` of the
 * entry. All compute in float64.
 *
 * @module
 */
// All tests combine reductions and elementwise functions: probabilities are the incomplete gamma
// and beta functions of kernels/math/special-functions.ts.

import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import {
  abs,
  add,
  asinh,
  betainc,
  divide,
  equal,
  gammaincc,
  less,
  lessEqual,
  log,
  multiply,
  pow,
  sign,
  sqrt,
  square,
  subtract,
  where,
} from "../elementwise/elementwise.js";
import { isChunkedArray, type Operand } from "../layers/array-operands.js";
import type { BroadcastRank, OnlyKnown } from "../layers/array-types.js";
import { checkArrayList } from "../layers/check-arguments.js";
import { mean, type NoOptions, sum, variance } from "../reductions/sum.js";
import { type FrequencyStatistic, POWERS } from "./frequency-statistics.js";
import {
  axisOf,
  countOf,
  momentOf,
  type SampleRank,
  type StatisticsOptions,
  type TestResult,
  tested,
  wide,
} from "./test-samples.js";

export type { FrequencyStatistic } from "./frequency-statistics.js";
export type { SampleRank, StatisticsOptions, TestResult } from "./test-samples.js";

/**
 * The central moment of some order: the mean of that power of distances from the mean.
 *
 * @param order 1 by default, for which it is 0
 * @returns float64 without the axis
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.value` when the order is no whole number from 0, `argument.axis`,
 * `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.moment.html
 * @example await stats.moment(asarray([1, 2, 3, 6]), 3).compute(); // → 4.5
 */
export function moment<R extends number, const O extends StatisticsOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  order?: number,
  options?: O & OnlyKnown<StatisticsOptions, O>,
): ChunkedArray<"float64", SampleRank<R, O>>;
export function moment(x: ChunkedArray, order = 1, options: StatisticsOptions = {}): ChunkedArray {
  return momentOf(x, order, options);
}

/** Options of {@link skew}. */
export interface SkewOptions extends StatisticsOptions {
  /**
   * Whether the moments are those of the samples; `false` corrects for their number. True by
   * default.
   */
  readonly bias?: boolean;
}

/**
 * How lopsided samples are around their mean; NaN where all are equal.
 *
 * @returns float64 without the axis
 * @chunks kept axes keep theirs; three tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.axis`, `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.skew.html
 * @example await stats.skew(asarray([1, 1, 4])).compute(); // → ≈ 0.7071
 */
export function skew<R extends number, const O extends SkewOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<SkewOptions, O>,
): ChunkedArray<"float64", SampleRank<R, O>>;
export function skew(x: ChunkedArray, options: SkewOptions = {}): ChunkedArray {
  const [m2, m3] = [momentOf(x, 2, options), momentOf(x, 3, options)];
  const n = countOf(x, options);
  const factor = options.bias === false ? Math.sqrt(n * (n - 1)) / (n - 2) : 1;
  return multiply(divide(m3, pow(spread(m2), 1.5)), factor);
}

/** Options of {@link kurtosis}. */
export interface KurtosisOptions extends SkewOptions {
  /** Whether 3 is subtracted, so that a normal distribution has 0; default: true. */
  readonly fisher?: boolean;
}

/**
 * How heavy the tails of samples are; NaN where all are equal.
 *
 * @returns float64 without the axis
 * @chunks kept axes keep theirs; three tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.axis`, `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.kurtosis.html
 * @example await stats.kurtosis(asarray([1, 2, 3, 4])).compute(); // → ≈ -1.36
 */
export function kurtosis<R extends number, const O extends KurtosisOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<KurtosisOptions, O>,
): ChunkedArray<"float64", SampleRank<R, O>>;
export function kurtosis(x: ChunkedArray, options: KurtosisOptions = {}): ChunkedArray {
  const [m2, m4] = [momentOf(x, 2, options), momentOf(x, 4, options)];
  const n = countOf(x, options);
  const shape: ChunkedArray = divide(m4, square(spread(m2)));
  const corrected = (): ChunkedArray => {
    const scaled: ChunkedArray = subtract(multiply(shape, n * n - 1), 3 * (n - 1) ** 2);
    return add(divide(scaled, (n - 2) * (n - 3)), 3);
  };
  const result = options.bias === false ? corrected() : shape;
  return options.fisher === false ? result : subtract(result, 3);
}

/**
 * Whether samples are skewed other than normally distributed ones (D'Agostino's test).
 *
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; four tasks per block of `x`, with trees above
 * @throws ArgumentError `argument.shape` for less than 8 samples, `argument.axis`, `argument.dtype`
 * for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.skewtest.html
 * @example
 * const { pvalue } = stats.skewtest(asarray([1, 2, 3, 4, 5, 6, 7, 8]));
 * await pvalue.compute(); // → ≈ 0.3119
 */
export function skewtest<R extends number, const O extends StatisticsOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<StatisticsOptions, O>,
): TestResult<SampleRank<R, O>>;
export function skewtest(x: ChunkedArray, options: StatisticsOptions = {}): TestResult {
  const n = countOf(x, options);
  checkCount("skewtest", n, 8);
  const y: ChunkedArray = multiply(
    skew(x, options),
    Math.sqrt(((n + 1) * (n + 3)) / (6 * (n - 2))),
  );
  const beta =
    (3 * (n ** 2 + 27 * n - 70) * (n + 1) * (n + 3)) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
  const w = Math.sqrt(2 * (beta - 1)) - 1;
  const delta = 1 / Math.sqrt(0.5 * Math.log(w));
  const alpha = Math.sqrt(2 / (w - 1));
  const some: ChunkedArray = where(equal(y, 0), 1, y);
  return normalResult(multiply(asinh(divide(some, alpha) as ChunkedArray), delta));
}

/**
 * Whether the tails of samples are other than normally distributed ones' (Anscombe's and Glynn's
 * test).
 *
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; four tasks per block of `x`, with trees above
 * @throws ArgumentError `argument.shape` for less than 5 samples, `argument.axis`, `argument.dtype`
 * for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.kurtosistest.html
 * @example
 * const { statistic } = stats.kurtosistest(arange(20, { dtype: "float64" }));
 * await statistic.compute(); // → ≈ -1.7058
 */
export function kurtosistest<R extends number, const O extends StatisticsOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<StatisticsOptions, O>,
): TestResult<SampleRank<R, O>>;
export function kurtosistest(x: ChunkedArray, options: StatisticsOptions = {}): TestResult {
  const n = countOf(x, options);
  checkCount("kurtosistest", n, 5);
  const expected = (3 * (n - 1)) / (n + 1);
  const deviation = Math.sqrt(
    (24 * n * (n - 2) * (n - 3)) / ((n + 1) * (n + 1) * (n + 3) * (n + 5)),
  );
  const shape = kurtosis(x, { ...options, fisher: false });
  const off: ChunkedArray = divide(subtract(shape, expected), deviation);
  const lopsided =
    ((6 * (n * n - 5 * n + 2)) / ((n + 7) * (n + 9))) *
    Math.sqrt((6 * (n + 3) * (n + 5)) / (n * (n - 2) * (n - 3)));
  const a = 6 + (8 / lopsided) * (2 / lopsided + Math.sqrt(1 + 4 / lopsided ** 2));
  const below: ChunkedArray = add(multiply(off, Math.sqrt(2 / (a - 4))), 1);
  const root: ChunkedArray = pow(divide(1 - 2 / a, abs(below) as ChunkedArray), 1 / 3);
  const term: ChunkedArray = multiply(sign(below) as ChunkedArray, root);
  return normalResult(divide(subtract(1 - 2 / (9 * a), term), Math.sqrt(2 / (9 * a))));
}

/**
 * Whether samples are other than normally distributed: {@link skewtest} and {@link kurtosistest} in
 * one (D'Agostino's and Pearson's test).
 *
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; four tasks per block of `x`, with trees above
 * @throws ArgumentError as {@link skewtest}
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.normaltest.html
 * @example
 * const { pvalue } = stats.normaltest(normal([1000], { seed: 1 }));
 * (await pvalue.compute()) > 0.01; // → true
 */
export function normaltest<R extends number, const O extends StatisticsOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<StatisticsOptions, O>,
): TestResult<SampleRank<R, O>>;
export function normaltest(x: ChunkedArray, options: StatisticsOptions = {}): TestResult {
  const [s, k] = [skewtest(x, options).statistic, kurtosistest(x, options).statistic];
  const statistic: ChunkedArray = add(square(s), square(k));
  return tested(statistic, chiSquareAbove(statistic, 2));
}

/**
 * Whether the mean of samples is another than `popmean` (Student's test).
 *
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.axis`, `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.ttest_1samp.html
 * @example
 * const { statistic, pvalue } = stats.ttest1samp(asarray([1, 2, 3, 4]), 2);
 * await statistic.compute(); // → ≈ 0.7746
 * await pvalue.compute(); // → ≈ 0.4950
 */
export function ttest1samp<R extends number, const O extends StatisticsOptions = NoOptions>(
  x: ChunkedArray<DType, R>,
  popmean: Operand,
  options?: O & OnlyKnown<StatisticsOptions, O>,
): TestResult<SampleRank<R, O>>;
export function ttest1samp(
  x: ChunkedArray,
  popmean: Operand,
  options: StatisticsOptions = {},
): TestResult {
  const samples = wide(x);
  const axis = axisOf(options);
  const n = countOf(x, options);
  const scatter: ChunkedArray = divide(variance(samples, axis, { correction: 1 }), n);
  const distance: ChunkedArray = subtract(mean(samples, axis), popmean);
  return studentResult(divide(distance, sqrt(scatter)), n - 1);
}

/** Options of {@link ttestInd}. */
export interface TtestOptions extends StatisticsOptions {
  /** Whether both sets have one variance; `false` is Welch's test. True by default. */
  readonly equalVar?: boolean;
}

/**
 * Whether independent samples `a` and `b` have different means (Student's and Welch's test).
 *
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; two tasks per block of each array, a tree above each
 * @throws ArgumentError `argument.axis`, `argument.shape` when other axes do not broadcast,
 * `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.ttest_ind.html
 * @example
 * const { pvalue } = stats.ttestInd(asarray([1, 2, 3]), asarray([2, 4, 9]));
 * await pvalue.compute(); // → ≈ 0.2372
 */
export function ttestInd<
  R extends number,
  R2 extends number,
  const O extends TtestOptions = NoOptions,
>(
  a: ChunkedArray<DType, R>,
  b: ChunkedArray<DType, R2>,
  options?: O & OnlyKnown<TtestOptions, O>,
): TestResult<SampleRank<BroadcastRank<R, R2>, O>>;
export function ttestInd(a: ChunkedArray, b: ChunkedArray, options: TtestOptions = {}): TestResult {
  const axis = axisOf(options);
  const [n1, n2] = [countOf(a, options), countOf(b, options)];
  const spreadOf = (x: ChunkedArray): ChunkedArray => variance(wide(x), axis, { correction: 1 });
  const [v1, v2] = [spreadOf(a), spreadOf(b)];
  const distance: ChunkedArray = subtract(mean(wide(a), axis), mean(wide(b), axis));
  if (options.equalVar === false) {
    const [s1, s2]: [ChunkedArray, ChunkedArray] = [divide(v1, n1), divide(v2, n2)];
    const both: ChunkedArray = add(s1, s2);
    const parts: ChunkedArray = add(divide(square(s1), n1 - 1), divide(square(s2), n2 - 1));
    const freedom: ChunkedArray = divide(square(both), parts);
    // Without any variance, no number of degrees matters.
    const known: ChunkedArray = where(equal(parts, 0), 1, freedom);
    return studentResult(divide(distance, sqrt(both)), known);
  }
  const freedom = n1 + n2 - 2;
  const pooled: ChunkedArray = divide(add(multiply(v1, n1 - 1), multiply(v2, n2 - 1)), freedom);
  return studentResult(divide(distance, sqrt(multiply(pooled, 1 / n1 + 1 / n2))), freedom);
}

/**
 * Whether the means of the paired samples `a` and `b` differ (Student's test).
 *
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; some two tasks per block of each array, with trees above
 * @throws ArgumentError `argument.axis`, `argument.shape` when the two do not broadcast,
 * `argument.dtype` for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.ttest_rel.html
 * @example
 * const before = asarray([1, 2, 3, 4]);
 * const { statistic } = stats.ttestRel(before, asarray([2, 3, 4, 6]));
 * await statistic.compute(); // → ≈ -5
 */
export function ttestRel<
  R extends number,
  R2 extends number,
  const O extends StatisticsOptions = NoOptions,
>(
  a: ChunkedArray<DType, R>,
  b: ChunkedArray<DType, R2>,
  options?: O & OnlyKnown<StatisticsOptions, O>,
): TestResult<SampleRank<BroadcastRank<R, R2>, O>>;
export function ttestRel(
  a: ChunkedArray,
  b: ChunkedArray,
  options: StatisticsOptions = {},
): TestResult {
  return ttest1samp(subtract(wide(a), wide(b)), 0, options);
}

/** Options of {@link chisquare}. */
export interface FrequenciesOptions extends StatisticsOptions {
  /** The expected frequencies; default: all equal. */
  readonly fExp?: ChunkedArray;
  /** Degrees of freedom that are lost in addition to one; default: 0. */
  readonly ddof?: number;
}

/** Options of {@link powerDivergence}. */
export interface PowerDivergenceOptions extends FrequenciesOptions {
  /** The power, or the name of a test; Pearson's, 1, by default. */
  readonly lambda?: number | FrequencyStatistic;
}

/**
 * Whether frequencies are other than expected (Cressie's and Read's family of tests).
 *
 * @param fObs the frequencies that were counted
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.value` for an unknown test, `argument.axis`, `argument.dtype` for
 * complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.power_divergence.html
 * @example
 * const { statistic } = stats.powerDivergence(asarray([16, 18, 16, 14]), { lambda: "log-likelihood" });
 * await statistic.compute(); // → ≈ 0.5013
 */
export function powerDivergence<
  R extends number,
  const O extends PowerDivergenceOptions = NoOptions,
>(
  fObs: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<PowerDivergenceOptions, O>,
): TestResult<SampleRank<R, O>>;
export function powerDivergence(
  fObs: ChunkedArray,
  options: PowerDivergenceOptions = {},
): TestResult {
  const { fExp, ddof = 0, lambda = 1 } = options;
  const axis = axisOf(options);
  const power = typeof lambda === "number" ? lambda : POWERS[lambda];
  if (power === undefined) {
    throw new ArgumentError(
      "value",
      `unknown test ${JSON.stringify(lambda)}: expected a number or one of ${Object.keys(POWERS).join(", ")}`,
      { lambda },
    );
  }
  const seen = wide(fObs);
  const expected: ChunkedArray =
    fExp === undefined ? mean(seen, axis, { keepdims: true }) : wide(fExp);
  const statistic: ChunkedArray = sum(divergence(seen, expected, power), axis);
  const freedom = countOf(seen, options) - 1 - ddof;
  return tested(statistic, chiSquareAbove(statistic, freedom));
}

function divergence(seen: ChunkedArray, expected: ChunkedArray, power: number): ChunkedArray {
  if (power === 1) return divide(square(subtract(seen, expected)), expected);
  if (power === 0) return multiply(timesLog(seen, divide(seen, expected)), 2);
  if (power === -1) return multiply(timesLog(expected, divide(expected, seen)), 2);
  const excess: ChunkedArray = subtract(pow(divide(seen, expected), power), 1);
  return divide(multiply(seen, excess), 0.5 * power * (power + 1));
}

/** x log(y), 0 where x is. */
function timesLog(x: ChunkedArray, y: ChunkedArray): ChunkedArray {
  return where(equal(x, 0), 0, multiply(x, log(y)));
}

/**
 * Whether frequencies are other than expected (Pearson's test).
 *
 * @param fObs how often each category was seen
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError as {@link powerDivergence}
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.chisquare.html
 * @example
 * const { statistic, pvalue } = stats.chisquare(asarray([16, 18, 16, 14, 12, 12]));
 * await statistic.compute(); // → ≈ 2
 * await pvalue.compute(); // → ≈ 0.8491
 */
export function chisquare<R extends number, const O extends FrequenciesOptions = NoOptions>(
  fObs: ChunkedArray<DType, R>,
  options?: O & OnlyKnown<FrequenciesOptions, O>,
): TestResult<SampleRank<R, O>>;
export function chisquare(fObs: ChunkedArray, options: FrequenciesOptions = {}): TestResult {
  return powerDivergence(fObs, { ...options, lambda: 1 });
}

/**
 * Whether several sets of samples have different means (one-way analysis of variance).
 *
 * @param samples two sets or more
 * @returns float64 arrays `statistic` and `pvalue`, without the axis
 * @chunks kept axes keep theirs; some four tasks per block of each array, with trees above
 * @throws ArgumentError `argument.value` for less than two sets, `argument.axis`, `argument.dtype`
 * for complex numbers
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.f_oneway.html
 * @example
 * const { statistic } = stats.fOneway([asarray([1, 2, 3]), asarray([3, 4, 5])]);
 * await statistic.compute(); // → ≈ 6
 */
export function fOneway<R extends number, const O extends StatisticsOptions = NoOptions>(
  samples: readonly ChunkedArray<DType, R>[],
  options?: O & OnlyKnown<StatisticsOptions, O>,
): TestResult<SampleRank<R, O>>;
export function fOneway(
  samples: readonly ChunkedArray[],
  options: StatisticsOptions = {},
): TestResult {
  checkArrayList("fOneway", samples);
  const [first, ...others] = samples.map(wide);
  if (first === undefined || others.length === 0) {
    throw new ArgumentError("value", `fOneway compares sets of samples, got ${samples.length}`);
  }
  const axis = axisOf(options);
  const sets = [first, ...others];
  const counts = sets.map((x) => countOf(x, options));
  const total = counts.reduce((n, count) => n + count, 0);
  const joined = (terms: readonly ChunkedArray[]): ChunkedArray =>
    terms.reduce((a, b): ChunkedArray => add(a, b));
  const kept = { keepdims: true };
  const centre: ChunkedArray = divide(
    joined(sets.map((x): ChunkedArray => sum(x, axis, kept))),
    total,
  );
  // Around the mean of all, so that large means cost no digits.
  const means = sets.map((x): ChunkedArray => mean(subtract(x, centre) as ChunkedArray, axis));
  const between = joined(
    means.map((m, i): ChunkedArray => multiply(square(m), counts[i] as number)),
  );
  const within = joined(
    sets.map((x, i): ChunkedArray => multiply(variance(x, axis), counts[i] as number)),
  );
  const [above, below] = [sets.length - 1, total - sets.length];
  const statistic: ChunkedArray = divide(divide(between, above), divide(within, below));
  const share: ChunkedArray = divide(below, add(multiply(statistic, above), below));
  return tested(statistic, betainc(below / 2, above / 2, share));
}

/** Both tails of the normal distribution. */
function normalResult(statistic: ChunkedArray): TestResult {
  return tested(statistic, gammaincc(0.5, divide(square(statistic), 2)));
}

/** Both tails of Student's distribution. */
function studentResult(statistic: ChunkedArray, freedom: number | ChunkedArray): TestResult {
  const squared: ChunkedArray = square(statistic);
  const whole: ChunkedArray = add(squared, freedom);
  const half: Operand = isChunkedArray(freedom)
    ? (divide(freedom, 2) as ChunkedArray)
    : freedom / 2;
  // The formula whose argument is not next to 1.
  const near: ChunkedArray = subtract(1, betainc(0.5, half, divide(squared, whole)));
  const far = betainc(half, 0.5, divide(freedom, whole));
  return tested(statistic, where(less(squared, freedom), near, far));
}

function chiSquareAbove(statistic: ChunkedArray, freedom: number): ChunkedArray {
  return gammaincc(freedom / 2, divide(statistic, 2));
}

/** The variance, or NaN where there is none to divide by. */
function spread(m2: ChunkedArray): ChunkedArray {
  return where(lessEqual(m2, 0), Number.NaN, m2);
}

function checkCount(what: string, n: number, least: number): void {
  if (n >= least) return;
  throw new ArgumentError("shape", `${what} needs ${least} samples or more, got ${n}`);
}
