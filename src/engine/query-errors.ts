// The engine's errors in terms of what the user has: files instead of copies, and lines of these.
import { ArgumentError } from "../base/errors.js";
import { linesBefore } from "../formats/text/read-lines.js";
import type { FileOrigin } from "./open-tables.js";

/** The error that a task ends with. */
export async function queryError(
  error: unknown,
  origins: ReadonlyMap<string, FileOrigin> = new Map(),
): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  const { message } = error;
  const csv = message.match(/CSV Error on Line: (\d+)([\s\S]*)/);
  const named = message.match(/^\s*file\s*=\s*(.+)$/m)?.[1]?.trim();
  if (csv === null || named === undefined) return readable(error, origins);
  const origin = origins.get(named);
  const path = origin?.path ?? named;
  const before =
    origin === undefined || origin.start === 0
      ? 0
      : await linesBefore(
          { file: 0, path, packing: "none", from: 0, to: Infinity },
          origin.start,
          "\n",
        );
  const line = Number(csv[1]) + before;
  const what = (csv[2] ?? "")
    .split("\n")
    .map((part) => part.trim())
    .filter(Boolean);
  const [original, problem] = what;
  const text = `cannot read ${path}: line ${line} ${problem ?? "is no row"} (${original ?? ""}): give the column another type in schema, or mend the line`;
  return new ArgumentError("value", text, { path, line });
}

/** Without the paths of copies. */
function readable(error: Error, origins: ReadonlyMap<string, FileOrigin>): Error {
  let text = error.message;
  for (const [copy, { path }] of origins) text = text.replaceAll(copy, path);
  const [first = text] = text.split("\n\nLINE ");
  return new ArgumentError("value", first, {});
}
