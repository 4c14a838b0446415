// Distributions of lists of numbers, which are along the last axis of what is drawn, in one block.
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { type ArrayData, readArrayData } from "../layers/array-data.js";
import { covarianceFactor } from "./covariance.js";
import { DiscreteDistributions } from "./discrete.js";
import {
  type DrawOptions,
  drawLists,
  drawnDType,
  type FloatDType,
  type IntegerDType,
  type Size,
} from "./draw.js";

/** Distributions of lists: `size` and `chunks` are those of the axes before the last. */
export class VectorDistributions extends DiscreteDistributions {
  /**
   * How often each of several outcomes comes out of `n` trials.
   *
   * @param pvals the outcomes' probabilities; the last one is what the others leave of 1, as NumPy has it
   * @returns shape `[...size, pvals.length]`
   * @throws ArgumentError `argument.value`
   * @example
   * const rolls = defaultRng(2).multinomial(20, [0.5, 0.25, 0.25], [100]);
   * await rolls.sum(1).max().compute(); // → 20n
   */
  multinomial<D extends IntegerDType = "int64">(
    n: number,
    pvals: ArrayData,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    checkCount("n", n);
    const probabilities = withRest(readVector(pvals, "pvals"));
    const dtype = drawnDType("multinomial", "whole", options.dtype);
    const given = { name: "multinomial", n, probabilities } as const;
    const { length } = probabilities;
    return drawLists(given, this.nextSeed(), size, length, dtype, options.chunks);
  }

  /**
   * How many of each colour are among `nsample`, drawn without replacement.
   *
   * @param colors how many there are of each colour
   * @returns shape `[...size, colors.length]`
   * @throws ArgumentError `argument.value`
   */
  multivariateHypergeometric<D extends IntegerDType = "int64">(
    colors: ArrayData,
    nsample: number,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    const counts = readVector(colors, "colors");
    checkCount("nsample", nsample);
    for (const count of counts) checkCount("each of colors", count);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (nsample > total || total > 1e9) {
      throw new ArgumentError(
        "value",
        `multivariateHypergeometric needs nsample ≤ all of colors ≤ 10⁹, got ${nsample} of ${total}`,
        { nsample, total },
      );
    }
    const dtype = drawnDType("multivariateHypergeometric", "whole", options.dtype);
    const given = { name: "multivariateHypergeometric", colors: counts, nsample } as const;
    return drawLists(given, this.nextSeed(), size, counts.length, dtype, options.chunks);
  }

  /**
   * Normal vectors.
   *
   * @param mean a list
   * @param cov the covariance matrix: symmetric, positive semidefinite
   * @returns shape `[...size, mean.length]`
   * @throws ArgumentError `argument.value`, `argument.shape`
   * @example
   * const x = defaultRng(4).multivariateNormal([0, 10], [[1, 0.9], [0.9, 1]], [1000]);
   * x.shape; // → [1000, 2]
   */
  multivariateNormal<D extends FloatDType = "float64">(
    mean: ArrayData,
    cov: ArrayData,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    const center = readVector(mean, "mean");
    const { length } = center;
    const covariance = readArrayData(cov, { dtype: "float64" });
    if (formatShape(covariance.shape) !== formatShape([length, length])) {
      throw new ArgumentError(
        "shape",
        `a mean of ${length} numbers needs a covariance of shape ${formatShape([length, length])}, got ` +
          formatShape(covariance.shape),
        { shape: covariance.shape },
      );
    }
    const factor = covarianceFactor(covariance.data as Float64Array, length);
    const dtype = drawnDType("multivariateNormal", "float", options.dtype);
    const given = { name: "multivariateNormal", mean: center, factor } as const;
    return drawLists(given, this.nextSeed(), size, length, dtype, options.chunks);
  }

  /**
   * Lists of positive numbers that add up to 1.
   *
   * @param alpha the concentrations, above 0
   * @returns shape `[...size, alpha.length]`
   * @throws ArgumentError `argument.value`
   */
  dirichlet<D extends FloatDType = "float64">(
    alpha: ArrayData,
    size?: Size,
    options: DrawOptions<D> = {},
  ): ChunkedArray<D> {
    const concentrations = readVector(alpha, "alpha");
    if (!concentrations.every((value) => value > 0)) {
      throw new ArgumentError("value", `dirichlet needs numbers above 0, got [${concentrations}]`);
    }
    const dtype = drawnDType("dirichlet", "float", options.dtype);
    const given = { name: "dirichlet", alpha: concentrations } as const;
    return drawLists(given, this.nextSeed(), size, concentrations.length, dtype, options.chunks);
  }
}

/**
 * Probabilities along one axis.
 *
 * @throws ArgumentError `argument.value` when one is negative or they do not add up to 1
 */
export function readProbabilities(values: ArrayData, what: string): Float64Array {
  const probabilities = readVector(values, what);
  const sum = probabilities.reduce((total, p) => total + p, 0);
  if (probabilities.every((p) => p >= 0) && Math.abs(sum - 1) <= 1e-8) return probabilities;
  throw new ArgumentError(
    "value",
    `${what} must be probabilities that add up to 1: these add up to ${sum}, the least is ` +
      `${probabilities.reduce((least, p) => Math.min(least, p), Infinity)}`,
    { sum },
  );
}

/** Probabilities of which the last is the rest of 1. */
function withRest(given: Float64Array): Float64Array {
  const sum = given.slice(0, -1).reduce((total, p) => total + p, 0);
  if (given.every((p) => p >= 0 && p <= 1) && sum <= 1 + 1e-12) {
    return given.with(-1, Math.max(0, 1 - sum));
  }
  throw new ArgumentError(
    "value",
    `pvals must be probabilities, all but the last at most 1 together: these are ${sum} together, the least is ` +
      `${given.reduce((least, p) => Math.min(least, p), Infinity)}`,
    { sum },
  );
}

function readVector(values: ArrayData, what: string): Float64Array {
  const { data, shape } = readArrayData(values, { dtype: "float64" });
  const numbers = data as Float64Array;
  if (shape.length === 1 && numbers.length > 0 && numbers.every(Number.isFinite)) return numbers;
  throw new ArgumentError(
    shape.length === 1 ? "value" : "shape",
    `${what} must be a list of one or more finite numbers, got shape ${formatShape(shape)}`,
    { shape },
  );
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new ArgumentError("value", `${name} must be a whole number from 0, got ${value}`, {
    value,
  });
}
