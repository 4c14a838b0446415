// Groups of a table's rows, as users hold them: each method gives a table of a row for each group.
import { checkCount } from "../base/option-schema.js";
import type { AggregateName, ExprNode } from "./expressions/nodes.js";
import type { Plan } from "./plan/plan.js";
import type { Table } from "./table.js";
import type {
  Aggregated,
  CheckedAggregations,
  ColumnName,
  FlatRow,
  NumberColumn,
} from "./table-types.js";
import { type Aggregations, aggregated, aggregatePlan, eachAggregated } from "./verbs/groups.js";

/** Options of groups. */
export interface GroupOptions {
  /** Partitions of the result; default: by the size of the table, one up to 32 MiB. */
  readonly npartitions?: number;
}

/** Makes the table of a plan. */
type MakeTable = <R extends object>(plan: Plan) => Table<R>;

/** The keys, and a number for each of these columns. */
type Numbers<Row, K extends keyof Row, N extends string> = FlatRow<
  Pick<Row, K> & { [C in N]: number }
>;

/**
 * Groups of rows with equal keys. Methods give tables with the keys and a column for each sum, in
 * the order of the keys within a partition. Each partition is summed up first, so that only one row
 * for each group and partition moves; medians, quantiles and numbers of different values need all
 * rows of a group, which then move.
 *
 * Without columns, `sum`, `mean`, `std`, `var`, `median` and `quantile` are of all columns of
 * numbers, and the others of all columns but the keys. Nulls are left out, as pandas leaves out
 * NaN; NaN itself counts, and is the greatest number.
 *
 * @throws ArgumentError `argument.value` for a column that is not there; `argument.dtype` for sums
 * of what is no number
 * @see https://docs.dask.org/en/stable/dataframe-groupby.html
 * @example
 * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 2 }]);
 * await rows.groupBy("a").mean("n").collect(); // → [{ a: "x", n: 1.5 }]
 */
export class GroupedTable<Row extends object, K extends ColumnName<Row>> {
  readonly #plan: Plan;
  readonly #keys: readonly string[];
  readonly #make: MakeTable;

  /** @internal */
  constructor(plan: Plan, keys: readonly string[], make: MakeTable) {
    this.#plan = plan;
    this.#keys = keys;
    this.#make = make;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `GroupedTable by ${this.#keys.join(", ")}, of ${String(this.#make(this.#plan))}`;
  }

  /**
   * Columns by what they are summed up by: the name of an aggregate, several names, or a name and
   * an expression.
   *
   * @param aggregations by column: an aggregate, several, or an expression
   * @returns of several names columns such as `price_mean`
   * @throws ArgumentError `argument.value` for an aggregate that there is not
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 2 }]);
   * const twice = col("n").sum().mul(2);
   * await rows.groupBy("a").agg({ n: "max", rows: count(), twice }).collect();
   * // → [{ a: "x", n: 2, rows: 2, twice: 6 }]
   */
  agg<const A extends Aggregations<ColumnName<Row>>>(
    aggregations: A & CheckedAggregations<Row, A>,
    options: GroupOptions = {},
  ): Table<FlatRow<Pick<Row, K> & Aggregated<Row, A>>> {
    const { npartitions } = options;
    if (npartitions !== undefined) checkCount(npartitions, "npartitions", "agg");
    return this.#make(aggregated(this.#plan, this.#keys, aggregations, npartitions));
  }

  /**
   * How many rows each group has, in a column `count`.
   *
   * @example
   * const rows = fromRecords([{ a: "x" }, { a: "y" }, { a: "x" }]);
   * await rows.groupBy("a").count().collect(); // → [{ a: "x", count: 2 }, { a: "y", count: 1 }]
   */
  count(): Table<FlatRow<Pick<Row, K> & { count: number }>> {
    const outputs = [{ name: "count", aggregate: "count", args: [] }] as const;
    return this.#make(aggregatePlan(this.#plan, this.#keys, outputs));
  }

  /**
   * The sum of each column.
   *
   * @param columns default: all columns of numbers
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").sum("n").collect(); // → [{ a: "x", n: 5 }]
   */
  sum<N extends ColumnName<Row> = Exclude<NumberColumn<Row>, K>>(
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("sum", columns);
  }

  /**
   * The mean of each column.
   *
   * @param columns default: all columns of numbers
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").mean("n").collect(); // → [{ a: "x", n: 2.5 }]
   */
  mean<N extends ColumnName<Row> = Exclude<NumberColumn<Row>, K>>(
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("mean", columns);
  }

  /**
   * The standard deviation of each column, of a sample: by n - 1, as in pandas.
   *
   * @param columns default: all columns of numbers
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * (await rows.groupBy("a").std("n").toColumns()).n; // → [2.1213203435596424]
   */
  std<N extends ColumnName<Row> = Exclude<NumberColumn<Row>, K>>(
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("std", columns);
  }

  /**
   * The variance of each column, of a sample: by n - 1, as in pandas.
   *
   * @param columns default: all columns of numbers
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").var("n").collect(); // → [{ a: "x", n: 4.5 }]
   */
  var<N extends ColumnName<Row> = Exclude<NumberColumn<Row>, K>>(
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("var", columns);
  }

  /**
   * The value in the middle of each column. All rows of a group move for it.
   *
   * @param columns default: all columns of numbers
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").median("n").collect(); // → [{ a: "x", n: 2.5 }]
   */
  median<N extends ColumnName<Row> = Exclude<NumberColumn<Row>, K>>(
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("median", columns);
  }

  /**
   * The value of each column below which the share `q` of all is, with those between interpolated.
   * All rows of a group move for it.
   *
   * @param columns names of columns; default: all of numbers
   * @throws ArgumentError `argument.value` for a share that is not from 0 to 1
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 2 }]);
   * await rows.groupBy("a").quantile(0.75, "n").collect(); // → [{ a: "x", n: 1.75 }]
   */
  quantile<N extends ColumnName<Row> = Exclude<NumberColumn<Row>, K>>(
    q: number,
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("quantile", columns, [{ kind: "literal", value: q }]);
  }

  /**
   * How many different values each column has; nulls are none.
   *
   * @param columns default: all but the keys
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").nunique("n").collect(); // → [{ a: "x", n: 2 }]
   */
  nunique<N extends ColumnName<Row> = Exclude<ColumnName<Row>, K>>(
    ...columns: readonly N[]
  ): Table<Numbers<Row, K, N>> {
    return this.#each("nunique", columns);
  }

  /**
   * The least value of each column.
   *
   * @param columns default: all but the keys
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").min("n").collect(); // → [{ a: "x", n: 1 }]
   */
  min<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, K | N>>> {
    return this.#each("min", columns);
  }

  /**
   * The greatest value of each column.
   *
   * @param columns default: all but the keys
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").max("n").collect(); // → [{ a: "x", n: 4 }]
   */
  max<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, K | N>>> {
    return this.#each("max", columns);
  }

  /**
   * The first value of each column that is no null, in the order of the rows.
   *
   * @param columns default: all but the keys
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").first("n").collect(); // → [{ a: "x", n: 1 }]
   */
  first<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, K | N>>> {
    return this.#each("first", columns);
  }

  /**
   * The last value of each column that is no null, likewise.
   *
   * @param columns default: all but the keys
   * @example
   * const rows = fromRecords([{ a: "x", n: 1 }, { a: "x", n: 4 }]);
   * await rows.groupBy("a").last("n").collect(); // → [{ a: "x", n: 4 }]
   */
  last<N extends ColumnName<Row> = ColumnName<Row>>(
    ...columns: readonly N[]
  ): Table<FlatRow<Pick<Row, K | N>>> {
    return this.#each("last", columns);
  }

  #each<R extends object>(
    aggregate: AggregateName,
    columns: readonly string[],
    more: readonly ExprNode[] = [],
  ): Table<R> {
    return this.#make(eachAggregated(this.#plan, this.#keys, aggregate, columns, more));
  }
}
