// Changing the dtype.
import { checkDType, type DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { blockwiseNode } from "../elementwise.js";
import { ProgramBuilder } from "../program-builder.js";

/**
 * The array with its values as `dtype`: fractions are cut off for integers, which wrap when they do
 * not fit; everything but 0 is true.
 *
 * @returns the same shape and chunks, lazy
 * @throws ArgumentError `argument.dtype` when there is no such dtype
 *
 * @example
 * ```ts
 * await asarray([0.5, -1.5, 2]).astype("int32").compute(); // → [0, -1, 2]
 * ```
 */
export function astype<T extends DType, R extends number>(
  x: ChunkedArray<DType, R>,
  dtype: T,
): ChunkedArray<T, R> {
  checkDType(dtype);
  if (x.dtype === dtype) return x as ChunkedArray<DType, R> as ChunkedArray<T, R>;
  const builder = new ProgramBuilder();
  builder.cast(builder.load(x.node, [...x.shape.keys()]), dtype);
  return x.derive(blockwiseNode("astype", builder, x.chunks, dtype));
}
