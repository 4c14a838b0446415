// Functions of users for the rows of a table: they get objects, and give those of another table.
import type { Elements } from "../bag/element-types.js";
import { eachNode, recordsNode } from "../bag/elements.js";
import { ArgumentError } from "../base/errors.js";
import { givenSchema, recordsPlan, sampledSchema } from "./bag-plan.js";
import { bytesOfPlan, UNKNOWN_BYTES } from "./plan/sizes.js";
import type { Table } from "./table.js";
import type { TableParts } from "./table-results.js";
import type { AnyRow, ColumnName } from "./table-types.js";
import { rowsBag } from "./to-collections.js";
import type { ColumnType } from "./types/column-types.js";
import type { Schema } from "./types/table-schema.js";

/** A function that a bag calls for its elements. */
type UserFunction = Parameters<typeof eachNode>[2];

/** A row that a function gives: an object, but no list. */
export type RowObject = object & { readonly [Symbol.iterator]?: never };

/** The columns of the rows that a function gives. */
export interface RowsOptions<R> {
  /** All columns, with their types. */
  readonly schema: { readonly [K in ColumnName<R>]-?: ColumnType };
}

/** Rows through functions of users. */
export interface TableFunctionMethods<Row extends object> {
  /**
   * Each row through `f`, which gets an object and returns that of the new row.
   *
   * With a schema, nothing is computed. Without, the first partition is computed for the types of
   * its first 1,000 rows, and later again for the result: then you await the table. Functions are
   * sent to the workers as those of {@link Bag.map}, with the values that they captured, and may be
   * asynchronous. Expressions run many times as fast: use {@link Table.withColumn} and
   * {@link Table.filter} where they can say it.
   *
   * @param f gets values as {@link Table.toBag} gives them: nulls are null. A column that it leaves
   * out is null
   * @param options the types of all columns of the new rows
   * @returns a table of as many partitions, with the columns that `f` gives, or a promise of it
   * without a schema
   * @throws ArgumentError `argument.function` for a function that cannot be sent; `argument.dtype`
   * for a type that there is not; `argument.value` where there are no rows to infer types from
   * @throws TaskError `task.failed`, when computed, where `f` throws, and for a result that is no
   * object, or has a column that the schema lacks
   * @see https://docs.dask.org/en/stable/generated/dask.dataframe.DataFrame.map_partitions.html
   * @example
   * const rows = fromRecords([{ name: "Ada", price: 3 }, { name: "Bo", price: null }]);
   * const rate = 1.5;
   * const taxed = rows.map(({ name, price }) => ({ name, total: price === null ? 0 : price * rate }), {
   *   schema: { name: "string", total: "float64" },
   * });
   * await taxed.filter(col("total").gt(1)).collect(); // → [{ name: "Ada", total: 4.5 }]
   * const lengths = await rows.map(({ name }) => ({ length: name.length }));
   * lengths.dtypes; // → { length: "int64" }
   */
  map<R extends RowObject>(f: (row: Row) => R | PromiseLike<R>, options: RowsOptions<R>): Table<R>;

  map<R extends RowObject>(f: (row: Row) => R | PromiseLike<R>): Promise<Table<R>>;

  /**
   * The rows of all lists that `f` returns: several for a row, or none. Otherwise as
   * {@link Table.map}.
   *
   * @param f returns a list, a generator or another iterable, asynchronous or not, or a promise of
   * one
   * @throws ArgumentError as {@link Table.map}
   * @throws TaskError as {@link Table.map}
   * @example
   * const rows = fromRecords([{ id: 1, words: "a b" }, { id: 2, words: "" }]);
   * const words = rows.flatMap(
   *   ({ id, words }) => words.split(" ").filter(Boolean).map((word) => ({ id, word })),
   *   { schema: { id: "int64", word: "string" } },
   * );
   * await words.collect(); // → [{ id: 1, word: "a" }, { id: 1, word: "b" }]
   */
  flatMap<R extends RowObject>(f: (row: Row) => Elements<R>, options: RowsOptions<R>): Table<R>;

  flatMap<R extends RowObject>(f: (row: Row) => Elements<R>): Promise<Table<R>>;

  /**
   * `f` called once for each partition, with the list of its rows; it returns the rows of the new
   * one. Otherwise as {@link Table.map}.
   *
   * @param f returns a list, a generator or another iterable, asynchronous or not, or a promise of
   * one; the list that it gets may be empty
   * @throws ArgumentError as {@link Table.map}
   * @throws TaskError as {@link Table.map}
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 2 }, { n: 3 }], { npartitions: 2 });
   * const counts = rows.mapPartitions((list) => [{ rows: list.length }], { schema: { rows: "int32" } });
   * await counts.collect(); // → [{ rows: 2 }, { rows: 1 }]
   */
  mapPartitions<R extends RowObject>(
    f: (rows: Row[]) => Elements<R>,
    options: RowsOptions<R>,
  ): Table<R>;

  mapPartitions<R extends RowObject>(f: (rows: Row[]) => Elements<R>): Promise<Table<R>>;
}

export const TABLE_FUNCTIONS: TableFunctionMethods<AnyRow> & ThisType<TableParts> = {
  map(f: UserFunction, options?: RowsOptions<object>): never {
    return through(this, "map", f, options) as never;
  },

  flatMap(f: UserFunction, options?: RowsOptions<object>): never {
    return through(this, "flatMap", f, options) as never;
  },

  mapPartitions(f: UserFunction, options?: RowsOptions<object>): never {
    return through(this, "mapPartitions", f, options) as never;
  },
};

function through(
  table: TableParts,
  method: "map" | "flatMap" | "mapPartitions",
  f: UserFunction,
  options: RowsOptions<object> | undefined,
): Table | Promise<Table> {
  const node = eachNode(rowsBag<AnyRow>(table.optimized).node, method, f);
  const name = f.name || "anonymous";
  const bytes = method === "map" ? bytesOfPlan(table.plan) : UNKNOWN_BYTES;
  const tableOf = (schema: Schema): Table => {
    if (schema.length === 0) throw noColumns(method);
    const columns = schema.map(([column]) => column);
    return table.derive(recordsPlan(recordsNode(node, method, name, columns), schema, bytes));
  };
  if (options?.schema !== undefined) return tableOf(givenSchema(options.schema, method));
  return sampledSchema(recordsNode(node, method, name), method).then(tableOf);
}

function noColumns(method: string): ArgumentError {
  const text = `${method}: there are no columns: the function gave no rows to infer them from, or schema is empty; name them, as in { schema: { name: "string", total: "float64" } }`;
  return new ArgumentError("value", text);
}
