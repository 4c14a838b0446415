// The first rows of a table as text, in a frame.
import { familyOf, type TypeFamily, userType } from "../types/column-types.js";
import type { Schema } from "../types/table-schema.js";

/** Values at the right of their column. */
const NUMBERS: readonly TypeFamily[] = ["integer", "decimal", "float"];

/** How long a text may be before it is cut. */
const TEXT_LENGTH_MAX = 24;

/**
 * Rows in a frame: names, types, numbers to the right, long texts cut.
 *
 * @param more whether there are rows beyond these
 */
export function framed(
  schema: Schema,
  columns: readonly (readonly unknown[])[],
  more: boolean,
  textLength = TEXT_LENGTH_MAX,
): string {
  const rows = columns[0]?.length ?? 0;
  const cells = schema.map(([name, type], k) => [
    name,
    userType(type),
    ...(columns[k] ?? []).map((value) => cut(cellText(value, type), textLength)),
  ]);
  const widths = cells.map((column) => Math.max(...column.map(widthOf)));
  const isRight = schema.map(([, type]) => NUMBERS.includes(familyOf(type)));
  const line = (at: number) =>
    `| ${cells.map((column, k) => padded(column[at] ?? "", widths[k] as number, isRight[k] === true)).join(" | ")} |`;
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  return [
    rule,
    line(0),
    line(1),
    rule,
    ...Array.from({ length: rows }, (_, row) => line(row + 2)),
    rule,
    ...(more ? [`only the first ${rows} rows`] : []),
  ].join("\n");
}

function cellText(value: unknown, type: string): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return momentText(value, type);
  if (typeof value === "string") return value.replaceAll(/[\n\r\t]/g, " ");
  if (typeof value === "object") {
    return JSON.stringify(value, (_, own: unknown) => (typeof own === "bigint" ? `${own}` : own));
  }
  return `${value as number}`;
}

function momentText(value: Date, type: string): string {
  if (Number.isNaN(value.getTime())) return "null";
  const text = value.toISOString();
  return type === "DATE" ? text.slice(0, 10) : text.replace("T", " ").replace(/(\.000)?Z$/, "");
}

/** Characters take the room of one, but for those of East Asia and pictures, which take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  return width;
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

function padded(text: string, width: number, isRight: boolean): string {
  const room = " ".repeat(Math.max(width - widthOf(text), 0));
  return isRight ? room + text : text + room;
}
