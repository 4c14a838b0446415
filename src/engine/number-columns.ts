// Columns of numbers from and to the blocks of arrays, without a value of JavaScript for each.
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import type { Block } from "../base/block.js";
import type { TypedArray } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import type { QueryColumn, QueryTable } from "../graph/model/query-tables.js";
import type { Allocate } from "../kernels/blocks/kernel.js";
import { loadDuckDB } from "./duckdb.js";
import { quoteName } from "./sql-text.js";

/** Rows of one of the engine's chunks. */
const CHUNK_ROWS = 2_048;

/** The values of a block, as the engine's vectors have them. */
type Numbers = TypedArray;

/** A vector whose values are in memory that both sides see. */
interface NumberVector {
  readonly items?: Numbers;
  readonly dataView?: DataView;
  flush(): void;
}

/** Makes a table of one column, of the numbers of blocks. */
export async function openNumbers(
  connection: DuckDBConnection,
  { name, columns }: QueryTable,
  blocks: readonly Block[],
): Promise<void> {
  const [column, type] = columns[0] as QueryColumn;
  await connection.run(`CREATE TEMP TABLE ${quoteName(name)} (${quoteName(column)} ${type})`);
  const { DuckDBDataChunk } = await loadDuckDB();
  const appender = await connection.createAppender(name, "main", "temp");
  try {
    const types: DuckDBType[] = [appender.columnType(0)];
    for (const block of blocks) {
      const length = block.shape[0] ?? 0;
      for (let at = 0; at < length; at += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, length - at);
        const chunk = DuckDBDataChunk.create(types, rows);
        fill(chunk, block, at, rows);
        appender.appendDataChunk(chunk);
      }
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

function fill(
  chunk: DuckDBDataChunk,
  { data, offset, stride: [stride = 1] }: Block,
  at: number,
  rows: number,
) {
  const vector = chunk.getColumnVector(0) as unknown as NumberVector;
  const start = offset + at * stride;
  const into = numbersOf(vector);
  if (stride === 1) into.set(data.subarray(start, start + rows) as never);
  else for (let k = 0; k < rows; k++) into[k] = data[start + k * stride] as never;
  vector.flush();
}

/** Booleans are bytes. */
function numbersOf({ items, dataView }: NumberVector): Numbers {
  if (items !== undefined) return items;
  const { buffer, byteOffset, byteLength } = dataView as DataView;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The block of a query with one column of numbers, none of them null. */
export async function numbersBlock(
  connection: DuckDBConnection,
  sql: string,
  allocate: Allocate,
): Promise<Block> {
  const result = await connection.stream(sql);
  const pieces: Numbers[] = [];
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const numbers = numbersOf(chunk.getColumnVector(0) as unknown as NumberVector);
    // The engine uses its memory again.
    pieces.push(numbers.slice(0, chunk.rowCount));
    rows += chunk.rowCount;
  }
  const block = allocate([rows]);
  let at = block.offset;
  for (const piece of pieces) {
    block.data.set(piece as never, at);
    at += piece.length;
  }
  return block;
}

/** @throws ArgumentError `argument.shape` where columns of a partition differ in length */
export function checkLengths(
  tables: readonly QueryTable[],
  lengthOf: (table: number) => number,
): void {
  const [first, ...others] = tables.flatMap((table, k) =>
    table.holds === "numbers" ? [{ name: table.columns[0]?.[0], length: lengthOf(k) }] : [],
  );
  const other = others.find(({ length }) => length !== first?.length);
  if (first === undefined || other === undefined) return;
  const text = `column ${other.name} has ${other.length} values where ${first.name} has ${first.length}: expected arrays of one length`;
  throw new ArgumentError("shape", text, { columns: [first, other] });
}
