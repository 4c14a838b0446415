// Rows of CSV files. A quoted field may contain line ends, so a file can be divided only where the
// number of quotes before a line end is even. For files that RFC 4180 allows (the parser takes no
// others), those are the ends of rows. An earlier pass counts quotes and so determines whether a
// run of bytes begins inside quotes.
import { isAscii } from "node:buffer";
import { Readable } from "node:stream";
import type { CsvError, Options, Parser } from "csv-parse";
import { ArgumentError } from "../../base/errors.js";
import type { TextFeed } from "../../graph/model/partition-steps.js";
import type { Sink } from "../../kernels/bag/sink.js";
import { LineError, type TextRun } from "../text/text-run.js";
import { openBytes } from "../text/unpack-text.js";

const QUOTE = '"';
const LINE_END = 0x0a;

/** Pushes the position of the run's file, and how many quotes there are in the run's bytes. */
export async function pushQuotes(
  { quote = QUOTE }: TextFeed,
  { file, path, packing, from, to }: TextRun,
  sink: Sink,
): Promise<boolean> {
  const mark = quote.charCodeAt(0);
  let quotes = 0;
  for await (const bytes of openBytes(path, packing, from, to) as AsyncIterable<Buffer>) {
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === mark) quotes++;
  }
  return sink.push([file, quotes]) === true;
}

/**
 * Pushes the rows that begin in a run; returns true if no more are wanted.
 *
 * @param quoted whether byte `run.from` is within quotes, and whether byte `run.to` is
 */
export async function pushRows(
  feed: TextFeed,
  run: TextRun,
  [isQuoted = false, isEndQuoted = false]: readonly boolean[],
  sink: Sink,
): Promise<boolean> {
  const { parse } = await import("csv-parse");
  const options: Options = { ...feed.csv, encoding: feed.encoding };
  if (run.from > 0 && options.columns === true) {
    options.columns = await header(parse({ ...options, columns: false, to: 1 }), run);
  }
  const cut: Cut = { ...run, isQuoted, isEndQuoted, start: run.from };
  const rows = Readable.from(checked(bytesOfRows(cut), feed), { objectMode: false });
  const parser = parse(options);
  rows.on("error", (error) => parser.destroy(error));
  try {
    for await (const row of rows.pipe(parser)) if (sink.push(row) === true) return true;
    return false;
  } catch (error) {
    throw problemOf(error as Error, cut.start);
  } finally {
    rows.destroy();
  }
}

/** The parser counts lines from the beginning of its input. */
function problemOf(error: Error, start: number): Error {
  const { lines, message } = error as Partial<CsvError> & { readonly message: string };
  if (typeof lines !== "number") return error;
  return new LineError(`is no row: ${message.replace(/ (at|on) line \d+/, "")}`, lines, start);
}

async function header(parser: Parser, { path, packing }: TextRun): Promise<string[]> {
  const bytes = openBytes(path, packing);
  bytes.on("error", (error) => parser.destroy(error));
  try {
    for await (const row of bytes.pipe(parser)) return row as string[];
    return [];
  } finally {
    bytes.destroy();
  }
}

/** @throws ArgumentError for bytes that are no text in the encoding */
async function* checked(
  pieces: AsyncIterable<Buffer>,
  { encoding, invalidBytes }: TextFeed,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const bytes of pieces) {
    if (invalidBytes === "error" && !isRight(bytes)) {
      const text = `it is no ${encoding}: give its encoding, or invalidBytes: "replace"`;
      throw new ArgumentError("value", text, { encoding });
    }
    yield bytes;
  }
  function isRight(bytes: Buffer): boolean {
    if (encoding !== "utf8") return encoding === "latin1" || isAscii(bytes);
    try {
      // Characters may be cut at the ends of pieces, which a decoder knows of.
      decoder.decode(bytes, { stream: true });
      return true;
    } catch {
      return false;
    }
  }
}

/** A run with what has to be known to cut it. */
export interface Cut extends TextRun {
  readonly isQuoted: boolean;
  readonly isEndQuoted: boolean;
  /** Default: `"`. */
  readonly quote?: string;
  /** Whether quotes are characters as others, so that every line end is that of a row. */
  readonly isPlain?: boolean;
  /** Where the first row begins, once that is known. */
  start: number;
}

/**
 * The bytes from where the first row begins that does so at `from` or later, to where one does at
 * `to`.
 */
export async function* bytesOfRows(cut: Cut): AsyncGenerator<Buffer> {
  const { path, packing, from, to, isPlain = false, quote = QUOTE } = cut;
  const mark = isPlain ? undefined : quote.charCodeAt(0);
  // The byte before may be the line end that a row begins after.
  let position = Math.max(from - 1, 0);
  const first = new RowFinder(from, cut.isQuoted, mark);
  const end = new RowFinder(to, cut.isEndQuoted, mark);
  const stream = openBytes(path, packing, position);
  let isBegun = false;
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      const begin = first.find(bytes, position);
      const stop = end.find(bytes, position);
      if (begin >= 0) {
        // Pieces after that of the first row may begin at `to`: the last row may end in them.
        if (!isBegun) cut.start = Math.max(cut.start, position + begin);
        if (cut.start >= to) return;
        isBegun = true;
        yield bytes.subarray(begin, stop < 0 ? undefined : stop);
      }
      if (stop >= 0) return;
      position += bytes.length;
    }
  } finally {
    stream.destroy();
  }
}

/**
 * Finds where the first row begins that does so at a byte or later, in bytes that come piece by
 * piece.
 */
class RowFinder {
  readonly #at: number;
  #isQuoted: boolean;
  #isFound: boolean;
  #isBegun = false;
  readonly #quote: number | undefined;

  /**
   * @param isQuoted whether byte `at` is within quotes
   * @param quote undefined where quotes are characters as others
   */
  constructor(at: number, isQuoted: boolean, quote: number | undefined) {
    this.#at = at;
    this.#quote = quote;
    this.#isQuoted = isQuoted;
    this.#isFound = at === 0;
  }

  /** Where it begins in these bytes of the file, 0 after it was found, below 0 before. */
  find(bytes: Uint8Array, position: number): number {
    if (this.#isFound) return 0;
    for (let i = Math.max(this.#at - 1 - position, 0); i < bytes.length; i++) {
      const byte = bytes[i];
      // The quote in the byte before `at` is counted already.
      if (byte === this.#quote && this.#isBegun) this.#isQuoted = !this.#isQuoted;
      this.#isBegun = true;
      if (byte !== LINE_END || this.#isQuoted) continue;
      this.#isFound = true;
      return i + 1;
    }
    return -1;
  }
}
