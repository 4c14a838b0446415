// Columns of rows that users gave, as a table of the engine: numbers, texts, booleans and moments
// go through its vectors, decimals and BigInts as texts, with all digits, lists with elements of
// these. All else is read from lines of JSON (records-file.ts), which take three times as long.
import type { DuckDBConnection, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import type { TypedArray } from "../base/dtype.js";
import type { QueryColumn, QueryTable } from "../graph/model/query-tables.js";
import {
  areLists,
  type PlainColumn,
  plainValues,
  type RowColumn,
  type RowColumns,
} from "../shipping/values/packed-rows.js";
import { type DuckDB, loadDuckDB } from "./duckdb.js";
import { checkWholeColumns } from "./records-file.js";
import { quoteName } from "./sql-text.js";

/** Rows of one of the engine's chunks. */
const CHUNK_ROWS = 2_048;

/** How a column goes through a vector: in which type, as which values, and what is made of it. */
interface Carrier {
  readonly type: string;
  /** Whether it can take a value that is neither null nor undefined. */
  readonly takes: (value: unknown) => boolean;
  readonly value?: (value: unknown, engine: DuckDB) => unknown;
  readonly sql: (name: string, type: string) => string;
}

const isNumber = (value: unknown): value is number => typeof value === "number";
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
const FLOATS: Carrier = {
  ...NUMBERS,
  takes: (value) =>
    isNumber(value) && Number.isFinite(Math.fround(value)) === Number.isFinite(value),
};

/** By the types of columns. What they cannot take, the lines of JSON name with its row. */
const CARRIERS: Readonly<Record<string, Carrier>> = {
  FLOAT: FLOATS,
  DOUBLE: { ...NUMBERS, sql: AS_IT_IS },
  VARCHAR: { type: "VARCHAR", takes: (value) => typeof value === "string", sql: AS_IT_IS },
  BOOLEAN: { type: "BOOLEAN", takes: (value) => typeof value === "boolean", sql: AS_IT_IS },
  DATE: DAYS,
  TIMESTAMP: MOMENTS,
  "TIMESTAMP WITH TIME ZONE": MOMENTS,
};

const BITS: Readonly<Record<string, number>> = { TINY: 8, SMALL: 16, BIG: 64 };

/** What could take the values of a type, the fastest first. */
function carriersOf(type: string): readonly Carrier[] {
  const whole = /^(U?)(TINY|SMALL|BIG|)INT(EGER)?$/.exec(type);
  if (whole !== null) return wholeNumbers(BITS[whole[2] ?? ""] ?? 32, whole[1] === "");
  const decimal = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(type);
  if (decimal !== null) return [decimals(10 ** (Number(decimal[1]) - Number(decimal[2])))];
  const own = CARRIERS[type];
  return own === undefined ? [] : [own];
}

function wholeNumbers(bits: number, isSigned: boolean): readonly Carrier[] {
  const end = 2 ** (isSigned ? bits - 1 : bits);
  const start = isSigned ? -end : 0;
  const isWithin = (value: unknown) => (value as bigint) >= start && (value as bigint) < end;
  return [
    { ...NUMBERS, takes: (value) => Number.isInteger(value) && isWithin(value) },
    digits((value) => (typeof value === "bigint" || Number.isInteger(value)) && isWithin(value)),
  ];
}

/** Those that stay below `end` when they are rounded. */
function decimals(end: number): Carrier {
  return digits((value) => {
    const isOne = typeof value === "number" || typeof value === "bigint";
    return isOne && Math.abs(Number(value)) < end - 1;
  });
}

function digits(takes: Carrier["takes"]): Carrier {
  return { type: "VARCHAR", takes, value: String, sql: cast };
}

/** What takes all values of a column. */
function carrierOf(type: string, columns: readonly RowColumn[]): Carrier | undefined {
  if (type.endsWith("[]")) return carrierOfLists(type.slice(0, -2), columns);
  return carriersOf(type).find((carrier) => columns.every((values) => takesAll(carrier, values)));
}

/** Whether a carrier can take all values. */
function takesAll({ takes }: Carrier, values: RowColumn): boolean {
  if (areLists(values)) return false;
  return values instanceof Float64Array
    ? values.every(takes)
    : values.every((value) => value == null || takes(value));
}

/** What takes lists whose elements are of a type. */
function carrierOfLists(type: string, columns: readonly RowColumn[]): Carrier | undefined {
  const elements: RowColumn[] = [];
  for (const values of columns) {
    if (areLists(values)) elements.push(values.elements);
    else if (values.every((value) => value == null || isList(value))) {
      for (const list of values) if (isList(list)) elements.push(Array.from(list));
    } else return undefined;
  }
  const each = carrierOf(type, elements);
  if (each === undefined) return undefined;
  const convert = each.value ?? ((value: unknown) => value);
  return {
    type: `${each.type}[]`,
    takes: isList,
    value: (list, engine) =>
      new engine.DuckDBListValue(
        Array.from(list as ArrayLike<unknown>, (value) =>
          value == null ? null : convert(value, engine),
        ) as never,
      ),
    sql: each.sql === AS_IT_IS ? AS_IT_IS : (name) => transformed(name, type, each),
  };
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Each element of lists by itself. */
function transformed(name: string, type: string, { sql }: Carrier): string {
  const element = `element${type.split("[]").length}`;
  return `list_transform(${name}, lambda ${element}: ${sql(element, type)})`;
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
  const engine = await loadDuckDB();
  const appender = await connection.createAppender(table, "main", "temp");
  try {
    const types: DuckDBType[] = carriers.map((_, k) => appender.columnType(k));
    for (const columns of parts) {
      const values = columns.map(plainValues);
      const length = values[0]?.length ?? 0;
      for (let at = 0; at < length; at += CHUNK_ROWS) {
        const end = Math.min(length, at + CHUNK_ROWS);
        const chunk = engine.DuckDBDataChunk.create(types, end - at);
        for (const [k, own] of values.entries()) {
          const convert = carriers[k]?.value;
          const converted = convert && ((value: unknown) => convert(value, engine));
          fillColumn(chunk, k, own, at, end, converted);
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
  values: PlainColumn,
  from: number,
  to: number,
  convert: ((value: unknown) => unknown) | undefined,
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
