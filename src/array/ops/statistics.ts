// Statistics that are made of reductions and products.
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { floating } from "../../base/promotion.js";
import { type AxisLike, checkAxes, checkAxis, formatShape, sameShape } from "../axes.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkFinite, checkFunction, checkList } from "../given.js";
import { checkArrays, isChunkedArray, type Operand, operandArray } from "../operands.js";
import { dataNode } from "../source.js";
import { checkLengths } from "../unknown-lengths.js";
import { atleast2d } from "./arranging.js";
import { astype } from "./astype.js";
import { clip, conj, divide, maximum, multiply, real, sqrt, subtract } from "./elementwise.js";
import { matmul } from "./linalg.js";
import { rechunkTo } from "./rechunk.js";
import { max, mean, min, type ReductionOptions, sum } from "./reductions.js";
import { reshape } from "./reshape.js";
import { along } from "./slicing.js";
import { concatenate } from "./stacking.js";
import { broadcastTo, expandDims, transpose } from "./transpose.js";
import { diagonal } from "./triangles.js";

/**
 * The distance from the smallest to the largest element.
 *
 * @returns the dtype of `x` without the axis
 * @chunks kept axes keep theirs; two tasks per block of `x`, a tree above each
 * @throws ArgumentError `argument.shape` for no elements, `argument.axis`, `argument.dtype` for booleans
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ptp.html
 *
 * @example
 * ```ts
 * await ptp(asarray([3, 9, 4])).compute(); // → 6
 * ```
 */
export function ptp(x: ChunkedArray, axis?: AxisLike, options?: ReductionOptions): ChunkedArray {
  checkArrays("ptp", x);
  return subtract(max(x, axis, options), min(x, axis, options));
}

/** Options of {@link average}. */
export interface AverageOptions extends ReductionOptions {
  /** What each element counts: in the shape of the array, or a vector along the one axis. */
  readonly weights?: Operand;
  /** Whether the sums of the weights are given, too; false unless given. */
  readonly returned?: boolean;
}

/** What {@link average} gives where it is asked for both. */
export interface WeightedAverage {
  readonly average: ChunkedArray;
  /** What the average was divided by, in its shape; how many elements there are, without weights. */
  readonly sumOfWeights: ChunkedArray;
}

/** An average, or with what it was divided by where `returned` asks for it. */
export type Averaged<O extends AverageOptions> = O extends { readonly returned: true }
  ? WeightedAverage
  : ChunkedArray;

/**
 * The weighted mean.
 *
 * @param axis the axis or axes; all unless given
 * @returns floating-point without the axis; with `returned` an object of `average` and `sumOfWeights`
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above, three with weights
 * @throws ArgumentError `argument.shape` when the weights do not fit, `argument.axis`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.average.html
 *
 * @example
 * ```ts
 * await average(asarray([1, 2, 6]), null, { weights: [1, 1, 2] }).compute(); // → 3.75
 * ```
 */
export function average<const O extends AverageOptions = Record<never, never>>(
  x: ChunkedArray,
  axis?: AxisLike,
  options?: O,
): Averaged<O> {
  checkArrays("average", x);
  const { weights, returned = false, ...rest } = (options ?? {}) as AverageOptions;
  const given = (average: ChunkedArray, sumOfWeights: () => ChunkedArray) =>
    (returned ? { average, sumOfWeights: sumOfWeights() } : average) as Averaged<O>;
  if (weights === undefined) {
    const result: ChunkedArray = mean(x, axis, rest);
    const ones: ChunkedArray = broadcastTo(x.derive(dataNode(1)), x.shape, { chunks: x.chunks });
    return given(result, () => astype(sum(ones, axis, rest), result.dtype) as ChunkedArray);
  }
  const own = operandArray(x, weights);
  const fitted = sameShape(own.shape, x.shape)
    ? own
    : broadcastTo(weightsAlong(x, own, axis), x.shape);
  const total: ChunkedArray = sum(fitted, axis, rest);
  const result: ChunkedArray = divide(sum(multiply(x, fitted) as ChunkedArray, axis, rest), total);
  return given(result, () => astype(total, result.dtype) as ChunkedArray);
}

function weightsAlong(x: ChunkedArray, weights: ChunkedArray, axis: AxisLike): ChunkedArray {
  checkLengths("a weighted average", x.chunks);
  const [only, ...more] = checkAxes(axis, x.ndim);
  if (
    weights.ndim !== 1 ||
    more.length > 0 ||
    only === undefined ||
    weights.size !== x.shape[only]
  ) {
    throw new ArgumentError(
      "shape",
      `weights of shape ${formatShape(weights.shape)} fit neither ${formatShape(x.shape)} nor one axis`,
    );
  }
  return reshape(
    weights,
    x.shape.map((length, i) => (i === only ? length : 1)),
  );
}

/** Options of {@link cov}. */
export interface CovarianceOptions {
  /** Whether each row is a variable; true unless given. */
  readonly rowvar?: boolean;
  /** Subtracted from the number of observations that is divided by; 1 unless given. */
  readonly correction?: number;
  /** The same by NumPy's name. */
  readonly ddof?: number;
  /** Whether nothing is subtracted, where neither of the two is given; false unless given. */
  readonly bias?: boolean;
  /** How often each observation was made: whole numbers. */
  readonly fweights?: readonly number[] | ChunkedArray;
  /** How much each observation counts. */
  readonly aweights?: readonly number[] | ChunkedArray;
  /** More variables, laid out like the first. */
  readonly y?: ChunkedArray;
}

/**
 * How variables vary together: the matrix of their covariances.
 *
 * @param x variables by observations; a vector is one variable
 * @returns floating-point, variables by variables (a number for one)
 * @chunks those of the variables along both axes; tasks of {@link mean} and {@link matmul}, one or two more per
 * block
 * @throws ArgumentError `argument.shape` for more than two axes or weights of another number than observations,
 * `argument.value` for weights below 0 and fractions of observations
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cov.html
 *
 * @example
 * ```ts
 * await cov(asarray([[0, 1, 2], [2, 1, 0]])).compute(); // → [[1, -1], [-1, 1]]
 * ```
 */
export function cov(x: ChunkedArray, options: CovarianceOptions = {}): ChunkedArray {
  checkArrays("cov", x);
  const { rowvar = true, y } = options;
  const correction = options.ddof ?? options.correction ?? (options.bias === true ? 0 : 1);
  checkFinite("the correction of cov", correction);
  const variables = [x, ...(y === undefined ? [] : [y])].map((each) => {
    if (each.ndim > 2) {
      throw new ArgumentError("shape", `cov takes up to two axes, got ${formatShape(each.shape)}`);
    }
    const rows: ChunkedArray = atleast2d(astype(each, floating(each.dtype)));
    return rowvar || each.ndim < 2 ? rows : transpose(rows);
  });
  const all: ChunkedArray = concatenate(variables, 0);
  checkLengths("a covariance", all.chunks);
  const weights = observationWeights(all, options);
  const { means, freedom } = weighted(all, weights, correction);
  const centred: ChunkedArray = subtract(all, means);
  const counted: ChunkedArray = weights === undefined ? centred : multiply(centred, weights.all);
  const products: ChunkedArray = matmul(centred, transpose(conj(counted) as ChunkedArray));
  const result: ChunkedArray = divide(products, freedom);
  return all.shape[0] === 1 ? reshape(result, []) : result;
}

/** What observations count, together and by {@link CovarianceOptions.aweights} alone. */
interface ObservationWeights {
  readonly all: ChunkedArray;
  readonly analytic: ChunkedArray | undefined;
}

function observationWeights(
  x: ChunkedArray,
  { fweights, aweights }: CovarianceOptions,
): ObservationWeights | undefined {
  const [often, analytic] = [
    fweights === undefined ? undefined : weightsOf(x, "fweights", fweights),
    aweights === undefined ? undefined : weightsOf(x, "aweights", aweights),
  ];
  if (often === undefined) return analytic && { all: analytic, analytic };
  return { all: analytic === undefined ? often : multiply(often, analytic), analytic };
}

function weightsOf(
  x: ChunkedArray,
  what: "fweights" | "aweights",
  given: readonly number[] | ChunkedArray,
): ChunkedArray {
  const observations = x.shape[1] as number;
  if (!isChunkedArray(given)) {
    checkList(`${what} of cov are a list or a chunked array`, given);
    const fits = (w: number) => w >= 0 && (what === "aweights" || Number.isInteger(w));
    const wrong = Array.from(given).find((w) => !fits(w));
    if (wrong !== undefined) {
      const expected = what === "aweights" ? "numbers from 0" : "whole numbers from 0";
      throw new ArgumentError("value", `${what} of cov has ${wrong}: expected ${expected}`);
    }
  }
  const weights = operandArray(x, given as Operand);
  if (weights.ndim === 1 && weights.shape[0] === observations) return astype(weights, "float64");
  const text = `${what} of shape ${formatShape(weights.shape)} for ${observations} observations`;
  throw new ArgumentError("shape", text);
}

/** Means of the rows, and what sums of products are divided by. */
function weighted(
  x: ChunkedArray,
  weights: ObservationWeights | undefined,
  correction: number,
): { readonly means: ChunkedArray; readonly freedom: Operand } {
  if (weights === undefined) {
    const freedom = Math.max(0, (x.shape[1] as number) - correction);
    return { means: mean(x, 1, { keepdims: true }), freedom };
  }
  const total: ChunkedArray = sum(weights.all);
  const means: ChunkedArray = divide(
    sum(multiply(x, weights.all) as ChunkedArray, 1, { keepdims: true }),
    total,
  );
  if (correction === 0) return { means, freedom: total };
  const lost: ChunkedArray | number =
    weights.analytic === undefined
      ? correction
      : divide(
          multiply(sum(multiply(weights.all, weights.analytic) as ChunkedArray), correction),
          total,
        );
  return { means, freedom: maximum(subtract(total, lost) as ChunkedArray, 0) };
}

/**
 * How variables vary together, between -1 and 1: the matrix of their correlations. As {@link cov}, but a
 * correction makes no difference.
 *
 * @returns floating-point, variables by variables
 * @chunks those of the variables along both axes; tasks of {@link mean} and {@link matmul}, one or two more per
 * block
 * @throws ArgumentError as {@link cov}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.corrcoef.html
 *
 * @example
 * ```ts
 * await corrcoef(asarray([[0, 1, 2], [4, 2, 0]])).compute(); // → [[1, -1], [-1, 1]]
 * ```
 */
export function corrcoef(x: ChunkedArray, options: CovarianceOptions = {}): ChunkedArray {
  checkArrays("corrcoef", x);
  // Divided by the same number everywhere, which must not be 0.
  const covariance = cov(x, { ...options, correction: 0, ddof: 0 });
  if (covariance.ndim === 0) return divide(covariance, covariance);
  const deviation: ChunkedArray = sqrt(real(diagonal(covariance)) as ChunkedArray);
  const rows: ChunkedArray = divide(covariance, expandDims(deviation, 1));
  const result: ChunkedArray = divide(rows, deviation);
  return isComplex(result.dtype) ? result : clip(result, -1, 1);
}

/** A reduction as {@link coarsen} takes it: `sum`, `mean`, `max` and their like. */
export type AxisReduction = (x: ChunkedArray, axis: AxisLike) => ChunkedArray;

/** Options of {@link coarsen}. */
export interface CoarsenOptions {
  /** Whether what is left over at the end of an axis is dropped; an error unless given. */
  readonly trimExcess?: boolean;
}

/**
 * Every box of neighbours made one element by a reduction.
 *
 * @param factors how long boxes are, by axis
 * @returns the dtype that `reduce` gives, each axis divided by its factor
 * @chunks those of `x`, cut where boxes end, each box one element; two tasks per block
 * @throws ArgumentError `argument.value` when an axis is no multiple of its factor
 * @see https://docs.dask.org/en/stable/generated/dask.array.coarsen.html
 *
 * @example
 * ```ts
 * await coarsen(sum, arange(6), { 0: 2 }).compute(); // → [1n, 5n, 9n]
 * ```
 */
export function coarsen(
  reduction: AxisReduction,
  x: ChunkedArray,
  factors: Readonly<Record<number, number>>,
  options: CoarsenOptions = {},
): ChunkedArray {
  checkArrays("coarsen", x);
  checkFunction("coarsen needs a reduction such as sum", reduction);
  if (typeof factors !== "object" || factors === null) {
    throw new ArgumentError("value", "coarsen needs the length of boxes by axis, as in { 0: 2 }");
  }
  const boxes = x.shape.map(() => 1);
  for (const [axis, factor] of Object.entries(factors)) {
    boxes[checkAxis(Number(axis), x.ndim)] = factor;
  }
  checkLengths("coarsen", x.chunks);
  let trimmed = x;
  boxes.forEach((box, axis) => {
    const length = x.shape[axis] as number;
    const whole = Number.isSafeInteger(box) && box > 0;
    if (!whole || (length % box !== 0 && options.trimExcess !== true)) {
      throw new ArgumentError(
        "value",
        `axis ${axis} of length ${length} is not made of boxes of ${box}: pass { trimExcess: true }`,
        { axis, length, factor: box },
      );
    }
    trimmed = along(trimmed, axis, 0, length - (length % box));
  });
  const cut = rechunkTo(
    trimmed,
    trimmed.chunks.map((lengths, axis) => cutAtBoxes(lengths, boxes[axis] as number)),
  );
  const split = reshape(
    cut,
    cut.shape.flatMap((length, axis) => [length / (boxes[axis] as number), boxes[axis] as number]),
  );
  return reduction(
    split,
    boxes.map((_, axis) => 2 * axis + 1),
  );
}

/** Blocks about as long as they were that end where boxes do. */
function cutAtBoxes(lengths: readonly number[], box: number): readonly number[] {
  if (box === 1) return lengths;
  const result: number[] = [];
  let carried = 0;
  for (const length of lengths) {
    carried += length;
    const whole = carried - (carried % box);
    if (whole > 0) result.push(whole);
    carried -= whole;
  }
  return result.length === 0 ? [0] : result;
}
