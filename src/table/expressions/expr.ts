// Expressions of columns, as users write them: `col("price").mul(2).gt(3)`.
import { ArgumentError } from "../../base/errors.js";
import { type ColumnType, engineType } from "../types/column-types.js";
import type { AggregateName, ExprNode, Literal, RangeBound, SortKey } from "./nodes.js";
import { parsedPeriod } from "./periods.js";

/** The other side of an operation on an expression: another expression, or a value. */
export type ColumnValue<N extends string = string> = Expr<N> | Literal;

/**
 * A value for each row, made of its columns. Methods give further expressions; nothing is computed
 * before the table is. `N` are the names of the columns that it reads, `V` is what its values are.
 *
 * @throws ArgumentError `argument.value` for what is neither an expression nor a value of a column:
 * all methods; that a column is not there, or its type does not fit, is found by the method of the
 * table
 * @see https://docs.dask.org/en/stable/dataframe-api.html
 * @example
 * const rows = fromRecords([{ price: 2 }, { price: 1 }]);
 * await rows.filter(col("price").mul(2).gt(3)).collect(); // → [{ price: 2 }]
 */
export class Expr<N extends string = string, V = unknown> {
  /** @internal */
  readonly node: ExprNode;
  /** Columns and values, for the compiler. */
  declare readonly columns: N;
  declare readonly values: V;

  /** @internal */
  constructor(node: ExprNode) {
    this.node = node;
  }

  /** The sum. Whole numbers are added in 64 bits, and decimals with all their digits. */
  add<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number> {
    return call("add", this, other);
  }

  /** The difference. */
  sub<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number> {
    return call("sub", this, other);
  }

  /** The product. */
  mul<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number> {
    return call("mul", this, other);
  }

  /** The quotient, as a float. */
  div<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number> {
    return call("div", this, other);
  }

  /** The remainder. */
  mod<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number> {
    return call("mod", this, other);
  }

  /** The power. */
  pow<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number> {
    return call("pow", this, other);
  }

  /** The negative. */
  neg(): Expr<N, number> {
    return call("neg", this);
  }

  /** Whether both are equal; null where one of them is. */
  eq<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("eq", this, other);
  }

  /** Whether they differ. */
  ne<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("ne", this, other);
  }

  /** Whether it is less. */
  lt<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("lt", this, other);
  }

  /** Whether it is less or equal. */
  le<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("le", this, other);
  }

  /** Whether it is greater. */
  gt<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("gt", this, other);
  }

  /** Whether it is greater or equal. */
  ge<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("ge", this, other);
  }

  /** Whether it is from `low` to `high`, both included. */
  between<M extends string = never>(
    low: ColumnValue<M>,
    high: ColumnValue<M>,
  ): Expr<N | M, boolean> {
    return call("between", this, low, high);
  }

  /**
   * Whether it is one of the values.
   *
   * @throws ArgumentError `argument.value` for an empty list
   */
  isIn(values: readonly Literal[]): Expr<N, boolean> {
    if (values.length === 0) throw new ArgumentError("value", "isIn was given no values");
    return call("isIn", this, ...values);
  }

  /** Both. */
  and<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("and", this, other);
  }

  /** One of them, or both. */
  or<M extends string = never>(other: ColumnValue<M>): Expr<N | M, boolean> {
    return call("or", this, other);
  }

  /** The opposite. */
  not(): Expr<N, boolean> {
    return call("not", this);
  }

  /** Whether there is no value. */
  isNull(): Expr<N, boolean> {
    return call("isNull", this);
  }

  /** Whether there is one. */
  isNotNull(): Expr<N, boolean> {
    return call("isNotNull", this);
  }

  /** Whether it is NaN, which is a number and no null. */
  isNan(): Expr<N, boolean> {
    return call("isNan", this);
  }

  /** Another value in place of null. */
  fillNull<M extends string = never>(other: ColumnValue<M>): Expr<N | M, V> {
    return call("fillNull", this, other);
  }

  /** The absolute value. */
  abs(): Expr<N, number> {
    return call("abs", this);
  }

  /** The square root. */
  sqrt(): Expr<N, number> {
    return call("sqrt", this);
  }

  /** The natural logarithm. */
  log(): Expr<N, number> {
    return call("log", this);
  }

  /** The exponential function. */
  exp(): Expr<N, number> {
    return call("exp", this);
  }

  /** Down to a whole number. */
  floor(): Expr<N, number> {
    return call("floor", this);
  }

  /** Up to a whole number. */
  ceil(): Expr<N, number> {
    return call("ceil", this);
  }

  /** To so many digits after the point; default: none. */
  round(digits = 0): Expr<N, number> {
    return call("round", this, digits);
  }

  /** Text in small letters. */
  lower(): Expr<N, string> {
    return call("lower", this);
  }

  /** Text in capitals. */
  upper(): Expr<N, string> {
    return call("upper", this);
  }

  /** Text without spaces at its ends. */
  trim(): Expr<N, string> {
    return call("trim", this);
  }

  /** How many characters a text has. */
  length(): Expr<N, number> {
    return call("length", this);
  }

  /** Text after text. */
  concat<M extends string = never>(...others: readonly ColumnValue<M>[]): Expr<N | M, string> {
    return call("concat", this, ...others);
  }

  /** Characters from `start` on, up to `end`, which count from 0. */
  slice(start: number, end?: number): Expr<N, string> {
    return end === undefined ? call("slice", this, start) : call("slice", this, start, end);
  }

  /** Each `from` in a text replaced. */
  replaceAll(from: string, to: string): Expr<N, string> {
    return call("replaceAll", this, from, to);
  }

  /** Whether a text begins so. */
  startsWith(text: string): Expr<N, boolean> {
    return call("startsWith", this, text);
  }

  /** Whether a text ends so. */
  endsWith(text: string): Expr<N, boolean> {
    return call("endsWith", this, text);
  }

  /** Whether a text has another in it. */
  includes(text: string): Expr<N, boolean> {
    return call("includes", this, text);
  }

  /** Whether a text is like a pattern: `%` is any text, `_` any character. */
  like(pattern: string): Expr<N, boolean> {
    return call("like", this, pattern);
  }

  /** Whether a part of a text matches a regular expression, in RE2's words. */
  matches(pattern: string): Expr<N, boolean> {
    return call("matches", this, pattern);
  }

  /** The year of a moment. */
  year(): Expr<N, number> {
    return call("year", this);
  }

  /** The month of a moment, from 1. */
  month(): Expr<N, number> {
    return call("month", this);
  }

  /** The day of a moment in its month, from 1. */
  day(): Expr<N, number> {
    return call("day", this);
  }

  /** The hour of a moment. */
  hour(): Expr<N, number> {
    return call("hour", this);
  }

  /** The day of the week: 1 is Monday, 7 Sunday. */
  dayOfWeek(): Expr<N, number> {
    return call("dayOfWeek", this);
  }

  /** The moment at which its unit began: `"month"`, `"day"`, `"hour"`, …. */
  truncate(
    unit: "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second",
  ): Expr<N, Date> {
    return call("truncate", this, unit);
  }

  /**
   * The same value in another type.
   *
   * @param options with `invalid: "null"`, values that cannot be converted become null; without,
   * they are an error
   * @throws ArgumentError `argument.dtype` for a type that there is not
   */
  cast(type: ColumnType, options: { readonly invalid?: "error" | "null" } = {}): Expr<N> {
    const tries = options.invalid === "null";
    return new Expr({ kind: "cast", value: this.node, type: engineType(type, "cast"), tries });
  }

  /** How many values there are that are no nulls, in a group. */
  count(): AggregateExpr<N> {
    return aggregate("count", this);
  }

  /** Their sum. */
  sum(): AggregateExpr<N> {
    return aggregate("sum", this);
  }

  /** Their mean. */
  mean(): AggregateExpr<N> {
    return aggregate("mean", this);
  }

  /** The least. */
  min(): AggregateExpr<N, V> {
    return aggregate("min", this);
  }

  /** The greatest. */
  max(): AggregateExpr<N, V> {
    return aggregate("max", this);
  }

  /** The standard deviation of a sample. */
  std(): AggregateExpr<N> {
    return aggregate("std", this);
  }

  /** The variance of a sample. */
  var(): AggregateExpr<N> {
    return aggregate("var", this);
  }

  /** How many different values there are. */
  nunique(): AggregateExpr<N> {
    return aggregate("nunique", this);
  }

  /** The value in the middle. */
  median(): AggregateExpr<N> {
    return aggregate("median", this);
  }

  /** The value below which the share `q` of them is, with those between interpolated. */
  quantile(q: number): AggregateExpr<N> {
    return aggregate("quantile", this, q);
  }

  /** The first value that is no null. */
  first(): AggregateExpr<N, V> {
    return aggregate("first", this);
  }

  /** The last value that is no null. */
  last(): AggregateExpr<N, V> {
    return aggregate("last", this);
  }

  /** The most frequent. */
  mode(): AggregateExpr<N, V> {
    return aggregate("mode", this);
  }

  /** All of them, as a list. */
  list(): AggregateExpr<N, V[]> {
    return aggregate("list", this);
  }

  /** The value so many rows before, in a window. */
  lag(rows = 1): Expr<N, V> {
    return call("lag", this, rows);
  }

  /** The value so many rows after, in a window. */
  lead(rows = 1): Expr<N, V> {
    return call("lead", this, rows);
  }

  /**
   * A window function: for each row, what the aggregate, or `lag`, `lead`, `rowNumber` and `rank`,
   * gives of the rows with equal values of `partitionBy`, in order.
   *
   * @throws ArgumentError `argument.value` for a range without one column of an order, or of what
   * is no length
   * @example
   * const rows = fromRecords([1, 2, 9].map((day) => ({ at: new Date(Date.UTC(2024, 0, day)), n: day })));
   * const week = col("n").sum().over({ orderBy: "at", range: ["7 days", 0] });
   * (await rows.select({ week }).toColumns()).week; // → [1, 3, 11]
   */
  over(window: ColumnWindow = {}): Expr<N, V> {
    const { partitionBy = [], orderBy = [], rows, range } = window;
    const order = sortKeys(orderBy);
    if (range !== undefined && (rows !== undefined || order.length !== 1)) {
      const text = "over: a range is of one column: expected orderBy with one, and no rows";
      throw new ArgumentError("value", text);
    }
    for (const bound of range ?? []) if (typeof bound === "string") parsedPeriod(bound, "over");
    return new Expr({
      kind: "over",
      call: this.node,
      window: {
        partitionBy: typeof partitionBy === "string" ? [partitionBy] : partitionBy,
        orderBy: order,
        ...(rows === undefined ? {} : { rows }),
        ...(range === undefined ? {} : { range }),
      },
    });
  }
}

/** The rows that a window function sees. */
export interface ColumnWindow {
  /** Rows with equal values of these columns are seen together; default: all. */
  readonly partitionBy?: string | readonly string[];
  readonly orderBy?: SortBy | readonly SortBy[];
  /**
   * Rows before and after, null for all; default: all up to this one where there is an order, else
   * all.
   */
  readonly rows?: readonly [before: number | null, after: number | null];
  /**
   * In place of `rows`: how far before and after in the one column of `orderBy`, as numbers or
   * lengths of time such as `"7 days"`, both ends included; null for all. pandas' `rolling("7D")`
   * leaves out the end 7 days before.
   */
  readonly range?: readonly [before: RangeBound, after: RangeBound];
}

/** A key to sort by: a column, upwards, or with its direction. */
export type SortBy<N extends string = string> =
  | N
  | { readonly by: N; readonly descending?: boolean; readonly nulls?: "first" | "last" };

/** A sum over the rows of a group: for `agg`, and, after `over`, for each row. */
export type AggregateExpr<N extends string = string, V = number> = Expr<N, V>;

/** Sort keys in full. */
export function sortKeys(given: SortBy | readonly SortBy[]): SortKey[] {
  const list = Array.isArray(given) ? (given as readonly SortBy[]) : [given as SortBy];
  return list.map((key) => (typeof key === "string" ? { by: key } : key));
}

/** The node of an expression or value. */
export function nodeOf(operand: ColumnValue): ExprNode {
  if (operand instanceof Expr) return operand.node;
  const isLiteral =
    operand === null ||
    ["boolean", "number", "bigint", "string"].includes(typeof operand) ||
    operand instanceof Date;
  if (isLiteral) return { kind: "literal", value: operand };
  const text = `an expression was given ${typeof operand}: expected a value, or an expression as of col("price")`;
  throw new ArgumentError("value", text);
}

/** @internal A call of a function of columns. */
export function call<N extends string, V>(
  name: string,
  ...args: readonly ColumnValue[]
): Expr<N, V> {
  return new Expr({ kind: "call", name, args: args.map(nodeOf) });
}

function aggregate<N extends string, V>(
  name: AggregateName,
  ...args: readonly ColumnValue[]
): Expr<N, V> {
  return new Expr({ kind: "aggregate", name, args: args.map(nodeOf) });
}
