// Expressions as SQL, with the types of their results. Wrong columns and functions throw here, at
// the call.
import { ArgumentError } from "../../base/errors.js";
import { quoteName, quoteText } from "../../engine/sql-text.js";
import { familyOf, type TypeFamily, userType } from "../types/column-types.js";
import { type Schema, typeOf } from "../types/table-schema.js";
import { AGGREGATES } from "./aggregates.js";
import { FUNCTIONS } from "./functions.js";
import type { AggregateName, ExprNode, Literal, RangeBound, SortKey, WindowNode } from "./nodes.js";
import { intervalSql, parsedPeriod } from "./periods.js";
import { TEXT_METHODS } from "./text-methods.js";
import { TIME_METHODS } from "./time-methods.js";

/** An expression, ready for a query. */
export interface Typed {
  readonly sql: string;
  readonly type: string;
}

/**
 * The expression over columns of `schema`.
 *
 * @param method what the user called, for errors
 */
export function toSql(node: ExprNode, schema: Schema, method: string): Typed {
  switch (node.kind) {
    case "column":
      return { sql: quoteName(node.name), type: typeOf(schema, node.name, method) };
    case "literal":
      return literalSql(node.value);
    case "cast": {
      const value = toSql(node.value, schema, method);
      const word = node.tries ? "TRY_CAST" : "CAST";
      return { sql: `${word}(${value.sql} AS ${node.type})`, type: node.type };
    }
    case "call":
      if (OF_WINDOWS.has(node.name)) {
        const text = `${method}: ${node.name}() is of a window: say over which rows, as in ${node.name}().over({ orderBy: "column" })`;
        throw new ArgumentError("value", text, { name: node.name });
      }
      return callSql(node.name, node.args, schema, method);
    case "over": {
      checkWindow(node.window, schema, method);
      const { sql, type } = windowCall(node.call, windowSql(node.window), schema, method);
      return { sql: `CAST(${sql} AS ${type})`, type };
    }
    case "sql": {
      const parts = node.parts.map((part) =>
        typeof part === "string" ? part : toSql(part, schema, method).sql,
      );
      return { sql: parts.join(""), type: node.type };
    }
    case "aggregate": {
      const { args, type } = aggregateArguments(node.name, node.args, schema, method);
      const aggregate = AGGREGATES[node.name];
      return { sql: bare(node.name, aggregate.whole(args, type)), type: aggregate.type(type) };
    }
  }
}

/** Window functions take no cast around the call itself. */
function bare(name: AggregateName, sql: string): string {
  return name === "sum" ? sql.replace(/^CAST\((.*) AS [^()]+(\([^()]*\))?\)$/s, "$1") : sql;
}

function callSql(name: string, args: readonly ExprNode[], schema: Schema, method: string): Typed {
  const known = FUNCTIONS[name];
  if (known === undefined) {
    throw new ArgumentError("value", `${method}: there is no function ${name} of columns`, {
      name,
    });
  }
  const typed = args.map((arg) => toSql(arg, schema, method));
  if (OF_NUMBERS.has(name)) checkNumbers(name, args, typed, method);
  else checkFirst(name, args, typed, method);
  const type = known.type(typed.map(({ type }) => type));
  const sql = known.sql(typed.map(({ sql, type: own }) => widened(name, sql, own)));
  return { sql: OF_WINDOWS.has(name) ? sql : `CAST(${sql} AS ${type})`, type };
}

const SUMS: ReadonlySet<string> = new Set(["add", "sub"]);
const OF_NUMBERS: ReadonlySet<string> = new Set([
  ...SUMS,
  "mul",
  "mod",
  "pow",
  "neg",
  "abs",
  "sqrt",
  "exp",
  "log",
  "floor",
  "ceil",
  "round",
]);

const OF_TEXTS: ReadonlySet<string> = new Set(
  ["slice", ...TEXT_METHODS].filter((name) => name !== "concat"),
);
const OF_MOMENTS: ReadonlySet<string> = new Set(TIME_METHODS);
const NO_TEXTS: readonly TypeFamily[] = ["integer", "decimal", "float", "boolean", "moment"];
const NO_MOMENTS: readonly TypeFamily[] = ["integer", "decimal", "float", "boolean", "text"];

/** Functions of texts and of moments get such: the engine says so only when it computes. */
function checkFirst(
  name: string,
  [arg]: readonly ExprNode[],
  [typed]: readonly Typed[],
  method: string,
): void {
  const [isOfTexts, isOfMoments] = [OF_TEXTS.has(name), OF_MOMENTS.has(name)];
  if (typed === undefined || arg?.kind === "literal" || !(isOfTexts || isOfMoments)) return;
  if (!(isOfTexts ? NO_TEXTS : NO_MOMENTS).includes(familyOf(typed.type))) return;
  const [type, expected] = [userType(typed.type), isOfTexts ? "texts" : "dates or timestamps"];
  const text = `${method}: ${name} of an expression of ${type}: expected ${expected}; cast it first`;
  throw new ArgumentError("dtype", text, { type });
}

/** The engine has no arithmetic of texts: it says so only when it computes. */
function checkNumbers(
  name: string,
  args: readonly ExprNode[],
  typed: readonly Typed[],
  method: string,
): void {
  const ofMoments = SUMS.has(name) && typed.some(({ type }) => familyOf(type) === "moment");
  const wrong = typed.find(({ type }, k) => {
    // Beside moments, a text may be one, or an interval.
    if (ofMoments && args[k]?.kind === "literal") return false;
    const family = familyOf(type);
    return family === "text" || family === "boolean" || (family === "moment" && !ofMoments);
  });
  if (wrong === undefined) return;
  const type = userType(wrong.type);
  const text = `${method}: ${name} of an expression of ${type}: expected numbers; cast it first`;
  throw new ArgumentError("dtype", text, { type });
}

const WIDENED = new Set(["add", "sub", "mul", "neg", "abs"]);

/** Whole numbers are added in 64 bits. */
function widened(name: string, sql: string, type: string): string {
  const isShort = familyOf(type) === "integer" && type !== "BIGINT" && type !== "UBIGINT";
  return WIDENED.has(name) && isShort ? `CAST(${sql} AS BIGINT)` : sql;
}

/** Window functions have the type that they have. */
const OF_WINDOWS = new Set(["rowNumber", "rank", "denseRank", "lag", "lead"]);

/** An aggregate or a window function over the rows of a window. */
function windowCall(call: ExprNode, window: string, schema: Schema, method: string): Typed {
  if (call.kind === "call" && OF_WINDOWS.has(call.name)) {
    const { sql, type } = callSql(call.name, call.args, schema, method);
    return { sql: `${sql} OVER (${window})`, type };
  }
  if (call.kind !== "aggregate" && call.kind !== "sql") {
    const text = `${method}: over is of an aggregate, rank(), rowNumber(), lag or lead, as in col("a").sum().over(): put what else is done with it after over()`;
    throw new ArgumentError("value", text);
  }
  const { sql, type } = toSql(call, schema, method);
  const over = call.kind === "aggregate" ? AGGREGATES[call.name].over : undefined;
  if (call.kind === "sql" || over === undefined) return { sql: `${sql} OVER (${window})`, type };
  const { args, type: own } = aggregateArguments(call.name, call.args, schema, method);
  return { sql: over(args, own, window), type };
}

/** The arguments of an aggregate, and the type of the first. */
export function aggregateArguments(
  name: AggregateName | "call",
  args: readonly ExprNode[],
  schema: Schema,
  method: string,
): { readonly args: readonly string[]; readonly type: string } {
  const typed = args.map((arg) => toSql(arg, schema, method));
  const type = typed[0]?.type ?? "BIGINT";
  const family = familyOf(type);
  const isNumeric = ["integer", "decimal", "float", "boolean"].includes(family);
  if (["sum", "mean", "std", "var", "median", "quantile"].includes(name) && !isNumeric) {
    const text = `${method}: ${name} of a column of ${userType(type)}: expected numbers; cast it first`;
    throw new ArgumentError("dtype", text, { type: userType(type) });
  }
  return {
    args: typed.map(({ sql }) =>
      family === "boolean" && name !== "any" && name !== "all" && isNumericName(name)
        ? `CAST(${sql} AS BIGINT)`
        : sql,
    ),
    type: family === "boolean" && isNumericName(name) ? "BIGINT" : type,
  };
}

function isNumericName(name: AggregateName | "call"): boolean {
  return ["sum", "mean", "std", "var", "median", "quantile"].includes(name);
}

/** Its columns are there, and a range is of what its bounds are of. */
function checkWindow(window: WindowNode, schema: Schema, method: string): void {
  const { partitionBy, orderBy, range = [] } = window;
  for (const name of [...partitionBy, ...orderBy.map(({ by }) => by)]) {
    typeOf(schema, name, method);
  }
  const far = range.find((bound) => bound !== null && bound !== 0);
  const by = orderBy[0]?.by;
  if (far === undefined || by === undefined) return;
  const type = typeOf(schema, by, method);
  const family = familyOf(type);
  const isOfTime = typeof far === "string";
  const fits = isOfTime
    ? family === "moment" && type !== "TIME"
    : family === "integer" || family === "decimal" || family === "float";
  if (fits) return;
  const expected = isOfTime ? "dates or timestamps" : "numbers";
  const text = `${method}: over has a range of ${JSON.stringify(far)} in the order of ${by}, a column of ${userType(type)}: expected one of ${expected}`;
  throw new ArgumentError("dtype", text, { column: by, type: userType(type) });
}

function boundSql(bound: RangeBound, side: "PRECEDING" | "FOLLOWING"): string {
  if (bound === null) return `UNBOUNDED ${side}`;
  if (bound === 0) return "CURRENT ROW";
  return `${typeof bound === "number" ? bound : intervalSql(parsedPeriod(bound, "over"))} ${side}`;
}

function windowSql({ partitionBy, orderBy, rows, range }: WindowNode): string {
  const parts: string[] = [];
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${partitionBy.map(quoteName).join(", ")}`);
  if (orderBy.length > 0) parts.push(`ORDER BY ${orderSql(orderBy)}`);
  if (rows !== undefined) {
    const [before, after] = rows;
    const from = before === null ? "UNBOUNDED PRECEDING" : `${before} PRECEDING`;
    const to = after === null ? "UNBOUNDED FOLLOWING" : `${after} FOLLOWING`;
    parts.push(`ROWS BETWEEN ${from} AND ${to}`);
  }
  if (range !== undefined) {
    const [before, after] = range;
    parts.push(
      `RANGE BETWEEN ${boundSql(before, "PRECEDING")} AND ${boundSql(after, "FOLLOWING")}`,
    );
  }
  return parts.join(" ");
}

/** The text after `ORDER BY`. */
export function orderSql(keys: readonly SortKey[]): string {
  return keys
    .map(
      ({ by, descending = false, nulls = "last" }) =>
        `${quoteName(by)} ${descending ? "DESC" : "ASC"} NULLS ${nulls.toUpperCase()}`,
    )
    .join(", ");
}

function literalSql(value: Literal): Typed {
  if (value === null) return { sql: "NULL", type: "NULL" };
  switch (typeof value) {
    case "boolean":
      return { sql: `${value}`, type: "BOOLEAN" };
    case "bigint":
      return { sql: `CAST(${value} AS BIGINT)`, type: "BIGINT" };
    case "string":
      return { sql: quoteText(value), type: "VARCHAR" };
    case "number":
      return numberSql(value);
    default:
      return momentSql(value);
  }
}

function numberSql(value: number): Typed {
  if (!Number.isFinite(value)) {
    return { sql: `CAST(${quoteText(String(value))} AS DOUBLE)`, type: "DOUBLE" };
  }
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    const type = Math.abs(value) < 2 ** 31 ? "INTEGER" : "BIGINT";
    return { sql: value < 0 ? `(${value})` : `${value}`, type };
  }
  return { sql: `CAST(${value} AS DOUBLE)`, type: "DOUBLE" };
}

function momentSql(value: Date): Typed {
  const text = value.toISOString().replace("T", " ").replace("Z", "");
  return { sql: `TIMESTAMP ${quoteText(text)}`, type: "TIMESTAMP" };
}
