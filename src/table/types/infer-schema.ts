// The types of columns by their values.
import { ArgumentError } from "../../base/errors.js";
import { quoteName } from "../../engine/sql-text.js";
import { commonType, userType } from "./column-types.js";
import type { Schema } from "./table-schema.js";

/** The type of some values: the engine's word, or what lists and objects among them hold. */
type Inferred = string | { readonly items: Inferred | undefined } | ReadonlyMap<string, Field>;
type Field = Inferred | undefined;

/** Columns of records: those of `given`, and all others with the type that holds their values. */
export function inferredSchema(
  rows: readonly Readonly<Record<string, unknown>>[],
  given: ReadonlyMap<string, string>,
  method: string,
): Schema {
  const types = new Map<string, Field>(given);
  rows.forEach((row, k) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw new ArgumentError(
        "value",
        `${method}: row ${k} is no object: expected { column: value }`,
      );
    }
    for (const [name, value] of Object.entries(row)) {
      if (given.has(name)) continue;
      const place = `${method}: ${name} of row ${k}`;
      types.set(name, joined(types.get(name), typeOfValue(value, place), place));
    }
  });
  return [...types].map(([name, type]) => [name, typeText(type, `${method}: ${name}`)] as const);
}

/** A type that holds the values of both. */
function joined(before: Field, type: Field, place: string): Field {
  if (before === undefined || type === undefined || before === type) return before ?? type;
  if (typeof before === "string" && typeof type === "string") {
    const both = commonType(before, type);
    if (both !== "VARCHAR") return both;
  } else if (before instanceof Map && type instanceof Map) {
    const fields = new Map<string, Field>(before);
    for (const [name, own] of type) fields.set(name, joined(fields.get(name), own, place));
    return fields;
  } else if (isList(before) && isList(type)) {
    return { items: joined(before.items, type.items, place) };
  }
  const [own, others] = [type, before].map((one) => userType(typeText(one, place)));
  const text = `${place} is a ${own}, and others are ${others}: give the column a type in schema`;
  throw new ArgumentError("value", text);
}

function isList(type: Inferred): type is { readonly items: Field } {
  return typeof type === "object" && !(type instanceof Map);
}

/** In the engine's words; values of which all are null are texts. */
function typeText(type: Field, place: string): string {
  if (type === undefined) return "VARCHAR";
  if (typeof type === "string") return type;
  if (isList(type)) return `${typeText(type.items, place)}[]`;
  const fields = [...type].map(([name, own]) => `${quoteName(name)} ${typeText(own, place)}`);
  if (fields.length > 0) return `STRUCT(${fields.join(", ")})`;
  throw new ArgumentError("value", `${place} is an empty object: expected a value of a column`);
}

function typeOfValue(value: unknown, place: string): Field {
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

function typeOfObject(value: object, place: string): Field {
  if (value instanceof Date) return "TIMESTAMP";
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && Symbol.iterator in value)) {
    let items: Field;
    for (const item of value as Iterable<unknown>)
      items = joined(items, typeOfValue(item, place), place);
    return { items };
  }
  return new Map(Object.entries(value).map(([name, own]) => [name, typeOfValue(own, place)]));
}
