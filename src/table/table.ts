// The table that users hold: short methods over the verbs beside it, which make plans. Others are
// grouped in table-summaries.ts, table-shapes.ts and table-functions.ts; results are
// table-results.ts.
import type { PersistOptions } from "../array/results/compute.js";
import { persistNode } from "../bag/compute-bag.js";
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { WITH_NODE } from "../graph/ports/collection.js";
import { type ColumnValue, Expr, type SortBy, sortKeys } from "./expressions/expr.js";

import { GroupedTable } from "./grouped-table.js";
import { lowerWhole } from "./lower/lower.js";
import { statementNode } from "./lower/lower-together.js";
import { joinsPartitions } from "./plan/one-statement.js";
import type { Plan } from "./plan/plan.js";
import { bytesOfPlan } from "./plan/sizes.js";
import { statementChoice } from "./run-plan.js";
import { TableBase } from "./table-methods.js";
import type {
  Aggregated,
  AnyRow,
  CheckedAggregations,
  ColumnName,
  FlatRow,
  Joined,
  Renamed,
  Replaced,
  Selected,
  ValueOf,
} from "./table-types.js";
import { type ColumnType, engineType } from "./types/column-types.js";
import { type Aggregations, aggregated } from "./verbs/groups.js";
import { type JoinOptions, join } from "./verbs/joins.js";
import {
  checkRecord,
  drop,
  filter,
  namesOf,
  rename,
  type Selection,
  select,
  union,
  withColumns,
} from "./verbs/row-verbs.js";

/** Columns by names, or new ones by objects of names and expressions. */
export type SelectionOf<Row> =
  | ColumnName<Row>
  | Readonly<Record<string, ColumnValue<ColumnName<Row>>>>;

/**
 * Rows with typed columns, in partitions; lazy and immutable. Methods describe a computation and
 * return new tables; {@link Table.collect}, {@link Table.show} and {@link Table.count} run it.
 * Steps of rows run as one query per partition, by DuckDB, for which `npm install @duckdb/node-api`
 * is needed.
 *
 * Texts, dates, decimals, lists and nulls keep their types. A null is no value, and equal to
 * nothing; NaN is a number.
 *
 * @throws ArgumentError `argument.value` for a column that is not there, with the nearest names:
 * all methods that take one; `argument.dtype` for one whose type does not fit
 * @see https://docs.dask.org/en/stable/dataframe.html
 * @example
 * const sales = fromRecords([
 *   { category: "toys", price: 3 },
 *   { category: "books", price: 8 },
 *   { category: "toys", price: 5 },
 * ]);
 * await sales.groupBy("category").sum("price").collect();
 * // → [{ category: "books", price: 8 }, { category: "toys", price: 8 }]
 */
export class Table<Row extends object = AnyRow> extends TableBase<Row> {
  /** @internal */
  constructor(plan: Plan) {
    super(plan as never);
  }

  /** @internal The table of another plan. */
  derive<R extends object>(plan: Plan): Table<R> {
    return new Table(plan);
  }

  /**
   * Columns by their names, and new ones by objects of names and values.
   *
   * @param columns names of columns, and objects of names and expressions
   * @returns a table of these columns, in the order given; no task of its own, as all methods of
   * rows
   * @example
   * const rows = fromRecords([{ a: 1, b: 2 }]);
   * await rows.select("b", { c: col("a").add(10) }).collect(); // → [{ b: 2, c: 11 }]
   */
  select<const S extends readonly SelectionOf<Row>[]>(
    ...columns: S
  ): Table<FlatRow<Selected<Row, S>>> {
    return new Table(select(this.plan, columns as readonly Selection[]));
  }

  /**
   * All columns but these.
   *
   * @param names names of columns
   * @example Object.keys((await fromRecords([{ a: 1, b: 2 }]).drop("a").head())[0]); // → ["b"]
   */
  drop<N extends ColumnName<Row>>(...names: readonly N[]): Table<FlatRow<Omit<Row, N>>> {
    return new Table(drop(this.plan, names));
  }

  /**
   * Columns under other names: `{ old: "new" }`.
   *
   * @param names new names by old ones
   * @example fromRecords([{ a: 1, b: 2 }]).rename({ a: "x" }).columns; // → ["x", "b"]
   */
  rename<const N extends { readonly [K in ColumnName<Row>]?: string }>(
    names: N,
  ): Table<Renamed<Row, N>> {
    return new Table(rename(this.plan, names as Readonly<Record<string, string>>));
  }

  /**
   * One column more, or in place of the one of that name.
   *
   * @param name of the column
   * @param value an expression of columns, or a value
   * @example
   * const rows = fromRecords([{ price: 2, n: 3 }]);
   * await rows.withColumn("total", col("price").mul(col("n"))).collect(); // → [{ price: 2, n: 3, total: 6 }]
   */
  withColumn<N extends string, V extends ColumnValue<ColumnName<Row>>>(
    name: N,
    value: V,
  ): Table<Replaced<Row, { [K in N]: ValueOf<V> }>> {
    return new Table(withColumns(this.plan, { [name]: value }, "withColumn"));
  }

  /**
   * Several columns more, of the columns that there are: as {@link Table.withColumn}.
   *
   * @param columns by their names, expressions or values
   * @example
   * const rows = fromRecords([{ a: 1 }]);
   * await rows.withColumns({ twice: col("a").mul(2), one: lit(1) }).collect(); // → [{ a: 1, twice: 2, one: 1 }]
   */
  withColumns<const A extends Readonly<Record<string, ColumnValue<ColumnName<Row>>>>>(
    columns: A,
  ): Table<Replaced<Row, { -readonly [K in keyof A]: ValueOf<A[K]> }>> {
    return new Table(withColumns(this.plan, columns, "withColumns"));
  }

  /**
   * Rows for which the expression is true: neither false nor null.
   *
   * @param predicate an expression that is true or false
   * @throws ArgumentError `argument.dtype` for an expression that is not true or false
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 5 }, { n: null }]);
   * await rows.filter(col("n").gt(2)).collect(); // → [{ n: 5 }]
   */
  filter(predicate: ColumnValue<ColumnName<Row>>): Table<Row> {
    return new Table(filter(this.plan, predicate));
  }

  /**
   * Groups of rows with equal values of columns; {@link GroupedTable} says what they are summed up
   * by. Nulls are a group.
   *
   * @param keys names of columns; none for one group of all rows
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "y", n: 2 }, { a: "x", n: 3 }]);
   * await rows.groupBy("a").agg({ n: ["min", "mean"] }).collect();
   * // → [{ a: "x", n_min: 1, n_mean: 2 }, { a: "y", n_min: 2, n_mean: 2 }]
   */
  groupBy<N extends ColumnName<Row> = never>(...keys: readonly N[]): GroupedTable<Row, N> {
    const names = namesOf(this.plan.schema, keys, "groupBy");
    return new GroupedTable<Row, N>(this.plan, names, (plan) => new Table(plan));
  }

  /**
   * All rows as one group: as {@link GroupedTable.agg}.
   *
   * @param aggregations by the name of a column, how it is summed up; or by a new name, an
   * expression
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }]);
   * await rows.agg({ n: ["min", "max"], rows: count() }).collect(); // → [{ n_min: 1, n_max: 4, rows: 2 }]
   */
  agg<const A extends Aggregations<ColumnName<Row>>>(
    aggregations: A & CheckedAggregations<Row, A>,
  ): Table<FlatRow<Aggregated<Row, A>>> {
    return new Table(aggregated(this.plan, [], aggregations));
  }

  /**
   * Rows of this table and of another with equal values of columns. Nulls are equal to nothing.
   *
   * A side that is small is read whole by every partition of the other; otherwise both move by the
   * hash of their keys.
   *
   * @param other a table
   * @param options the columns; which rows: of both, or all of a side; `"semi"` and `"anti"` are
   * the rows of this table that have some, or none, in the other
   * @returns the columns of this table, and those of the other but keys of the same name
   * @throws ArgumentError `argument.value` without columns, and for names that both sides have
   * @example
   * const towns = fromRecords([{ id: 1, town: "Bern" }]);
   * const people = fromRecords([{ name: "Ada", id: 1 }, { name: "Bo", id: 2 }]);
   * await people.join(towns, { on: "id" }).collect(); // → [{ name: "Ada", id: 1, town: "Bern" }]
   * await people.join(towns, { on: "id", how: "anti" }).collect(); // → [{ name: "Bo", id: 2 }]
   */
  join<Other extends object, const O extends JoinOptions<ColumnName<Row>, ColumnName<Other>>>(
    other: Table<Other>,
    options: O,
  ): Table<FlatRow<Joined<Row, Other, O>>> {
    return new Table(join(this.plan, planOf(other, "join"), options));
  }

  /**
   * Rows in order: by columns, each upwards unless it says otherwise. Nulls come last.
   *
   * @param by names of columns, or `{ by, descending, nulls }`
   * @returns a table whose partitions follow each other in that order; many rows move by samples of
   * all
   * @example
   * const rows = fromRecords([{ a: 1, b: 1 }, { a: 2, b: 3 }, { a: 1, b: 2 }]);
   * await rows.sort("a", { by: "b", descending: true }).collect();
   * // → [{ a: 1, b: 2 }, { a: 1, b: 1 }, { a: 2, b: 3 }]
   */
  sort(
    ...by: readonly (SortBy<ColumnName<Row>> | readonly SortBy<ColumnName<Row>>[])[]
  ): Table<Row> {
    const keys = sortKeys(by.flat() as SortBy[], "sort");
    if (keys.length === 0) throw new ArgumentError("value", "sort was given no columns");
    namesOf(
      this.plan.schema,
      keys.map((key) => key.by),
      "sort",
    );
    return new Table({ op: "sort", input: this.plan, by: keys, schema: this.plan.schema });
  }

  /**
   * The first rows, after `offset` others.
   *
   * @param count how many rows
   * @throws ArgumentError `argument.value` for what is no number of rows
   * @example (await fromRecords([{ a: 1 }, { a: 2 }]).limit(1).collect()).length; // → 1
   */
  limit(count: number, options: { readonly offset?: number } = {}): Table<Row> {
    const { offset = 0 } = options;
    checkRows(count, "limit");
    checkRows(offset, "limit");
    return new Table({ op: "limit", input: this.plan, count, offset, schema: this.plan.schema });
  }

  /**
   * Different rows: one of those that are equal.
   *
   * @example (await fromRecords([{ a: 1 }, { a: 1 }]).distinct().collect()).length; // → 1
   */
  distinct(): Table<Row> {
    return new Table({ op: "distinct", input: this.plan, schema: this.plan.schema });
  }

  /**
   * One row for each different value of these columns; without columns as {@link Table.distinct}.
   *
   * @param columns names of columns; default: all
   * @example
   * const rows = fromRecords([{ a: 1, b: "x" }, { a: 1, b: "x" }, { a: 2, b: "y" }]);
   * await rows.dropDuplicates("a").count(); // → 2
   */
  dropDuplicates(...columns: readonly ColumnName<Row>[]): Table<Row> {
    if (columns.length === 0) return this.distinct();
    const on = namesOf(this.plan.schema, columns, "dropDuplicates");
    return new Table({ op: "distinct", input: this.plan, on, schema: this.plan.schema });
  }

  /**
   * The rows of this table and of others with the same columns, one table after another.
   *
   * @param others tables
   * @throws ArgumentError `argument.value` for a table with other columns
   * @example
   * const rows = fromRecords([{ a: 1 }]);
   * await rows.union(rows).count(); // → 2
   */
  union(...others: readonly Table<Row>[]): Table<Row> {
    return new Table(union([this.plan, ...others.map((other) => planOf(other, "union"))]));
  }

  /**
   * Columns in other types.
   *
   * @param types types by column
   * @param options with `invalid: "null"`, values that cannot be converted become null; without,
   * they are an error
   * @throws ArgumentError `argument.dtype` for a type that there is not
   * @example fromRecords([{ a: 1 }]).cast({ a: "string" }).dtypes; // → { a: "string" }
   */
  cast(
    types: { readonly [K in ColumnName<Row>]?: ColumnType },
    options: { readonly invalid?: "error" | "null" } = {},
  ): Table<Row> {
    const tries = options.invalid === "null";
    checkRecord(types, "cast");
    const columns = Object.entries(types as Record<string, string>).map(([name, type]) => {
      const value = { kind: "column", name } as const;
      return [
        name,
        new Expr({ kind: "cast", value, type: engineType(type, "cast"), tries }),
      ] as const;
    });
    return new Table(withColumns(this.plan, Object.fromEntries(columns), "cast"));
  }

  /**
   * As many partitions as said, of neighbours where they become fewer; or by the hash of columns.
   *
   * @param npartitions how many partitions
   * @param options.by names of columns: rows with equal values of them are in one partition
   * @throws ArgumentError `argument.value` for what is no whole number from 1
   * @example fromRecords([{ a: 1 }, { a: 2 }]).repartition(2).npartitions; // → 2
   */
  repartition(
    npartitions: number,
    options: { readonly by?: ColumnName<Row> | readonly ColumnName<Row>[] } = {},
  ): Table<Row> {
    checkCount(npartitions, "npartitions", "repartition");
    const { schema } = this.plan;
    const by = options.by === undefined ? {} : { by: namesOf(schema, options.by, "repartition") };
    return new Table({
      op: "repartition",
      input: this.plan,
      partitions: npartitions,
      schema,
      ...by,
    });
  }

  /**
   * Computes the partitions and keeps them on the workers, in memory or, where there is not enough,
   * on disk. On the threads of this process, one statement may sort, group and join: then there is
   * one partition.
   *
   * @returns the same table, whose partitions are there; {@link Table.release} frees them
   * @throws TaskError as {@link Table.collect}
   * @example
   * const rows = await fromRecords([{ a: 1 }]).persist();
   * await rows.count(); // → 1
   * rows.release();
   */
  async persist(options: PersistOptions = {}): Promise<Table<Row>> {
    const { plan } = this;
    const { schema } = plan;
    if (joinsPartitions(plan) && statementChoice(plan, options).isOne) {
      const node = await persistNode(statementNode(plan), options);
      return new Table({ op: "blocks", node, schema, bytes: bytesOfPlan(plan) });
    }
    return this[WITH_NODE](await persistNode(this.layers, options));
  }

  /**
   * The same as {@link Table.persist}, by Spark's name. It computes at once.
   *
   * @param options where and how it runs
   * @throws TaskError as {@link Table.collect}
   * @example
   * const rows = await fromRecords([{ a: 1 }]).cache();
   * await rows.count(); // → 1
   * rows.release();
   */
  cache(options: PersistOptions = {}): Promise<Table<Row>> {
    return this.persist(options);
  }

  /** @hidden The table of other partitions, laid out as those of this one. */
  [WITH_NODE](node: LayerNode): Table<Row> {
    const plan = this.optimized;
    const { placed } = lowerWhole(plan);
    const where = placed === undefined ? {} : { placed };
    return new Table({
      op: "blocks",
      node,
      schema: plan.schema,
      bytes: bytesOfPlan(plan),
      ...where,
    });
  }
}

/** The plan of a table. @throws ArgumentError `argument.value` for what is none */
export function planOf(table: unknown, method: string): Plan {
  if (table instanceof Table) return table.plan;
  throw new ArgumentError("value", `${method} was given ${typeof table}: expected a table`);
}

function checkRows(count: number, method: string): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new ArgumentError("value", `${method} was given ${count}: expected a number of rows`, {
    count,
  });
}
