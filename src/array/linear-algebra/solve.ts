// Systems of equations, inverses and determinants. Stacks are solved matrix by matrix; one matrix
// that is cut into blocks by elimination in blocks.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import {
  type Floating,
  floating,
  type PromoteFloating,
  promote,
  realPart,
} from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { astype } from "../data-types/astype.js";
import { abs, divide, equal, log, multiply, where } from "../elementwise/elementwise.js";
import { diagonal } from "../indexing/diagonal.js";
import { checkArrays } from "../layers/array-operands.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { expandDims, squeeze } from "../manipulation/expand-dims.js";
import { prod, sum } from "../reductions/sum.js";
import { blockedCholesky, blockedSolveTriangular } from "./blocked-cholesky.js";
import { eliminate, permutationSign, upperFactor } from "./blocked-lu.js";
import { named, type SlogdetResult } from "./named-results.js";
import {
  adjointOf,
  asSquares,
  eyeLikeGrid,
  isCutMatrix,
  overStack,
  unpackFrom,
  withoutEmptyBlocks,
} from "./stacks.js";

/** Options of {@link solve}. */
export interface SolveOptions {
  /**
   * `"gen"` (by default) for any matrices, `"pos"` for positive definite ones, which take half the
   * work.
   */
  readonly assume?: "gen" | "pos";
}

/**
 * The x of `x1` · x = `x2`.
 *
 * @param x1 (…, n, n)
 * @param x2 (n), or (…, n, k); axes before the last two broadcast
 * @returns the shape of `x2` (broadcast), floating point
 * @chunks those of `x2`; one task per block where matrices are not cut. A matrix in n × n blocks is
 * eliminated panel by panel, with pivots from whole columns (see {@link lu}), or factored by
 * Cholesky's algorithm
 * @throws ArgumentError `argument.shape` when shapes do not fit; when computed, `argument.value` as
 * the cause of a TaskError for a singular matrix
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.solve.html
 * @example await linalg.solve(asarray([[2, 0], [0, 4]]), asarray([2, 8])).compute(); // → [1, 2]
 */
export function solve<A extends DType, B extends DType>(
  x1: ChunkedArray<A>,
  x2: ChunkedArray<B>,
  options: SolveOptions = {},
): ChunkedArray<PromoteFloating<A, B>> {
  checkArrays("solve", x1, x2);
  const { assume = "gen" } = options;
  if (assume !== "gen" && assume !== "pos") {
    throw new ArgumentError("value", `assume of solve is "gen" or "pos", got ${assume}`, {
      assume,
    });
  }
  const [a, b] = system("solve", x1, x2);
  const solution =
    isCutMatrix(a) && b.ndim === 2 && b.size > 0
      ? solveInBlocks(a, b, assume)
      : overStack({ name: "solve", assume }, [item(a), item(b)], b.shape.slice(-2), b.dtype);
  return (x2.ndim === 1 ? squeeze(solution, -1) : solution) as ChunkedArray<PromoteFloating<A, B>>;
}

const item = (x: ChunkedArray) => ({ x, own: 2 });

/** Both sides in one floating dtype; a vector as a column. */
function system(what: string, x1: ChunkedArray, x2: ChunkedArray): [ChunkedArray, ChunkedArray] {
  asSquares(what, x1);
  const rows = x2.ndim === 1 ? x2.shape[0] : x2.shape.at(-2);
  if (x2.ndim === 0 || rows !== x1.shape.at(-1)) {
    throw new ArgumentError(
      "shape",
      `${what} of ${formatShape(x1.shape)} and ${formatShape(x2.shape)}: the second needs as many rows as ` +
        "the first has columns",
      { shapes: [x1.shape, x2.shape] },
    );
  }
  const dtype = floating(promote(x1.dtype, x2.dtype));
  const right: ChunkedArray = withoutEmptyBlocks(astype(x2, dtype) as ChunkedArray);
  const left = withoutEmptyBlocks(astype(x1, dtype) as ChunkedArray);
  return [left, x2.ndim === 1 ? expandDims(right, 1) : right];
}

function solveInBlocks(a: ChunkedArray, b: ChunkedArray, assume: "gen" | "pos"): ChunkedArray {
  if (assume === "pos") {
    const factor = blockedCholesky(a);
    const half = blockedSolveTriangular(factor, b, { lower: true, unit: false });
    return blockedSolveTriangular(adjointOf(factor), half, { lower: false, unit: false });
  }
  const elimination = eliminate(a, b);
  const rows = a.chunks[0] as readonly number[];
  const upper = rechunkTo(upperFactor(a, elimination), [rows, rows]);
  const columns = b.chunks[1] as readonly number[];
  const right = rechunkTo(elimination.rest as ChunkedArray, [rows, columns]);
  return blockedSolveTriangular(upper, right, { lower: false, unit: false });
}

/** Options of {@link solveTriangular}. */
export interface SolveTriangularOptions {
  /** Whether the lower triangle of the matrix counts; default: the upper one. */
  readonly lower?: boolean;
}

/**
 * The x of `x1` · x = `x2`, for a triangular `x1`; its other triangle is ignored.
 *
 * @param x1 (…, n, n)
 * @param x2 (n), or (…, n, k)
 * @returns the shape of `x2` (broadcast), floating point
 * @chunks those of `x2`; one task per block where matrices are not cut, otherwise block row by
 * block row, some n² / 2 for each block column of `x2`
 * @throws ArgumentError as {@link solve}
 * @see https://docs.dask.org/en/stable/generated/dask.array.linalg.solve_triangular.html
 * @example
 * const triangle = asarray([[1, 0], [2, 1]]);
 * await linalg.solveTriangular(triangle, asarray([1, 4]), { lower: true }).compute(); // → [1, 2]
 */
export function solveTriangular<A extends DType, B extends DType>(
  x1: ChunkedArray<A>,
  x2: ChunkedArray<B>,
  options: SolveTriangularOptions = {},
): ChunkedArray<PromoteFloating<A, B>> {
  checkArrays("solveTriangular", x1, x2);
  const form = { lower: options.lower ?? false, unit: false };
  const [a, b] = system("solveTriangular", x1, x2);
  const routine = { name: "solveTriangular", ...form, side: "left" } as const;
  const solution =
    isCutMatrix(a) && b.ndim === 2 && b.size > 0
      ? blockedSolveTriangular(a, b, form)
      : overStack(routine, [item(a), item(b)], b.shape.slice(-2), b.dtype);
  return (x2.ndim === 1 ? squeeze(solution, -1) : solution) as ChunkedArray<PromoteFloating<A, B>>;
}

/**
 * The inverse of matrices.
 *
 * @param x (…, n, n)
 * @returns the same shape, floating point
 * @chunks those of `x`; one task per block where matrices are not cut, some n³ for n × n blocks
 * @throws ArgumentError as {@link solve}
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.inv.html
 * @example await linalg.inv(asarray([[2, 0], [0, 4]])).compute(); // → [[0.5, 0], [0, 0.25]]
 */
export function inv<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
): ChunkedArray<Floating<D>, R> {
  checkArrays("inv", x);
  const a: ChunkedArray = asSquares("inv", x);
  const result = isCutMatrix(a)
    ? solveInBlocks(a, eyeLikeGrid(a, a.chunks), "gen")
    : overStack({ name: "inverse" }, [item(a)], a.shape.slice(-2), a.dtype);
  return result as ChunkedArray<Floating<D>, R>;
}

/**
 * The determinants of matrices.
 *
 * @param x (…, n, n)
 * @returns (…), floating point
 * @chunks those of the other axes; one task per block where matrices are not cut, some n² for n × n
 * blocks
 * @throws ArgumentError `argument.shape` for matrices that are not square
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.det.html
 * @example await linalg.det(asarray([[1, 2], [3, 4]])).compute(); // → -2
 */
export function det<D extends DType>(x: ChunkedArray<D>): ChunkedArray<Floating<D>> {
  checkArrays("det", x);
  const a: ChunkedArray = asSquares("det", x);
  if (!isCutMatrix(a)) {
    return overStack({ name: "determinant" }, [item(a)], [], a.dtype) as ChunkedArray<Floating<D>>;
  }
  const { pivots, sign } = pivotsInBlocks(a);
  return multiply(sign, prod(pivots) as ChunkedArray) as ChunkedArray as ChunkedArray<Floating<D>>;
}

/**
 * The signs of determinants and the logarithms of their sizes, which neither overflow nor vanish.
 *
 * @param x (…, n, n)
 * @returns sign (…), 0 for a singular matrix, and logabsdet (…), real, then `-Infinity`
 * @chunks those of the other axes; one task per block where matrices are not cut, some n² for n × n
 * blocks
 * @throws ArgumentError `argument.shape` for matrices that are not square
 * @see https://data-apis.org/array-api/2025.12/extensions/generated/array_api.linalg.slogdet.html
 * @example
 * const { sign, logabsdet } = linalg.slogdet(asarray([[0, 1], [1, 0]]));
 * await sign.compute(); // → -1
 * await logabsdet.compute(); // → 0
 */
export function slogdet<D extends DType>(x: ChunkedArray<D>): SlogdetResult<Floating<D>> {
  checkArrays("slogdet", x);
  const a: ChunkedArray = asSquares("slogdet", x);
  if (!isCutMatrix(a)) {
    const packed = overStack({ name: "logDeterminant" }, [item(a)], [2], a.dtype);
    return named({
      sign: unpackFrom(packed, 0, [], a.dtype),
      logabsdet: unpackFrom(packed, 1, [], realPart(a.dtype)),
    });
  }
  const { pivots, sign } = pivotsInBlocks(a);
  const sizes: ChunkedArray = abs(pivots);
  const isZero: ChunkedArray = equal(sizes, 0);
  const directions: ChunkedArray = divide(pivots, where(isZero, 1, sizes) as ChunkedArray);
  return named({
    sign: multiply(sign, prod(directions) as ChunkedArray) as ChunkedArray,
    logabsdet: sum(log(sizes) as ChunkedArray),
  });
}

function pivotsInBlocks(a: ChunkedArray): { pivots: ChunkedArray; sign: ChunkedArray } {
  const elimination = eliminate(a);
  return { pivots: diagonal(upperFactor(a, elimination)), sign: permutationSign(elimination) };
}
