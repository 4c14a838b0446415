// Typed arrays that grow. The scheduler keeps tasks and edges in columns instead of objects: a
// hundred bytes a task, and nothing for the garbage collector to walk.

export type Column = Uint8Array | Int32Array | Float32Array | Float64Array;

/** Bytes that are copied at the cost of one unit of a step's budget. */
export const BYTES_PER_COST = 2_000;

/** `column` with room for `length` entries at least, the old ones kept. */
export function grown<C extends Column>(column: C, length: number): C {
  if (column.length >= length) return column;
  const larger = new (column.constructor as new (length: number) => C)(length);
  larger.set(column);
  return larger;
}

/** Adds `by` to an entry and returns the sum. */
export function increase(column: Int32Array | Uint8Array, at: number, by: number): number {
  const value = (column[at] as number) + by;
  column[at] = value;
  return value;
}
