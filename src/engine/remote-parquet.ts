// Files of Parquet on servers, as files that the engine can open: as long as they are, but only the
// bytes that a task reads are in them. The system keeps no room for the rest.
import { type FileHandle, open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ArgumentError, isTileworkError } from "../base/errors.js";
import { describeRemote, type RemoteFile, readRemote } from "../formats/remote/remote-files.js";
import type { RowGroupBound } from "../graph/model/query-tables.js";
import { readQuery } from "./read-partitions.js";
import { quoteText } from "./sql-text.js";

/** Bytes at the end of a file that say how long its footer is. */
const LENGTH_BYTES = 8;

/** As much is read of the end at first: most footers are shorter. */
const END_BYTES = 1 << 16;

/** Bytes between two ranges that are read together. */
const GAP_BYTES = 1 << 18;

/** The most bytes of one request. */
const RANGE_BYTES_MAX = 8 << 20;

/** A part of a file. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A part of a file of Parquet. */
export interface ParquetExcerpt {
  readonly address: string;
  /** The version that is expected. */
  readonly version: string;
  /** Names of the columns to read, and the first and the last row but one. */
  readonly columns: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
  /** Row groups that do not fulfil all of these are left out. */
  readonly bounds?: readonly RowGroupBound[];
}

/** Rows that are in a copy: the first, and the last but one. */
export interface CopiedRows {
  readonly from: number;
  readonly to: number;
}

/** Where a column of some rows is in a file. */
interface ColumnPlace extends Range {
  readonly rowGroup: number;
  /** The group's first row, and its last but one. */
  readonly first: number;
  readonly end: number;
  readonly column: string;
}

/**
 * Writes a file that has the footer of one on a server, and no rows; returns what the server says.
 */
export async function copyFooter(address: string, path: string): Promise<RemoteFile> {
  const file = await describeRemote(address);
  if (file === undefined) throw new Error("there is no such file");
  const copy = await open(path, "w");
  try {
    await copyEnd(file, copy);
  } finally {
    await copy.close();
  }
  return file;
}

/**
 * Writes a file with the footer and the rows of an excerpt at their places.
 *
 * @returns which rows are there: those of the excerpt, but for row groups that its bounds leave out
 * @throws ArgumentError `argument.value` where the file cannot be read or has changed
 */
export async function copyExcerpt(
  excerpt: ParquetExcerpt,
  path: string,
  connection: DuckDBConnection,
): Promise<CopiedRows[]> {
  const { address, version } = excerpt;
  try {
    const file = await copyFooter(address, path);
    if (file.version !== version) throw new Error("the file has changed since it was described");
    const left = await groupsLeftOut(path, excerpt.bounds ?? [], connection);
    const places = (await placesIn(path, connection)).filter(({ rowGroup }) => !left.has(rowGroup));
    const ranges = together(places.filter((place) => isIn(excerpt, place)));
    const copy = await open(path, "r+");
    try {
      for (const range of ranges) await copyRange(file, copy, range);
    } finally {
      await copy.close();
    }
    return left.size === 0 ? [excerpt] : rowsOf(places, excerpt);
  } catch (error) {
    if (isTileworkError(error)) throw error;
    const text = `cannot read ${address}: ${(error as Error).message}`;
    throw new ArgumentError("value", text, { path: address });
  }
}

async function copyEnd(file: RemoteFile, copy: FileHandle): Promise<void> {
  const { bytes } = file;
  const from = Math.max(0, bytes - END_BYTES);
  const end = await copyRange(file, copy, { from, to: bytes });
  if (end.length < LENGTH_BYTES) return;
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  const start = bytes - LENGTH_BYTES - view.getUint32(end.length - LENGTH_BYTES, true);
  if (start < from && start >= 0) await copyRange(file, copy, { from: start, to: from });
}

async function copyRange(
  { address, version }: RemoteFile,
  copy: FileHandle,
  { from, to }: Range,
): Promise<Uint8Array> {
  let last: Uint8Array = new Uint8Array();
  for (let at = from; at < to; at += last.length) {
    const length = Math.min(to - at, RANGE_BYTES_MAX);
    const bytes = await readRemote(address, { range: { offset: at, length }, version });
    if (bytes === undefined) throw new Error("it was removed while it was read");
    await copy.write(bytes, 0, bytes.length, at);
    last = bytes;
  }
  return last;
}

/** The places of all columns, by the footer. */
async function placesIn(path: string, connection: DuckDBConnection): Promise<ColumnPlace[]> {
  const sql = `SELECT row_group_id, row_group_num_rows, path_in_schema, data_page_offset, dictionary_page_offset, total_compressed_size, bloom_filter_offset, bloom_filter_length FROM parquet_metadata(${quoteText(path)}) ORDER BY row_group_id`;
  const [groups = [], ...others] = await readQuery(connection, sql);
  let [last, first, end] = [-1, 0, 0];
  return groups.flatMap((group, k) => {
    const [rows, place, data, dictionary, bytes, filter, filterBytes] = others.map(
      (column) => column[k],
    );
    const rowGroup = Number(group);
    if (rowGroup !== last) [last, first, end] = [rowGroup, end, end + Number(rows)];
    // Some writers say 0 where there is none.
    const from = Math.min(Number(data), Number(dictionary) || Number(data));
    const own = { rowGroup, first, end, column: place as string };
    const values = { ...own, from, to: from + Number(bytes) };
    if (filter === null || filterBytes === null) return [values];
    const at = Number(filter);
    return [values, { ...own, from: at, to: at + Number(filterBytes) }];
  });
}

/** Numbers of the row groups that have no row within the bounds. */
async function groupsLeftOut(
  path: string,
  bounds: readonly RowGroupBound[],
  connection: DuckDBConnection,
): Promise<ReadonlySet<number>> {
  if (bounds.length === 0) return new Set();
  const parts = bounds.map(
    ({ column, sql }) =>
      `SELECT row_group_id FROM parquet_metadata(${quoteText(path)}) WHERE path_in_schema = ${quoteText(column)} AND NOT (${sql})`,
  );
  const [groups = []] = await readQuery(connection, parts.join(" UNION "));
  return new Set(groups.map(Number));
}

/** Whether a place has rows of the excerpt, of columns that it wants. */
function isIn({ columns, from, to }: ParquetExcerpt, { column, first, end }: ColumnPlace): boolean {
  // Fields of lists and structs are stored on their own, under the column's name.
  const isWanted =
    columns.has(column) || [...columns].some((name) => column.startsWith(`${name}, `));
  return isWanted && first < to && end > from;
}

/** The rows of the excerpt that are in the row groups of these places. */
function rowsOf(places: readonly ColumnPlace[], { from, to }: ParquetExcerpt): CopiedRows[] {
  const groups = new Map(places.map((place) => [place.rowGroup, place]));
  const runs: { from: number; to: number }[] = [];
  for (const { first, end } of groups.values()) {
    if (first >= to || end <= from) continue;
    const run = { from: Math.max(first, from), to: Math.min(end, to) };
    const last = runs.at(-1);
    if (last?.to === run.from) last.to = run.to;
    else runs.push(run);
  }
  return runs;
}

/** Ranges in order, neighbours as one. */
function together(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || from > last.to + GAP_BYTES) joined.push({ from, to });
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, to) };
  }
  return joined;
}
