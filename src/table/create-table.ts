// Tables of objects in this process. Tables of columns are from-columns.ts, of files io/.
import { listsNode } from "../bag/bag-sources.js";
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import type { BlocksPlan } from "./plan/plan.js";
import { Table } from "./table.js";
import type { AnyRow } from "./table-types.js";
import { type ColumnType, engineType } from "./types/column-types.js";
import { inferredSchema } from "./types/infer-schema.js";

/** Options of {@link fromRecords}. */
export interface FromRecordsOptions {
  /** Types of columns; those of others are inferred from all values. */
  readonly schema?: Readonly<Record<string, ColumnType>>;
  /** How many partitions; default: one for each 50,000 rows. */
  readonly npartitions?: number;
}

/** Rows of one partition, by default. */
export const PARTITION_ROWS = 50_000;

/** Bytes of one value, about. */
const VALUE_BYTES = 16;

/**
 * A table of objects. Columns are the names that any of them has; a name that a row lacks is null
 * there.
 *
 * Whole numbers are int64, others float64; dates are timestamps, BigInts int64, lists and objects
 * nest.
 *
 * @param records a list of objects, one for each row
 * @returns a table whose partitions this process serves
 * @throws ArgumentError `argument.value` for no rows without a schema, and for values of one column
 * that no type holds
 * @see https://docs.dask.org/en/stable/dataframe-create.html
 * @example
 * const rows = fromRecords([{ name: "Ada", born: 1815 }, { name: "Grace", born: 1906 }]);
 * await rows.filter(col("born").lt(1900)).collect(); // → [{ name: "Ada", born: 1815 }]
 */
export function fromRecords<Row extends object = AnyRow>(
  records: Iterable<Row>,
  options: FromRecordsOptions = {},
): Table<Row> {
  const rows = [...records] as Record<string, unknown>[];
  const { schema: given = {}, npartitions = Math.max(1, Math.ceil(rows.length / PARTITION_ROWS)) } =
    options;
  checkCount(npartitions, "npartitions", "fromRecords");
  const types = new Map(
    Object.entries(given).map(([name, type]) => [name, engineType(type, "fromRecords")]),
  );
  const schema = inferredSchema(rows, types, "fromRecords");
  if (schema.length === 0) {
    throw new ArgumentError(
      "value",
      "fromRecords was given no columns: expected rows, or a schema",
    );
  }
  const each = Math.max(1, Math.ceil(rows.length / npartitions));
  const lists = Array.from({ length: npartitions }, (_, k) => rows.slice(k * each, (k + 1) * each));
  const plan: BlocksPlan = {
    op: "blocks",
    node: listsNode(lists, "fromRecords"),
    holds: "records",
    schema,
    bytes: rows.length * schema.length * VALUE_BYTES,
  };
  return new Table(plan);
}
