// Files of Parquet on servers, as files that the engine can open: as long as they are, but only the
// bytes that a task reads are in them. The system keeps no room for the rest.
import { type FileHandle, open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ArgumentError, isTileworkError } from "../base/errors.js";
import { describeRemote, type RemoteFile, readRemote } from "../formats/remote/remote-files.js";
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
}

/** Where a column of some rows is in a file. */
interface ColumnPlace extends Range {
  readonly rowGroup: number;
  readonly rows: number;
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
 * @throws ArgumentError `argument.value` where the file cannot be read or has changed
 */
export async function copyExcerpt(
  excerpt: ParquetExcerpt,
  path: string,
  connection: DuckDBConnection,
): Promise<void> {
  const { address, version } = excerpt;
  try {
    const file = await copyFooter(address, path);
    if (file.version !== version) throw new Error("the file has changed since it was described");
    const ranges = together((await placesIn(path, connection)).filter(isIn(excerpt)));
    const copy = await open(path, "r+");
    try {
      for (const range of ranges) await copyRange(file, copy, range);
    } finally {
      await copy.close();
    }
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
  return groups.flatMap((group, k) => {
    const [rows, place, data, dictionary, bytes, filter, filterBytes] = others.map(
      (column) => column[k],
    );
    // Some writers say 0 where there is none.
    const from = Math.min(Number(data), Number(dictionary) || Number(data));
    const own = { rowGroup: Number(group), rows: Number(rows), column: place as string };
    const values = { ...own, from, to: from + Number(bytes) };
    if (filter === null || filterBytes === null) return [values];
    const at = Number(filter);
    return [values, { ...own, from: at, to: at + Number(filterBytes) }];
  });
}

/** Whether a place has rows of the excerpt, in order of the row groups. */
function isIn({ columns, from, to }: ParquetExcerpt): (place: ColumnPlace) => boolean {
  let [rowGroup, start, end] = [-1, 0, 0];
  return (place) => {
    if (place.rowGroup !== rowGroup)
      [rowGroup, start, end] = [place.rowGroup, end, end + place.rows];
    // Fields of lists and structs are stored on their own, under the column's name.
    const isWanted =
      columns.has(place.column) ||
      [...columns].some((name) => place.column.startsWith(`${name}, `));
    return isWanted && start < to && end > from;
  };
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
