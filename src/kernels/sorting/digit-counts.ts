// How many elements have each value of a digit of their keys, in WebAssembly (assembly/digits.ts)
// where there is some and elements have 4 or 8 bytes, else in JavaScript, with the same counts. A
// key is an unsigned number in the order of the elements: of 64 bits for every dtype, with trailing
// 0 bits for shorter elements; NaN has the largest, and -0 comes before 0. ranks-by-digits.ts uses
// the counts.
import { DTYPES, type DType, type TypedArray } from "../../base/dtype.js";
import type { Digit } from "../../graph/model/rank-routine.js";
import { digitsWasm } from "../wasm/generated/digits-wasm.js";
import { growMemory, instantiateWasm, type WasmInstance } from "../wasm/wasm-instances.js";

/** The 64 bits of a key, or the first ones of several keys. */
export interface Key {
  /** The first 32 bits. */
  readonly high: number;
  readonly low: number;
}

interface DigitFunctions {
  countFirst64: CountFirst;
  countFirst32: CountFirst;
  countNext64: CountNext;
  countNext32: CountNext;
}

type CountFirst = (
  kind: Kind,
  values: number,
  count: number,
  counts: number,
  shift: bigint,
) => void;
type CountNext = (
  kind: Kind,
  values: number,
  count: number,
  counts: number,
  shift: bigint,
  bits: bigint,
  prefix: bigint,
) => void;

/** As in assembly/digits.ts. */
type Kind = 0 | 1 | 2;

const KINDS = { bool: 0, uint: 0, int: 1, float: 2, complex: 2 } as const;

/** Bytes that are copied and counted at a time, while they are in the fastest cache. */
const PIECE_BYTES = 2 ** 14;

let kept: WasmInstance<DigitFunctions> | undefined;

/**
 * Counts for each of the `prefixes`, which numbers have, one table after another; one table of all
 * `values` where there are no digits before.
 */
export function countDigits(
  values: TypedArray,
  dtype: DType,
  digit: Digit,
  prefixes: readonly Key[],
): Uint32Array {
  const { itemBytes } = DTYPES[dtype];
  if (itemBytes >= 4) kept ??= instantiateWasm<DigitFunctions>(digitsWasm);
  if (itemBytes < 4 || kept === undefined) return jsCountDigits(values, dtype, digit, prefixes);
  return countInWasm(kept, values, dtype, digit, prefixes);
}

function countInWasm(
  instance: WasmInstance<DigitFunctions>,
  values: TypedArray,
  dtype: DType,
  { skip, bits }: Digit,
  prefixes: readonly Key[],
): Uint32Array {
  const length = prefixes.length * 2 ** bits;
  growMemory(instance, PIECE_BYTES + 4 * length);
  const { buffer } = instance.memory;
  const { functions } = instance;
  const { kind: name, itemBytes } = DTYPES[dtype];
  const kind = KINDS[name];
  const isLong = itemBytes === 8;
  const first = isLong ? functions.countFirst64 : functions.countFirst32;
  const next = isLong ? functions.countNext64 : functions.countNext32;
  const shift = BigInt(8 * itemBytes - skip - bits);
  const patterns = prefixes.map(
    ({ high, low }) => ((BigInt(high) << 32n) | BigInt(low)) >> BigInt(64 - 8 * itemBytes),
  );
  const tables = new Uint32Array(buffer, PIECE_BYTES, length);
  tables.fill(0);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const piece = new Uint8Array(buffer, 0, PIECE_BYTES);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const some = bytes.subarray(at, at + PIECE_BYTES);
    piece.set(some);
    const count = some.length / itemBytes;
    for (let k = 0; k < patterns.length; k++) {
      const table = PIECE_BYTES + k * 2 ** (bits + 2);
      if (skip === 0) first(kind, 0, count, table, shift);
      else next(kind, 0, count, table, shift, BigInt(bits), patterns[k] as bigint);
    }
  }
  return tables.slice();
}

/** The same without WebAssembly. */
export function jsCountDigits(
  values: TypedArray,
  dtype: DType,
  digit: Digit,
  prefixes: readonly Key[],
): Uint32Array {
  const { skip, bits } = digit;
  const counts = new Uint32Array(prefixes.length * 2 ** bits);
  const highMask = skip >= 32 ? -1 : ~(0xffffffff >>> skip);
  const lowMask = skip <= 32 ? 0 : ~(0xffffffff >>> (skip - 32));
  const length = PIECE_BYTES / 8;
  const [highs, lows] = [new Uint32Array(length), new Uint32Array(length)];
  for (let start = 0; start < values.length; start += length) {
    const piece = values.subarray(start, start + length);
    fillKeys(piece, dtype, highs, lows);
    prefixes.forEach((prefix, k) => {
      for (let i = 0; i < piece.length; i++) {
        const [high, low] = [highs[i] as number, lows[i] as number];
        const isOther = ((high ^ prefix.high) & highMask) | ((low ^ prefix.low) & lowMask);
        if (skip !== 0 && isOther !== 0) continue;
        const at = k * 2 ** bits + digitOf({ high, low }, digit);
        counts[at] = (counts[at] as number) + 1;
      }
    });
  }
  return counts;
}

/** The keys of some values. */
function fillKeys(values: TypedArray, dtype: DType, highs: Uint32Array, lows: Uint32Array): void {
  const { kind, itemBytes } = DTYPES[dtype];
  const { buffer, byteOffset, length } = values;
  const isLong = itemBytes === 8;
  const words =
    itemBytes >= 4 ? new Uint32Array(buffer, byteOffset, (length * itemBytes) / 4) : undefined;
  const infinity = isLong ? 0x7ff00000 : 0x7f800000;
  for (let i = 0; i < length; i++) {
    let high =
      words === undefined
        ? (values[i] as number) << (32 - 8 * itemBytes)
        : (words[isLong ? 2 * i + 1 : i] as number);
    let low = isLong ? (words?.[2 * i] as number) : 0;
    if (kind === "int") high ^= 0x80000000;
    else if (kind === "float") {
      const size = high & 0x7fffffff;
      if (size > infinity || (size === infinity && low !== 0)) [high, low] = [-1, isLong ? -1 : 0];
      else if (high >>> 31 === 0) high ^= 0x80000000;
      else [high, low] = [~high, isLong ? ~low : 0];
    }
    highs[i] = high;
    lows[i] = low;
  }
}

/** A digit of a key. */
function digitOf({ high, low }: Key, { skip, bits }: Digit): number {
  const end = skip + bits;
  if (end <= 32) return (high << skip) >>> (32 - bits);
  if (skip >= 32) return (low << (skip - 32)) >>> (32 - bits);
  return ((high << skip) >>> (32 - bits)) | (low >>> (64 - end));
}

/** A key with that digit after its first `skip` bits, which are all that there are. */
export function withDigit({ high, low }: Key, { skip, bits }: Digit, value: number): Key {
  const end = skip + bits;
  if (end <= 32) return { high: (high | (value << (32 - end))) >>> 0, low };
  const next = (low | (value << (64 - end))) >>> 0;
  if (skip >= 32) return { high, low: next };
  return { high: (high | (value >>> (end - 32))) >>> 0, low: next };
}

/** The element that has a key. */
export function elementOfKey({ high, low }: Key, dtype: DType): number | bigint {
  const { kind, itemBytes, array } = DTYPES[dtype];
  const isNegative = high >>> 31 === 0;
  let bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  if (kind === "float" && isNegative) bits = ~bits;
  else if (kind === "float" || kind === "int") bits ^= 1n << 63n;
  const word = new BigUint64Array([BigInt.asUintN(64, bits)]);
  // The element is in the last of its bytes, which are the first bits.
  return new array(word.buffer, 8 - itemBytes, 1)[0] as number | bigint;
}
