// Options of tables of CSV files.
import type { TextCompression } from "../formats/text/text-files.js";
import type { ColumnType } from "../table/types/column-types.js";

/** Options of {@link readCsv}. What is not given is inferred from the first rows. */
export interface ReadCsvOptions {
  /** Whether the first row of each file names the columns. */
  readonly header?: boolean;
  /**
   * Whether types are inferred; otherwise columns without one in `schema` are text. Default: true.
   */
  readonly inferSchema?: boolean;
  /** Types by name: of all columns, or of some. Without a header the names of all, in order. */
  readonly schema?: Readonly<Record<string, ColumnType>>;
  /** The separator of fields. */
  readonly delimiter?: string;
  /**
   * The quotation mark around a field; `""` for none, which saves a pass over files that are cut.
   */
  readonly quote?: string;
  /** The character before a quote within quotes. */
  readonly escape?: string;
  /** The beginning of comment lines, which are left out. */
  readonly comment?: string;
  /** Fields that are no values, quoted or not; default: empty ones. */
  readonly nulls?: readonly string[];
  /** Columns that are read; default: all. */
  readonly columns?: readonly string[];
  /**
   * Bytes of a partition, cut at the ends of rows; default: a sixteenth of the files, from 8 to 64
   * MiB. Compressed files are a partition each.
   */
  readonly blockBytes?: number | string;
  /** How the files are packed; default: by the ends of their names. */
  readonly compression?: TextCompression;
  /** Rows of each file that types are inferred from; default: 20,480. */
  readonly sampleRows?: number;
}
