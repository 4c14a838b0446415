// Methods of arrays that multiply matrices: `x.matmul(y)` is `matmul(x, y)`.
import type { DType } from "../base/dtype.js";
import type { ChunkedArray } from "./chunked-array.js";
import type { DiagonalOptions } from "./indexing/diagonal.js";
import { dot, matmul, tensordot } from "./linear-algebra/matmul.js";
import { trace } from "./linear-algebra/trace.js";

/** Products of matrices, as methods. */
export interface ProductMethods<D extends DType, R extends number> {
  /**
   * The matrix product over the last axis and the last but one of `other`; axes before broadcast.
   * See {@link matmul}.
   *
   * @param other (…, k, m) or (k), for an array of (…, n, k) or (k)
   * @returns (…, n, m) in the promoted dtype
   * @example
   * const x = asarray([[1, 2], [3, 4]]);
   * await x.matmul(x).compute(); // → [[7, 10], [15, 22]]
   */
  matmul<D2 extends DType, R2 extends number>(
    other: ChunkedArray<D2, R2>,
  ): ReturnType<typeof matmul<D, D2, R, R2>>;
  /**
   * NumPy's dot product: of two vectors the sum of products, of matrices the matrix product.
   * See {@link dot}.
   *
   * @param other an array or a number
   * @returns the promoted dtype; a scalar for two vectors
   * @example await asarray([1, 2]).dot(asarray([3, 4])).compute(); // → 11
   */
  dot<D2 extends DType, R2 extends number>(
    other: ChunkedArray<D2, R2>,
  ): ReturnType<typeof dot<D, D2, R, R2>>;
  /**
   * The sum of products over some axes of both arrays. See {@link tensordot}.
   *
   * @param over how many: the last axes with the first of `other`, by default 2; or which, as
   * `[axes, axes of other]`
   * @returns the other axes, then those of `other`, in the promoted dtype
   * @example ones([2, 3]).tensordot(ones([2, 5]), [[0], [0]]).shape; // → [3, 5]
   */
  tensordot<D2 extends DType>(
    other: ChunkedArray<D2>,
    over?: Parameters<typeof tensordot>[2],
  ): ReturnType<typeof tensordot<D, D2>>;
  /**
   * The sum of a diagonal of the matrices in two axes. See {@link trace}.
   *
   * @param options as of `diagonal`: `offset`, `axis1`, `axis2`
   * @returns the dtype of a sum, without the two axes
   * @example await asarray([[1, 2], [3, 4]]).trace().compute(); // → 5
   */
  trace(options?: DiagonalOptions): ChunkedArray;
}

/** The function behind each method, by name. */
export const PRODUCT_METHODS = { matmul, dot, tensordot, trace } as const satisfies Record<
  keyof ProductMethods<DType, number>,
  unknown
>;
