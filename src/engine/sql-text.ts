// Names and values as SQL has them.
import type { QueryColumn } from "../graph/model/query-tables.js";

/** A name of a column or table, quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a literal. The engine's parser ends at a NUL character, which is a call instead. */
export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\0") ? `(${quoted.replaceAll("\0", "' || chr(0) || '")})` : quoted;
}

/** A list of texts as a literal. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(", ")}]`;
}

/** Columns by their names, in these types: what a SELECT lists. */
export function castColumns(columns: readonly QueryColumn[]): string {
  return columns
    .map(([name, type]) => `CAST(${quoteName(name)} AS ${type}) AS ${quoteName(name)}`)
    .join(", ");
}

/**
 * A query whose result a file of a partition holds exactly: Parquet has no intervals below 0, and
 * cuts off microseconds.
 */
export function storedSql(sql: string, columns: readonly QueryColumn[]): string {
  const texts = columns.flatMap(([name, type]) =>
    type === "INTERVAL" ? [`CAST(${quoteName(name)} AS VARCHAR) AS ${quoteName(name)}`] : [],
  );
  return texts.length === 0 ? sql : `SELECT * REPLACE (${texts.join(", ")}) FROM (${sql})`;
}

/** The columns of such a file as they were. */
export function storedColumns(columns: readonly QueryColumn[]): string {
  return columns
    .map(([name, type]) =>
      type === "INTERVAL"
        ? `CAST(${quoteName(name)} AS INTERVAL) AS ${quoteName(name)}`
        : quoteName(name),
    )
    .join(", ");
}

/** A table of these columns without rows, in SQL. */
export function emptyTable(columns: readonly QueryColumn[]): string {
  const typed = columns.map(([name, type]) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`);
  return `SELECT ${typed.join(", ")} WHERE false`;
}
