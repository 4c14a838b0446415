// The dtypes of tiles: those that have kernels.
import { type DType, isBigInt, isComplex, isInteger, itemBytes } from "../../base/dtype.js";
import type { TileInteger } from "./tile-codes.js";

/** Integers of up to 32 bits. */
export type TileIntegerName = Exclude<keyof typeof TileInteger, "int64" | "uint64">;

/** The dtypes of tiles. */
export type TileDType = "float64" | "float32" | "bool" | keyof typeof TileInteger;

/** Whether there are tiles of `dtype`. */
export function isTileDType(dtype: DType): dtype is TileDType {
  return !isComplex(dtype);
}

/** Whether `dtype` is of integers that have tiles. */
export function isTileInteger(dtype: DType): dtype is TileIntegerName {
  return isInteger(dtype) && !isBigInt(dtype);
}

/** Bytes of an element. */
export function tileItemBytes(dtype: TileDType): 1 | 2 | 4 | 8 {
  return itemBytes(dtype) as 1 | 2 | 4 | 8;
}
