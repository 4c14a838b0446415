// A square root of a covariance matrix: L with L Lᵀ = covariance, a lower triangle (Cholesky).
// Directions without variance are allowed.
import { ArgumentError } from "../../base/errors.js";

/**
 * The lower triangle, row-major.
 *
 * @param covariance row-major, `length` rows
 * @throws ArgumentError `argument.value` when the matrix is not symmetric or has a negative
 * direction
 */
export function covarianceFactor(covariance: Float64Array, length: number): Float64Array {
  const at = (i: number, j: number) => covariance[i * length + j] as number;
  const largest = covariance.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tolerance = 1e-8 * largest;
  const factor = new Float64Array(length * length);
  const row = (i: number) => factor.subarray(i * length, (i + 1) * length);
  for (let i = 0; i < length; i++) {
    for (let j = 0; j <= i; j++) {
      if (!(Math.abs(at(i, j) - at(j, i)) <= tolerance)) refuse("symmetric");
      const [upper, left] = [row(i), row(j)];
      let rest = at(i, j);
      for (let k = 0; k < j; k++) rest -= (upper[k] as number) * (left[k] as number);
      if (i === j) {
        if (rest < -tolerance) refuse("positive semidefinite");
        upper[j] = rest > tolerance * 1e-4 ? Math.sqrt(rest) : 0;
      } else if (left[j] === 0) {
        // Nothing varies in direction j beyond what was taken off, so nothing can vary with it.
        if (Math.abs(rest) > 100 * Math.sqrt(tolerance * largest)) refuse("positive semidefinite");
      } else {
        upper[j] = rest / (left[j] as number);
      }
    }
  }
  return factor;
}

function refuse(what: string): never {
  throw new ArgumentError(
    "value",
    `a covariance matrix is ${what}, with finite numbers; this is not`,
  );
}
