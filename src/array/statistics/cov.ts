// Covariances and correlations of variables, which are rows of a matrix.
import { isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { astype } from "../data-types/astype.js";
import {
  clip,
  conj,
  divide,
  maximum,
  multiply,
  real,
  sqrt,
  subtract,
} from "../elementwise/elementwise.js";
import { diagonal } from "../indexing/diagonal.js";
import {
  checkArrays,
  isChunkedArray,
  type Operand,
  operandArray,
} from "../layers/array-operands.js";
import { checkFinite, checkList } from "../layers/check-arguments.js";
import { matmul } from "../linear-algebra/matmul.js";
import { atleast2d } from "../manipulation/atleast.js";
import { concatenate } from "../manipulation/concatenate.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { reshape } from "../manipulation/reshape.js";
import { transpose } from "../manipulation/transpose.js";
import { mean, sum } from "../reductions/sum.js";

/** Options of {@link cov}. */
export interface CovarianceOptions {
  /** Whether each row is a variable; default: true. */
  readonly rowvar?: boolean;
  /** Subtracted from the number of observations that is divided by; default: 1. */
  readonly correction?: number;
  /** The same by NumPy's name. */
  readonly ddof?: number;
  /** Whether nothing is subtracted, if neither of the two is set; default: false. */
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
 * @returns float64, or complex128 of complex variables; variables by variables (a number for one)
 * @chunks those of the variables along both axes; tasks of {@link mean} and {@link matmul}, one or
 * two more per block
 * @throws ArgumentError `argument.shape` for more than two axes or weights of another number than
 * observations, `argument.value` for weights below 0 and fractions of observations
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cov.html
 * @example await cov(asarray([[0, 1, 2], [2, 1, 0]])).compute(); // → [[1, -1], [-1, 1]]
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
    const rows: ChunkedArray = atleast2d(
      astype(each, isComplex(each.dtype) ? "complex128" : "float64"),
    );
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

/**
 * Weights of the observations: the product of all, and {@link CovarianceOptions.aweights} alone.
 */
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

/** Means of the rows, and the divisor of the sums of products. */
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
 * How variables vary together, between -1 and 1: the matrix of their correlations. As {@link cov},
 * but a correction makes no difference.
 *
 * @param x a variable in each row
 * @returns float64, or complex128 of complex variables; variables by variables
 * @chunks those of the variables along both axes; tasks of {@link mean} and {@link matmul}, one or
 * two more per block
 * @throws ArgumentError as {@link cov}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.corrcoef.html
 * @example await corrcoef(asarray([[0, 1, 2], [4, 2, 0]])).compute(); // → [[1, -1], [-1, 1]]
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
