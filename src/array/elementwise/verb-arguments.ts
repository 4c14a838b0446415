// Arguments and results of functions that combine several elementwise operations: operands as
// arrays, fractional dtypes, results with their static types.
import { DTYPES, type DType } from "../../base/dtype.js";
import {
  type Floating,
  floating,
  type ShortFloating,
  shortFloating,
} from "../../base/promotion.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { firstArray, isChunkedArray, type Operand } from "../layers/array-operands.js";
import { dataNode } from "../layers/source-layer.js";

/** An array like another one, with a dtype that has fractions. */
export type Fractional<D extends DType, R extends number> = ChunkedArray<Floating<D>, R>;

/** An array like another one, with the result dtype of functions such as `sin`. */
export type ShortFractional<D extends DType, R extends number> = ChunkedArray<ShortFloating<D>, R>;

/** Truth values, one for each element. */
export type Truth<R extends number> = ChunkedArray<"bool", R>;

/** `x`, its integers and booleans as float64. */
export function fractional(x: ChunkedArray): ChunkedArray {
  return astype(x, floating(x.dtype));
}

/** `x` in the result dtype of functions such as `sin`. */
export function shortFractional(x: ChunkedArray): ChunkedArray {
  return astype(x, shortFloating(x.dtype));
}

/** Both as arrays; at least one is. */
export function operandPair(x1: Operand, x2: Operand, what: string): [ChunkedArray, ChunkedArray] {
  const context = firstArray([x1, x2], what);
  const arrayOf = (x: Operand): ChunkedArray => {
    if (isChunkedArray(x)) return x;
    const made: ChunkedArray = context.derive(dataNode(x));
    // A number bends to the array that it meets.
    return typeof x === "number" && DTYPES[context.dtype].kind === "float"
      ? astype(made, context.dtype)
      : made;
  };
  return [arrayOf(x1), arrayOf(x2)];
}

/** A result under the type that is known of it. */
export function known<D extends DType, R extends number>(x: ChunkedArray): ChunkedArray<D, R> {
  return x as ChunkedArray<D, R>;
}
