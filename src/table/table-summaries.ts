// Summaries of a table's columns over all rows. Each method gives a table of few rows, computed
// when it is asked for.
import type { AggregateName, ExprNode } from "./expressions/nodes.js";
import type { Table } from "./table.js";
import type { TableParts } from "./table-results.js";
import type { AnyRow, ColumnName, FlatRow, NumberColumn } from "./table-types.js";
import { eachAggregated } from "./verbs/groups.js";
import { described, valueCounted } from "./verbs/summaries.js";

/** A row of {@link Table.describe}. */
export interface ColumnDescription {
  /** The name of the column. */
  column: string;
  /** How many values it has that are no nulls. */
  count: number;
  mean: number;
  std: number;
  min: number;
  "25%": number;
  "50%": number;
  "75%": number;
  max: number;
}

/** Sums of columns over all rows of a table. */
export interface TableSummaryMethods<Row extends object> {
  /**
   * The sum of each column, in one row. Nulls are left out.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError `argument.dtype` for a column that has no numbers
   * @example
   * const rows = fromRecords([{ a: 1, b: 2 }, { a: 3, b: null }]);
   * await rows.sum().collect(); // → [{ a: 4, b: 2 }]
   */
  sum<N extends ColumnName<Row> = NumberColumn<Row>>(
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * The mean of each column, likewise.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError as {@link Table.sum}
   * @example await fromRecords([{ a: 1 }, { a: 4 }]).mean().collect(); // → [{ a: 2.5 }]
   */
  mean<N extends ColumnName<Row> = NumberColumn<Row>>(
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * The standard deviation of each column, of a sample: by n - 1, as in pandas.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError as {@link Table.sum}
   * @example
   * await fromRecords([{ a: 1 }, { a: 4 }]).std().collect(); // → [{ a: 2.1213203435596424 }]
   */
  std<N extends ColumnName<Row> = NumberColumn<Row>>(
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * The variance of each column, of a sample: by n - 1, as in pandas.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError as {@link Table.sum}
   * @example await fromRecords([{ a: 1 }, { a: 4 }]).var().collect(); // → [{ a: 4.5 }]
   */
  var<N extends ColumnName<Row> = NumberColumn<Row>>(
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * The value in the middle of each column. One task has all values of these columns for it.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError as {@link Table.sum}
   * @example await fromRecords([{ a: 1 }, { a: 4 }]).median().collect(); // → [{ a: 2.5 }]
   */
  median<N extends ColumnName<Row> = NumberColumn<Row>>(
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * The value of each column below which the share `q` of all is, with those between interpolated.
   * One task has all values of these columns for it.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError `argument.value` for a share that is not from 0 to 1
   * @example await fromRecords([{ a: 1 }, { a: 2 }]).quantile(0.75, "a").collect(); // → [{ a: 1.75 }]
   */
  quantile<N extends ColumnName<Row> = NumberColumn<Row>>(
    q: number,
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * How many different values each column has; nulls are none, as in pandas.
   *
   * @param columns default: all
   * @throws ArgumentError `argument.value` for a column that is not there
   * @example await fromRecords([{ a: 1 }, { a: 1 }, { a: null }]).nunique().collect(); // → [{ a: 1 }]
   */
  nunique<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<{ [C in N]: number }>;

  /**
   * The least value of each column: of numbers, texts, moments. NaN is greater than all numbers;
   * pandas leaves it out.
   *
   * @param columns default: all
   * @throws ArgumentError as {@link Table.nunique}
   * @example await fromRecords([{ a: 1 }, { a: 4 }]).min().collect(); // → [{ a: 1 }]
   */
  min<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, N>>>;

  /**
   * The greatest value of each column, likewise.
   *
   * @param columns default: all
   * @throws ArgumentError as {@link Table.nunique}
   * @example await fromRecords([{ a: 1 }, { a: 4 }]).max().collect(); // → [{ a: 4 }]
   */
  max<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, N>>>;

  /**
   * For each column of numbers a row: how many values there are, their mean, standard deviation,
   * least, quartiles and greatest. pandas has these turned: a column for each column. One task has
   * all values of the columns, for the quartiles.
   *
   * @param columns default: all columns of numbers
   * @throws ArgumentError `argument.dtype` for a column that has no numbers
   * @example
   * const [a] = await fromRecords([{ a: 1, b: "x" }, { a: 3, b: "y" }]).describe().collect();
   * [a.column, a.count, a.mean, a["50%"], a.max]; // → ["a", 2, 2, 2, 3]
   */
  describe<N extends ColumnName<Row> = NumberColumn<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<ColumnDescription>>;

  /**
   * How often each value comes, or each set of values of several columns: the most frequent first,
   * in a column `count`. Nulls are a value; pandas leaves them out.
   *
   * @param columns names of columns
   * @throws ArgumentError `argument.value` without columns
   * @example
   * const rows = fromRecords([{ a: "x" }, { a: "y" }, { a: "y" }]);
   * await rows.valueCounts("a").collect(); // → [{ a: "y", count: 2 }, { a: "x", count: 1 }]
   */
  valueCounts<N extends ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, N> & { count: number }>>;
}

export const TABLE_SUMMARIES: TableSummaryMethods<AnyRow> & ThisType<TableParts> = {
  sum(...columns) {
    return each(this, "sum", columns);
  },

  mean(...columns) {
    return each(this, "mean", columns);
  },

  std(...columns) {
    return each(this, "std", columns);
  },

  var(...columns) {
    return each(this, "var", columns);
  },

  median(...columns) {
    return each(this, "median", columns);
  },

  quantile(q, ...columns) {
    return each(this, "quantile", columns, [{ kind: "literal", value: q }]);
  },

  nunique(...columns) {
    return each(this, "nunique", columns);
  },

  min(...columns) {
    return each(this, "min", columns);
  },

  max(...columns) {
    return each(this, "max", columns);
  },

  describe(...columns) {
    return this.derive(described(this.plan, columns));
  },

  valueCounts(...columns) {
    return this.derive(valueCounted(this.plan, columns));
  },
};

function each<R extends object>(
  table: TableParts,
  aggregate: AggregateName,
  columns: readonly string[],
  more: readonly ExprNode[] = [],
): Table<R> {
  return table.derive(eachAggregated(table.plan, [], aggregate, columns, more));
}
