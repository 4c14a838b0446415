// Constants of the engine's plans as SQL.
import type { PlanJson } from "../../engine/plan-query.js";
import { quoteText } from "../../engine/sql-text.js";
import { digitsOf, familyOf } from "../types/column-types.js";
import { nodeAt, typeText, unknown } from "./plan-nodes.js";

const DAY_MS = 86_400_000;

/** A constant, and its type. */
export function constantSql(value: PlanJson): { readonly sql: string; readonly type: string } {
  const typed = nodeAt(value, "type");
  if (typed.id === "NULL") return { sql: "NULL", type: "INTEGER" };
  const type = typeText(typed);
  if (value.is_null === true) return { sql: `CAST(NULL AS ${type})`, type };
  return { sql: literal(value.value, type), type };
}

function literal(value: unknown, type: string): string {
  switch (familyOf(type)) {
    case "integer":
      return `CAST(${wholeText(value)} AS ${type})`;
    case "decimal":
      return `CAST(${decimalText(value, type)} AS ${type})`;
    case "float":
      return `CAST(${quoteText(String(value))} AS ${type})`;
    case "text":
      return quoteText(String(value));
    case "boolean":
      return String(value);
    case "moment":
      return momentText(value, type);
    default:
      return type === "INTERVAL" ? intervalText(value) : unknown(`it has a constant of ${type}`);
  }
}

/** Large ones come as texts, and as two halves. */
function wholeText(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    const { upper, lower } = value as { readonly upper: unknown; readonly lower: unknown };
    return String((BigInt(String(upper)) << 64n) + BigInt(String(lower)));
  }
  return String(value);
}

/** A decimal's digits with their point. */
export function decimalText(value: unknown, type: string): string {
  const [, scale] = digitsOf(type);
  const whole = wholeText(value);
  const sign = whole.startsWith("-") ? "-" : "";
  const digits = whole.replace("-", "").padStart(scale + 1, "0");
  const point = digits.length - scale;
  return scale === 0
    ? `${sign}${digits}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function momentText(value: unknown, type: string): string {
  if (type === "DATE") {
    const date = new Date(Number(value) * DAY_MS);
    const year = Number.isNaN(date.getTime()) ? -1 : date.getUTCFullYear();
    if (year < 1 || year > 9_999) return unknown("it has a date far from now");
    return `CAST(${quoteText(date.toISOString().slice(0, 10))} AS DATE)`;
  }
  if (type === "TIME") return unknown("it has a time of the day");
  return `CAST(make_timestamp(CAST(${wholeText(value)} AS BIGINT)) AS ${type})`;
}

function intervalText(value: unknown): string {
  const { months, days, micros } = value as Readonly<Record<string, unknown>>;
  return `(to_months(${wholeText(months)}) + to_days(${wholeText(days)}) + to_microseconds(${wholeText(micros)}))`;
}
