// Columns of rows that users' functions gave, as a table of the engine: numbers, texts, booleans
// and moments go through its vectors, decimals and BigInts as texts, with all digits. All else is
// read from lines of JSON (records-file.ts), which take three times as long.
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import type { TypedArray } from "../base/dtype.js";
import type { QueryColumn, QueryTable } from "../graph/model/query-tables.js";
import type { RowColumn, RowColumns } from "../shipping/values/packed-rows.js";
import { loadDuckDB } from "./duckdb.js";
import { checkWholeColumns } from "./records-file.js";
import { quoteName } from "./sql-text.js";

/** Rows of one of the engine's chunks. */
const CHUNK_ROWS = 2_048;

/** How a column goes through a vector: in which type, as which values, and what is made of it. */
interface Carrier {
  readonly type: "DOUBLE" | "VARCHAR" | "BOOLEAN";
  /** Whether it can take a value that is neither null nor undefined. */
  readonly takes: (value: unknown) => boolean;
  readonly value?: (value: unknown) => unknown;
  readonly sql: (name: string, type: string) => string;
}

const isNumber = (value: unknown) => typeof value === "number";
const cast = (name: string, type: string) => `CAST(${name} AS ${type})`;
const moment = (name: string) => `epoch_ms(CAST(${name} AS BIGINT))`;
const DAY_MS = 86_400_000;

const NUMBERS: Carrier = { type: "DOUBLE", takes: isNumber, sql: cast };
const MOMENTS: Carrier = {
  type: "DOUBLE",
  takes: (value) => value instanceof Date,
  value: momentOf,
  sql: (name, type) => cast(moment(name), type),
};
const DAYS: Carrier = {
  ...MOMENTS,
  takes: (value) => value instanceof Date && (momentOf(value) ?? 0) % DAY_MS === 0,
};
const AS_IT_IS = (name: string) => name;
const DIGITS: Carrier = {
  type: "VARCHAR",
  takes: (value) => typeof value === "number" || typeof value === "bigint",
  value: String,
  sql: cast,
};

/** By the types of columns. */
const CARRIERS: Readonly<Record<string, Carrier>> = {
  TINYINT: NUMBERS,
  SMALLINT: NUMBERS,
  INTEGER: NUMBERS,
  BIGINT: NUMBERS,
  UTINYINT: NUMBERS,
  USMALLINT: NUMBERS,
  UINTEGER: NUMBERS,
  UBIGINT: NUMBERS,
  FLOAT: NUMBERS,
  DOUBLE: { ...NUMBERS, sql: AS_IT_IS },
  VARCHAR: { type: "VARCHAR", takes: (value) => typeof value === "string", sql: AS_IT_IS },
  BOOLEAN: { type: "BOOLEAN", takes: (value) => typeof value === "boolean", sql: AS_IT_IS },
  DATE: DAYS,
  TIMESTAMP: MOMENTS,
  "TIMESTAMP WITH TIME ZONE": MOMENTS,
};

/** What takes all values of a column. */
function carrierOf(type: string, columns: readonly RowColumn[]): Carrier | undefined {
  const own = type.startsWith("DECIMAL") ? DIGITS : CARRIERS[type];
  const known = own === NUMBERS ? [own, DIGITS] : own === undefined ? [] : [own];
  return known.find(({ takes }) =>
    columns.every((values) =>
      values instanceof Float64Array
        ? takes(0)
        : values.every((value) => value == null || takes(value)),
    ),
  );
}

/** Invalid ones are null. */
function momentOf(value: unknown): number | null {
  const ms = (value as Date).getTime();
  return Number.isNaN(ms) ? null : ms;
}

/**
 * Makes a table of rows and returns the query of its columns; undefined where vectors cannot take
 * some value, or a block holds no packed rows.
 *
 * @throws ArgumentError `argument.value` for a number that is not whole in a column of these
 */
export async function openRecords(
  connection: DuckDBConnection,
  { name, columns }: QueryTable,
  blocks: readonly (RowColumns | undefined)[],
): Promise<string | undefined> {
  const parts: RowColumn[][] = [];
  for (const rows of blocks) {
    if (rows === undefined) return undefined;
    parts.push(partOf(columns, rows));
  }
  const found = columns.map(([, type], k) =>
    carrierOf(
      type,
      parts.map((part) => part[k] as RowColumn),
    ),
  );
  const carriers = found.filter((carrier) => carrier !== undefined);
  if (blocks.length === 0 || carriers.length < columns.length) return undefined;
  const table = quoteName(`${name} rows`);
  const list = columns.map(([own], k) => `${quoteName(own)} ${carriers[k]?.type}`);
  await connection.run(`CREATE TEMP TABLE ${table} (${list.join(", ")})`);
  await fillTable(connection, `${name} rows`, parts, carriers);
  const values = columns.map(([own, type], k) => {
    const quoted = quoteName(own);
    return `${carriers[k]?.sql(quoted, type)} AS ${quoted}`;
  });
  return `SELECT ${values.join(", ")} FROM ${table}`;
}

/** The columns of a block in the order of the table's. */
function partOf(columns: readonly QueryColumn[], rows: RowColumns): RowColumn[] {
  const part = columns.map(
    ([name]) => rows.columns[rows.names.indexOf(name)] ?? new Array<null>(rows.length).fill(null),
  );
  checkWholeColumns(columns, part);
  return part;
}

async function fillTable(
  connection: DuckDBConnection,
  table: string,
  parts: readonly (readonly RowColumn[])[],
  carriers: readonly Carrier[],
): Promise<void> {
  const { DuckDBDataChunk } = await loadDuckDB();
  const appender = await connection.createAppender(table, "main", "temp");
  try {
    const types: DuckDBType[] = carriers.map((_, k) => appender.columnType(k));
    for (const columns of parts) {
      const length = columns[0]?.length ?? 0;
      for (let at = 0; at < length; at += CHUNK_ROWS) {
        const end = Math.min(length, at + CHUNK_ROWS);
        const chunk = DuckDBDataChunk.create(types, end - at);
        for (const [k, values] of columns.entries()) {
          fillColumn(chunk, k, values, at, end, carriers[k]?.value);
        }
        appender.appendDataChunk(chunk);
      }
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

function fillColumn(
  chunk: DuckDBDataChunk,
  k: number,
  values: RowColumn,
  from: number,
  to: number,
  convert: Carrier["value"],
): void {
  if (values instanceof Float64Array && convert === undefined) {
    const vector = chunk.getColumnVector(k) as unknown as NumberVector;
    vector.items.set(values.subarray(from, to) as never);
    vector.flush();
    return;
  }
  const own = Array.from(values.slice(from, to), (value) =>
    value == null || convert === undefined ? (value ?? null) : convert(value),
  );
  chunk.setColumnValues(k, own as never);
}

/** A vector whose values are in memory that both sides see. */
interface NumberVector {
  readonly items: TypedArray;
  flush(): void;
}
