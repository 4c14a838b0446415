// How much a matrix magnifies errors.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import type { ChunkedArray } from "../chunked-array.js";
import {
  divide,
  isnan,
  logicalAnd,
  logicalNot,
  multiply,
  where,
} from "../elementwise/elementwise.js";
import { checkArrays } from "../layers/array-operands.js";
import { any, max, min } from "../reductions/sum.js";
import { type MatrixNormOptions, matrixNorm } from "./norm.js";
import { inv } from "./solve.js";
import { asMatrices, asSquares } from "./stacks.js";
import { svdvals } from "./svd.js";

/**
 * The condition number of matrices: how much solving with them may amplify relative errors.
 *
 * @param x (…, m, n), for norms other than 2 and -2 (…, n, n)
 * @param p by which norm; 2 by default: the largest by the smallest singular value
 * @returns real (…); infinity for a singular matrix by norms 2 and -2
 * @chunks those of the other axes; tasks of {@link svdvals}, or of {@link inv} and two norms, and
 * one or two above
 * @throws ArgumentError `argument.shape` for anything but a matrix, and for matrices without
 * elements, `argument.value` for an unknown norm; when computed, for a singular matrix by another
 * norm than 2 and -2
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.cond.html
 * @example await linalg.cond(asarray([[3, 0], [0, 2]])).compute(); // → 1.5
 */
export function cond(x: ChunkedArray, p: MatrixNormOptions["ord"] | null = 2): ChunkedArray {
  checkArrays("cond", x);
  const a: ChunkedArray = asMatrices("cond", x);
  if (a.shape.slice(-2).includes(0)) {
    throw new ArgumentError("shape", "a matrix without elements has no condition");
  }
  const known = [
    null,
    "fro",
    "nuc",
    1,
    -1,
    2,
    -2,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  if (!known.includes(p)) {
    const text = `the norm of cond is ${shown(p)}: expected "fro", "nuc", 1, -1, 2, -2, Infinity or -Infinity`;
    throw new ArgumentError("value", text, { p });
  }
  const ord = p ?? 2;
  return ord === 2 || ord === -2 ? bySingularValues(a, ord) : byInverse(a, ord);
}

function bySingularValues(a: ChunkedArray, ord: 2 | -2): ChunkedArray {
  const values = svdvals(a);
  const [most, least] = [max(values, -1), min(values, -1)] as [ChunkedArray, ChunkedArray];
  const found: ChunkedArray = ord === 2 ? divide(most, least) : divide(least, most);
  return endless(found, a);
}

function byInverse(
  a: ChunkedArray,
  ord: Exclude<MatrixNormOptions["ord"], undefined>,
): ChunkedArray {
  const squares: ChunkedArray = asSquares("cond", a);
  const product = multiply(matrixNorm(squares, { ord }), matrixNorm(inv(squares), { ord }));
  return endless(product as ChunkedArray, squares);
}

/** 0 by 0 is infinite where there was no NaN. */
function endless(found: ChunkedArray, a: ChunkedArray): ChunkedArray {
  const hadNaN = any(isnan(a) as ChunkedArray, [-2, -1]) as ChunkedArray;
  const isEndless = logicalAnd(isnan(found), logicalNot(hadNaN));
  return where(isEndless, Number.POSITIVE_INFINITY, found) as ChunkedArray;
}
