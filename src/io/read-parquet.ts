// Tables of Parquet files.
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import { describeParquet, type ParquetFile } from "../engine/describe-files.js";
import { findFiles } from "../formats/text/text-files.js";
import { Table } from "../table/table.js";
import type { AnyRow } from "../table/table-types.js";
import { commonType, familyOf, userType } from "../table/types/column-types.js";
import type { Schema } from "../table/types/table-schema.js";
import { namesOf, select } from "../table/verbs/row-verbs.js";
import { folderColumns } from "./folder-columns.js";
import { groupBytes, parquetParts } from "./parquet-parts.js";
import { checkReadOptions } from "./read-options.js";
import { checkColumns } from "./table-feed.js";

/** Options of {@link readParquet}. */
export interface ReadParquetOptions {
  /** Columns that are read; default: all. */
  readonly columns?: readonly string[];
  /** Row groups of one partition. */
  readonly rowGroups?: number;
  /** Files of one partition, in place of row groups. */
  readonly filesPerPartition?: number;
}

const OPTIONS = ["columns", "rowGroups", "filesPerPartition"];

/**
 * A table of Parquet files. Their footers are read at once, for names, types and row groups.
 *
 * Only the columns that a result needs are read, and no row groups that the statistics of a
 * filter's columns rule out; of files on servers, all row groups of a partition are read. Folders
 * such as `year=2024` are a column, too.
 *
 * @param paths paths, glob patterns and folders of `.parquet` files, visible to all workers, and
 * `http://`, `https://` and `s3://` addresses
 * @returns a table with a partition for each row group; of more than 32, neighbours go together up
 * to 16 MiB
 * @throws ArgumentError `argument.value` for a file that is not there or no Parquet, or that has
 * other columns than the first
 * @throws TaskError `task.failed`, when computed, for a file that cannot be read
 * @see https://docs.dask.org/en/stable/generated/dask.dataframe.read_parquet.html
 * @example
 * const rows = fromRecords([{ year: 2023, n: 1 }, { year: 2024, n: 2 }, { year: 2024, n: 3 }]);
 * await rows.toParquet("rows", { partitionBy: "year", overwrite: true });
 * const table = await readParquet("rows");
 * await table.filter(col("year").eq(2024)).select("n").collect(); // → [{ n: 2 }, { n: 3 }]
 */
export async function readParquet<Row extends object = AnyRow>(
  paths: string | readonly string[],
  options: ReadParquetOptions = {},
): Promise<Table<Row>> {
  checkReadOptions("readParquet", OPTIONS, options);
  checkColumns("readParquet", options.columns);
  for (const name of ["rowGroups", "filesPerPartition"] as const) {
    if (options[name] !== undefined) checkCount(options[name], name, "readParquet");
  }
  const found = await findFiles(paths, "readParquet", "**/*.parquet");
  const files = await describeParquet(found);
  const folders = folderColumns(found);
  const own = joined(files, found).filter(
    ([name]) => !folders.schema.some(([other]) => other === name),
  );
  const schema = [...own, ...folders.schema];
  const wanted = namesOf(schema, options.columns ?? schema.map(([name]) => name), "readParquet");
  const bytes = files.map((file) => groupBytes(file, new Set(wanted)));
  const parts = parquetParts(files, bytes, options);
  const runs = parts.flat();
  const table = new Table<Row>({
    op: "scan",
    scan: {
      format: "parquet",
      paths: found,
      versions: files.map(({ version }) => version),
      fileStart: startsOf(parts),
      fileOf: Int32Array.from(runs, ({ file }) => file),
      from: Float64Array.from(runs, ({ from }) => from),
      to: Float64Array.from(runs, ({ to }) => to),
      ...(folders.columns.length === 0 ? {} : { folderColumns: folders.columns }),
    },
    schema,
    fileSchema: schema,
    partitions: parts.length,
    bytes: bytes.flat().reduce((sum, size) => sum + size, 0),
  });
  return options.columns === undefined ? table : new Table(select(table.plan, wanted));
}

function startsOf(parts: readonly (readonly unknown[])[]): Int32Array {
  const starts = new Int32Array(parts.length + 1);
  parts.forEach((part, k) => {
    starts[k + 1] = (starts[k] as number) + part.length;
  });
  return starts;
}

/**
 * The columns that all files have, with types that hold the numbers of each.
 *
 * @throws ArgumentError `argument.value` for a file with other columns than the first, or types
 * that do not go together
 */
function joined(files: readonly ParquetFile[], paths: readonly string[]): Schema {
  const [first] = files as readonly [ParquetFile];
  const types = new Map(first.columns);
  files.forEach(({ columns }, k) => {
    const names = columns.map(([name]) => name);
    const isSame = names.length === types.size && names.every((name) => types.has(name));
    if (!isSame) {
      const expected = [...types.keys()];
      const text = `readParquet: ${paths[k]} has columns ${names.join(", ")}, and ${paths[0]} has ${expected.join(", ")}: read files of different columns one by one, and join them by union`;
      throw new ArgumentError("value", text, { path: paths[k], columns: names, expected });
    }
    for (const [name, type] of columns) {
      const before = types.get(name) as string;
      const both = commonType(before, type);
      if (before !== type && familyOf(both) === "text") {
        const text = `readParquet: ${name} of ${paths[k]} is ${userType(type)}, and that of ${paths[0]} is ${userType(before)}: read the files one by one, and cast one of them`;
        throw new ArgumentError("value", text, { path: paths[k], column: name });
      }
      types.set(name, both);
    }
  });
  return [...types];
}
