// Dates and moments, as methods of expressions: in UTC.
import type { Expr } from "./expr.js";

/** Dates and moments, in UTC. */
export interface TimeMethods<N extends string> {
  /**
   * The year of a moment.
   *
   * @example
   * const rows = fromRecords([{ at: new Date(Date.UTC(2024, 1, 9, 15)) }]);
   * await rows.select({ part: col("at").year() }).collect(); // → [{ part: 2024 }]
   */
  year(): Expr<N, number>;
  /**
   * The month of a moment, from 1.
   *
   * @example
   * const rows = fromRecords([{ at: new Date(Date.UTC(2024, 1, 9, 15)) }]);
   * await rows.select({ part: col("at").month() }).collect(); // → [{ part: 2 }]
   */
  month(): Expr<N, number>;
  /**
   * The day of a moment in its month, from 1.
   *
   * @example
   * const rows = fromRecords([{ at: new Date(Date.UTC(2024, 1, 9, 15)) }]);
   * await rows.select({ part: col("at").day() }).collect(); // → [{ part: 9 }]
   */
  day(): Expr<N, number>;
  /**
   * The hour of a moment, from 0 to 23.
   *
   * @example
   * const rows = fromRecords([{ at: new Date(Date.UTC(2024, 1, 9, 15)) }]);
   * await rows.select({ part: col("at").hour() }).collect(); // → [{ part: 15 }]
   */
  hour(): Expr<N, number>;
  /**
   * The day of the week of a moment: 1 is Monday, 7 Sunday.
   *
   * @example
   * const rows = fromRecords([{ at: new Date(Date.UTC(2024, 1, 9, 15)) }]);
   * await rows.select({ part: col("at").dayOfWeek() }).collect(); // → [{ part: 5 }]
   */
  dayOfWeek(): Expr<N, number>;
  /**
   * The moment at which its unit began.
   *
   * @param unit a length of time; weeks begin on Mondays
   * @example
   * const rows = fromRecords([{ at: new Date(Date.UTC(2024, 1, 9, 15)) }]);
   * const part = col("at").truncate("month");
   * await rows.select({ part }).collect(); // → [{ part: new Date(Date.UTC(2024, 1, 1)) }]
   */
  truncate(
    unit: "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second",
  ): Expr<N, Date>;
}

/** Their names, which are those of the functions behind them. */
export const TIME_METHODS = [
  "year",
  "month",
  "day",
  "hour",
  "dayOfWeek",
  "truncate",
] as const satisfies readonly (keyof TimeMethods<string>)[];
