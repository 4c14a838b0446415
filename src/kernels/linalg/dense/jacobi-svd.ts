// Singular values by one-sided Jacobi on the factor R of a QR: rows are rotated against each other,
// pair by pair, until all are orthogonal; their lengths are the singular values. Small ones come
// out as exactly as large ones (Demmel and Veselić 1992; Drmač and Veselić 2008).
import { ArgumentError } from "../../../base/errors.js";
import { lapackFor } from "../products/linalg-backend.js";
import { applyReflections, factorQR, type Reflections } from "./householder-qr.js";
import { systemSVD } from "./lapack.js";
import {
  adjoint,
  allFinite,
  type DenseMatrix,
  identityMatrix,
  partOfMatrix,
  placeMatrix,
  zeroMatrix,
} from "./matrix.js";
import {
  euclideanNorm,
  innerProduct,
  largestPart,
  rotateRuns,
  scaleRun,
  squaredNorm,
  swapRuns,
} from "./rows.js";

/** Which singular vectors: none, as many as values, or a whole basis of both sides. */
export type SingularVectors = "none" | "reduced" | "full";

/** A = u · diag(values) · vh, values descending. */
export interface SingularValues {
  readonly u: DenseMatrix;
  readonly values: Float64Array;
  readonly vh: DenseMatrix;
}

/** Sweeps over all pairs before we give up; ten are many. */
const SWEEPS_MAX = 60;
/** Rows shorter than this, squared and relative to the largest element, count as zeros. */
const TINY_SQUARE = 1e-280;

/**
 * The singular values of `a`, which is overwritten.
 *
 * @throws ArgumentError `argument.value` for NaN and infinities
 */
export function singularValues(a: DenseMatrix, vectors: SingularVectors): SingularValues {
  checkFinite(a, "singular values");
  const blas = lapackFor(a);
  if (blas !== undefined) return systemSVD(blas, a, vectors) ?? notConverged("singular values");
  if (a.rows < a.columns) {
    const { u, values, vh } = singularValues(adjoint(a), vectors);
    return { u: adjoint(vh), values, vh: adjoint(u) };
  }
  const n = a.columns;
  const complex = a.im !== null;
  const scale = largestPart(a) || 1;
  // Dividing, not multiplying by the inverse: that would overflow for the smallest numbers.
  divideBy(a, scale);
  const factored = factorQR(a);
  const w = upperPart(factored.matrix, n);
  const turned = identityMatrix(vectors === "none" ? 0 : n, vectors === "none" ? 0 : n, complex);
  makeOrthogonal(w, turned);
  const lengths = Float64Array.from({ length: n }, (_, i) => rowLength(w, i));
  const order = [...lengths.keys()].sort((i, j) => (lengths[j] as number) - (lengths[i] as number));
  const values = Float64Array.from(order, (i) => (lengths[i] as number) * scale);
  if (vectors === "none") return { u: turned, values, vh: turned };
  return {
    u: leftVectors(factored, turned, order, vectors === "full" ? a.rows : n),
    values,
    vh: rightVectors(w, lengths, order),
  };
}

/** @throws ArgumentError `argument.value` always */
export function notConverged(what: string): never {
  throw new ArgumentError("value", `${what} did not converge`);
}

/** @throws ArgumentError `argument.value` when an element is NaN or infinite */
export function checkFinite(a: DenseMatrix, what: string): void {
  if (allFinite(a)) return;
  throw new ArgumentError(
    "value",
    `a matrix with NaN or infinite elements has no ${what}: replace them first, as nanToNum does`,
  );
}

function divideBy(a: DenseMatrix, divisor: number): void {
  for (const part of [a.re, a.im]) {
    if (part === null) continue;
    for (let i = 0; i < part.length; i++) part[i] = (part[i] as number) / divisor;
  }
}

/** The upper triangle of the first `n` rows. */
function upperPart(a: DenseMatrix, n: number): DenseMatrix {
  const upper = partOfMatrix(a, 0, 0, n, a.columns);
  for (let i = 1; i < n; i++) {
    const width = Math.min(i, a.columns);
    upper.re.fill(0, i * a.columns, i * a.columns + width);
    upper.im?.fill(0, i * a.columns, i * a.columns + width);
  }
  return upper;
}

function rowLength(w: DenseMatrix, row: number): number {
  const length = euclideanNorm(w, row * w.columns, w.columns);
  return length * length < TINY_SQUARE ? 0 : length;
}

/** Turns the rows of `w` into each other until all are orthogonal; does the same to `turned`. */
function makeOrthogonal(w: DenseMatrix, turned: DenseMatrix): void {
  const n = w.rows;
  const tolerance = Number.EPSILON * Math.max(4, Math.sqrt(n));
  const squares = new Float64Array(n);
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    for (let i = 0; i < n; i++) squares[i] = squaredNorm(w, i * w.columns, w.columns);
    let rotations = 0;
    for (let i = 0; i < n - 1; i++) {
      bringLargestTo(i, w, turned, squares);
      for (let j = i + 1; j < n; j++)
        rotations += orthogonalize(w, turned, i, j, squares, tolerance);
    }
    if (rotations === 0) return;
  }
  throw new ArgumentError("value", `singular values did not converge in ${SWEEPS_MAX} sweeps`);
}

/** De Rijk's order: the longest of the rows that are left comes next, which saves sweeps. */
function bringLargestTo(
  i: number,
  w: DenseMatrix,
  turned: DenseMatrix,
  squares: Float64Array,
): void {
  let longest = i;
  for (let j = i + 1; j < squares.length; j++) {
    if ((squares[j] as number) > (squares[longest] as number)) longest = j;
  }
  if (longest === i) return;
  swapRuns(w, i * w.columns, longest * w.columns, w.columns);
  swapRuns(turned, i * turned.columns, longest * turned.columns, turned.columns);
  const held = squares[i] as number;
  squares[i] = squares[longest] as number;
  squares[longest] = held;
}

/** Makes rows `i` and `j` orthogonal; 0 when they were. */
function orthogonalize(
  w: DenseMatrix,
  turned: DenseMatrix,
  i: number,
  j: number,
  squares: Float64Array,
  tolerance: number,
): 0 | 1 {
  const [a, b] = [squares[i] as number, squares[j] as number];
  if (a < TINY_SQUARE || b < TINY_SQUARE) return 0;
  const { columns } = w;
  const [x, y] = [i * columns, j * columns];
  const { re, im } = innerProduct(w, y, w, x, columns);
  const size = w.im === null ? Math.abs(re) : Math.hypot(re, im);
  if (!(size > tolerance * Math.sqrt(a) * Math.sqrt(b))) return 0;
  // Row j times the phase of the product: then the product is real and positive.
  const [phaseRe, phaseIm] = [re / size, im / size];
  if (phaseRe !== 1) {
    scaleRun(phaseRe, phaseIm, w, y, columns);
    scaleRun(phaseRe, phaseIm, turned, j * turned.columns, turned.columns);
  }
  const zeta = (b - a) / (2 * size);
  const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  rotateRuns(w, x, y, columns, cosine, sine);
  rotateRuns(turned, i * turned.columns, j * turned.columns, turned.columns, cosine, sine);
  squares[i] = squaredNorm(w, x, columns);
  squares[j] = squaredNorm(w, y, columns);
  return 1;
}

/** Q times the columns that `turned` describes: n of them, or a whole basis. */
function leftVectors(
  factored: Reflections,
  turned: DenseMatrix,
  order: readonly number[],
  columns: number,
): DenseMatrix {
  const n = turned.rows;
  const u = zeroMatrix(factored.matrix.rows, columns, turned.im !== null);
  const inOrder = zeroMatrix(n, n, turned.im !== null);
  order.forEach((from, to) => {
    placeMatrix(partOfMatrix(turned, from, 0, 1, n), inOrder, to, 0);
  });
  placeMatrix(adjoint(inOrder), u, 0, 0);
  for (let k = n; k < columns; k++) u.re[k * columns + k] = 1;
  applyReflections(factored, u, false);
  return u;
}

function rightVectors(
  w: DenseMatrix,
  lengths: Float64Array,
  order: readonly number[],
): DenseMatrix {
  const { columns } = w;
  const vh = zeroMatrix(w.rows, columns, w.im !== null);
  let rank = 0;
  for (const from of order) {
    const length = lengths[from] as number;
    if (length === 0) break;
    placeMatrix(partOfMatrix(w, from, 0, 1, columns), vh, rank, 0);
    scaleRun(1 / length, 0, vh, rank * columns, columns);
    rank++;
  }
  completeRows(vh, rank);
  return vh;
}

/** Makes the rows of square `vh` from `rank` on orthonormal to those before and to each other. */
function completeRows(vh: DenseMatrix, rank: number): void {
  const n = vh.columns;
  if (rank === n) return;
  const factored = factorQR(adjoint(partOfMatrix(vh, 0, 0, rank, n)));
  const rest = zeroMatrix(n, n - rank, vh.im !== null);
  for (let k = rank; k < n; k++) rest.re[k * (n - rank) + k - rank] = 1;
  applyReflections(factored, rest, false);
  placeMatrix(adjoint(rest), vh, rank, 0);
}
