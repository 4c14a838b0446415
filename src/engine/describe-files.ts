// The contents of files, by the engine: the columns and row groups of Parquet, by its footers, and
// the columns of JSON lines, by the first of them.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ArgumentError } from "../base/errors.js";
import { Recent } from "../base/recent.js";
import { versionIn } from "../formats/files/regular-file.js";
import { isUrl } from "../formats/remote/remote-address.js";
import type { TextPacking } from "../graph/model/partition-steps.js";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { connectEngine } from "./duckdb.js";
import { readQuery } from "./read-partitions.js";
import { copyFooter } from "./remote-parquet.js";
import { Scratch } from "./scratch.js";
import { quoteList, quoteText } from "./sql-text.js";
import { SAMPLE_BYTES, unpackedStart } from "./unpacked-start.js";

/** Rows of a Parquet file that are stored together. */
export interface RowGroup {
  readonly rows: number;
  /** On disk, by column. */
  readonly columnBytes: ReadonlyMap<string, number>;
}

/** What a footer says. */
interface Footer {
  readonly columns: readonly QueryColumn[];
  readonly groups: readonly RowGroup[];
}

/** The footer of a file. */
export interface ParquetFile extends Footer {
  /** Changes when the file does. */
  readonly version: string;
}

/**
 * Reads the footers of files of Parquet. @throws ArgumentError `argument.value` for a file that is
 * none
 */
export async function describeParquet(paths: readonly string[]): Promise<ParquetFile[]> {
  const files: ParquetFile[] = [];
  for (const path of paths) {
    const one = await (isUrl(path) ? describeCopy(path) : describeLocal(path)).catch(
      (error: unknown) => {
        throw fileError("readParquet", error, path, "expected a file of Parquet");
      },
    );
    files.push(one);
  }
  return files;
}

/** Footers of local files, by path and version. */
const footers = new Recent<string, Footer>(1_000);

async function describeLocal(path: string): Promise<ParquetFile> {
  const status = await stat(path);
  const version = versionIn(status);
  const file = `${resolve(path)} ${status.ino} ${version}`;
  const footer = footers.get(file) ?? footers.set(file, await describeFooter(path));
  return { version, ...footer };
}

async function describeCopy(address: string): Promise<ParquetFile> {
  const scratch = new Scratch(0);
  try {
    const copy = scratch.path("parquet");
    const { version } = await copyFooter(address, copy);
    return { version, ...(await describeFooter(copy)) };
  } finally {
    scratch.remove();
  }
}

async function describeFooter(path: string): Promise<Footer> {
  const connection = await connectEngine();
  try {
    return await readFooter(connection, path);
  } finally {
    connection.closeSync();
  }
}

async function readFooter(connection: DuckDBConnection, path: string): Promise<Footer> {
  const columns = await describeColumns(
    connection,
    `read_parquet(${quoteText(path)}, hive_partitioning = false)`,
  );
  const [ids = [], rows = [], places = [], bytes = []] = await readQuery(
    connection,
    `SELECT row_group_id, row_group_num_rows, path_in_schema, total_compressed_size FROM parquet_metadata(${quoteText(path)})`,
  );
  const groups: { rows: number; columnBytes: Map<string, number> }[] = [];
  ids.forEach((id, k) => {
    const group = (groups[id as number] ??= { rows: Number(rows[k]), columnBytes: new Map() });
    const place = places[k] as string;
    // Fields of lists and structs are stored on their own, under the column's name.
    const name =
      columns.find(([own]) => own === place || place.startsWith(`${own}, `))?.[0] ?? place;
    group.columnBytes.set(name, (group.columnBytes.get(name) ?? 0) + Number(bytes[k]));
  });
  return { columns, groups: groups.filter((group) => group.rows > 0) };
}

async function describeColumns(
  connection: DuckDBConnection,
  from: string,
): Promise<readonly QueryColumn[]> {
  const [names = [], types = []] = await readQuery(connection, `DESCRIBE SELECT * FROM ${from}`);
  return names.map((name, k) => [name as string, types[k] as string] as const);
}

/**
 * The columns of files of JSON lines, by the first rows of each.
 *
 * @throws ArgumentError `argument.value` for a file whose first lines are not objects of JSON
 */
export async function describeNdjson(
  files: readonly { readonly path: string; readonly packing: TextPacking }[],
  sampleRows: number,
): Promise<(readonly QueryColumn[])[]> {
  const scratch = new Scratch(SAMPLE_BYTES);
  const connection = await connectEngine();
  try {
    const described: (readonly QueryColumn[])[] = [];
    for (const { path, packing } of files) {
      const sample =
        packing === "none" && !isUrl(path)
          ? path
          : await unpackedStart(path, packing, scratch, "ndjson");
      const from = `read_json(${quoteList([sample])}, format = 'newline_delimited', records = true, sample_size = ${sampleRows})`;
      const columns = await describeColumns(connection, from).catch((error: unknown) => {
        throw fileError("readNdjson", error, path, "expected an object of JSON on each line");
      });
      described.push(columns);
    }
    return described;
  } finally {
    connection.closeSync();
    scratch.remove();
  }
}

function fileError(method: string, error: unknown, path: string, expected: string): unknown {
  if (!(error instanceof Error)) return error;
  const [first = ""] = error.message.split("\n");
  return new ArgumentError("value", `${method}: cannot read ${path}: ${first}: ${expected}`, {
    path,
  });
}
