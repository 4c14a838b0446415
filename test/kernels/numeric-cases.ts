// Reads the truth tables under test/fixtures: values that JSON cannot spell, and distances in ulp.
import { readFileSync } from "node:fs";
import { type Block, emptyBlock } from "../../src/base/block.js";
import {
  type Complex,
  type DType,
  isBigInt,
  isComplex,
  type Scalar,
  type TypedArray,
} from "../../src/base/dtype.js";
import { elementWriter } from "../../src/kernels/blocks/scalar-values.js";

/** A value of a table: NaN, infinities, -0 and long integers are strings, complex a pair. */
export type TableValue = number | string | boolean | readonly [TableValue, TableValue];

/** The cases of a table under test/fixtures. */
export function readCases<T>(file: string): T[] {
  const url = new URL(`../fixtures/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: T[] }).cases;
}

/** The number that a table's value stands for. */
export function numberOf(value: TableValue): number {
  switch (value) {
    case "nan":
      return Number.NaN;
    case "inf":
      return Number.POSITIVE_INFINITY;
    case "-inf":
      return Number.NEGATIVE_INFINITY;
    case "-0":
      return -0;
    default:
      return Number(value);
  }
}

/** The scalar of `dtype` that a table's value stands for. */
export function scalarOf(dtype: DType, value: TableValue): Scalar {
  if (isBigInt(dtype)) return BigInt(value as string);
  if (!isComplex(dtype)) return numberOf(value);
  const [re, im] = Array.isArray(value) ? value : [value, 0];
  return { re: numberOf(re), im: numberOf(im) };
}

/** Whether a value is what the table says: integers exactly, others up to a distance. */
export function isClose(dtype: DType, value: Scalar, expected: Scalar, ulps: number): boolean {
  if (isComplex(dtype)) return isCloseComplex(dtype, value as Complex, expected as Complex);
  if (isBigInt(dtype)) return value === expected;
  return ulpDistance(dtype, Number(value), Number(expected)) <= ulps;
}

/** Complex results beside infinities and NaN are what one machine gave, so they do not count. */
function isCloseComplex(dtype: DType, value: Complex, expected: Complex): boolean {
  const size = Math.hypot(expected.re, expected.im);
  if (!Number.isFinite(size)) return true;
  const distance = Math.hypot(value.re - expected.re, value.im - expected.im);
  return distance <= (dtype === "complex64" ? 5e-6 : 1e-12) * size;
}

/** Distance between two numbers in units of the last place of the dtype; NaNs are equal. */
export function ulpDistance(dtype: DType, x: number, y: number): number {
  if (Object.is(x, y)) return 0;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Number.POSITIVE_INFINITY;
  if (x === 0 || y === 0) return x === y ? Number.POSITIVE_INFINITY : Math.abs(x - y) / tiny(dtype);
  const magnitude = Math.max(Math.abs(x), Math.abs(y));
  const digits = dtype === "float32" ? 23 : 52;
  const unit = 2 ** Math.max(Math.floor(Math.log2(magnitude)) - digits, Math.log2(tiny(dtype)));
  return Math.abs(x - y) / unit;
}

function tiny(dtype: DType): number {
  return dtype === "float32" ? 2 ** -149 : 2 ** -1074;
}

/** A typed array of `dtype` holding `values`. */
export function arrayOf(dtype: DType, values: readonly TableValue[]): TypedArray {
  const block = emptyBlock(dtype, [values.length]);
  const write = elementWriter(block);
  values.forEach((value, i) => {
    write(scalarOf(dtype, value), i);
  });
  return block.data;
}

/** The elements of a C-contiguous block. */
export function elementsOf({ dtype, data, offset, shape }: Block): Scalar[] {
  const size = shape.reduce((n, extent) => n * extent, 1);
  return Array.from({ length: size }, (_, i): Scalar => {
    const at = offset + i;
    if (!isComplex(dtype)) return data[at] as number | bigint;
    return { re: data[2 * at] as number, im: data[2 * at + 1] as number };
  });
}
