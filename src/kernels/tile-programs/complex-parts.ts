// Real parts of complex operands for programs: magnitudes, real or imaginary parts, gathered tile
// by tile. Complex numbers are stored as (re, im) pairs, and strides count pairs.
import { type NumberArray, typedView } from "../../base/dtype.js";
import { magnitude } from "../math/scalar-functions.js";
import { tileItemBytes } from "../tiles/tile-dtypes.js";
import type { TileMemory } from "../tiles/tile-memory.js";
import { TILE_ELEMENTS } from "./tile-plan.js";
import type { ComplexPart, TileSource } from "./tile-program.js";
import type { Bind, InMemory, TilePlaces } from "./tile-sources.js";

/** How `part` of a complex operand is bound to the slot that begins at byte `slot`. */
export function bindPart(
  { node, dtype }: TileSource,
  part: ComplexPart,
  stream: InMemory,
  memory: TileMemory,
  slot: number,
  { p, row }: TilePlaces,
): Bind {
  const bytes = tileItemBytes(dtype);
  // Where all rows are one, one is enough.
  const isOneRow = stream.rowStride === 0;
  const isReachable = stream.data.buffer === memory.buffer;
  const write = isReachable
    ? partKernel(part, bytes, stream, memory, slot)
    : partLoop(part, stream, typedView(dtype, memory.buffer, slot, TILE_ELEMENTS) as NumberArray);
  p[node] = slot;
  return (at, rows, columns) => {
    row[node] = isOneRow ? 0 : columns * bytes;
    write(at, isOneRow ? 1 : rows, columns);
  };
}

function partKernel(
  part: ComplexPart,
  bytes: number,
  { data, rowStride, columnStride }: InMemory,
  { kernels }: TileMemory,
  slot: number,
): Bind {
  const [xRow, xColumn] = [rowStride * 2 * bytes, columnStride * 2 * bytes];
  const start = data.byteOffset + (part === "imag" ? bytes : 0);
  if (part === "abs") {
    const lengths = bytes === 8 ? kernels.magnitude64 : kernels.magnitude32;
    return (at, rows, columns) =>
      lengths(rows, columns, start + at * 2 * bytes, xRow, xColumn, slot, columns * bytes);
  }
  return (at, rows, columns) => {
    const x = start + at * 2 * bytes;
    kernels.gather(bytes, rows, columns, x, xRow, xColumn, slot, columns * bytes);
  };
}

function partLoop(
  part: ComplexPart,
  { data, rowStride, columnStride }: InMemory,
  view: NumberArray,
): Bind {
  const numbers = data as NumberArray;
  const first = part === "imag" ? 1 : 0;
  return (at, rows, columns) => {
    for (let r = 0; r < rows; r++) {
      const to = r * columns;
      for (let c = 0; c < columns; c++) {
        const from = 2 * (at + r * rowStride + c * columnStride) + first;
        const value = numbers[from] as number;
        view[to + c] = part === "abs" ? magnitude(value, numbers[from + 1] as number) : value;
      }
    }
  };
}
