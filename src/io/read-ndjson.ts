// Tables of files of JSON lines. Bags of their values are read-text.ts.
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import { describeNdjson } from "../engine/describe-files.js";
import type { TextCompression } from "../formats/text/text-files.js";
import { Table } from "../table/table.js";
import type { AnyRow } from "../table/table-types.js";
import { type ColumnType, commonType, engineType } from "../table/types/column-types.js";
import type { Schema } from "../table/types/table-schema.js";
import { namesOf, select } from "../table/verbs/row-verbs.js";
import { checkReadOptions } from "./read-options.js";
import { checkColumns, tableFeed } from "./table-feed.js";

/** Lines of each file that types are inferred from. */
const SAMPLE_ROWS = 20_480;

/** Options of {@link readNdjson}. What is not given is inferred from the first lines. */
export interface ReadNdjsonOptions {
  /** Types by name, of all columns or of some. */
  readonly schema?: Readonly<Record<string, ColumnType>>;
  /** Columns that are read; default: all. */
  readonly columns?: readonly string[];
  /**
   * Bytes of a partition, cut at the ends of lines; default: a sixteenth of the files, from 8 to 64
   * MiB. Compressed files are a partition each.
   */
  readonly blockBytes?: number | string;
  /** How the files are packed; default: by the ends of their names. */
  readonly compression?: TextCompression;
  /** Lines of each file that types are inferred from; default: 20,480. */
  readonly sampleRows?: number;
}

const OPTIONS = ["schema", "columns", "blockBytes", "compression", "sampleRows"];

/**
 * A table of files with an object of JSON on each line. Columns are the names that any of the first
 * lines of any file has; they are null where a line lacks them. Objects and lists within keep their
 * form.
 *
 * @param paths paths, glob patterns and folders of `.ndjson` or `.jsonl` files, visible to all
 * workers; addresses of servers (`https://…`, `s3://bucket/*.jsonl`)
 * @returns a table; nothing but first lines is read before it is computed
 * @throws ArgumentError `argument.value` for a file that is not there, or whose lines are no
 * objects, and for files without rows where no schema is given
 * @throws TaskError `task.failed`, when computed, for a line that does not fit; the error names the
 * file and the line
 * @see https://docs.dask.org/en/stable/generated/dask.dataframe.read_json.html
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { readNdjson } from "tilework";
 *
 * await writeFile("hits.ndjson", '{"path":"/","ms":3}\n{"path":"/a","ms":5}\n{"path":"/","ms":4}\n');
 * const hits = await readNdjson("hits.ndjson");
 * hits.dtypes; // → { path: "string", ms: "int64" }
 * await hits.groupBy("path").sum("ms").collect(); // → [{ path: "/", ms: 7 }, { path: "/a", ms: 5 }]
 */
export async function readNdjson<Row extends object = AnyRow>(
  paths: string | readonly string[],
  options: ReadNdjsonOptions = {},
): Promise<Table<Row>> {
  checkReadOptions("readNdjson", OPTIONS, options);
  checkColumns("readNdjson", options.columns);
  const { sampleRows = SAMPLE_ROWS } = options;
  checkCount(sampleRows, "sampleRows", "readNdjson");
  const { feed, sizes } = await tableFeed("readNdjson", paths, options, "{ndjson,jsonl}");
  const files = feed.paths.map((path, k) => ({ path, packing: feed.packings[k] ?? "none" }));
  const filled = files.filter((_, k) => (sizes[k] ?? 0) > 0);
  const schema = joined(await describeNdjson(filled, sampleRows), options.schema);
  if (schema.length === 0) {
    const text = `readNdjson: the files of ${String(paths)} have no rows: give a schema, as in { schema: { id: "int64" } }`;
    throw new ArgumentError("value", text, { paths: feed.paths });
  }
  const { fileStart, fileOf, from, to, versions, packings } = feed;
  const table = new Table<Row>({
    op: "scan",
    scan: {
      format: "ndjson",
      paths: feed.paths,
      versions,
      packings,
      fileStart,
      fileOf,
      from,
      to,
    },
    schema,
    fileSchema: schema,
    partitions: fileStart.length - 1,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  });
  if (options.columns === undefined) return table;
  return new Table(select(table.plan, namesOf(schema, options.columns, "readNdjson")));
}

/** Columns of any file, with a type for all of them; those of the schema that is given stay. */
function joined(
  described: readonly Schema[],
  given: Readonly<Record<string, ColumnType>> = {},
): Schema {
  const types = new Map<string, string>();
  for (const [name, type] of described.flat()) {
    const before = types.get(name);
    types.set(name, before === undefined ? type : commonType(before, type));
  }
  for (const [name, type] of Object.entries(given)) {
    types.set(name, engineType(type, "readNdjson"));
  }
  return [...types];
}
