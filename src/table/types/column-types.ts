// The types of columns: the names that users see, and the engine's.
import type { DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";

const ENGINE_TYPES: Readonly<Record<string, string>> = {
  bool: "BOOLEAN",
  int8: "TINYINT",
  int16: "SMALLINT",
  int32: "INTEGER",
  int64: "BIGINT",
  uint8: "UTINYINT",
  uint16: "USMALLINT",
  uint32: "UINTEGER",
  uint64: "UBIGINT",
  float32: "FLOAT",
  float64: "DOUBLE",
  string: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  time: "TIME",
  timestamp: "TIMESTAMP",
  timestamptz: "TIMESTAMP WITH TIME ZONE",
  interval: "INTERVAL",
  uuid: "UUID",
  json: "JSON",
};

const USER_TYPES = new Map(Object.entries(ENGINE_TYPES).map(([ours, theirs]) => [theirs, ours]));

/** The plain types of columns. */
export type PlainColumnType =
  | Exclude<DType, `complex${string}`>
  | "string"
  | "binary"
  | "date"
  | "time"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "uuid"
  | "json";

/**
 * A type of a column: plain, a decimal with its digits, a list `"int64[]"`, or one in the engine's
 * own words.
 */
export type ColumnType =
  | PlainColumnType
  | `decimal(${number},${number})`
  | `${PlainColumnType}[]`
  | (string & {});

/**
 * The type in the engine's words. @throws ArgumentError `argument.dtype` for what cannot be a type
 */
export function engineType(type: string, method: string): string {
  if (type.endsWith("[]")) return `${engineType(type.slice(0, -2), method)}[]`;
  const plain = ENGINE_TYPES[type.toLowerCase()];
  if (plain !== undefined) return plain;
  const decimal = type.match(/^decimal\((\d+), ?(\d+)\)$/i);
  if (decimal !== null) return `DECIMAL(${decimal[1]},${decimal[2]})`;
  if (/^[A-Z][A-Z_ ]*(\(.*\))?(\[\d*\])*$/s.test(type)) return type;
  const text = `${method}: there is no column type ${JSON.stringify(type)}: expected ${Object.keys(ENGINE_TYPES).join(", ")}, decimal(15,2), or one of these followed by []`;
  throw new ArgumentError("dtype", text, { type });
}

/** The type as users see it. */
export function userType(type: string): string {
  if (type.endsWith("[]")) return `${userType(type.slice(0, -2))}[]`;
  const plain = USER_TYPES.get(type);
  if (plain !== undefined) return plain;
  return /^(DECIMAL|STRUCT|MAP|ENUM|HUGEINT)/.test(type) ? type.toLowerCase() : type;
}

/** The kinds of types that arithmetic distinguishes. */
export type TypeFamily = "integer" | "decimal" | "float" | "text" | "boolean" | "moment" | "other";

/** The family of an engine's type. */
export function familyOf(type: string): TypeFamily {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return "integer";
  if (type.startsWith("DECIMAL")) return "decimal";
  if (type === "FLOAT" || type === "DOUBLE") return "float";
  if (type === "VARCHAR" || type.startsWith("ENUM")) return "text";
  if (type === "BOOLEAN") return "boolean";
  return /^(DATE|TIME)/.test(type) ? "moment" : "other";
}

/** Digits of a decimal: all, and those after the point. Whole numbers are decimals, too. */
export function digitsOf(type: string): readonly [width: number, scale: number] {
  const match = type.match(/^DECIMAL\((\d+), ?(\d+)\)$/);
  if (match !== null) return [Number(match[1]), Number(match[2])];
  const widths: Readonly<Record<string, number>> = {
    TINYINT: 3,
    UTINYINT: 3,
    SMALLINT: 5,
    USMALLINT: 5,
    INTEGER: 10,
    UINTEGER: 10,
    BIGINT: 19,
    UBIGINT: 20,
  };
  return [widths[type] ?? 38, 0];
}

/** Types of numbers from the narrowest to the widest. */
const LADDER = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"];

/** A type that holds the values of both; text where there is no other. */
export function commonType(a: string, b: string): string {
  if (a === b) return a;
  const [one, two] = [familyOf(a), familyOf(b)];
  if (a === '"NULL"' || a === "NULL") return b;
  if (b === '"NULL"' || b === "NULL") return a;
  const isNumber = (family: TypeFamily) => ["integer", "decimal", "float"].includes(family);
  if (isNumber(one) && isNumber(two)) {
    if (one === "float" || two === "float") return a === "FLOAT" && b === "FLOAT" ? a : "DOUBLE";
    if (one === "decimal" || two === "decimal") return widerDecimal(a, b, 0);
    const at = Math.max(signedRank(a), signedRank(b));
    return LADDER[at] ?? "BIGINT";
  }
  if (one === "moment" && two === "moment") {
    if (a === "TIME" || b === "TIME") return "VARCHAR";
    return [a, b].some((type) => type.includes("ZONE")) ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
  }
  return "VARCHAR";
}

function signedRank(type: string): number {
  return type.startsWith("U") ? LADDER.indexOf(type.slice(1)) + 1 : LADDER.indexOf(type);
}

/** A decimal for both, with so many digits more before the point. */
export function widerDecimal(a: string, b: string, more: number): string {
  const [widthA, scaleA] = digitsOf(a);
  const [widthB, scaleB] = digitsOf(b);
  const scale = Math.max(scaleA, scaleB);
  const width = Math.max(widthA - scaleA, widthB - scaleB) + scale + more;
  return `DECIMAL(${Math.min(width, 38)},${scale})`;
}
