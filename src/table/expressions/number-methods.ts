// Arithmetic of numbers, as methods of expressions.
import type { ColumnValue, Expr } from "./expr.js";

/** Arithmetic of numbers. */
export interface NumberMethods<N extends string> {
  /**
   * The sum. Whole numbers are added in 64 bits, and decimals with all their digits.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7, b: 2 }]);
   * await rows.select({ result: col("a").add(col("b")) }).collect(); // → [{ result: 9 }]
   */
  add<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number>;
  /**
   * The difference; of two moments, the time between them.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7, b: 2 }]);
   * await rows.select({ result: col("a").sub(col("b")) }).collect(); // → [{ result: 5 }]
   */
  sub<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number>;
  /**
   * The product.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ result: col("a").mul(2) }).collect(); // → [{ result: 14 }]
   */
  mul<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number>;
  /**
   * The quotient, as a float, also of whole numbers.
   *
   * @param other another expression, or a value
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ result: col("a").div(2) }).collect(); // → [{ result: 3.5 }]
   */
  div<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number>;
  /**
   * The remainder, with the sign of the dividend.
   *
   * @param other another expression, or a value: the divisor
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ result: col("a").mod(4) }).collect(); // → [{ result: 3 }]
   */
  mod<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number>;
  /**
   * The power.
   *
   * @param other another expression, or a value: the exponent
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ result: col("a").pow(2) }).collect(); // → [{ result: 49 }]
   */
  pow<M extends string = never>(other: ColumnValue<M>): Expr<N | M, number>;
  /**
   * The negative.
   *
   * @example
   * const rows = fromRecords([{ a: 7 }]);
   * await rows.select({ result: col("a").neg() }).collect(); // → [{ result: -7 }]
   */
  neg(): Expr<N, number>;
  /**
   * The absolute value.
   *
   * @example
   * const rows = fromRecords([{ a: -7 }]);
   * await rows.select({ result: col("a").abs() }).collect(); // → [{ result: 7 }]
   */
  abs(): Expr<N, number>;
  /**
   * The square root.
   *
   * @example
   * const rows = fromRecords([{ a: 9 }]);
   * await rows.select({ result: col("a").sqrt() }).collect(); // → [{ result: 3 }]
   */
  sqrt(): Expr<N, number>;
  /**
   * The natural logarithm.
   *
   * @example
   * const rows = fromRecords([{ a: 1 }]);
   * await rows.select({ result: col("a").log() }).collect(); // → [{ result: 0 }]
   */
  log(): Expr<N, number>;
  /**
   * The exponential function.
   *
   * @example
   * const rows = fromRecords([{ a: 0 }]);
   * await rows.select({ result: col("a").exp() }).collect(); // → [{ result: 1 }]
   */
  exp(): Expr<N, number>;
  /**
   * Down to a whole number.
   *
   * @example
   * const rows = fromRecords([{ a: -1.5 }]);
   * await rows.select({ result: col("a").floor() }).collect(); // → [{ result: -2 }]
   */
  floor(): Expr<N, number>;
  /**
   * Up to a whole number.
   *
   * @example
   * const rows = fromRecords([{ a: 1.5 }]);
   * await rows.select({ result: col("a").ceil() }).collect(); // → [{ result: 2 }]
   */
  ceil(): Expr<N, number>;
}

/** Their names, which are those of the functions behind them. */
export const NUMBER_METHODS = [
  "add",
  "sub",
  "mul",
  "div",
  "mod",
  "pow",
  "neg",
  "abs",
  "sqrt",
  "log",
  "exp",
  "floor",
  "ceil",
] as const satisfies readonly (keyof NumberMethods<string>)[];
