// Tables of CSV files. Bags of their rows are read-csv-rows.ts.
import { knownArguments } from "../engine/sniff-csv.js";
import { quoteText } from "../engine/sql-text.js";
import type { ScanPlan } from "../table/plan/plan.js";
import { Table } from "../table/table.js";
import type { AnyRow } from "../table/table-types.js";
import { namesOf, select } from "../table/verbs/row-verbs.js";
import type { ReadCsvOptions } from "./csv-options.js";
import { type CsvForm, csvForm } from "./csv-schema.js";
import { quotedStarts } from "./quoted-starts.js";
import { tableFeed } from "./table-feed.js";

/**
 * A table of CSV files. Names and types are inferred from the first rows of each file: one type for
 * each column over all of them. Numbers that begin with 0, such as zip codes, stay text. Empty
 * fields are null, also quoted ones (`""`), unless `nulls` names other texts.
 *
 * A quoted field may contain line ends. So files that are cut into partitions are read twice: the
 * first time only to count quotes. Where none of the first rows has quotes, that pass is left out;
 * give `quote` where later ones have line ends. Files with another `escape` than the quote itself
 * are not cut.
 *
 * @param paths paths, glob patterns and folders of `.csv` files, visible to all workers; addresses
 * of servers (`https://…`, `s3://bucket/*.csv`)
 * @returns a table; nothing but first rows is read before it is computed
 * @throws ArgumentError `argument.value` for a file that is not there, or that has other columns
 * than the first
 * @throws TaskError `task.failed`, when computed, for a row that does not fit; the error names the
 * file and the line
 * @see https://docs.dask.org/en/stable/generated/dask.dataframe.read_csv.html
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { readCsv } from "tilework";
 *
 * await writeFile("shops.csv", "zip,category,price\n00123,toys,3.5\n00124,books,8\n00123,toys,5\n");
 * const shops = await readCsv("shops.csv");
 * shops.dtypes; // → { zip: "string", category: "string", price: "float64" }
 * await shops.groupBy("category").count().collect();
 * // → [{ category: "books", count: 1 }, { category: "toys", count: 2 }]
 */
export async function readCsv<Row extends object = AnyRow>(
  paths: string | readonly string[],
  options: ReadCsvOptions = {},
): Promise<Table<Row>> {
  const text = await tableFeed("readCsv", paths, options, "csv");
  const { sizes: bytes } = text;
  const form = await csvForm(text.feed, bytes, options);
  // Only quotes that fields double can be counted.
  const feed = form.isQuoted && form.escape !== form.quote ? text.whole() : text.feed;
  const quotes = form.isQuoted ? quotedStarts(feed, form.quote) : undefined;
  const { fileStart, fileOf, from, to, versions, packings } = feed;
  const plan: ScanPlan = {
    op: "scan",
    scan: {
      format: "csv",
      paths: feed.paths,
      versions,
      packings,
      fileStart,
      fileOf,
      from,
      to,
      header: form.header,
      quote: form.quote,
      options: readArguments(form, options),
    },
    schema: form.schema,
    fileSchema: form.fileSchema,
    partitions: fileStart.length - 1,
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    ...(quotes === undefined ? {} : { quotes }),
  };
  if (options.columns === undefined) return new Table(plan);
  return new Table(select(plan, namesOf(plan.schema, options.columns, "readCsv")));
}

function readArguments(form: CsvForm, { nulls, comment }: ReadCsvOptions): string[] {
  const { delimiter, quote, escape: escapes, dateFormat, timestampFormat } = form;
  return [
    ...knownArguments({
      delimiter,
      quote,
      escape: escapes,
      ...(nulls === undefined ? {} : { nulls }),
      ...(comment === undefined ? {} : { comment }),
    }),
    ...(dateFormat === null ? [] : [`dateformat = ${quoteText(dateFormat)}`]),
    ...(timestampFormat === null ? [] : [`timestampformat = ${quoteText(timestampFormat)}`]),
  ];
}
