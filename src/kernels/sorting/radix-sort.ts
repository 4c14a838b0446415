// Sorting of numbers in WebAssembly (assembly/sorting.ts), and merging of sorted ones, for arrays
// that are long enough; others, and all where there is none, are left to the engine and
// merge-sorted.ts, with the same results. NaN comes last.
import type { TypedArray } from "../../base/dtype.js";
import { sortingWasm } from "../wasm/generated/sorting-wasm.js";
import { growMemory, instantiateWasm, type WasmInstance } from "../wasm/wasm-instances.js";

interface SortingFunctions {
  sort64(kind: Kind, values: number, spare: number, count: number): number;
  sort32(kind: Kind, values: number, spare: number, count: number): number;
  order64: Order;
  order32: Order;
  merge64: Merge;
  merge32: Merge;
}

type Merge = (
  kind: Kind,
  from: number,
  to: number,
  start: number,
  middle: number,
  end: number,
  notes: number,
  otherNotes: number,
) => void;

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
/** Longer ones would take memory that is never released. */
const LENGTH_MAX = 2 ** 24;
/** Bytes that an instance may keep from one array to the next. */
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
 * The places of `values` in their order, stable, NaN last in both directions.
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

/**
 * Merges sorted runs two by two, until there is one: `ends` has the end of each. Equal elements
 * come in the order of their runs, NaN last.
 *
 * @param into where the result is written
 * @param notes a note for each element, which are put into the same order
 * @returns false where it was not done
 */
export function mergeSorted(
  values: TypedArray,
  ends: readonly number[],
  into: TypedArray,
  notes?: Uint32Array,
): boolean {
  const kind = kindOf(values);
  const { length, byteLength, BYTES_PER_ELEMENT: bytes } = values;
  const needed = 2 * byteLength + (notes === undefined ? 0 : 8 * length);
  const instance = kind === undefined ? undefined : instanceFor(values, needed);
  if (kind === undefined || instance === undefined) return false;
  const { functions, memory } = instance;
  const merge = bytes === 8 ? functions.merge64 : functions.merge32;
  let [from, to] = [VALUES_AT, VALUES_AT + byteLength];
  const notesAt = to + byteLength;
  let [noteFrom, noteTo] = notes === undefined ? [0, 0] : [notesAt, notesAt + 4 * length];
  bytesOf(values, memory.buffer, from).set(bytesOf(values));
  if (notes !== undefined) bytesOf(notes, memory.buffer, noteFrom).set(bytesOf(notes));
  for (let runs = ends; runs.length > 1; ) {
    for (let i = 0; i < runs.length; i += 2) {
      const middle = runs[i] as number;
      merge(kind, from, to, runs[i - 1] ?? 0, middle, runs[i + 1] ?? middle, noteFrom, noteTo);
    }
    runs = runs.filter((_, i) => i % 2 === 1 || i === runs.length - 1);
    [from, to] = [to, from];
    [noteFrom, noteTo] = [noteTo, noteFrom];
  }
  bytesOf(into).set(bytesOf(values, memory.buffer, from));
  if (notes !== undefined) bytesOf(notes).set(bytesOf(notes, memory.buffer, noteFrom));
  release(instance);
  return true;
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
