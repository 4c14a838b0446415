// Texts, as methods of expressions.
import type { ColumnValue, Expr } from "./expr.js";

/** Texts. */
export interface TextMethods<N extends string> {
  /**
   * The text in small letters.
   *
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ text: col("a").lower() }).collect(); // → [{ text: "ada" }]
   */
  lower(): Expr<N, string>;
  /**
   * The text in capitals.
   *
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ text: col("a").upper() }).collect(); // → [{ text: "ADA" }]
   */
  upper(): Expr<N, string>;
  /**
   * The text without spaces at its ends.
   *
   * @example
   * const rows = fromRecords([{ a: " Ada " }]);
   * await rows.select({ text: col("a").trim() }).collect(); // → [{ text: "Ada" }]
   */
  trim(): Expr<N, string>;
  /**
   * How many characters the text has.
   *
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ length: col("a").length() }).collect(); // → [{ length: 3 }]
   */
  length(): Expr<N, number>;
  /**
   * The text with others after it; null where one of them is.
   *
   * @param others expressions, or values
   * @example
   * const rows = fromRecords([{ a: "Ada", b: "L." }]);
   * const text = col("a").concat(" ", col("b"));
   * await rows.select({ text }).collect(); // → [{ text: "Ada L." }]
   */
  concat<M extends string = never>(...others: readonly ColumnValue<M>[]): Expr<N | M, string>;
  /**
   * The text with each `from` in it replaced.
   *
   * @param from the text to look for
   * @param to what takes its place
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ text: col("a").replaceAll("a", "e") }).collect(); // → [{ text: "Ade" }]
   */
  replaceAll(from: string, to: string): Expr<N, string>;
  /**
   * Whether the text begins with another.
   *
   * @param text how it may begin; capitals count
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ holds: col("a").startsWith("Ad") }).collect(); // → [{ holds: true }]
   */
  startsWith(text: string): Expr<N, boolean>;
  /**
   * Whether the text ends with another.
   *
   * @param text how it may end; capitals count
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ holds: col("a").endsWith("da") }).collect(); // → [{ holds: true }]
   */
  endsWith(text: string): Expr<N, boolean>;
  /**
   * Whether the text has another in it.
   *
   * @param text what to look for; capitals count
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ holds: col("a").includes("d") }).collect(); // → [{ holds: true }]
   */
  includes(text: string): Expr<N, boolean>;
  /**
   * Whether the whole text matches a pattern.
   *
   * @param pattern a text in which `%` is any text, `_` any character
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ holds: col("a").like("A%") }).collect(); // → [{ holds: true }]
   */
  like(pattern: string): Expr<N, boolean>;
  /**
   * Whether a part of the text matches a regular expression.
   *
   * @param pattern the expression as a text, in the syntax of RE2
   * @example
   * const rows = fromRecords([{ a: "Ada" }]);
   * await rows.select({ holds: col("a").matches("d.$") }).collect(); // → [{ holds: true }]
   */
  matches(pattern: string): Expr<N, boolean>;
}

/** Their names, which are those of the functions behind them. */
export const TEXT_METHODS = [
  "lower",
  "upper",
  "trim",
  "length",
  "concat",
  "replaceAll",
  "startsWith",
  "endsWith",
  "includes",
  "like",
  "matches",
] as const satisfies readonly (keyof TextMethods<string>)[];
