// Blocks of files that take parts of short rows: reading the rows whole takes about as long, and a
// kernel that reads them in place needs no copy of its part.
import { itemBytes } from "../../base/dtype.js";
import { longest, shapeOf, sizeOf } from "./chunks.js";
import type { SourceLayer } from "./layer.js";

/** A row of so many bytes is read in about the time that another call takes. */
export const SHORT_ROW_BYTES = 2 ** 14;

/** Kernels take shorter parts of rows only if these follow one another. */
const COLUMNS_MIN = 8;

/** Rows that are longer in all are read in parts. */
const ROWS_BYTES_MAX = 2 ** 25;

/** A source of whole rows, and where the blocks of another are in it. */
export interface WholeRows {
  readonly layer: SourceLayer;
  /** The column at which the first block of the other source begins. */
  readonly firstColumn: number;
  /** The number of the block that holds a block of the other source. */
  readonly blockAt: (block: number) => number;
}

/**
 * The source whose blocks are the whole rows of those of `source`; undefined where these are whole
 * already, or better read in parts.
 */
export function wholeRows(source: SourceLayer): WholeRows | undefined {
  const { generator, chunks, dtype, region } = source;
  if (generator.type !== "npy" || chunks.length < 2) return undefined;
  // The file's own rows are the first axis.
  if (generator.fortranOrder) return undefined;
  const shape = region?.shape ?? shapeOf(chunks);
  const last = shape.length - 1;
  if (region !== undefined && region.axes.at(-1) !== last) return undefined;
  const columns = chunks.at(-1) as readonly number[];
  const length = shape[last] as number;
  const rowBytes = length * itemBytes(dtype);
  if (columns.length === 1 && columns[0] === length) return undefined;
  if (rowBytes > SHORT_ROW_BYTES || columns.some((own) => own < COLUMNS_MIN)) return undefined;
  const rows = chunks.slice(0, -1);
  const rowsMax = sizeOf(rows.map(longest));
  if (rowsMax < 2 || rowsMax * rowBytes > ROWS_BYTES_MAX) return undefined;
  const starts = region?.starts.map((start, axis) => (axis === last ? 0 : start));
  const layer: SourceLayer = {
    ...source,
    chunks: [...rows, [length]],
    ...(region === undefined ? {} : { region: { ...region, starts: starts as number[] } }),
  };
  return {
    layer,
    firstColumn: region?.starts[last] ?? 0,
    blockAt: (block) => Math.floor(block / columns.length),
  };
}
