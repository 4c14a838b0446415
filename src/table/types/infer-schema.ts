// The types of columns by their values.
import { ArgumentError } from "../../base/errors.js";
import { quoteName } from "../../engine/sql-text.js";
import { commonType } from "./column-types.js";
import type { Schema } from "./table-schema.js";

/** Columns of records: those of `given`, and all others with the type that holds their values. */
export function inferredSchema(
  rows: readonly Readonly<Record<string, unknown>>[],
  given: ReadonlyMap<string, string>,
  method: string,
): Schema {
  const types = new Map<string, string | undefined>(given);
  rows.forEach((row, k) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw new ArgumentError(
        "value",
        `${method}: row ${k} is no object: expected { column: value }`,
      );
    }
    for (const [name, value] of Object.entries(row)) {
      if (given.has(name)) continue;
      const type = typeOfValue(value, `${method}: ${name} of row ${k}`);
      const before = types.get(name);
      types.set(name, joined(before, type, `${method}: ${name} of row ${k}`));
    }
  });
  return [...types].map(([name, type]) => [name, type ?? "VARCHAR"] as const);
}

function joined(
  before: string | undefined,
  type: string | undefined,
  place: string,
): string | undefined {
  if (before === undefined || type === undefined || before === type) return before ?? type;
  const both = commonType(before, type);
  const isLoss = both === "VARCHAR" && before !== "VARCHAR" && type !== "VARCHAR";
  if ((both === "VARCHAR" && before !== type) || isLoss) {
    const text = `${place} is a ${type}, and others are ${before}: give the column a type in schema`;
    throw new ArgumentError("value", text);
  }
  return both;
}

function typeOfValue(value: unknown, place: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "BIGINT" : "DOUBLE";
    case "bigint":
      return BigInt.asIntN(64, value) === value ? "BIGINT" : "DECIMAL(38,0)";
    case "string":
      return "VARCHAR";
    case "boolean":
      return "BOOLEAN";
    case "object":
      return typeOfObject(value, place);
    default:
      throw new ArgumentError(
        "value",
        `${place} is a ${typeof value}: expected a value of a column`,
      );
  }
}

function typeOfObject(value: object, place: string): string | undefined {
  if (value instanceof Date) return "TIMESTAMP";
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && Symbol.iterator in value)) {
    let type: string | undefined;
    for (const item of value as Iterable<unknown>)
      type = joined(type, typeOfValue(item, place), place);
    return type === undefined ? undefined : `${type}[]`;
  }
  const fields = Object.entries(value).map(
    ([name, own]) => `${quoteName(name)} ${typeOfValue(own, place) ?? "VARCHAR"}`,
  );
  if (fields.length > 0) return `STRUCT(${fields.join(", ")})`;
  throw new ArgumentError("value", `${place} is an empty object: expected a value of a column`);
}
