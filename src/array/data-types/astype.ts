// Changing the dtype.
import { checkDType, type DType, isComplex } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkDevice, type Device } from "../layers/device.js";
import { blockwiseNode } from "../layers/elementwise-layer.js";
import { ProgramBuilder } from "../layers/program-builder.js";

/** Options of {@link astype}. */
export interface AstypeOptions {
  /**
   * Accepted for the standard's sake: arrays never change, so a copy looks like the original.
   */
  readonly copy?: boolean;
  /** Where the result lives: `"cpu"`. */
  readonly device?: Device | null;
}

/**
 * The array cast to `dtype`. Integers drop fractions and wrap around; every number but 0 is true.
 *
 * @returns `dtype`, in the shape of `x`
 * @chunks those of `x`; one task per block
 * @throws ArgumentError `argument.dtype` when there is no such dtype, or complex numbers would lose
 * their imaginary part; `argument.value` for a device other than `"cpu"`
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.astype.html
 * @example await asarray([0.5, -1.5, 2]).astype("int32").compute(); // → [0, -1, 2]
 */
export function astype<T extends DType, R extends number>(
  x: ChunkedArray<DType, R>,
  dtype: T,
  options: AstypeOptions = {},
): ChunkedArray<T, R> {
  checkArrays("astype", x);
  checkDType(dtype);
  checkDevice(options.device);
  if (x.dtype === dtype) return x as ChunkedArray<DType, R> as ChunkedArray<T, R>;
  if (isComplex(x.dtype) && !isComplex(dtype) && dtype !== "bool") {
    throw new ArgumentError(
      "dtype",
      `${x.dtype} as ${dtype} would lose the imaginary part: take real(x) or abs(x) first`,
      { from: x.dtype, to: dtype },
    );
  }
  const builder = new ProgramBuilder();
  builder.cast(builder.load(x.node, [...x.shape.keys()]), dtype);
  return x.derive(blockwiseNode("astype", builder, x.chunks, dtype));
}
