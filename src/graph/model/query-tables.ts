// Tables that a query of a partition reads, as data: blocks of other layers, or files. engine/
// opens them.
import type { TextPacking } from "./partition-steps.js";

/** A column: its name, and its type in DuckDB's words. */
export type QueryColumn = readonly [name: string, type: string];

/** One of the tables that a query reads. */
export interface QueryTable {
  /** Its name in the query. */
  readonly name: string;
  readonly columns: readonly QueryColumn[];
  /** Its rows are counted, and no value is read. */
  readonly counted?: true;
  /** Block k reads part k of each of its operands. */
  readonly parts?: boolean;
  /**
   * The form of its operands: lists of records, or numbers of its one column; default: partitions
   * of a table.
   */
  readonly holds?: "records" | "numbers";
  /**
   * It is read from files, and its operand, where it has one, says which blocks begin within
   * quotes.
   */
  readonly scan?: QueryScan;
}

/** Which files, or parts of files, each block reads. */
export interface QueryFiles {
  /** Paths that every worker sees. */
  readonly paths: readonly string[];
  /** Change when the files do, so that the layer's name does, too. */
  readonly versions: readonly string[];
  /** Files of block k are those from `fileStart[k]` to `fileStart[k + 1] - 1`. */
  readonly fileStart: Int32Array;
  readonly fileOf: Int32Array;
  /**
   * Bytes of text, or rows of Parquet: from these on, and before those; the end may be beyond the
   * file's.
   */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** How a table is read from files. */
export interface QueryScan extends QueryFiles {
  readonly format: "csv" | "ndjson" | "parquet";
  /** Per file of text. */
  readonly packings?: readonly TextPacking[];
  /** Of CSV: arguments of `read_csv`, in SQL. */
  readonly options?: readonly string[];
  /** Of CSV: the character around fields; none where it is empty. */
  readonly quote?: string;
  /** Of CSV: whether the first line of each file names the columns. */
  readonly header?: boolean;
  /** All files are read whole, by one call of their reader. */
  readonly together?: true;
  /** Columns whose values the folders of the files say: a text for each file, or null. */
  readonly folderColumns?: readonly FolderColumn[];
  /** Of Parquet on servers: row groups that do not fulfil all of these have no row of the query. */
  readonly bounds?: readonly RowGroupBound[];
}

/** A condition on the statistics of a column in a row group. */
export interface RowGroupBound {
  readonly column: string;
  /** In SQL, over `stats_min_value` and `stats_max_value`; null says nothing. */
  readonly sql: string;
}

/** A column with one value for each file. */
export interface FolderColumn {
  readonly name: string;
  readonly values: readonly (string | null)[];
}

/** Where the rows of a query are written to. */
export interface QueryTarget {
  /**
   * A folder, on a path that every worker sees; block k writes the file with its number, or those
   * of its values.
   */
  readonly folder: string;
  /** The suffix of the files' names. */
  readonly ending: string;
  /** Names of columns by whose values rows go into folders. */
  readonly partitionBy: readonly string[];
  /** Options of `COPY`, in SQL. */
  readonly options: readonly string[];
  /**
   * In a store, the address of a file that is there while the writing goes on: a task that finds
   * none after its own file was sent removes that again.
   */
  readonly sign?: string;
}
