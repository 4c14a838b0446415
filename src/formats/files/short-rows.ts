// Copies parts of rows that are too short for a view each: making one takes as long as copying a
// hundred bytes. Each function sees one type of memory, so its loop is compiled for that.

/** Where the rows are, in bytes. */
export interface ShortRows {
  readonly rows: number;
  /** How much is taken of each row; a multiple of the unit. */
  readonly bytes: number;
  /** How far rows are apart in the source; in the target they follow one another. */
  readonly apart: number;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/**
 * Copies parts of rows from `source` to `target`.
 *
 * @param unit bytes of an element; places and lengths are multiples of it, or of 4 where it is
 * longer
 */
export function copyShortRows(
  source: Uint8Array,
  target: Uint8Array,
  unit: number,
  { rows, bytes, apart }: ShortRows,
): void {
  const size = Math.min(unit, 4) as 1 | 2 | 4;
  const [from, to] = [wordsOf(source, size), wordsOf(target, size)];
  COPIES[size](from as never, to as never, rows, bytes / size, apart / size);
}

function wordsOf({ buffer, byteOffset, length }: Uint8Array, size: 1 | 2 | 4): Words {
  if (size === 1) return new Uint8Array(buffer, byteOffset, length);
  if (size === 2) return new Uint16Array(buffer, byteOffset, length / 2);
  return new Uint32Array(buffer, byteOffset, length / 4);
}

// The bodies are the same, and the functions are not: one for all would see three types.
const COPIES = {
  1: (from: Uint8Array, to: Uint8Array, rows: number, length: number, apart: number) => {
    for (let r = 0, t = 0, f = 0; r < rows; r++, t += length, f += apart) {
      for (let i = 0; i < length; i++) to[t + i] = from[f + i] as number;
    }
  },
  2: (from: Uint16Array, to: Uint16Array, rows: number, length: number, apart: number) => {
    for (let r = 0, t = 0, f = 0; r < rows; r++, t += length, f += apart) {
      for (let i = 0; i < length; i++) to[t + i] = from[f + i] as number;
    }
  },
  4: (from: Uint32Array, to: Uint32Array, rows: number, length: number, apart: number) => {
    for (let r = 0, t = 0, f = 0; r < rows; r++, t += length, f += apart) {
      for (let i = 0; i < length; i++) to[t + i] = from[f + i] as number;
    }
  },
};
