// A matrix in memory, for products and decompositions.
import type { TypedArray } from "../../../base/dtype.js";

/** A two-dimensional strided view. */
export interface Matrix {
  readonly data: TypedArray;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}
