// Comparisons, conditions and nulls, as methods of expressions.
import type { ColumnValue, Expr } from "./expr.js";

/** Comparisons, conditions and nulls. */
export interface ConditionMethods<N extends string, V> {
  /**
   * Whether both are equal; null where one of them is.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").eq(7) }).collect(); // → [{ holds: true }]
   */
  eq<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether they differ; null where one of them is.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").ne(7) }).collect(); // → [{ holds: false }]
   */
  ne<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether it is less; texts and moments have an order, too.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").lt(8) }).collect(); // → [{ holds: true }]
   */
  lt<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether it is less or equal.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").le(7) }).collect(); // → [{ holds: true }]
   */
  le<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether it is greater.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").gt(7) }).collect(); // → [{ holds: false }]
   */
  gt<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether it is greater or equal.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").ge(7) }).collect(); // → [{ holds: true }]
   */
  ge<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether it is from `low` to `high`, both included.
   *
   * @param low the least that counts
   * @param high the greatest that counts
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").between(5, 7) }).collect(); // → [{ holds: true }]
   */
  between<M extends string = never>(
    low: ColumnValue<M>,
    high: ColumnValue<M>,
  ): Expr<N | M, boolean>;
  /**
   * Whether both conditions hold; null where that depends on a null.
   *
   * @param other another condition
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * const holds = col("a").gt(5).and(col("a").lt(7));
   * await rows.select({ holds }).collect(); // → [{ holds: false }]
   */
  and<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * Whether one of the conditions holds, or both.
   *
   * @param other another condition
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * const holds = col("a").gt(9).or(col("a").eq(7));
   * await rows.select({ holds }).collect(); // → [{ holds: true }]
   */
  or<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean>;
  /**
   * The opposite of a condition.
   *
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").gt(9).not() }).collect(); // → [{ holds: true }]
   */
  not(): Expr<N, boolean>;
  /**
   * Whether there is no value.
   *
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").isNull() }).collect(); // → [{ holds: false }]
   */
  isNull(): Expr<N, boolean>;
  /**
   * Whether there is a value.
   *
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ holds: col("a").isNotNull() }).collect(); // → [{ holds: true }]
   */
  isNotNull(): Expr<N, boolean>;
  /**
   * Whether it is NaN, which is a number and no null.
   *
   * @example
   * const rows = fromRecords([{ a: Number.NaN }]);
   * await rows.select({ holds: col("a").isNan() }).collect(); // → [{ holds: true }]
   */
  isNan(): Expr<N, boolean>;
  /**
   * The value, or another one in place of null.
   *
   * @param other what takes the place of null
   * @example
   * const rows = fromRecords([{ a: 1 }, { a: null }]);
   * const filled = col("a").fillNull(0);
   * await rows.select({ filled }).collect(); // → [{ filled: 1 }, { filled: 0 }]
   */
  fillNull<M extends string = never>(other: ColumnValue<M>): Expr<N | M, V>;
}

/** Their names, which are those of the functions behind them. */
export const CONDITION_METHODS = [
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "between",
  "and",
  "or",
  "not",
  "isNull",
  "isNotNull",
  "isNan",
  "fillNull",
] as const satisfies readonly (keyof ConditionMethods<string, unknown>)[];
