// The inputs of a query, as views of its connection: partitions from blocks, and files. Files of
// text that are cut are copied up to the ends of their rows first, since the engine reads whole
// files.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { defined } from "../base/assert.js";
import type { Block } from "../base/block.js";
import { bytesOfRows } from "../formats/csv/csv-rows.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { openBytes } from "../formats/text/unpack-text.js";
import type { QueryLayer } from "../graph/model/layer.js";
import type { QueryColumn, QueryScan, QueryTable } from "../graph/model/query-tables.js";
import { columnsOfRecords, type RowColumns } from "../shipping/values/packed-rows.js";
import { unpackColumns, unpackValue } from "../shipping/values/value-bytes.js";
import { csvStart, type LineEnd, lineEndOf } from "./csv-start.js";
import { checkLengths, openNumbers } from "./number-columns.js";
import { unpackPartition } from "./partition-bytes.js";
import { openRecords } from "./record-columns.js";
import { checkWholeNumbers, writeRecords } from "./records-file.js";
import { type CopiedRows, copyExcerpt } from "./remote-parquet.js";
import type { Scratch } from "./scratch.js";
import { emptyTable, quoteList, quoteName, quoteText, storedColumns } from "./sql-text.js";

/** Where a file of a task came from, for errors. */
export interface FileOrigin {
  readonly path: string;
  /** The first byte that was copied. */
  readonly start: number;
  /** The file has objects of a task, a line each. */
  readonly hasObjects?: true;
}

/** A task's tables, open. */
export interface OpenTables {
  /** By the paths of copies. */
  readonly origins: ReadonlyMap<string, FileOrigin>;
}

/** What tables are opened with. */
interface Opening {
  readonly connection: DuckDBConnection;
  readonly scratch: Scratch;
  readonly origins: Map<string, FileOrigin>;
}

/** Opens the tables of one block. */
export async function openTables(
  layer: QueryLayer,
  block: number,
  operands: readonly Block[],
  connection: DuckDBConnection,
  scratch: Scratch,
): Promise<OpenTables> {
  const origins = new Map<string, FileOrigin>();
  const first = layer.operandStart[block] as number;
  const blocksOf = (number: number) =>
    operands.filter((_, k) => layer.operandTable[first + k] === number);
  checkLengths(layer.tables, (number) =>
    blocksOf(number).reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0),
  );
  const views: string[] = [];
  for (const [number, table] of layer.tables.entries()) {
    const own = blocksOf(number);
    if (table.holds === "numbers") {
      await openNumbers(connection, table, own);
      continue;
    }
    const source =
      table.scan === undefined
        ? await blocksSource(table, own, { connection, scratch, origins })
        : await scanSource(table, table.scan, block, own, { connection, scratch, origins });
    views.push(`CREATE TEMP VIEW ${quoteName(table.name)} AS ${source}`);
  }
  if (views.length > 0) await connection.run(views.join("; "));
  return { origins };
}

/** The bytes of a block of values. */
export function bytesOf({ data, offset, shape }: Block): Uint8Array {
  return (data as Uint8Array).subarray(offset, offset + (shape[0] ?? 0));
}

async function blocksSource(
  table: QueryTable,
  blocks: readonly Block[],
  opening: Opening,
): Promise<string> {
  const { connection, scratch } = opening;
  if (table.holds === "records") {
    const records = blocks.map((block) => unpackRecords(bytesOf(block), table.columns));
    const opened = await openRecords(connection, table, records);
    return opened ?? recordsSource(table.columns, blocks, opening);
  }
  const paths = blocks.flatMap((block) =>
    unpackPartition(bytesOf(block), (ending) => scratch.path(ending), table.counted),
  );
  if (paths.length === 0) return emptyTable(table.columns);
  return `SELECT ${storedColumns(table.columns)} FROM read_parquet(${quoteList(paths)})`;
}

/** The columns of rows; undefined for elements that are no objects. */
function unpackRecords(bytes: Uint8Array, columns: readonly QueryColumn[]): RowColumns | undefined {
  const rows = bytes.length === 0 ? undefined : unpackColumns(bytes);
  if (rows !== undefined) return rows;
  const records = bytes.length === 0 ? [] : (unpackValue(bytes) as unknown[]);
  if (!records.every((record) => typeof record === "object" && record !== null)) return undefined;
  const names = columns.map(([name]) => name);
  const length = records.length;
  return { names, columns: columnsOfRecords(names, records as readonly object[]), length };
}

/** Lists of records, as bags have them. */
function recordsSource(
  columns: readonly QueryColumn[],
  blocks: readonly Block[],
  { scratch, origins }: Opening,
): string {
  const records = blocks.flatMap((block) => {
    const bytes = bytesOf(block);
    return bytes.length === 0 ? [] : (unpackValue(bytes) as unknown[]);
  });
  if (records.length === 0) return emptyTable(columns);
  checkWholeNumbers(columns, records);
  const path = scratch.path("ndjson");
  writeRecords(path, records);
  origins.set(path, { path: "the rows of a partition", start: 0, hasObjects: true });
  return textSource(columns, { format: "ndjson" }, [path]);
}

async function scanSource(
  { columns }: QueryTable,
  scan: QueryScan,
  block: number,
  side: readonly Block[],
  { connection, scratch, origins }: Opening,
): Promise<string> {
  if (scan.together) return await wholeSource(columns, scan);
  const areQuoted = side.flatMap((each) => unpackValue(bytesOf(each)) as boolean[]);
  const sources: string[] = [];
  const end = scan.fileStart[block + 1] as number;
  for (let k = scan.fileStart[block] as number; k < end; k++) {
    const path = defined(scan.paths[scan.fileOf[k] as number], "a file's path");
    if (scan.format === "parquet") {
      const file = scan.fileOf[k] as number;
      const rows = { from: scan.from[k] as number, to: scan.to[k] as number };
      if (!isUrl(path)) {
        sources.push(parquetSource(columns, scan, file, [path], rows));
        continue;
      }
      const { copy, runs } = await excerptOf(columns, scan, file, rows, connection, scratch);
      origins.set(copy, { path, start: 0 });
      for (const run of runs) sources.push(parquetSource(columns, scan, file, [copy], run));
      continue;
    }
    const copied = await textOf(scan, k, areQuoted, scratch, origins);
    const end = await lineEnd(scan, copied);
    sources.push(textSource(columns, scan, [copied], { isStart: scan.from[k] === 0, end }));
  }
  return sources.length === 0 ? emptyTable(columns) : sources.join(" UNION ALL ");
}

/** All rows of local files. The engine reads several pieces of them at a time. */
async function wholeSource(columns: readonly QueryColumn[], scan: QueryScan): Promise<string> {
  const { format, paths, folderColumns } = scan;
  const all = { from: 0, to: Number.POSITIVE_INFINITY };
  if (format !== "parquet") {
    const byEnd = new Map<LineEnd | undefined, string[]>();
    for (const path of paths) {
      const end = await lineEnd(scan, path);
      byEnd.set(end, [...(byEnd.get(end) ?? []), path]);
    }
    return [...byEnd]
      .map(([end, own]) => textSource(columns, scan, own, { isStart: true, parallel: true, end }))
      .join(" UNION ALL ");
  }
  if (folderColumns !== undefined || paths.length === 1) {
    return paths
      .map((path, file) => parquetSource(columns, scan, file, [path], all))
      .join(" UNION ALL ");
  }
  return parquetSource(columns, scan, 0, paths, all);
}

/** A file that has rows and columns of one on a server: its path, and which of the rows. */
async function excerptOf(
  columns: readonly QueryColumn[],
  { paths, versions, bounds }: QueryScan,
  file: number,
  rows: CopiedRows,
  connection: DuckDBConnection,
  scratch: Scratch,
): Promise<{ readonly copy: string; readonly runs: readonly CopiedRows[] }> {
  const copy = scratch.path("parquet");
  const names = new Set(columns.map(([name]) => name));
  const address = defined(paths[file], "a file's address");
  const version = defined(versions[file], "a file's version");
  const excerpt = { address, version, columns: names, ...rows };
  const runs = await copyExcerpt(
    bounds === undefined ? excerpt : { ...excerpt, bounds },
    copy,
    connection,
  );
  return { copy, runs };
}

/** Rows from number `from` on and before `to`: the engine skips row groups without any. */
function parquetSource(
  columns: readonly QueryColumn[],
  { folderColumns = [] }: QueryScan,
  file: number,
  paths: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const list = columns.map(([name, type]) => {
    const said = folderColumns.find((column) => column.name === name);
    const value = said === undefined ? quoteName(name) : literal(said.values[file] ?? null);
    return `CAST(${value} AS ${type}) AS ${quoteName(name)}`;
  });
  const isWhole = from === 0 && to === Number.POSITIVE_INFINITY;
  const numbered = isWhole ? "" : ", file_row_number = true";
  // Files may have numbers of different types.
  const united = paths.length === 1 ? "" : ", union_by_name = true";
  const source = `SELECT ${list.join(", ")} FROM read_parquet(${quoteList(paths)}, hive_partitioning = false${numbered}${united})`;
  if (isWhole) return source;
  const upTo = to === Number.POSITIVE_INFINITY ? "" : ` AND file_row_number < ${to}`;
  return `${source} WHERE file_row_number >= ${from}${upTo}`;
}

function literal(text: string | null): string {
  return text === null ? "NULL" : quoteText(text);
}

/**
 * What the reader of CSV takes at a time. It holds several of them, of 32 MB by default: more than
 * threads of small workers have.
 */
const CSV_BUFFER_BYTES = 4 << 20;

function textSource(
  columns: readonly QueryColumn[],
  { format, options = [], header = false }: Pick<QueryScan, "format" | "options" | "header">,
  paths: readonly string[],
  {
    isStart = true,
    parallel = false,
    end,
  }: { isStart?: boolean; parallel?: boolean; end?: LineEnd | undefined } = {},
): string {
  const from = quoteList(paths);
  const types = columns.map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  const all = [`columns = {${types.join(", ")}}`, ...options];
  if (format === "ndjson") {
    return `SELECT * FROM read_json(${[from, "format = 'newline_delimited'", "records = true", ...all].join(", ")})`;
  }
  const own = ["auto_detect = false", `header = ${header && isStart}`, `parallel = ${parallel}`];
  if (end !== undefined) own.push(`new_line = '${end}'`);
  if (!parallel) own.push(`buffer_size = ${CSV_BUFFER_BYTES}`);
  return `SELECT * FROM read_csv(${[from, ...all, ...own].join(", ")})`;
}

/** How the lines of a file of CSV end. */
async function lineEnd(
  { format, quote = "" }: QueryScan,
  path: string,
): Promise<LineEnd | undefined> {
  return format === "csv" ? lineEndOf(await csvStart(path), quote) : undefined;
}

/** The path of a file that has the rows of the run, and no others. */
async function textOf(
  scan: QueryScan,
  k: number,
  areQuoted: readonly boolean[],
  scratch: Scratch,
  origins: Map<string, FileOrigin>,
): Promise<string> {
  const file = scan.fileOf[k] as number;
  const path = defined(scan.paths[file], "a file's path");
  const packing = scan.packings?.[file] ?? "none";
  const [from, to] = [scan.from[k] as number, scan.to[k] as number];
  const isWhole = from === 0 && to === Number.POSITIVE_INFINITY;
  if (isWhole && packing === "none" && !isUrl(path)) return path;
  const copy = scratch.path(scan.format);
  origins.set(copy, { path, start: from });
  if (isWhole) {
    await pipeline(openBytes(path, packing), createWriteStream(copy));
    return copy;
  }
  const [isQuoted = false, isEndQuoted = false] = areQuoted.slice(k, k + 2);
  // Where quotes were not counted, each line end is that of a row.
  const isPlain = areQuoted.length === 0;
  const { quote = "" } = scan;
  const cut = { file, path, packing, from, to, isQuoted, isEndQuoted, quote, isPlain, start: from };
  await pipeline(Readable.from(bytesOfRows(cut)), createWriteStream(copy));
  origins.set(copy, { path, start: cut.start });
  return copy;
}
