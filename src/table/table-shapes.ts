// Tables of other rows or columns than simple expressions give: values for nulls, lists as rows,
// columns as rows and rows as columns, samples, periods of time, other partitions.
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import type { AggregateName, Literal } from "./expressions/nodes.js";
import { GroupedTable } from "./grouped-table.js";
import type { Table } from "./table.js";
import type { TableParts } from "./table-results.js";
import type { AnyRow, ColumnName, ListElement, Replaced } from "./table-types.js";
import { exploded, pivoted, type Unpivot, unpivoted } from "./verbs/column-shapes.js";
import { nullsDropped, nullsFilled } from "./verbs/null-verbs.js";
import { namesOf } from "./verbs/row-verbs.js";
import { sampled } from "./verbs/samples.js";
import { bucketed } from "./verbs/time-verbs.js";

/** Options of {@link Table.pivot}. */
export interface PivotOptions<N extends string = string> {
  /** Columns by whose values there is a row each. */
  readonly index: N | readonly N[];
  /** The column whose values become names of columns. */
  readonly columns: N;
  /** The column whose values are summed up in these. */
  readonly values: N;
  /** Default: `"mean"`, as in pandas' `pivot_table`. */
  readonly aggregate?: AggregateName;
  /** The values of `columns` that become columns; default: all, which are computed for it. */
  readonly names?: readonly Exclude<Literal, null>[];
}

/** Options of {@link Table.unpivot}. */
export interface UnpivotOptions<N extends string = string> {
  /** Columns that stay. */
  readonly index?: N | readonly N[];
  /** Columns that become rows; default: all others. */
  readonly columns?: N | readonly N[];
  /** The name of the column with their names; default: `"variable"`. */
  readonly variable?: string;
  /** The name of the column with their values; default: `"value"`. */
  readonly value?: string;
}

/** Other shapes of a table. */
export interface TableShapeMethods<Row extends object> {
  /**
   * Values in place of nulls. NaN is no null, and stays; pandas fills it as well.
   *
   * @param value for all columns that can hold it, or an object with a value for each column
   * @throws ArgumentError `argument.dtype` for a value that its column cannot hold
   * @example
   * const rows = fromRecords([{ a: 1, b: null }, { a: null, b: "x" }]);
   * await rows.fillNull(0).collect(); // → [{ a: 1, b: null }, { a: 0, b: "x" }]
   * await rows.fillNull({ b: "?" }).collect(); // → [{ a: 1, b: "?" }, { a: null, b: "x" }]
   */
  fillNull(
    value: Exclude<Literal, null> | { readonly [K in ColumnName<Row>]?: Exclude<Literal, null> },
  ): Table<Row>;

  /**
   * The rows that have no null in these columns. NaN is no null; pandas leaves such rows out as
   * well.
   *
   * @param columns default: all
   * @throws ArgumentError `argument.value` for a column that is not there
   * @example await fromRecords([{ a: 1 }, { a: null }]).dropNulls().collect(); // → [{ a: 1 }]
   */
  dropNulls(...columns: readonly ColumnName<Row>[]): Table<Row>;

  /**
   * A row for each element of a column of lists. Empty lists and nulls give one row, with null, as
   * in pandas.
   *
   * @param column a column of lists
   * @throws ArgumentError `argument.dtype` for a column that has no lists
   * @example
   * const rows = fromRecords([{ id: 1, tags: ["a", "b"] }, { id: 2, tags: [] }]);
   * await rows.explode("tags").collect();
   * // → [{ id: 1, tags: "a" }, { id: 1, tags: "b" }, { id: 2, tags: null }]
   */
  explode<N extends ColumnName<Row>>(
    column: N,
  ): Table<Replaced<Row, { [K in N]: ListElement<Row[K]> }>>;

  /**
   * A row for each column and row: the columns that stay, the name of the column, and its value.
   * pandas calls this `melt`, and orders the rows by column; here they stay in the order of the
   * table.
   *
   * @throws ArgumentError `argument.dtype` for columns that no type holds together
   * @example
   * const rows = fromRecords([{ id: 1, mon: 3, tue: 5 }]);
   * await rows.unpivot({ index: "id", variable: "day" }).collect();
   * // → [{ id: 1, day: "mon", value: 3 }, { id: 1, day: "tue", value: 5 }]
   */
  unpivot(options?: UnpivotOptions<ColumnName<Row>>): Table<AnyRow>;

  /**
   * A row for each value of `index`, and a column for each value of `columns`, in their order:
   * `values` summed up. Where there are none, it is null. pandas calls this `pivot_table`.
   *
   * @param options without `names`, the different values of `columns` are computed at once
   * @throws ArgumentError `argument.value` for columns that are not there
   * @example
   * const rows = fromRecords([{ id: 1, day: "mon", n: 3 }, { id: 1, day: "tue", n: 5 }]);
   * const wide = await rows.pivot({ index: "id", columns: "day", values: "n", aggregate: "sum" });
   * await wide.collect(); // → [{ id: 1, mon: 3, tue: 5 }]
   */
  pivot(options: PivotOptions<ColumnName<Row>>): Promise<Table<AnyRow>>;

  /**
   * Some of the rows: each with the same probability.
   *
   * @param fraction from 0 to 1
   * @param options with a seed, the same rows each time, as long as the partitions are the same
   * @throws ArgumentError `argument.value` for what is no share
   * @example await fromRecords([{ a: 1 }, { a: 2 }]).sample(1).count(); // → 2
   */
  sample(fraction: number, options?: { readonly seed?: number }): Table<Row>;

  /**
   * Groups by periods of time: each moment becomes the one at which its period began. Periods
   * without rows give no row; pandas gives one.
   *
   * @param column dates or timestamps
   * @param every a length such as `"15 minutes"`, `"day"`, `"2 weeks"` or `"month"`; one week
   * begins on Monday
   * @param options further columns to group by
   * @throws ArgumentError `argument.value` for what is no length; `argument.dtype` for a column
   * that has no moments
   * @example
   * const rows = fromRecords([
   *   { at: new Date("2024-01-03"), n: 1 },
   *   { at: new Date("2024-01-20"), n: 2 },
   * ]);
   * await rows.resample("at", "month").sum("n").collect(); // → [{ at: new Date("2024-01-01"), n: 3 }]
   */
  resample<N extends ColumnName<Row>, B extends ColumnName<Row> = never>(
    column: N,
    every: string,
    options?: { readonly by?: B | readonly B[] },
  ): GroupedTable<Row, N | B>;

  /**
   * At most as many partitions as said, each made of neighbours. Nothing is sorted or dealt out.
   *
   * @param npartitions how many partitions at most
   * @throws ArgumentError `argument.value` for what is no whole number from 1
   * @example fromRecords([{ a: 1 }, { a: 2 }], { npartitions: 2 }).coalesce(1).npartitions; // → 1
   */
  coalesce(npartitions: number): Table<Row>;

  /**
   * As many partitions, with all rows of equal values of these columns in one: groups by and joins
   * on these columns then move no rows.
   *
   * @param columns names of columns
   * @throws ArgumentError `argument.value` without columns
   * @example fromRecords([{ a: 1 }, { a: 2 }], { npartitions: 2 }).partitionBy("a").npartitions; // → 2
   */
  partitionBy(...columns: readonly ColumnName<Row>[]): Table<Row>;
}

export const TABLE_SHAPES: TableShapeMethods<AnyRow> & ThisType<TableParts> = {
  fillNull(value) {
    return this.derive(nullsFilled(this.plan, value));
  },

  dropNulls(...columns) {
    return this.derive(nullsDropped(this.plan, columns));
  },

  explode(column) {
    return this.derive(exploded(this.plan, column));
  },

  unpivot(options = {}) {
    return this.derive(unpivoted(this.plan, options as Unpivot));
  },

  async pivot(options) {
    const { columns, names: given } = options;
    const [name] = namesOf(this.plan.schema, columns, "pivot") as readonly [string];
    const names = given ?? (await valuesOf(this, name));
    return this.derive(pivoted(this.plan, { aggregate: "mean", ...options, names }));
  },

  sample(fraction, options = {}) {
    return this.derive(sampled(this.plan, fraction, options.seed));
  },

  resample(column, every, options = {}) {
    const plan = bucketed(this.plan, column, every);
    const by = options.by === undefined ? [] : namesOf(plan.schema, options.by, "resample");
    return new GroupedTable(plan, [...by, column], (own) => this.derive(own));
  },

  coalesce(npartitions) {
    checkCount(npartitions, "npartitions", "coalesce");
    const partitions = Math.min(npartitions, this.npartitions);
    return this.derive({
      op: "repartition",
      input: this.plan,
      partitions,
      schema: this.plan.schema,
    });
  },

  partitionBy(...columns) {
    if (columns.length === 0) {
      throw new ArgumentError("value", "partitionBy was given no columns");
    }
    const by = namesOf(this.plan.schema, columns, "partitionBy");
    const { schema } = this.plan;
    return this.derive({
      op: "repartition",
      input: this.plan,
      partitions: this.npartitions,
      by,
      schema,
    });
  },
};

/** The different values of a column, in order. */
async function valuesOf(table: TableParts, name: string): Promise<Exclude<Literal, null>[]> {
  const schema = table.plan.schema.filter(([own]) => own === name);
  const input = nullsDropped(table.plan, [name]);
  const different = table.derive<AnyRow>({
    op: "sort",
    input: { op: "aggregate", input, keys: [name], outputs: [], schema },
    by: [{ by: name }],
    schema,
  });
  return ((await different.toColumns())[name] ?? []) as Exclude<Literal, null>[];
}
