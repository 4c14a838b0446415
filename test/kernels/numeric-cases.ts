// Reads the truth tables under test/fixtures: values that JSON cannot spell, and distances in ulp.
import { readFileSync } from "node:fs";
import { type DType, typedView } from "../../src/base/dtype.js";

/** A value of a table: NaN, infinities and -0 are strings, bool is bool. */
export type TableValue = number | string | boolean;

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
export function arrayOf(dtype: DType, values: readonly TableValue[]) {
  const array = typedView(dtype, new ArrayBuffer(8 * values.length), 0, values.length);
  values.forEach((value, i) => {
    array[i] = numberOf(value);
  });
  return array;
}
