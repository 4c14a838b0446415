// Records as a file that the engine reads: lines of JSON, with all digits of whole numbers.
import { writeFileSync } from "node:fs";

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

/** JSON has neither NaN nor BigInts nor dates: what the engine reads in their place. */
function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return `${value}`;
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
