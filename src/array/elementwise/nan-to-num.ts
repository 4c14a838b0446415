// Numbers in place of NaN and infinities.
import { DTYPES } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { checkArrays } from "../layers/array-operands.js";
import { equal, imag, isnan, real } from "./elementwise.js";
import { fromParts } from "./from-parts.js";
import { select } from "./where.js";

/** Options of {@link nanToNum}. */
export interface NanToNumOptions {
  /** In place of NaN; default: 0. */
  readonly nan?: number;
  /** In place of infinity; default: the largest number of the dtype. */
  readonly posinf?: number;
  /** In place of minus infinity; default: the smallest number of the dtype. */
  readonly neginf?: number;
}

/** The largest float32. */
const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * `x` with numbers in place of NaN and infinities.
 *
 * @returns shape and dtype of `x`
 * @chunks those of `x`; one task per block
 * @throws nothing
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nan_to_num.html
 * @example await nanToNum(asarray([NaN, 1, Infinity]), { posinf: 9 }).compute(); // → [0, 1, 9]
 */
export function nanToNum(x: ChunkedArray, options: NanToNumOptions = {}): ChunkedArray {
  checkArrays("nanToNum", x);
  if (DTYPES[x.dtype].kind === "complex") {
    return fromParts(nanToNum(real(x), options), nanToNum(imag(x), options), x.dtype);
  }
  if (DTYPES[x.dtype].kind !== "float") return x;
  const largest = x.dtype === "float32" ? FLOAT32_MAX : Number.MAX_VALUE;
  const { nan = 0, posinf = largest, neginf = -largest } = options;
  return select(
    [isnan(x), equal(x, Number.POSITIVE_INFINITY), equal(x, Number.NEGATIVE_INFINITY)],
    [nan, posinf, neginf],
    x,
  );
}
