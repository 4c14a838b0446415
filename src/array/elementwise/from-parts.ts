// Complex numbers of two real arrays.
import type { DType } from "../../base/dtype.js";
import type { ChunkedArray } from "../chunked-array.js";
import { astype } from "../data-types/astype.js";
import { add, multiply } from "./arithmetic.js";
import { greater } from "./comparison.js";
import { isfinite, isnan } from "./predicates.js";
import { where } from "./where.js";

/**
 * Complex numbers of `dtype`, each part as it is. In products, NaN and infinity of one part reach
 * the other: an imaginary part of this kind is written as it is.
 */
export function fromParts(re: ChunkedArray, im: ChunkedArray, dtype: DType): ChunkedArray {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  const infinite = where(greater(im, 0), { re: 0, im: infinity }, { re: 0, im: -infinity });
  const special = where(isnan(im), { re: 0, im: nan }, infinite);
  const turned = where(isfinite(im), multiply(im, { re: 0, im: 1 }), special);
  return astype(add(re, turned), dtype);
}
