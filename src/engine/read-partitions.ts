// Partitions as values of JavaScript: what users get of a table.
import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { unpackValue } from "../shipping/values/value-bytes.js";
import { connectEngine, loadDuckDB } from "./duckdb.js";
import { unpackPartition } from "./partition-bytes.js";
import { Scratch } from "./scratch.js";
import { emptyTable, quoteList, quoteName, storedColumns } from "./sql-text.js";

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
  return (await readNamed(connection, sql)).columns;
}

/** The same, with the names of the columns. */
export async function readNamed(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ names: readonly string[]; columns: unknown[][] }> {
  const result = await connection.stream(sql);
  return { names: result.columnNames(), columns: await valuesOf(result) };
}

async function valuesOf(result: DuckDBResult): Promise<unknown[][]> {
  const { JSDuckDBValueConverter } = await loadDuckDB();
  const columns: unknown[][] = Array.from({ length: result.columnCount }, () => []);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    columns.forEach((values, k) => {
      for (const value of chunk.convertColumnValues(k, JSDuckDBValueConverter)) values.push(value);
    });
  }
  return columns.map(asNumbers);
}

/**
 * Whole numbers in 64 bits and more: as numbers while all of a column are safe, else all as
 * BigInts.
 */
function asNumbers(values: unknown[]): unknown[] {
  const isAnyNested = values.some(
    (value) => typeof value === "object" && value !== null && !(value instanceof Date),
  );
  if (isAnyNested) return values.map(inside);
  if (!values.some((value) => typeof value === "bigint")) return values;
  const areSafe = values.every(
    (value) => typeof value !== "bigint" || Number.isSafeInteger(Number(value)),
  );
  return areSafe
    ? values.map((value) => (typeof value === "bigint" ? Number(value) : value))
    : values;
}

/** The same within lists and objects, value by value. */
function inside(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(inside);
  if (
    typeof value !== "object" ||
    value === null ||
    value instanceof Date ||
    ArrayBuffer.isView(value)
  )
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, inside(own)]));
}

/** Rows as objects, of columns with these names. */
export function recordsOf(
  columns: readonly (readonly unknown[])[],
  names: readonly string[],
): Record<string, unknown>[] {
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => {
    const record: Record<string, unknown> = {};
    for (let k = 0; k < names.length; k++) record[names[k] as string] = columns[k]?.[row];
    return record;
  });
}
