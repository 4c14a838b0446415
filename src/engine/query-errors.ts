// The engine's errors in terms of what the user has: files instead of copies, and lines of these.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline/promises";
import { ArgumentError, isTileworkError, TaskError } from "../base/errors.js";
import { linesBefore } from "../formats/text/read-lines.js";
import { oddLineEnd } from "./csv-start.js";
import type { FileOrigin } from "./open-tables.js";

/** The error that a task ends with. */
export async function queryError(
  error: unknown,
  origins: ReadonlyMap<string, FileOrigin> = new Map(),
  isAlone = false,
): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  if (/^Out of Memory Error/.test(error.message)) return memoryError(error, isAlone);
  if (isTileworkError(error)) return error;
  const [, gone] = /No files found that match the pattern "(.+)"/.exec(error.message) ?? [];
  if (gone !== undefined) return goneError(gone);
  const place = await placeOf(error.message);
  if (place === undefined) return readable(error, origins);
  const origin = origins.get(place.path);
  const path = origin?.path ?? place.path;
  if (origin?.hasObjects === true) {
    const row = place.line - 1;
    const text = `row ${row} of a partition ${place.problem}: give the column another type in schema, or mend the row`;
    return new ArgumentError("value", text, { row });
  }
  const before =
    origin === undefined || origin.start === 0
      ? 0
      : await linesBefore(
          { file: 0, path, packing: "none", from: 0, to: Infinity },
          origin.start,
          "\n",
        );
  const line = place.line + before;
  const text = `cannot read ${path}: line ${line} ${place.problem}: give the column another type in schema, or mend the line`;
  return new ArgumentError("value", text, { path, line });
}

function goneError(path: string): Error {
  const text = `cannot read ${path}: it was there when the table was made, and is gone: put it back, or make the table again`;
  return new ArgumentError("value", text, { path });
}

/** A partition that has no room, though the engine has put on disk what it can. */
function memoryError(error: Error, isAlone: boolean): Error {
  const [first = ""] = error.message.split("\n");
  const text = isAlone
    ? `a table does not fit in the memory of its statement, which is 40 % of its worker's: give it more memory, or set table.oneStatement to false (${first})`
    : `a partition of a table does not fit in the memory of its thread, which is 30 % of its worker's by the number of threads: give the worker more memory or fewer threads, or the table more partitions (${first})`;
  // The worker adds the task and its own name.
  return new TaskError("memory", text, { key: "", worker: "" });
}

/** A mistake in a line of a file. */
interface BrokenLine {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

/** The engine's message about a line. */
async function placeOf(message: string): Promise<BrokenLine | undefined> {
  const json = message.match(
    /(Malformed JSON|JSON transform error) in file "(.+)",.* in (?:line|record\/value) (\d+): ([^\n]*)/,
  );
  if (json !== null) {
    const [, kind, path = "", number, problem = ""] = json;
    // The engine counts objects, and one more where it can read none.
    const object = Number(number) - (kind === "Malformed JSON" ? 1 : 0);
    return { path, line: await lineOfObject(path, object), problem: `is no row: ${problem}` };
  }
  if (message.includes("CSV Parser state machine")) return oddLineOf(message);
  const csv = message.match(/CSV Error on Line: (\d+)([\s\S]*)/);
  const path = fileNamedIn(message);
  if (csv === null || path === undefined) return undefined;
  const [original, problem] = (csv[2] ?? "")
    .split("\n")
    .map((part) => part.trim())
    .filter(Boolean);
  return { path, line: Number(csv[1]), problem: `${problem ?? "is no row"} (${original ?? ""})` };
}

/** The file that the engine's options name below an error of CSV. */
function fileNamedIn(message: string): string | undefined {
  return message.match(/^\s*file\s*=\s*(.+)$/m)?.[1]?.trim();
}

/** The engine gives up without a line where lines end in different ways. */
async function oddLineOf(message: string): Promise<BrokenLine | undefined> {
  const path = fileNamedIn(message);
  if (path === undefined) return undefined;
  const odd = await oddLineEnd(path, message.match(/^\s*quote = (\S) /m)?.[1]);
  return odd && { path, ...odd };
}

/** The line of an object of JSON, from 1: empty lines are none. */
async function lineOfObject(path: string, object: number): Promise<number> {
  let [line, objects] = [0, 0];
  for await (const text of createInterface({ input: createReadStream(path) })) {
    line++;
    if (text.trim() !== "" && ++objects === object) break;
  }
  return line;
}

/** Without the paths of copies. */
function readable(error: Error, origins: ReadonlyMap<string, FileOrigin>): Error {
  let text = error.message;
  for (const [copy, { path }] of origins) text = text.replaceAll(copy, path);
  const [first = text] = text.split("\n\nLINE ");
  return new ArgumentError("value", first, {});
}
