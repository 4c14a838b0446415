// Sums of groups, as methods of expressions: for `agg`, and, after `over`, for each row.
import type { AggregateExpr } from "./expr.js";

/** Sums of groups: for `agg`, and, after `over`, for each row. */
export interface AggregateMethods<N extends string, V> {
  /**
   * How many values of a group are not null.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").count() }).collect(); // → [{ result: 3 }]
   */
  count(): AggregateExpr<N>;
  /**
   * The sum of the values of a group.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").sum() }).collect(); // → [{ result: 9 }]
   */
  sum(): AggregateExpr<N>;
  /**
   * The mean of the values of a group.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").mean() }).collect(); // → [{ result: 3 }]
   */
  mean(): AggregateExpr<N>;
  /**
   * The least value of a group.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").min() }).collect(); // → [{ result: 1 }]
   */
  min(): AggregateExpr<N, V>;
  /**
   * The greatest value of a group.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").max() }).collect(); // → [{ result: 4 }]
   */
  max(): AggregateExpr<N, V>;
  /**
   * The standard deviation of a group as a sample: by n - 1.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").std() }).collect(); // → [{ result: 1.7320508075688772 }]
   */
  std(): AggregateExpr<N>;
  /**
   * The variance of a group as a sample: by n - 1.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").var() }).collect(); // → [{ result: 3 }]
   */
  var(): AggregateExpr<N>;
  /**
   * How many different values a group has; null is none.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").nunique() }).collect(); // → [{ result: 2 }]
   */
  nunique(): AggregateExpr<N>;
  /**
   * The value in the middle of a group.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").median() }).collect(); // → [{ result: 4 }]
   */
  median(): AggregateExpr<N>;
  /**
   * The value below which a share of the group is, with those between interpolated.
   *
   * @param q the share, from 0 to 1
   * @throws ArgumentError `argument.value` for any other number
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").quantile(0.25) }).collect(); // → [{ result: 2.5 }]
   */
  quantile(q: number): AggregateExpr<N>;
  /**
   * The first value of a group that is not null, in the order of the rows.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").first() }).collect(); // → [{ result: 1 }]
   */
  first(): AggregateExpr<N, V>;
  /**
   * The last value of a group that is not null, in the order of the rows.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").last() }).collect(); // → [{ result: 4 }]
   */
  last(): AggregateExpr<N, V>;
  /**
   * The most frequent value of a group.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").mode() }).collect(); // → [{ result: 4 }]
   */
  mode(): AggregateExpr<N, V>;
  /**
   * All values of a group, as a list.
   *
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 4 }]);
   * await rows.agg({ result: col("n").list() }).collect(); // → [{ result: [ 1, 4, 4 ] }]
   */
  list(): AggregateExpr<N, V[]>;
}

/** Their names, which are those of the functions behind them. */
export const AGGREGATE_METHODS = [
  "count",
  "sum",
  "mean",
  "min",
  "max",
  "std",
  "var",
  "nunique",
  "median",
  "quantile",
  "first",
  "last",
  "mode",
  "list",
] as const satisfies readonly (keyof AggregateMethods<string, unknown>)[];
