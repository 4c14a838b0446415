// Records as a file that the engine reads: lines of JSON, with all digits of whole numbers.
import { writeFileSync } from "node:fs";
import { ArgumentError } from "../base/errors.js";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { areLists, type RowColumn } from "../shipping/values/packed-rows.js";

/** Lines that are put together before they are written. */
const LINES = 4_096;

/** Writes records, a line each. */
export function writeRecords(path: string, records: readonly unknown[]): void {
  writeFileSync(path, "");
  for (let at = 0; at < records.length; at += LINES) {
    const lines = records.slice(at, at + LINES).map((record) => `${jsonOf(record)}\n`);
    writeFileSync(path, lines.join(""), { flag: "a" });
  }
}

/** The engine's types of whole numbers, and of lists of them. */
const WHOLE_TYPE = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?(\[\])*$/;

/**
 * Whole numbers in columns of these: the engine would round others.
 *
 * @throws ArgumentError `argument.value` for the first one that is none
 */
export function checkWholeNumbers(
  columns: readonly QueryColumn[],
  records: readonly unknown[],
): void {
  const rows = records as readonly (Readonly<Record<string, unknown>> | null)[];
  checkWholeColumns(
    columns,
    columns.map(([name, type]) =>
      WHOLE_TYPE.test(type) ? rows.map((record) => record?.[name]) : [],
    ),
  );
}

/** The same of values by column. @throws ArgumentError as {@link checkWholeNumbers} */
export function checkWholeColumns(
  columns: readonly QueryColumn[],
  values: readonly RowColumn[],
): void {
  columns.forEach(([name, type], k) => {
    const value = WHOLE_TYPE.test(type) ? brokenIn(values[k] ?? []) : undefined;
    if (value === undefined) return;
    const lists = type.endsWith("[]") ? "lists of " : "";
    const wanted = `float64${"[]".repeat(type.split("[]").length - 1)}`;
    const text = `column ${JSON.stringify(name)} has ${lists}whole numbers, and a row has ${value}: give the column the type ${wanted} in schema`;
    throw new ArgumentError("value", text, { column: name, value });
  });
}

/** The first number that is not whole, in lists as well. */
function brokenIn(values: RowColumn): number | undefined {
  if (areLists(values)) return brokenIn(values.elements);
  for (const value of values) {
    if (typeof value === "number" && !Number.isInteger(value) && Number.isFinite(value))
      return value;
    const within = Array.isArray(value) ? brokenIn(value) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

/** JSON has neither NaN nor BigInts nor dates: what the engine reads in their place. */
function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return `${value}`;
  if (Object.is(value, -0)) return "-0.0";
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : `"${value}"`;
  if (typeof value !== "object") return JSON.stringify(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime())
      ? "null"
      : JSON.stringify(value.toISOString().replace("T", " ").replace("Z", ""));
  }
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (ArrayBuffer.isView(value)) return `[${Array.from(value as Uint8Array, jsonOf).join(",")}]`;
  const fields = Object.entries(value)
    .filter(([, own]) => own !== undefined)
    .map(([name, own]) => `${JSON.stringify(name)}:${jsonOf(own)}`);
  return `{${fields.join(",")}}`;
}
