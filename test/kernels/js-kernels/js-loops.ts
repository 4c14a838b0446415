// What kernels in JavaScript have in common: loops over tiles of arrays that are in one memory.
import type { NumberArray } from "../../../src/base/dtype.js";
import type { Binary, Cast } from "../../../src/kernels/tiles/tile-kernels.js";

/** A view of the memory, of one dtype. */
export type Tile = NumberArray;

/** What kernels compute, by their codes. */
export type Table = Readonly<
  Record<number, ((x: number, y: number) => number | boolean) | undefined>
>;

/** A kernel of two arrays by its code. */
export function binary(from: Tile, to: Tile, table: Table): Binary<number> {
  return (code, rows, columns, x, xRow, y, yRow, out, outRow) => {
    const apply = table[code] as (x: number, y: number) => number;
    for (let r = 0; r < rows; r++) {
      const [a, b] = [at(from, x + r * xRow), at(from, y + r * yRow)];
      const q = at(to, out + r * outRow);
      for (let c = 0; c < columns; c++) {
        to[q + c] = Number(apply(from[a + c] as number, from[b + c] as number));
      }
    }
  };
}

/** A kernel that stores elements as others. */
export function cast(from: Tile, to: Tile): Cast {
  return (rows, columns, x, xRow, out, outRow) => {
    for (let r = 0; r < rows; r++) {
      const [a, q] = [at(from, x + r * xRow), at(to, out + r * outRow)];
      for (let c = 0; c < columns; c++) to[q + c] = from[a + c] as number;
    }
  };
}

/** The place of the element at `byteOffset`. */
export function at(data: Tile, byteOffset: number): number {
  return byteOffset / data.BYTES_PER_ELEMENT;
}
