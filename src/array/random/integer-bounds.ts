// Between which whole numbers `integers` draws.
import { ArgumentError } from "../../base/errors.js";
import { fitsInteger } from "../../base/promotion.js";
import { ChunkedArray } from "../chunked-array.js";
import { type Operand, resolveOperand } from "../layers/array-operands.js";
import type { IntegerDType } from "./draw.js";

/** Whether it is one whole number. */
export function isWhole(value: Operand): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/**
 * @throws ArgumentError `argument.value` when there is nothing between the two, or the dtype cannot
 * hold them
 */
export function checkBounds(first: bigint, last: bigint, dtype: IntegerDType): void {
  if (first > last) {
    throw new ArgumentError(
      "value",
      `integers needs low < high (low ≤ high with endpoint): there is none from ${first} to ${last}`,
      { first, last },
    );
  }
  if (fitsInteger(dtype, first) && fitsInteger(dtype, last)) return;
  throw new ArgumentError("value", `integers from ${first} to ${last} do not fit into ${dtype}`, {
    first,
    last,
    dtype,
  });
}

/** An operand that is no whole number as the array that it has to be. */
export function arrayOf(operand: Operand): ChunkedArray {
  const resolved = resolveOperand(operand);
  if ("node" in resolved) return new ChunkedArray(resolved.node);
  throw new ArgumentError("value", `integers needs whole numbers, got ${String(operand)}`);
}
