// Elements from lines and from whole files: as text, or as JSON values. unpack-text.ts
// decompresses, line-cutter.ts finds the lines.
import { isAscii, isUtf8 } from "node:buffer";
import type { TextFeed } from "../../graph/model/partition-steps.js";
import type { Sink } from "../../kernels/bag/sink.js";
import { LineCutter } from "./line-cutter.js";
import { LineError, type TextRun } from "./text-run.js";
import { openBytes } from "./unpack-text.js";

/** Pushes a whole file as one element; returns true if no more are wanted. */
export async function pushDocument(feed: TextFeed, { path, packing }: TextRun, sink: Sink) {
  const pieces: Uint8Array[] = [];
  for await (const bytes of openBytes(path, packing) as AsyncIterable<Uint8Array>) {
    pieces.push(bytes);
  }
  const all = Buffer.concat(pieces);
  checkEncoding(all, feed, 1, 0);
  return sink.push(all.toString(feed.encoding)) === true;
}

/** Pushes the lines of a run as elements; returns true if no more are wanted. */
export async function pushLines(feed: TextFeed, run: TextRun, sink: Sink): Promise<boolean> {
  const delimiter = Buffer.from(feed.delimiter, feed.encoding);
  // A run of bytes begins where a line end may be just before it: a line belongs to where it
  // begins.
  const from = Math.max(run.from - delimiter.length, 0);
  const stream = openBytes(run.path, run.packing, from);
  const cutter = new LineCutter(delimiter, run.from, run.to);
  const mayHaveReturns = feed.delimiter === "\n";
  const elementOf = elementMaker(feed, run.path);
  let lines = 0;
  const push = (bytes: Buffer | undefined): boolean => {
    if (bytes === undefined) return false;
    checkEncoding(bytes, feed, lines + 1, cutter.start);
    const isStart = lines === 0 && run.from === 0;
    const all = withoutMark(bytes.toString(feed.encoding), isStart);
    const hasReturns = mayHaveReturns && all.includes("\r");
    for (const whole of all.split(feed.delimiter)) {
      lines++;
      const line = hasReturns && whole.endsWith("\r") ? whole.slice(0, -1) : whole;
      const element = elementOf(line, lines, cutter.start);
      if (element !== NONE && sink.push(element) === true) return true;
    }
    return false;
  };
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      if (push(cutter.take(bytes))) return true;
      if (cutter.isAtEnd) return false;
    }
    const rest = cutter.rest();
    // A file of nothing but a byte order mark has no lines.
    const isMark = lines === 0 && run.from === 0 && rest?.toString(feed.encoding) === "\ufeff";
    return isMark ? false : push(rest);
  } finally {
    stream.destroy();
  }
}

/** A line that is no element. */
const NONE = Symbol("none");

/** Makes an element from a line; its number (from 1) and its first byte are for error messages. */
function elementMaker({ gives }: TextFeed, path: string) {
  switch (gives) {
    case "linesWithPaths":
      return (line: string): unknown => [line, path];
    case "values":
      return (line: string, number: number, start: number): unknown => {
        if (line.trim() === "") return NONE;
        try {
          return JSON.parse(line);
        } catch (error) {
          throw new LineError(`is no JSON: ${(error as Error).message}`, number, start);
        }
      };
    default:
      return (line: string): unknown => line;
  }
}

/** A byte order mark is not part of the text. */
function withoutMark(text: string, isStart: boolean): string {
  return isStart && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * @throws LineError for bytes that are no text in the encoding, which would be read as other
 * characters
 */
function checkEncoding(
  bytes: Buffer,
  { encoding, invalidBytes, delimiter }: TextFeed,
  line: number,
  start: number,
): void {
  const isRight = encoding === "utf8" ? isUtf8 : encoding === "ascii" ? isAscii : undefined;
  if (invalidBytes === "replace" || isRight === undefined || isRight(bytes)) return;
  let at = 0;
  for (let number = line; ; number++) {
    const end = bytes.indexOf(delimiter, at);
    if (!isRight(bytes.subarray(at, end < 0 ? undefined : end)) || end < 0) {
      const text = `is no ${encoding}: give its encoding, or invalidBytes: "replace"`;
      throw new LineError(text, number, start);
    }
    at = end + delimiter.length;
  }
}

/** How many lines end before byte `start`: counted when something went wrong, and only then. */
export async function linesBefore({ path, packing }: TextRun, start: number, lineEnd: string) {
  let lines = 0;
  if (start === 0) return lines;
  const stream = openBytes(path, packing, 0, start);
  const cutter = new LineCutter(Buffer.from(lineEnd), 0, Number.POSITIVE_INFINITY);
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    const whole = cutter.take(bytes);
    if (whole !== undefined) lines += whole.toString("latin1").split(lineEnd).length;
  }
  return lines;
}
