// Lists of positions along an axis, as typed arrays.

/** Positions along an axis. */
export type PositionArray = Int32Array | Float64Array;

/** A list of `count` positions along an axis of `length`. */
export function positionArray(count: number, length: number): PositionArray {
  return length <= 2 ** 31 ? new Int32Array(count) : new Float64Array(count);
}

/** A list of these positions along an axis of `length`. */
export function positionList(positions: readonly number[], length: number): PositionArray {
  const list = positionArray(positions.length, length);
  list.set(positions);
  return list;
}
