// The columns of a table: names and types, known before anything runs.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import type { QueryColumn } from "../../graph/model/query-tables.js";

/** Names and types of columns, in order; types in the engine's words. */
export type Schema = readonly QueryColumn[];

/**
 * The type of a column. @throws ArgumentError `argument.value`, with the nearest names, for one
 * that is not there
 */
export function typeOf(schema: Schema, name: string, method: string): string {
  const found = schema.find(([own]) => own === name);
  if (found !== undefined) return found[1];
  throw unknownColumn(schema, name, method);
}

/**
 * Columns have different names. The engine takes names that differ in upper and lower case for one,
 * and none that is empty.
 *
 * @throws ArgumentError `argument.value` for two that are one, and for an empty name
 */
export function checkDifferent(schema: Schema): void {
  const names = new Map<string, string>();
  for (const [name] of schema) {
    if (name === "") {
      const text = "a table would have a column whose name is empty: give it a name";
      throw new ArgumentError("value", text, { columns: schema.map(([own]) => own) });
    }
    const key = name.toLowerCase();
    const other = names.get(key);
    if (other !== undefined) {
      const text = `a table would have columns ${JSON.stringify(other)} and ${JSON.stringify(name)}: names that differ in upper and lower case only are one: give one of them another name`;
      throw new ArgumentError("value", text, { columns: [other, name] });
    }
    names.set(key, name);
  }
}

/** The error of a column that is not there. */
export function unknownColumn(schema: Schema, name: unknown, method: string): ArgumentError {
  const names = schema.map(([own]) => own);
  if (typeof name !== "string") {
    const text = `${method}: ${shown(name)} is no name of a column: expected a text such as ${shown(names[0])}`;
    return new ArgumentError("value", text, { column: name, columns: names });
  }
  const near = nearestNames(name, names);
  const hint =
    near.length > 0 ? `did you mean ${near.join(" or ")}?` : `it has ${names.join(", ")}`;
  const text = `${method}: there is no column ${JSON.stringify(name)}: ${hint}`;
  return new ArgumentError("value", text, { column: name, columns: names });
}

/** Up to three names that are like the one given, the nearest first. */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return names
    .map((own) => ({ own, far: distance(name.toLowerCase(), own.toLowerCase()) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ own }) => own);
}

/** How many letters have to be put in, left out or changed to make one of the other. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let k = 0; k < b.length; k++) {
      const change = (before[k] as number) + (a[i] === b[k] ? 0 : 1);
      row.push(Math.min(change, (before[k + 1] as number) + 1, (row[k] as number) + 1));
    }
    before = row;
  }
  return before[b.length] as number;
}
