// One type for each column over all files of CSV: what is sniffed of each, put together.
import { ArgumentError } from "../base/errors.js";
import { shown } from "../base/format-value.js";
import { type SniffedCsv, type SniffOptions, sniffCsv } from "../engine/sniff-csv.js";
import type { TextFeed } from "../graph/model/partition-steps.js";
import { commonType, engineType } from "../table/types/column-types.js";
import { type Schema, unknownColumn } from "../table/types/table-schema.js";
import type { ReadCsvOptions } from "./csv-options.js";

/** Rows of each file that types are inferred from. */
const SAMPLE_ROWS = 20_480;

/** Facts about the files. */
export interface CsvForm {
  readonly schema: Schema;
  /**
   * The same, with a column that has neither name nor values where lines end with the delimiter.
   */
  readonly fileSchema: Schema;
  readonly header: boolean;
  /** Arguments of `read_csv`, in SQL, but for the columns. */
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  /** Whether fields of the first rows are in quotes: then these may hold line ends. */
  readonly isQuoted: boolean;
  readonly dateFormat: string | null;
  readonly timestampFormat: string | null;
}

/** Sniffs all files; columns of a schema that is given have its types. */
export async function csvForm(
  feed: TextFeed,
  bytes: readonly number[],
  options: ReadCsvOptions,
): Promise<CsvForm> {
  const {
    delimiter,
    quote,
    escape: escapes,
    header,
    nulls,
    comment,
    schema,
    inferSchema = true,
    sampleRows = SAMPLE_ROWS,
  } = options;
  if (nulls !== undefined && !Array.isArray(nulls)) {
    const text = `readCsv: nulls is ${shown(nulls)}: expected a list of texts, such as ["NA"]`;
    throw new ArgumentError("value", text, { nulls });
  }
  for (const [name, value] of Object.entries({ delimiter, quote, escape: escapes, comment })) {
    if (value === undefined || typeof value === "string") continue;
    const text = `readCsv: ${name} is ${shown(value)}: expected a text`;
    throw new ArgumentError("value", text, { [name]: value });
  }
  const files = feed.paths.map((path, k) => ({ path, packing: feed.packings[k] ?? "none" }));
  const filled = files.filter((_, k) => (bytes[k] ?? 0) > 0);
  if (filled.length === 0) {
    const text = `readCsv: ${files[0]?.path} is empty: expected a row with the names of the columns`;
    throw new ArgumentError("value", text, { path: files[0]?.path });
  }
  const known = {
    sampleRows,
    types: inferSchema,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(escapes === undefined ? {} : { escape: escapes }),
    ...(nulls === undefined ? {} : { nulls }),
    ...(comment === undefined ? {} : { comment }),
  };
  const sniffed = await sniffFiles(filled, header === undefined ? known : { ...known, header });
  const [first] = sniffed as [SniffedCsv];
  checkNames(
    sniffed,
    filled.map(({ path }) => path),
  );
  const inferred = await joinedTypes(sniffed);
  const quoted = sniffed.find(({ isQuoted }) => isQuoted) ?? first;
  const isEnded = await endsBlank(sniffed, schema);
  const kept = withGiven(isEnded ? inferred.slice(0, -1) : inferred, schema, first.header);
  return {
    schema: kept,
    fileSchema: isEnded ? [...kept, ...inferred.slice(-1)] : kept,
    header: first.header,
    delimiter: first.delimiter,
    quote: quoted.quote,
    escape: quoted.escape,
    isQuoted: quoted.isQuoted,
    dateFormat: first.dateFormat,
    timestampFormat: first.timestampFormat,
  };
}

/** A file that has nothing but names looks like one without: what others have says so. */
async function sniffFiles(
  files: Parameters<typeof sniffCsv>[0],
  known: SniffOptions,
): Promise<SniffedCsv[]> {
  const sniffed = await sniffCsv(files, known);
  const isMixed = sniffed.some((one) => one.header) && sniffed.some((one) => !one.header);
  return isMixed ? sniffCsv(files, { ...known, header: true }) : sniffed;
}

/** @throws ArgumentError `argument.value` for a file with other columns than the first */
function checkNames(sniffed: readonly SniffedCsv[], paths: readonly string[]): void {
  const [first] = sniffed as [SniffedCsv];
  const names = first.columns.map(([name]) => name);
  sniffed.forEach(({ columns }, k) => {
    const own = columns.map(([name]) => name);
    if (own.length === names.length && own.every((name, at) => name === names[at])) return;
    const text = `readCsv: ${paths[k]} has columns ${own.join(", ")}, and ${paths[0]} has ${names.join(", ")}: read files of different columns one by one, and join them by union`;
    throw new ArgumentError("value", text, { path: paths[k], columns: own, expected: names });
  });
}

/** A type of each column for all files; files that have no values of it do not count. */
async function joinedTypes(sniffed: readonly SniffedCsv[]): Promise<Schema> {
  const [first] = sniffed as [SniffedCsv];
  const blanks = await Promise.all(sniffed.map((one) => one.blankColumns()));
  return first.columns.map(([name, own], at) => {
    const types = sniffed.flatMap(({ columns }, k) =>
      blanks[k]?.has(name) === true ? [] : [(columns[at] as readonly [string, string])[1]],
    );
    return [name, types.length === 0 ? own : types.reduce(commonType)] as const;
  });
}

/** Whether each line ends with the delimiter, after columns that a schema names. */
async function endsBlank(
  sniffed: readonly SniffedCsv[],
  given: ReadCsvOptions["schema"],
): Promise<boolean> {
  const [{ header, columns }] = sniffed as [SniffedCsv];
  if (header || given === undefined || Object.keys(given).length !== columns.length - 1) {
    return false;
  }
  const last = (columns.at(-1) as readonly [string, string])[0];
  const blanks = await Promise.all(sniffed.map((one) => one.blankColumns()));
  return blanks.every((names) => names.has(last));
}

function withGiven(inferred: Schema, given: ReadCsvOptions["schema"], hasHeader: boolean): Schema {
  if (given === undefined) return inferred;
  const entries = Object.entries(given).map(
    ([name, type]) => [name, engineType(type, "readCsv")] as const,
  );
  if (!hasHeader && entries.length === inferred.length) return entries;
  const unknown = entries.find(([name]) => !inferred.some(([own]) => own === name));
  if (unknown !== undefined) throw unknownColumn(inferred, unknown[0], "readCsv");
  const types = new Map(entries);
  return inferred.map(([name, type]) => [name, types.get(name) ?? type] as const);
}
