// Lists that distributions take: probabilities, counts, numbers.
import { ArgumentError } from "../../base/errors.js";
import { formatShape } from "../chunks/axes.js";
import { type ArrayData, readArrayData } from "../layers/array-data.js";

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
export function withRest(given: Float64Array): Float64Array {
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

/** A list of finite numbers. */
export function readVector(values: ArrayData, what: string): Float64Array {
  const { data, shape } = readArrayData(values, { dtype: "float64" });
  const numbers = data as Float64Array;
  if (shape.length === 1 && numbers.length > 0 && numbers.every(Number.isFinite)) return numbers;
  throw new ArgumentError(
    shape.length === 1 ? "value" : "shape",
    `${what} must be a list of one or more finite numbers, got shape ${formatShape(shape)}`,
    { shape },
  );
}

/** @throws ArgumentError `argument.value` unless it is a whole number from 0 */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new ArgumentError("value", `${name} must be a whole number from 0, got ${value}`, {
    value,
  });
}
