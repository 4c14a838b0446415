// Elements of text files, as their bytes arrive, for a task of a bag: lines and whole files by
// text/read-lines.ts, rows of tables by csv/csv-rows.ts. Errors name the file and the line.
import { defined } from "../base/assert.js";
import { ArgumentError } from "../base/errors.js";
import type { TextFeed } from "../graph/model/partition-steps.js";
import type { Sink } from "../kernels/bag/sink.js";
import { pushQuotes, pushRows } from "./csv/csv-rows.js";
import { linesBefore, pushDocument, pushLines } from "./text/read-lines.js";
import { LineError, type TextRun } from "./text/text-run.js";

/**
 * Pushes the elements of block number `block`.
 *
 * @param side of a table that is cut: per block, whether it begins within quotes
 */
export async function pushText(
  feed: TextFeed,
  block: number,
  side: readonly unknown[],
  sink: Sink,
): Promise<void> {
  const end = feed.fileStart[block + 1] as number;
  for (let k = feed.fileStart[block] as number; k < end; k++) {
    const file = feed.fileOf[k] as number;
    const run: TextRun = {
      file,
      path: defined(feed.paths[file], "a text file's path"),
      packing: defined(feed.packings[file], "a file's packing"),
      from: feed.from[k] as number,
      to: feed.to[k] as number,
    };
    try {
      if (await pushRun(feed, run, side.slice(k, k + 2) as boolean[], sink)) return;
    } catch (error) {
      throw await readable(error, run, feed);
    }
  }
}

/** Errors of the file system, of packed bytes and of parsers name no file, or not in words. */
async function readable(error: unknown, run: TextRun, { delimiter, gives }: TextFeed) {
  const { path } = run;
  if (error instanceof LineError) {
    const lineEnd = gives === "records" ? "\n" : delimiter;
    const line = error.line + (await linesBefore(run, error.start, lineEnd));
    const text = `cannot read ${path}: line ${line} ${error.message}`;
    return new ArgumentError("value", text, { path, line });
  }
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== "string" || !/^(E[A-Z]+$|Z_|ERR_|argument.value)/.test(code)) return error;
  const failed = new ArgumentError("value", `cannot read ${path}: ${(error as Error).message}`, {
    path,
  });
  failed.cause = error;
  return failed;
}

/** Returns true if no more elements are wanted. */
function pushRun(
  feed: TextFeed,
  run: TextRun,
  quoted: readonly boolean[],
  sink: Sink,
): Promise<boolean> {
  switch (feed.gives) {
    case "documents":
      return pushDocument(feed, run, sink);
    case "records":
      return pushRows(feed, run, quoted, sink);
    case "quotes":
      return pushQuotes(feed, run, sink);
    default:
      return pushLines(feed, run, sink);
  }
}
