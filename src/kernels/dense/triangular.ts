// Triangular matrices: solving with them, and Cholesky's factor.
import { ArgumentError } from "../../base/errors.js";
import type { DenseMatrix } from "./matrix.js";
import { addMultiple, divide, elementAt, innerProduct, scaleRun, setElementAt } from "./rows.js";

/** Which triangle of a matrix counts. */
export interface TriangleForm {
  readonly lower: boolean;
  /** Ones on the diagonal, whatever stands there. */
  readonly unit: boolean;
}

/** `b` becomes the x of `t·x = b`, in place; reads only the triangle of `t`. */
export function solveTriangle(t: DenseMatrix, b: DenseMatrix, { lower, unit }: TriangleForm): void {
  const n = t.rows;
  const { columns } = b;
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    const [from, to] = lower ? [0, i] : [i + 1, n];
    for (let k = from; k < to; k++) {
      const { re, im } = elementAt(t, i * t.columns + k);
      addMultiple(-re, -im, b, k * columns, b, i * columns, columns);
    }
    if (unit) continue;
    const pivot = elementAt(t, i * t.columns + i);
    if (pivot.re === 0 && pivot.im === 0) throw singular(i);
    if (b.im === null) {
      for (let j = 0; j < columns; j++) {
        b.re[i * columns + j] = (b.re[i * columns + j] as number) / pivot.re;
      }
    } else {
      const { re, im } = divide({ re: 1, im: 0 }, pivot);
      scaleRun(re, im, b, i * columns, columns);
    }
  }
}

function singular(row: number): ArgumentError {
  return new ArgumentError(
    "value",
    `the matrix is singular: pivot ${row} is 0, so there is no one solution (lstsq and pinv take such ` +
      "matrices)",
    { row },
  );
}

/**
 * Cholesky's lower factor of `a`, in place: reads the lower triangle, and clears the upper one.
 *
 * @throws ArgumentError `argument.value` when `a` is not positive definite
 */
export function factorCholesky(a: DenseMatrix): void {
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      const { re, im } = innerProduct(a, j * n, a, row, j);
      const { re: x, im: y } = elementAt(a, row + j);
      const pivot = a.re[j * n + j] as number;
      setElementAt(a, row + j, { re: (x - re) / pivot, im: (y - im) / pivot });
    }
    const square = (a.re[row + i] as number) - innerProduct(a, row, a, row, i).re;
    if (!(square > 0)) throw notPositive(i);
    setElementAt(a, row + i, { re: Math.sqrt(square), im: 0 });
    a.re.fill(0, row + i + 1, row + n);
    a.im?.fill(0, row + i + 1, row + n);
  }
}

function notPositive(row: number): ArgumentError {
  return new ArgumentError(
    "value",
    `the matrix is not positive definite: pivot ${row} is not above 0 (solve with assume "gen" takes ` +
      "others)",
    { row },
  );
}
