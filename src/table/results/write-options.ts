// Options of methods that write tables, and the engine's words for them.
import type { ComputeOptions } from "../../array/results/compute.js";
import { ArgumentError } from "../../base/errors.js";
import { quoteName, quoteText } from "../../engine/sql-text.js";
import { familyOf } from "../types/column-types.js";
import type { Schema } from "../types/table-schema.js";

/** Options of methods that write tables: these, and those of `compute()`. */
export interface WriteOptions extends ComputeOptions {
  /** Whether a folder that is there is replaced, when the new one is complete. */
  readonly overwrite?: boolean;
}

/** Options of {@link Table.toCsv}. */
export interface ToCsvOptions extends WriteOptions {
  /** Whether the first line of each file names the columns; default: true. */
  readonly header?: boolean;
  /** The separator of fields; default: `","`. */
  readonly delimiter?: string;
  /** The text for null; default: nothing. */
  readonly nulls?: string;
  /** How the files are packed; default: not. */
  readonly compression?: "none" | "gzip" | "zstd";
}

/** Options of {@link Table.toNdjson}. */
export interface ToNdjsonOptions extends WriteOptions {
  /** How the files are packed; default: not. */
  readonly compression?: "none" | "gzip" | "zstd";
}

/** Options of {@link Table.toParquet}. */
export interface ToParquetOptions<Name extends string = string> extends WriteOptions {
  /** Columns by whose values rows go into folders, such as `year=2024`, in place of the files. */
  readonly partitionBy?: Name | readonly Name[];
  /** How pages are compressed; default: `"snappy"`. */
  readonly compression?: "none" | "snappy" | "gzip" | "zstd" | "lz4";
  /** Rows of a row group; default: 122,880. */
  readonly rowGroupRows?: number;
}

const ENDINGS: Readonly<Record<string, string>> = { none: "", gzip: ".gz", zstd: ".zst" };

const PARQUET_COMPRESSIONS = ["none", "snappy", "gzip", "zstd", "lz4"];

/** Format, ending of names, and options of `COPY`. */
export interface WriteForm {
  readonly ending: string;
  readonly options: readonly string[];
}

/** @throws ArgumentError `argument.value` for a compression that there is not */
export function csvForm(
  { header = true, delimiter = ",", nulls = "", compression = "none" }: ToCsvOptions,
  schema: Schema,
): WriteForm {
  const [[only, type = ""] = [""], other] = schema;
  // Readers skip an empty line: an empty text that stands alone has quotes.
  const areQuoted = nulls !== "" && other === undefined && familyOf(type) === "text";
  return {
    ending: `.csv${endingOf("toCsv", compression)}`,
    options: [
      "FORMAT csv",
      `HEADER ${header}`,
      `DELIMITER ${quoteText(delimiter)}`,
      `NULLSTR ${quoteText(nulls)}`,
      `COMPRESSION ${compression}`,
      ...(areQuoted ? [`FORCE_QUOTE (${quoteName(only)})`] : []),
    ],
  };
}

/** @throws ArgumentError `argument.value` for a compression that there is not */
export function ndjsonForm({ compression = "none" }: ToNdjsonOptions): WriteForm {
  return {
    ending: `.ndjson${endingOf("toNdjson", compression)}`,
    options: ["FORMAT json", `COMPRESSION ${compression}`],
  };
}

/**
 * @throws ArgumentError `argument.value` for a compression that there is not, or no number of rows
 */
export function parquetForm({ compression = "snappy", rowGroupRows }: ToParquetOptions): WriteForm {
  checkWord("toParquet", compression, PARQUET_COMPRESSIONS);
  if (rowGroupRows !== undefined && !(Number.isSafeInteger(rowGroupRows) && rowGroupRows > 0)) {
    const text = `toParquet: rowGroupRows is ${rowGroupRows}: expected a whole number from 1`;
    throw new ArgumentError("value", text, { rowGroupRows });
  }
  return {
    ending: ".parquet",
    options: [
      "FORMAT parquet",
      `COMPRESSION ${compression === "none" ? "uncompressed" : compression}`,
      ...(rowGroupRows === undefined ? [] : [`ROW_GROUP_SIZE ${rowGroupRows}`]),
    ],
  };
}

/**
 * Columns whose values name folders. One that begins with a point would name folders that readers
 * take for hidden ones, and the engine takes * for all columns.
 *
 * @throws ArgumentError `argument.value` for such names, and for all columns of a table
 */
export function folderColumns(by: readonly string[], columns: number): readonly string[] {
  const odd = by.find((name) => name.startsWith(".") || name === "*");
  if (odd === undefined && (by.length === 0 || by.length < columns)) return by;
  const text =
    odd === undefined
      ? "toParquet: partitionBy names all columns: expected one that stays in the files"
      : `toParquet: column ${JSON.stringify(odd)} cannot name folders: rename it, such as to "key"`;
  throw new ArgumentError("value", text, { partitionBy: by });
}

function endingOf(method: string, compression: string): string {
  checkWord(method, compression, Object.keys(ENDINGS));
  return ENDINGS[compression] as string;
}

function checkWord(method: string, compression: string, expected: readonly string[]): void {
  if (expected.includes(compression)) return;
  const text = `${method}: compression is ${JSON.stringify(compression)}: expected ${expected.join(", ")}`;
  throw new ArgumentError("value", text, { compression });
}
