// Brings the values of a program's sources to where its kernels read them, tile by tile: operands
// that are in the kernels' memory with elements side by side are read there; others are copied
// together.
import type { NumberArray, TypedArray } from "../../base/dtype.js";
import { typedView } from "../../base/dtype.js";
import { tileItemBytes } from "../tiles/tile-dtypes.js";
import type { TileMemory } from "../tiles/tile-memory.js";
import { TILE_ELEMENTS } from "./tile-plan.js";
import type { TileSource } from "./tile-program.js";

/** Where the values of each node begin, in bytes, and how far its rows are apart. */
export interface TilePlaces {
  readonly p: number[];
  readonly row: number[];
}

/** An array or a counted position as a loop walks it, in elements. */
export interface Stream {
  /** Undefined for positions, which are only counted. */
  readonly data: TypedArray | undefined;
  readonly rowStride: number;
  readonly columnStride: number;
}

/**
 * Readies the values of one source for the tile of `rows` by `columns` whose first element is
 * number `at`.
 */
export type Bind = (at: number, rows: number, columns: number) => void;

/**
 * How `source` is bound, which is no part of complex numbers, and whose slot begins at byte `slot`.
 */
export function bindSource(
  source: TileSource,
  stream: Stream | undefined,
  memory: TileMemory,
  slot: number,
  places: TilePlaces,
): Bind {
  const { node, dtype } = source;
  const { p, row } = places;
  const view = typedView(dtype, memory.buffer, slot, TILE_ELEMENTS) as NumberArray;
  p[node] = slot;
  row[node] = 0;
  if (stream === undefined) {
    const { value } = source as Extract<TileSource, { type: "constant" }>;
    let filled = 0;
    return (_at, _rows, columns) => {
      if (columns > filled) filled = view.fill(value, 0, columns) && columns;
    };
  }
  const fill = stream.data === undefined ? positionFill(stream) : copyFill(stream, stream.data);
  if (stream.data?.buffer === memory.buffer) {
    return bindInMemory(source, stream as InMemory, memory, slot, places);
  }
  const bytes = tileItemBytes(dtype);
  // Where all rows are one, one is enough.
  const isOneRow = stream.rowStride === 0;
  return (at, rows, columns) => {
    fill(view, at, isOneRow ? 1 : rows, columns);
    row[node] = isOneRow ? 0 : columns * bytes;
  };
}

/** An array as a loop walks it. */
export type InMemory = Stream & { readonly data: TypedArray };

function bindInMemory(
  { node, dtype }: TileSource,
  { data, rowStride, columnStride }: InMemory,
  { kernels }: TileMemory,
  slot: number,
  { p, row }: TilePlaces,
): Bind {
  const bytes = tileItemBytes(dtype);
  const { byteOffset } = data;
  if (columnStride === 1) {
    row[node] = rowStride * bytes;
    return (at) => {
      p[node] = byteOffset + at * bytes;
    };
  }
  if (rowStride === 1 && bytes >= 4) {
    const transpose = bytes === 8 ? kernels.transpose64 : kernels.transpose32;
    return (at, rows, columns) => {
      row[node] = columns * bytes;
      transpose(
        rows,
        columns,
        byteOffset + at * bytes,
        columnStride * bytes,
        slot,
        columns * bytes,
      );
    };
  }
  const [xRow, xColumn] = [rowStride * bytes, columnStride * bytes];
  return (at, rows, columns) => {
    const outRow = rowStride === 0 ? 0 : columns * bytes;
    row[node] = outRow;
    const x = byteOffset + at * bytes;
    kernels.gather(bytes, outRow === 0 ? 1 : rows, columns, x, xRow, xColumn, slot, outRow);
  };
}

/** Writes a tile's elements, row after row. */
type Fill = (view: NumberArray, at: number, rows: number, columns: number) => void;

function copyFill({ rowStride, columnStride }: Stream, data: TypedArray): Fill {
  const elements = data as NumberArray;
  if (columnStride === 1) {
    return (view, at, rows, columns) => {
      if (rows === 1 || rowStride === columns) {
        view.set(elements.subarray(at, at + rows * columns));
        return;
      }
      for (let r = 0; r < rows; r++) {
        const start = at + r * rowStride;
        view.set(elements.subarray(start, start + columns), r * columns);
      }
    };
  }
  if (columnStride === 0) {
    return (view, at, rows, columns) => {
      for (let r = 0; r < rows; r++) {
        view.fill(elements[at + r * rowStride] as number, r * columns, (r + 1) * columns);
      }
    };
  }
  return (view, at, rows, columns) => {
    for (let r = 0; r < rows; r++) {
      const start = at + r * rowStride;
      const to = r * columns;
      for (let c = 0; c < columns; c++) view[to + c] = elements[start + c * columnStride] as number;
    }
  };
}

function positionFill({ rowStride, columnStride }: Stream): Fill {
  return (view, at, rows, columns) => {
    for (let r = 0; r < rows; r++) {
      const start = at + r * rowStride;
      const to = r * columns;
      for (let c = 0; c < columns; c++) view[to + c] = start + c * columnStride;
    }
  };
}
