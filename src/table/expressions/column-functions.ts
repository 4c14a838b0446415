// The beginnings of expressions: columns, values, conditions, and functions of whole groups and
// windows.
import { ArgumentError } from "../../base/errors.js";
import { type AggregateExpr, type ColumnValue, call, Expr, nodeOf } from "./expr.js";
import type { Literal } from "./nodes.js";

/**
 * A column, by its name.
 *
 * @param name of a column
 * @returns an expression; a wrong name throws where it is used: the compiler says so where the
 * columns are in the table's type
 * @throws ArgumentError `argument.value` for what is no text
 * @see https://docs.dask.org/en/stable/dataframe-api.html
 * @example
 * const rows = fromRecords([{ a: 1 }, { a: 5 }]);
 * await rows.filter(col("a").gt(2)).count(); // → 1
 */
export function col<N extends string>(name: N): Expr<N> {
  if (typeof name !== "string") {
    throw new ArgumentError("value", `col was given ${String(name)}: expected a column's name`);
  }
  return new Expr({ kind: "column", name });
}

/**
 * A value, as an expression: for the left side of an operator.
 *
 * @param value a value of a column
 * @throws ArgumentError `argument.value` for what is no value of a column
 * @see https://docs.dask.org/en/stable/dataframe-api.html
 * @example
 * const rows = fromRecords([{ a: 1 }]);
 * await rows.select({ left: lit(10).sub(col("a")) }).collect(); // → [{ left: 9 }]
 */
export function lit(value: Literal): Expr<never> {
  return new Expr(nodeOf(value));
}

/**
 * The first value whose condition holds: `when(col("a").gt(2), "many", "few")`, or several pairs of
 * condition and value.
 *
 * @param args conditions and values by turns, and at last the value where no condition holds
 * @throws ArgumentError `argument.value` for an even number of arguments, or fewer than three
 * @see https://docs.dask.org/en/stable/dataframe-api.html
 * @example
 * const rows = fromRecords([{ a: 1 }, { a: 5 }]);
 * await rows.select({ size: when(col("a").gt(2), "many", "few") }).collect(); // → [{ size: "few" }, { size: "many" }]
 */
export function when<N extends string = never>(...args: readonly ColumnValue<N>[]): Expr<N> {
  if (args.length < 3 || args.length % 2 === 0) {
    const text = `when was given ${args.length} arguments: expected conditions and values by turns, and a last value`;
    throw new ArgumentError("value", text);
  }
  return call("when", ...args);
}

/**
 * How many rows there are, in a group; with a column, how many of its values are no nulls.
 *
 * @throws nothing
 * @see https://docs.dask.org/en/stable/dataframe-groupby.html
 * @example
 * const rows = fromRecords([{ a: "x" }, { a: "x" }]);
 * await rows.groupBy("a").agg({ n: count() }).collect(); // → [{ a: "x", n: 2 }]
 */
export function count(): AggregateExpr<never>;
/**
 * How many values of a column are no nulls.
 *
 * @param column its values are counted
 */
export function count<N extends string>(column: N): AggregateExpr<N>;
export function count(column?: string): AggregateExpr {
  return new Expr({
    kind: "aggregate",
    name: "count",
    args: column === undefined ? [] : [{ kind: "column", name: column }],
  });
}

/**
 * The number of a row in its window, from 1.
 *
 * @throws nothing
 * @see https://docs.dask.org/en/stable/dataframe-api.html
 * @example
 * const rows = fromRecords([{ a: 3 }, { a: 1 }]);
 * await rows.withColumn("n", rowNumber().over({ orderBy: "a" })).sort("a").collect(); // → [{ a: 1, n: 1 }, { a: 3, n: 2 }]
 */
export function rowNumber(): Expr<never, number> {
  return call("rowNumber");
}

/**
 * The rank of a row in its window, from 1: equal rows have equal ranks, after which ranks are left
 * out.
 *
 * @throws nothing
 * @see https://docs.dask.org/en/stable/dataframe-api.html
 * @example
 * const rows = fromRecords([{ a: 3 }, { a: 1 }, { a: 1 }]);
 * const ranked = rows.withColumn("r", rank().over({ orderBy: "a" })).sort("a");
 * (await ranked.collect()).map(({ r }) => r); // → [1, 1, 3]
 */
export function rank(): Expr<never, number> {
  return call("rank");
}
