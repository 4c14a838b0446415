// Bags of the rows of CSV files.
import { Bag } from "../bag/bag.js";
import { allPartitions, LayerValues, partitionsNode } from "../bag/partition-nodes.js";
import { type TextFileOptions, textFeed } from "../formats/text/text-files.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { TextFeed } from "../graph/model/partition-steps.js";
import { textNode } from "./text-node.js";

/** Options of {@link readCsv}. */
export interface ReadCsvOptions extends TextFileOptions {
  /** The separator of fields; default: `","`. */
  readonly delimiter?: string;
  /** Names of the columns; default: the first row of each file. `false` returns rows as lists. */
  readonly columns?: readonly string[] | false;
  /** Whether numeric fields become numbers. */
  readonly numbers?: boolean;
}

/**
 * The rows of CSV files, as objects.
 *
 * A quoted field may contain line ends. So if `blockBytes` divides a file into partitions, its bytes
 * are read twice: the first time only to count quotes, which shows where rows end. Rows of such a
 * file end with `"\n"` or `"\r\n"`.
 *
 * @returns a bag in partitions as of {@link readText}, whose rows stream; of files that are cut, one more task for each
 * partition, which counts quotes, and one for all
 * @throws ArgumentError as {@link readText}
 * @throws TaskError `task.failed`, when computed, for a file that cannot be read and for an invalid
 * row, such as one with too many fields; the error names the file and the line
 * @see https://docs.dask.org/en/stable/bag-creation.html
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { readCsv } from "tilework";
 *
 * await writeFile("towns.csv", 'name,people\n"Sils,\nMaria",400\nBern,134000\n');
 * const towns = await readCsv("towns.csv", { numbers: true, blockBytes: 20 });
 * await towns.pluck("people").compute(); // → [400, 134000]
 */
export async function readCsv<T = Record<string, string | number>>(
  paths: string | readonly string[],
  options: ReadCsvOptions = {},
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
  const feed = await textFeed("readCsv", paths, rest, { gives: "records", csv });
  const rows = new Bag<Record<string, string>>(textNode("readCsv", feed, quotedStarts(feed)));
  if (!numbers) return rows as unknown as Bag<T>;
  return rows.map((row) => {
    for (const [name, field] of Object.entries(row)) {
      const isNumber = field.trim() !== "" && Number.isFinite(Number(field));
      if (isNumber) (row as Record<string, unknown>)[name] = Number(field);
    }
    return row as unknown as T;
  });
}

/** One partition: for each of a feed's, whether it begins within quotes. None where no file is cut. */
function quotedStarts(feed: TextFeed): LayerNode | undefined {
  if (feed.from.every((from) => from === 0)) return undefined;
  const { csv: _csv, ...bytes } = feed;
  const quotes = textNode("readCsv-quotes", { ...bytes, gives: "quotes" });
  const values = new LayerValues("readCsv");
  const areQuoted = (counts: readonly (readonly [file: number, quotes: number])[]): boolean[] => {
    let sum = 0;
    return counts.map(([file, count], k) => {
      if (k === 0 || file !== counts[k - 1]?.[0]) sum = 0;
      const isQuoted = sum % 2 === 1;
      sum += count;
      return isQuoted;
    });
  };
  return partitionsNode("readCsv-starts", values, {
    steps: [{ step: "mapPartitions", function: values.function(areQuoted), name: "areQuoted" }],
    operands: [allPartitions(quotes)],
  });
}
