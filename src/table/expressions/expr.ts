// Expressions of columns, as users write them: `col("price").mul(2).gt(3)`. Most methods are in
// chapters, each with its names; here are those that check or complete what they are given.

import { asPrimitive } from "../../base/as-primitive.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf, shown } from "../../base/format-value.js";
import { checkMade } from "../../base/made-by.js";
import {
  A_BOOLEAN,
  A_TEXT,
  checkOptions,
  type Expectations,
  oneOf,
} from "../../base/option-schema.js";
import { type ColumnType, engineType } from "../types/column-types.js";
import { AGGREGATE_METHODS, type AggregateMethods } from "./aggregate-methods.js";
import { checkShare } from "./aggregates.js";
import { CONDITION_METHODS, type ConditionMethods } from "./condition-methods.js";
import { exprText } from "./expr-text.js";
import { NEEDED } from "./functions.js";
import type { AggregateName, ExprNode, Literal, RangeBound, SortKey } from "./nodes.js";
import { NUMBER_METHODS, type NumberMethods } from "./number-methods.js";
import { checkUnit, parsedPeriod } from "./periods.js";
import { TEXT_METHODS, type TextMethods } from "./text-methods.js";
import { TIME_METHODS, type TimeMethods } from "./time-methods.js";

/** The other side of an operation on an expression: another expression, or a value. */
export type ColumnValue<N extends string = string> = Expr<N> | Literal;

/**
 * A class that has all {@link NumberMethods}, {@link ConditionMethods}, {@link TextMethods},
 * {@link TimeMethods} and {@link AggregateMethods}: they are installed below.
 */
const ExprMethods = class {} as unknown as abstract new <
  N extends string,
  V,
>() => NumberMethods<N> &
  ConditionMethods<N, V> &
  TextMethods<N> &
  TimeMethods<N> &
  AggregateMethods<N, V>;

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
export class Expr<N extends string = string, V = unknown> extends ExprMethods<N, V> {
  /** @internal */
  readonly node: ExprNode;
  /** Columns and values, for the compiler. */
  declare readonly columns: N;
  declare readonly values: V;

  /** @internal */
  constructor(node: ExprNode) {
    super();
    checkMade(node?.kind !== undefined, "an Expr", 'col("a") or lit(1)');
    this.node = node;
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Expr ${exprText(this.node)}`;
  }

  /** @internal For operators of the language. */
  [Symbol.toPrimitive](hint: string): string {
    const text = `Expr ${exprText(this.node)}`;
    return asPrimitive(text, hint, "an Expr", 'write col("a").mul(2), col("a").gt(1), .eq(1)');
  }

  /**
   * Whether it is one of the values.
   *
   * @param values one or more of the column's type
   * @throws ArgumentError `argument.value` for an empty list
   * @example
   * const rows = fromRecords([{ a: "x" }, { a: "y" }]);
   * await rows.filter(col("a").isIn(["y", "z"])).collect(); // → [{ a: "y" }]
   */
  isIn(values: readonly Literal[]): Expr<N, boolean> {
    if (values.length === 0) throw new ArgumentError("value", "isIn was given no values");
    return call("isIn", this, ...values);
  }

  /**
   * The nearest number of so many digits.
   *
   * @param digits after the point; default: none
   * @example
   * const rows = fromRecords([{ a: 2.345 }]);
   * await rows.select({ a: col("a").round(1) }).collect(); // → [{ a: 2.3 }]
   */
  round(digits = 0): Expr<N, number> {
    return call("round", this, digits);
  }

  /**
   * A part of the text.
   *
   * @param start the first character, counted from 0; less than 0 counts from the end
   * @param end the character before which the part ends, likewise; default: the end of the text
   * @example
   * const rows = fromRecords([{ a: "table" }]);
   * await rows.select({ a: col("a").slice(1, 3) }).collect(); // → [{ a: "ab" }]
   */
  slice(start: number, end?: number): Expr<N, string> {
    return end === undefined ? call("slice", this, start) : call("slice", this, start, end);
  }

  /**
   * The same value in another type.
   *
   * @param type such as `"int64"`, `"float64"`, `"string"`
   * @param options with `invalid: "null"`, values that cannot be converted become null; without,
   * they are an error
   * @throws ArgumentError `argument.dtype` for a type that there is not
   * @example
   * const rows = fromRecords([{ a: "12" }, { a: "many" }]);
   * const a = col("a").cast("float64", { invalid: "null" });
   * await rows.select({ a }).collect(); // → [{ a: 12 }, { a: null }]
   */
  cast(type: ColumnType, options: { readonly invalid?: "error" | "null" } = {}): Expr<N> {
    const tries = options.invalid === "null";
    return new Expr({ kind: "cast", value: this.node, type: engineType(type, "cast"), tries });
  }

  /**
   * The value so many rows before, in a window: see {@link Expr.over}.
   *
   * @param rows how many; default: 1
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 9 }]);
   * const near = col("n").lag().over({ orderBy: "n" });
   * (await rows.select({ near }).toColumns()).near; // → [null, 1, 4]
   */
  lag(rows = 1): Expr<N, V> {
    return call("lag", this, rows);
  }

  /**
   * The value so many rows after, in a window: see {@link Expr.over}.
   *
   * @param rows how many; default: 1
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 4 }, { n: 9 }]);
   * const near = col("n").lead().over({ orderBy: "n" });
   * (await rows.select({ near }).toColumns()).near; // → [4, 9, null]
   */
  lead(rows = 1): Expr<N, V> {
    return call("lead", this, rows);
  }

  /**
   * A window function: for each row, what the aggregate, or `lag`, `lead`, `rowNumber` and `rank`,
   * gives of the rows with equal values of `partitionBy`, in order.
   *
   * @param window what rows each row sees, and their order; default: all
   * @throws ArgumentError `argument.value` for a range without one column of an order, or of what
   * is no length
   * @example
   * const rows = fromRecords([1, 2, 9].map((day) => ({ at: new Date(Date.UTC(2024, 0, day)), n: day })));
   * const week = col("n").sum().over({ orderBy: "at", range: ["7 days", 0] });
   * (await rows.select({ week }).toColumns()).week; // → [1, 3, 11]
   */
  over(window: ColumnWindow = {}): Expr<N, V> {
    const { partitionBy = [], orderBy = [], rows, range } = window;
    const order = sortKeys(orderBy, "over");
    checkRows(rows);
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

type Method = (this: Expr, ...given: readonly ColumnValue[]) => Expr;

function install(name: string, value: Method): void {
  Object.defineProperty(Expr.prototype, name, { value, configurable: true, writable: true });
}

/** Without an argument, a query would have a gap that the engine takes for a column. */
function checkGiven(name: string, given: readonly ColumnValue[]): void {
  const needed = NEEDED[name] ?? 0;
  if (given.length >= needed) return;
  const words = needed === 1 ? "an argument" : `${needed} arguments`;
  const text = `${name} needs ${words}, got ${given.length === 0 ? "none" : given.length}`;
  throw new ArgumentError("value", text, { name });
}

for (const name of [...NUMBER_METHODS, ...CONDITION_METHODS, ...TEXT_METHODS, ...TIME_METHODS]) {
  install(name, function (...given) {
    checkGiven(name, given);
    if (name === "truncate") checkUnit(given[0], name);
    return call(name, this, ...given);
  });
}
for (const name of AGGREGATE_METHODS) {
  install(name, function (...given) {
    checkGiven(name, given);
    if (name === "quantile") checkShare(name, given[0]);
    return aggregate(name, this, ...given);
  });
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

const SORT_KEY: Expectations<SortKey> = {
  by: A_TEXT,
  descending: A_BOOLEAN,
  nulls: oneOf(["first", "last"]),
};

/**
 * Sort keys in full.
 *
 * @throws ArgumentError `argument.value` for what says something else than a column and its order
 */
export function sortKeys(given: SortBy | readonly SortBy[], method: string): SortKey[] {
  const list = Array.isArray(given) ? (given as readonly SortBy[]) : [given as SortBy];
  return list.map((key) => {
    if (typeof key === "string") return { by: key };
    checkOptions(`a column of ${method}`, key, SORT_KEY);
    if (key.by !== undefined) return key;
    const text = `${method} was given ${shown(key)}, an order without its column: expected one such as { by: "name", descending: true }`;
    throw new ArgumentError("value", text);
  });
}

function checkRows(rows: ColumnWindow["rows"]): void {
  const isNumber = (bound: unknown) =>
    bound === null || (Number.isSafeInteger(bound) && (bound as number) >= 0);
  if (rows === undefined || (rows.length === 2 && rows.every(isNumber))) return;
  const text = `over: rows is ${shown(rows)}: expected how many rows before and after, such as [2, 0]; null for all`;
  throw new ArgumentError("value", text, { rows });
}

/** The node of an expression or value. */
export function nodeOf(operand: ColumnValue): ExprNode {
  if (operand instanceof Expr) return operand.node;
  const isLiteral =
    operand === null ||
    ["boolean", "number", "bigint", "string"].includes(typeof operand) ||
    operand instanceof Date;
  if (isLiteral) return { kind: "literal", value: operand };
  const hint =
    typeof operand === "function" ? ', such as col("price").gt(4)' : ' as of col("price")';
  const text = `an expression was given ${kindOf(operand)}: expected a value, or an expression${hint}`;
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
