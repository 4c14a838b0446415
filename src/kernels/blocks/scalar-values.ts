// Single values outside of loops: converting a JavaScript scalar to a dtype, and filling memory
// with it.
import type { Block } from "../../base/block.js";
import {
  type BigIntArray,
  type Complex,
  type DType,
  isBigInt,
  isComplex,
  type NumberArray,
  type Scalar,
  typedView,
} from "../../base/dtype.js";
import { wholeBigInt } from "../math/bigint-functions.js";

/** `value` as `dtype` holds it, as a number or BigInt; complex numbers stay two. */
export function valueAs(dtype: DType, value: Scalar): number | bigint | Complex {
  if (isComplex(dtype)) {
    const { re, im } = typeof value === "object" ? value : { re: Number(value), im: 0 };
    const round = dtype === "complex64" ? Math.fround : Number;
    return { re: round(re), im: round(im) };
  }
  if (dtype === "bool") {
    return Number(typeof value === "object" ? value.re !== 0 || value.im !== 0 : Boolean(value));
  }
  const real = typeof value === "object" ? value.re : value;
  const cell = typedView(dtype, new ArrayBuffer(8), 0, 1);
  if (isBigInt(dtype)) {
    (cell as BigIntArray)[0] = typeof real === "bigint" ? real : wholeBigInt(Number(real));
  } else if (typeof real === "bigint" && !dtype.startsWith("float")) {
    (cell as NumberArray)[0] = Number(BigInt.asIntN(32, real));
  } else {
    (cell as NumberArray)[0] = Number(real);
  }
  return cell[0] as number | bigint;
}

/** Fills `count` elements of a block's data with `value`, from element `start` of it on. */
export function fillElements(block: Block, value: Scalar, start: number, count: number): void {
  const { dtype, data } = block;
  const from = block.offset + start;
  const held = valueAs(dtype, value);
  if (typeof held === "object") {
    for (let at = 2 * from; at < 2 * (from + count); at += 2) {
      data[at] = held.re;
      data[at + 1] = held.im;
    }
  } else if (typeof held === "bigint") {
    (data as BigIntArray).fill(held, from, from + count);
  } else {
    (data as NumberArray).fill(held, from, from + count);
  }
}

/** Writes one element of a C-contiguous block at a time. */
export function elementWriter(block: Block): (value: Scalar, at: number) => void {
  const { dtype, data, offset } = block;
  if (isBigInt(dtype)) {
    return (value, at) => {
      if (typeof value === "bigint") data[offset + at] = value;
      else fillElements(block, value, at, 1);
    };
  }
  if (dtype === "bool" || isComplex(dtype)) {
    return (value, at) => fillElements(block, value, at, 1);
  }
  return (value, at) => {
    data[offset + at] = typeof value === "number" ? value : (valueAs(dtype, value) as number);
  };
}
