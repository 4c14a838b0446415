// A matrix in memory: what products and decompositions read and write.
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
