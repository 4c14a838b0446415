// Typed arrays that grow. The scheduler keeps tasks and edges in columns instead of objects: a
// hundred bytes a task, and nothing for the garbage collector to walk.

export type Column = Uint8Array | Int32Array | Float32Array | Float64Array;

/** Bytes that are copied at the cost of one unit of a step's budget. */
export const BYTES_PER_COST = 1_000;

/**
 * Shorter columns are copied when they grow, in milliseconds. Longer ones grow where they are, at
 * no cost; but the engine takes some percent longer to read them.
 */
const COPIED_ENTRIES_MAX = 2 ** 20;

/** How far those grow there. Addresses take no memory until entries are used. */
const RESERVED_ENTRIES = 2 ** 26;

/** `column` with room for `length` entries at least, the old ones kept. */
export function grown<C extends Column>(column: C, length: number): C {
  if (column.length >= length) return column;
  const make = column.constructor as new (
    given: number | SharedArrayBuffer,
    byteOffset?: number,
    length?: number,
  ) => C;
  const memory = column.buffer as Partial<GrowableMemory>;
  const bytes = length * column.BYTES_PER_ELEMENT;
  if (memory.growable === true && bytes <= (memory.maxByteLength as number)) {
    memory.grow?.(bytes);
    return new make(column.buffer as SharedArrayBuffer, 0, length);
  }
  const reserved =
    length > COPIED_ENTRIES_MAX ? reserve(bytes, column.BYTES_PER_ELEMENT) : undefined;
  const larger = reserved === undefined ? new make(length) : new make(reserved, 0, length);
  larger.set(column);
  return larger;
}

/** What the compiler's library of ES2023 does not know yet: every supported Node.js has it. */
interface GrowableMemory {
  readonly growable: boolean;
  readonly maxByteLength: number;
  grow(bytes: number): void;
}

/**
 * Memory that can grow without being moved: only that of a `SharedArrayBuffer` does. Undefined
 * where the addresses of the process are limited.
 */
function reserve(bytes: number, bytesPerEntry: number): SharedArrayBuffer | undefined {
  const maxByteLength = Math.max(2 * bytes, RESERVED_ENTRIES * bytesPerEntry);
  const make = SharedArrayBuffer as new (
    bytes: number,
    options: { readonly maxByteLength: number },
  ) => SharedArrayBuffer;
  try {
    return new make(bytes, { maxByteLength });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The least number of entries to grow to from `length`: many small graphs, one after the other, do
 * not copy all columns each.
 */
export function growthOf(length: number): number {
  return 2 * length;
}

/** Adds `by` to an entry and returns the sum. */
export function increase(column: Int32Array | Uint8Array, at: number, by: number): number {
  const value = (column[at] as number) + by;
  column[at] = value;
  return value;
}
