// Sorting of numbers in WebAssembly (assembly/sorting.ts), for arrays that are long enough; others, and all
// where there is none, are sorted by the engine, with the same results. NaN comes last.
import type { TypedArray } from "../base/dtype.js";
import { sortingWasm } from "./generated/sorting-wasm.js";
import { growMemory, instantiateWasm, type WasmInstance } from "./wasm.js";

interface SortingFunctions {
  sort64(kind: Kind, values: number, spare: number, count: number): number;
  sort32(kind: Kind, values: number, spare: number, count: number): number;
  order64: Order;
  order32: Order;
}

type Order = (
  kind: Kind,
  descending: boolean,
  values: number,
  spare: number,
  places: number,
  count: number,
) => number;

/** As in assembly/sorting.ts. */
type Kind = 0 | 1 | 2;

/** Shorter arrays are sorted before all bytes are counted. */
const LENGTH_MIN = 1024;
/** Longer ones would take memory that is never given back. */
const LENGTH_MAX = 2 ** 24;
/** What an instance may keep from one array to the next. */
const KEPT_BYTES_MAX = 2 ** 25;
/** After the counts. */
const VALUES_AT = 8192;

let kept: WasmInstance<SortingFunctions> | undefined;

/** Sorts `values` in place, ascending, NaN last, -0 before 0. */
export function sortValues(values: TypedArray): void {
  const kind = kindOf(values);
  const instance = kind === undefined ? undefined : instanceFor(values, 2 * values.byteLength);
  if (kind === undefined || instance === undefined) {
    values.sort();
    return;
  }
  const { functions, memory } = instance;
  const { length, byteLength, BYTES_PER_ELEMENT: bytes } = values;
  bytesOf(values, memory.buffer, VALUES_AT).set(bytesOf(values));
  const sort = bytes === 8 ? functions.sort64 : functions.sort32;
  const sorted = sort(kind, VALUES_AT, VALUES_AT + byteLength, length);
  bytesOf(values).set(bytesOf(values, memory.buffer, sorted));
  release(instance);
}

/**
 * The places of `values` in their order, ties as they stand, NaN last either way.
 *
 * @returns undefined where the engine has to do it
 */
export function orderOf(values: TypedArray, descending: boolean): Uint32Array | undefined {
  const kind = kindOf(values);
  const { length, byteLength, BYTES_PER_ELEMENT: bytes } = values;
  const instance =
    kind === undefined ? undefined : instanceFor(values, 2 * byteLength + 8 * length);
  if (kind === undefined || instance === undefined) return undefined;
  const { functions, memory } = instance;
  bytesOf(values, memory.buffer, VALUES_AT).set(bytesOf(values));
  const order = bytes === 8 ? functions.order64 : functions.order32;
  const spare = VALUES_AT + byteLength;
  const at = order(kind, descending, VALUES_AT, spare, spare + byteLength, length);
  const places = new Uint32Array(memory.buffer, at, length).slice();
  release(instance);
  return places;
}

function kindOf(values: TypedArray): Kind | undefined {
  if (values instanceof Float64Array || values instanceof Float32Array) return 2;
  if (values instanceof Int32Array || values instanceof BigInt64Array) return 1;
  if (values instanceof Uint32Array || values instanceof BigUint64Array) return 0;
  return undefined;
}

function instanceFor(
  { length }: TypedArray,
  bytes: number,
): WasmInstance<SortingFunctions> | undefined {
  if (length < LENGTH_MIN || length > LENGTH_MAX) return undefined;
  kept ??= instantiateWasm<SortingFunctions>(sortingWasm);
  if (kept !== undefined) growMemory(kept, VALUES_AT + bytes);
  return kept;
}

function release({ memory }: WasmInstance<SortingFunctions>): void {
  if (memory.buffer.byteLength > KEPT_BYTES_MAX) kept = undefined;
}

/** The bytes of `values`, or those of as many values elsewhere. */
function bytesOf(
  { buffer, byteOffset, byteLength }: TypedArray,
  elsewhere: ArrayBufferLike = buffer,
  at: number = byteOffset,
): Uint8Array {
  return new Uint8Array(elsewhere, at, byteLength);
}
