// Bags of the rows of CSV files. Tables of them are read-csv.ts.
import { Bag } from "../bag/bag.js";
import { type TextFileOptions, textFeed } from "../formats/text/text-files.js";
import { quotedStarts } from "./quoted-starts.js";
import { textNode } from "./text-node.js";

/** Options of {@link readCsvRows}. */
export interface ReadCsvRowsOptions extends TextFileOptions {
  /** The separator of fields; default: `","`. */
  readonly delimiter?: string;
  /** Names of the columns; default: the first row of each file. `false` returns rows as lists. */
  readonly columns?: readonly string[] | false;
  /** Whether numeric fields become numbers. */
  readonly numbers?: boolean;
}

/**
 * The rows of CSV files, as objects: a bag, of values that are text, or numbers. {@link readCsv}
 * gives a table, with types.
 *
 * A quoted field may contain line ends. So if `blockBytes` divides a file into partitions, its
 * bytes are read twice: the first time only to count quotes, which shows where rows end. Rows of
 * such a file end with `"\n"` or `"\r\n"`.
 *
 * @param paths one path or several, which may have wildcards: `data/*.csv`
 * @returns a bag in partitions as of {@link readText}, whose rows stream; of files that are cut,
 * one more task for each partition, which counts quotes, and one for all
 * @throws ArgumentError as {@link readText}
 * @throws TaskError `task.failed`, when computed, for a file that cannot be read and for an invalid
 * row, such as one with too many fields; the error names the file and the line
 * @see https://docs.dask.org/en/stable/bag-creation.html
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { readCsvRows } from "tilework";
 *
 * await writeFile("towns.csv", 'name,people\n"Sils,\nMaria",400\nBern,134000\n');
 * const towns = await readCsvRows("towns.csv", { numbers: true, blockBytes: 20 });
 * await towns.pluck("people").compute(); // → [400, 134000]
 */
export async function readCsvRows<T = Record<string, string | number>>(
  paths: string | readonly string[],
  options: ReadCsvRowsOptions = {},
): Promise<Bag<T>> {
  const { delimiter = ",", columns, numbers = false, ...rest } = options;
  const csv = {
    delimiter,
    columns: columns === undefined ? true : columns === false ? false : [...columns],
    cast: false,
    bom: true,
    skip_empty_lines: true,
    ...(options.blockBytes === undefined ? {} : { record_delimiter: ["\r\n", "\n"] }),
  };
  const feed = await textFeed("readCsvRows", paths, rest, { gives: "records", csv });
  const rows = new Bag<Record<string, string>>(textNode("readCsvRows", feed, quotedStarts(feed)));
  if (!numbers) return rows as unknown as Bag<T>;
  return rows.map((row) => {
    for (const [name, field] of Object.entries(row)) {
      const isNumber = field.trim() !== "" && Number.isFinite(Number(field));
      if (isNumber) (row as Record<string, unknown>)[name] = Number(field);
    }
    return row as unknown as T;
  });
}
