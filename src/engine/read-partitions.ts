// Partitions as values of JavaScript: what users get of a table.
import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { plainValues, type RowColumn } from "../shipping/values/packed-rows.js";
import { unpackValue } from "../shipping/values/value-bytes.js";
import type { EngineVector } from "./arrow-columns.js";
import { connectEngine, loadDuckDB } from "./duckdb.js";
import { unpackPartition } from "./partition-bytes.js";
import { Scratch } from "./scratch.js";
import { emptyTable, quoteList, quoteName, storedColumns } from "./sql-text.js";
import { columnReader } from "./vector-columns.js";

/** The values of each column, in the order of `columns`. */
export function readPartitions(
  blocks: readonly Uint8Array[],
  columns: readonly QueryColumn[],
): Promise<unknown[][]> {
  return queryPartitions(blocks, columns, (quoted) => quoted, valuesOf);
}

/** The same, of blocks that are lists of records. */
export function readRecords(
  blocks: readonly Uint8Array[],
  columns: readonly QueryColumn[],
): unknown[][] {
  const records = blocks.flatMap((block) => unpackValue(block) as Record<string, unknown>[]);
  return columns.map(([name]) => records.map((record) => record[name]));
}

/**
 * Reads the rows of partitions, in their order.
 *
 * @param select what of a column is read, in SQL
 * @param read takes all of the result
 */
export async function queryPartitions<T>(
  blocks: readonly Uint8Array[],
  columns: readonly QueryColumn[],
  select: (quoted: string, type: string) => string,
  read: (result: DuckDBResult) => Promise<T>,
): Promise<T> {
  const scratch = new Scratch(blocks.reduce((sum, block) => sum + block.length, 0));
  const connection = await connectEngine();
  try {
    const paths = blocks.flatMap((block) =>
      unpackPartition(block, (ending) => scratch.path(ending)),
    );
    const from =
      paths.length === 0
        ? `(${emptyTable(columns)})`
        : `(SELECT ${storedColumns(columns)} FROM read_parquet(${quoteList(paths)}))`;
    const list = columns.map(([name, type]) => select(quoteName(name), type)).join(", ");
    return await read(await connection.stream(`SELECT ${list} FROM ${from}`));
  } finally {
    connection.closeSync();
    scratch.remove();
  }
}

/** The values of each column of a query. */
export async function readQuery(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return valuesOf(await connection.stream(sql));
}

/** The same with the names of the columns, as rows are packed. */
export async function readNamed(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ names: readonly string[]; columns: RowColumn[] }> {
  const result = await connection.stream(sql);
  return { names: result.columnNames(), columns: await columnsOf(result) };
}

async function columnsOf(result: DuckDBResult): Promise<RowColumn[]> {
  const engine = await loadDuckDB();
  const readers = result.columnTypes().map((type) => columnReader(engine, type));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    readers.forEach((reader, k) => {
      reader.append(chunk.getColumnVector(k) as unknown as EngineVector, 0, chunk.rowCount);
    });
  }
  return readers.map((reader) => reader.take());
}

async function valuesOf(result: DuckDBResult): Promise<unknown[][]> {
  return (await columnsOf(result)).map(listOf);
}

function listOf(column: RowColumn): unknown[] {
  const values = plainValues(column);
  return values instanceof Float64Array ? Array.from(values) : (values as unknown[]);
}

/** Rows as objects, of columns with these names. */
export function recordsOf(
  columns: readonly ArrayLike<unknown>[],
  names: readonly string[],
): Record<string, unknown>[] {
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => {
    const record: Record<string, unknown> = {};
    for (let k = 0; k < names.length; k++) record[names[k] as string] = columns[k]?.[row];
    return record;
  });
}
