// Bags of the lines of text files, and of JSON lines. Tables are read-csv.ts and read-ndjson.ts.
import { Bag } from "../bag/bag.js";
import { type TextFileOptions, textFeed } from "../formats/text/text-files.js";
import { textNode } from "./text-node.js";

/** Options of {@link readText}. */
export interface ReadTextOptions extends TextFileOptions {
  /** The end of a line; default: `"\n"`, also after a `"\r"`. */
  readonly delimiter?: string;
  /** Whether elements are pairs of a line and the path of its file. */
  readonly includePath?: boolean;
}

/**
 * The lines of text files, without their ends.
 *
 * @param paths paths and glob patterns, visible to all workers; relative ones start at the working
 * directory of this process. Addresses of servers likewise: `https://…`, `s3://bucket/*.txt`. Files
 * come in the order of the list, and those of a pattern by name
 * @returns a bag of a partition for each file, or by the options; the task of a partition reads it,
 * and lines stream through the steps that follow
 * @throws ArgumentError `argument.value` when a file does not exist, or options contradict each
 * other
 * @throws TaskError `task.failed`, when computed, for a file that cannot be read or unpacked, and
 * for bytes that are not text in the encoding; the error names the file and the line
 * @see https://docs.dask.org/en/stable/generated/dask.bag.read_text.html
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { readText } from "tilework";
 *
 * await writeFile("poem.txt", "a rose\nis a rose\n");
 * const words = (await readText("poem.txt")).flatMap((line) => line.split(" "));
 * await words.frequencies({ sort: true }).take(2); // → [["a", 2], ["rose", 2]]
 */
export function readText(
  paths: string | readonly string[],
  options: ReadTextOptions & { readonly includePath: true },
): Promise<Bag<[line: string, path: string]>>;
export function readText(
  paths: string | readonly string[],
  options?: ReadTextOptions,
): Promise<Bag<string>>;
export async function readText(
  paths: string | readonly string[],
  options: ReadTextOptions = {},
): Promise<Bag<string> | Bag<[line: string, path: string]>> {
  const gives = options.includePath === true ? "linesWithPaths" : "lines";
  return new Bag<string>(
    textNode("readText", await textFeed("readText", paths, options, { gives })),
  );
}

/**
 * The values of files with one JSON value on each line: a bag. Empty lines are left out.
 * {@link readNdjson} gives a table, with types.
 *
 * @param paths one path or several, which may have wildcards: `data/*.json`
 * @returns a bag as of {@link readText}
 * @throws ArgumentError as {@link readText}
 * @throws TaskError `task.failed`, when computed, also for a line that is not JSON; the error names
 * the file and the line
 * @see https://docs.dask.org/en/stable/bag-creation.html
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { readNdjsonValues } from "tilework";
 *
 * await writeFile("log.jsonl", '{"status":200}\n{"status":404}\n');
 * const log = await readNdjsonValues<{ status: number }>("log.jsonl");
 * await log.filter(({ status }) => status >= 400).count().compute(); // → 1
 */
export async function readNdjsonValues<T = unknown>(
  paths: string | readonly string[],
  options: TextFileOptions = {},
): Promise<Bag<T>> {
  return new Bag<T>(
    textNode(
      "readNdjsonValues",
      await textFeed("readNdjsonValues", paths, options, { gives: "values" }),
    ),
  );
}
