// Columns whose values the folders of files say: `year=2024/month=5/0.parquet`.
import { ArgumentError } from "../base/errors.js";
import { NO_VALUE } from "../engine/write-files.js";
import { isUrl } from "../formats/remote/remote-address.js";
import type { FolderColumn } from "../graph/model/query-tables.js";
import type { Schema } from "../table/types/table-schema.js";

/** The columns of files' folders, and their types: whole numbers, dates, or texts. */
export function folderColumns(paths: readonly string[]): {
  readonly columns: readonly FolderColumn[];
  readonly schema: Schema;
} {
  const said = paths.map(valuesOf);
  const names = said[0]?.map(([name]) => name) ?? [];
  said.forEach((values, k) => {
    const own = values.map(([name]) => name);
    if (own.length === names.length && own.every((name, at) => name === names[at])) return;
    const text = `readParquet: the folders of ${paths[k]} name columns ${own.join(", ") || "none"}, and those of ${paths[0]} ${names.join(", ") || "none"}: read them one by one`;
    throw new ArgumentError("value", text, { path: paths[k], columns: own, expected: names });
  });
  const columns = names.map((name, at) => ({
    name,
    values: said.map((values) => values[at]?.[1] ?? null),
  }));
  return { columns, schema: columns.map(({ name, values }) => [name, typeOfTexts(values)]) };
}

function valuesOf(path: string): (readonly [name: string, value: string | null])[] {
  const [place = path] = isUrl(path) ? path.split("?") : [path];
  const folders = place.split(/[\\/]/).slice(0, -1);
  return folders.flatMap((folder) => {
    const at = folder.indexOf("=");
    if (at <= 0) return [];
    const value = folder.slice(at + 1);
    return [[decoded(folder.slice(0, at)), value === NO_VALUE ? null : decoded(value)] as const];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function typeOfTexts(texts: readonly (string | null)[]): string {
  const values = texts.filter((text) => text !== null);
  const are = (pattern: RegExp) => values.length > 0 && values.every((text) => pattern.test(text));
  // A number that begins with 0 is a name.
  if (are(/^-?(0|[1-9]\d{0,17})$/)) return "BIGINT";
  return are(/^\d{4}-\d{2}-\d{2}$/) ? "DATE" : "VARCHAR";
}
