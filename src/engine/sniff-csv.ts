// The columns of a file of CSV: its separator, its names and its types, by the engine's sniffer
// over the first rows.
import type { DuckDBConnection } from "@duckdb/node-api";
import { ArgumentError } from "../base/errors.js";
import { isUrl } from "../formats/remote/remote-address.js";
import type { TextPacking } from "../graph/model/partition-steps.js";
import type { QueryColumn } from "../graph/model/query-tables.js";
import { csvStart, firstRows, type LineEnd, lineEndOf, oddLineEnd } from "./csv-start.js";
import { connectEngine } from "./duckdb.js";
import { readQuery } from "./read-partitions.js";
import { Scratch } from "./scratch.js";
import { quoteList, quoteName, quoteText } from "./sql-text.js";
import { SAMPLE_BYTES, unpackedStart } from "./unpacked-start.js";

/** Facts about the files that are known before; the rest is sniffed. */
export interface SniffOptions {
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly header?: boolean;
  readonly nulls?: readonly string[];
  readonly comment?: string;
  readonly lineEnd?: LineEnd | undefined;
  readonly sampleRows: number;
  /** Whether types are sniffed; otherwise all columns are text. */
  readonly types: boolean;
}

/** The sniffed properties of a file. */
export interface SniffedCsv {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  /** Whether any of the first fields is in quotes, as far as is known. */
  readonly isQuoted: boolean;
  readonly header: boolean;
  readonly columns: readonly QueryColumn[];
  readonly dateFormat: string | null;
  readonly timestampFormat: string | null;
  /** Names of columns whose first rows have no values at all. */
  blankColumns(): Promise<ReadonlySet<string>>;
}

/** Sniffs files, one after another, each with what `use` does of it. */
export async function sniffCsv(
  files: readonly { readonly path: string; readonly packing: TextPacking }[],
  options: SniffOptions,
): Promise<SniffedCsv[]> {
  const scratch = new Scratch(SAMPLE_BYTES);
  const connection = await connectEngine();
  try {
    const sniffed: SniffedCsv[] = [];
    for (const { path, packing } of files) {
      const sample =
        packing === "none" && !isUrl(path)
          ? path
          : await unpackedStart(path, packing, scratch, "csv");
      const start = await csvStart(sample, QUOTE_BYTES);
      const lineEnd = lineEndOf(start, options.quote ?? DOUBLE_QUOTE);
      const one = await sniffWhole(connection, sample, start, { ...options, lineEnd }).catch(
        async (error: unknown) => {
          throw await sniffError(error, path, sample, options.quote);
        },
      );
      // One file with names needs no other to say what a column without values may be.
      const isAlone = files.length === 1 && one.header;
      const blank = isAlone ? new Set<string>() : await one.blankColumns();
      sniffed.push({ ...one, blankColumns: async () => blank });
    }
    return sniffed;
  } finally {
    connection.closeSync();
    scratch.remove();
  }
}

async function sniffError(
  error: unknown,
  path: string,
  sample: string,
  quote: string | undefined,
): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  const [first = ""] = error.message.split("\n");
  if (error.message.includes("not utf-8 encoded")) {
    const text = `readCsv: ${path} is no UTF-8: convert it first, as by iconv -f latin1 -t utf-8`;
    return new ArgumentError("value", text, { path });
  }
  const odd = await oddLineEnd(sample, quote);
  if (odd !== undefined) {
    const { line, problem } = odd;
    const text = `readCsv: cannot read ${path}: line ${line} ${problem}: expected one kind of line ends`;
    return new ArgumentError("value", text, { path, line });
  }
  const text = `readCsv: cannot find the columns of ${path}: ${first}: give the delimiter, header and quote, or a schema`;
  return new ArgumentError("value", text, { path });
}

/** Arguments of `read_csv` and `sniff_csv` that say what is known. */
export function knownArguments(options: Omit<SniffOptions, "sampleRows" | "types">): string[] {
  const { delimiter, quote, escape: escapes, header, nulls, comment, lineEnd } = options;
  return [
    ...(delimiter === undefined ? [] : [`delim = ${quoteText(delimiter)}`]),
    ...(quote === undefined ? [] : [`quote = ${quoteText(quote)}`]),
    ...(escapes === undefined ? [] : [`escape = ${quoteText(escapes)}`]),
    ...(header === undefined ? [] : [`header = ${header}`]),
    ...(comment === undefined ? [] : [`comment = ${quoteText(comment)}`]),
    ...(nulls === undefined ? [] : [`nullstr = ${quoteList(nulls)}`]),
    ...(lineEnd === undefined ? [] : [`new_line = '${lineEnd}'`]),
  ];
}

const DOUBLE_QUOTE = '"';

/** Bytes among which quotes are looked for. */
const QUOTE_BYTES = 1 << 20;

const QUOTE = DOUBLE_QUOTE.charCodeAt(0);

/** What separates columns in the most files. */
const SEPARATORS = [",", ";", "\t", "|"];

/**
 * The properties of a file. A row of too many or too few columns among the first makes the engine
 * take each line for one column: then most rows decide, and reading the other one is an error.
 */
async function sniffWhole(
  connection: DuckDBConnection,
  path: string,
  start: Uint8Array,
  options: SniffOptions,
): Promise<SniffedCsv> {
  const sniffed = await sniffOne(connection, path, start, options);
  const [name = "", ...others] = sniffed.columns.map(([own]) => own);
  const delimiter = SEPARATORS.find((one) => name.includes(one));
  if (options.delimiter !== undefined || others.length > 0 || delimiter === undefined) {
    return sniffed;
  }
  const most = [`delim = ${quoteText(delimiter)}`, "ignore_errors = true"];
  const rowsOf = async (more: readonly string[]) => {
    const all = [quoteText(path), "all_varchar = true", ...knownArguments(options), ...more];
    const [[rows] = []] = await readQuery(
      connection,
      `SELECT count(*) FROM (SELECT * FROM read_csv(${all.join(", ")}) LIMIT ${options.sampleRows})`,
    );
    return Number(rows);
  };
  const [some, lines] = [await rowsOf(most).catch(() => 0), await rowsOf([])];
  return some > lines / 2
    ? sniffOne(connection, path, start, { ...options, delimiter }, ["ignore_errors = true"])
    : sniffed;
}

async function sniffOne(
  connection: DuckDBConnection,
  path: string,
  start: Uint8Array,
  options: SniffOptions,
  more: readonly string[] = [],
): Promise<SniffedCsv> {
  const all = [
    quoteText(path),
    `sample_size = ${options.sampleRows}`,
    ...knownArguments(options),
    ...(options.types ? [] : ["all_varchar = true"]),
    ...more,
  ];
  const sql = `SELECT Delimiter, Quote, Escape, HasHeader, list_transform(Columns, lambda c: c.name) AS names, list_transform(Columns, lambda c: c.type) AS types, DateFormat, TimestampFormat FROM sniff_csv(${all.join(", ")})`;
  const columns = await readQuery(connection, sql);
  const [delimiter, quote, escapes, header, names, types, dateFormat, timestampFormat] =
    columns.map(([value]) => value) as [
      string,
      string,
      string,
      boolean,
      string[],
      string[],
      string | null,
      string | null,
    ];
  const known = (text: string) => (text === "(empty)" ? "" : text);
  // Later fields may be in quotes where the first have none at all, and double these.
  const isUnknown =
    options.quote === undefined &&
    known(quote) === "" &&
    !firstRows(start, options.sampleRows).includes(QUOTE);
  const own = isUnknown ? DOUBLE_QUOTE : known(quote);
  return {
    delimiter: known(delimiter),
    quote: own,
    escape: known(escapes) === "" ? (options.escape ?? own) : known(escapes),
    isQuoted: known(quote) !== "",
    header,
    columns: names.map((name, k) => [name, types[k] as string] as const),
    dateFormat,
    timestampFormat,
    blankColumns: async () => blankColumns(connection, path, options, names),
  };
}

async function blankColumns(
  connection: DuckDBConnection,
  path: string,
  options: SniffOptions,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const from = `read_csv(${[quoteText(path), "all_varchar = true", ...knownArguments(options)].join(", ")})`;
  const list = names.map((name) => `count(${quoteName(name)})`).join(", ");
  const counts = await readQuery(
    connection,
    `SELECT ${list} FROM (SELECT * FROM ${from} LIMIT ${options.sampleRows})`,
  );
  return new Set(names.filter((_, k) => Number(counts[k]?.[0]) === 0));
}
