// The text of Zarr's metadata. It has what JSON.parse and JSON.stringify lose: integers beyond 2^53
// as fill values, negative zero, and the NaN and Infinity that Python writes into attributes.
import { randomUUID } from "node:crypto";

/** Whether a text has any of these. */
const EXACT = /\b(?:NaN|Infinity)\b|"fill_value"\s*:\s*-?\d{16}/;

/** A long integer as fill value; a string, which is passed over; a word that JSON lacks. */
const TOKENS =
  /("fill_value"\s*:\s*)(-?\d{16,})(?![\d.eE])|"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * The value of a text. Long integers that are the fill value of an array are strings of digits.
 *
 * @throws SyntaxError when it is no JSON
 */
export function parseZarrJson(text: string): unknown {
  if (!EXACT.test(text)) return JSON.parse(text);
  const mark = randomUUID();
  const marked = text.replace(TOKENS, (token: string, key?: string, digits?: string) => {
    if (key !== undefined) return `${key}"${mark}${digits}"`;
    return token.startsWith('"') ? token : `"${mark}${token}"`;
  });
  return JSON.parse(marked, function (this: object, key: string, value: unknown): unknown {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const token = value.slice(mark.length);
    return key === "fill_value" && isArrayMetadata(this) ? token : Number(token);
  });
}

/** The text of a value; the opposite of {@link parseZarrJson}. */
export function zarrJson(value: unknown): string {
  const mark = randomUUID();
  const marked = JSON.stringify(
    value,
    function (this: object, key: string, member: unknown): unknown {
      if (typeof member === "number") {
        if (Object.is(member, -0)) return `${mark}-0.0`;
        return Number.isFinite(member) ? member : `${mark}${member}`;
      }
      const isFill = key === "fill_value" && isArrayMetadata(this);
      return isFill && /^-?\d+$/.test(String(member)) ? `${mark}${member}` : member;
    },
    2,
  );
  return marked.replaceAll(new RegExp(`"${mark}([^"]*)"`, "g"), "$1");
}

/** Whether an object is the metadata of an array, and not attributes. */
function isArrayMetadata(holder: object): boolean {
  return "zarr_format" in holder && "shape" in holder;
}
