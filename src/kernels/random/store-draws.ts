// Drawn numbers into blocks of any dtype.
import { type Block, setElements } from "../../base/block.js";
import { DTYPES, isBigInt, itemBytes } from "../../base/dtype.js";

/** The largest doubles that fit into 64 bits. */
const INT64_MAX = 2 ** 63 - 1024;
const UINT64_MAX = 2 ** 64 - 2048;

/**
 * Writes the first `count` of `values` to the output from element `at` on; integers are clamped.
 */
export function storeValues(values: Float64Array, count: number, output: Block, at: number): void {
  const { dtype, data } = output;
  const { kind } = DTYPES[dtype];
  if (dtype === "float64") {
    setElements(data, count === values.length ? values : values.subarray(0, count), at);
  } else if (kind === "float") {
    for (let i = 0; i < count; i++) data[at + i] = values[i] as number;
  } else if (isBigInt(dtype)) {
    storeWords(
      values,
      count,
      halves(output, at, count),
      dtype === "int64" ? INT64_MAX : UINT64_MAX,
    );
  } else {
    const bits = 8 * itemBytes(dtype);
    const max = kind === "int" ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
    for (let i = 0; i < count; i++) data[at + i] = Math.min(values[i] as number, max);
  }
}

/**
 * The 32-bit halves of 64-bit integers, lower ones first: BigInts would cost an allocation each.
 */
export function halves({ data }: Block, at: number, count: number): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset + at * 8, count * 2);
}

function storeWords(values: Float64Array, count: number, words: Int32Array, max: number): void {
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    const low = value | 0;
    words[2 * i] = low;
    words[2 * i + 1] = low >> 31;
    if (low === value) continue;
    const clamped = Math.min(value, max);
    const high = Math.floor(clamped / 4_294_967_296);
    words[2 * i] = clamped - high * 4_294_967_296;
    words[2 * i + 1] = high;
  }
}
