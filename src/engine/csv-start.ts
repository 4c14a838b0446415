// What the bytes of a file of CSV say, where the engine guesses wrong: it takes the first line end
// that it meets, though fields in quotes have others, and no quotes where the first rows have none.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** Bytes in which the first line ends, if it is none that is very long. */
const LINE_BYTES = 1 << 16;

const [LINE_FEED, RETURN] = [0x0a, 0x0d];

/** The first bytes of a file. */
export async function csvStart(path: string, length = LINE_BYTES): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The bytes of so many rows; of fewer where lines end within quotes. */
export function firstRows(start: Uint8Array, rows: number): Uint8Array {
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const at = start.indexOf(LINE_FEED, end);
    if (at < 0) return start;
    end = at + 1;
  }
  return start.subarray(0, end);
}

/** The end of the first line outside quotes; undefined where there is none. */
export function lineEndOf(start: Uint8Array, quote: string): LineEnd | undefined {
  const mark = quote.charCodeAt(0);
  let isQuoted = false;
  for (let at = 0; at < start.length; at++) {
    const byte = start[at];
    if (byte === mark) isQuoted = !isQuoted;
    if (!isQuoted && (byte === LINE_FEED || byte === RETURN)) return lineEndAt(start, at);
  }
  return undefined;
}

/** The line end at a position; undefined where the bytes end within it. */
function lineEndAt(bytes: Uint8Array, at: number): LineEnd | undefined {
  if (bytes[at] === LINE_FEED) return "\\n";
  if (at + 1 === bytes.length) return undefined;
  return bytes[at + 1] === LINE_FEED ? "\\r\\n" : "\\r";
}

/** In the words of `read_csv`. */
export type LineEnd = "\\n" | "\\r\\n" | "\\r";

const WORDS: Readonly<Record<LineEnd, string>> = { "\\n": "LF", "\\r\\n": "CR LF", "\\r": "CR" };

/** A line that ends in another way than those before. */
export interface OddLine {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** The first such line of a file: the engine reads no file with one. */
export async function oddLineEnd(path: string, quote = '"'): Promise<OddLine | undefined> {
  const mark = quote.charCodeAt(0);
  let [line, isQuoted, rest] = [1, false, Buffer.alloc(0)];
  let first: LineEnd | undefined;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, piece]);
    let at = 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === mark) isQuoted = !isQuoted;
      if (byte !== LINE_FEED && byte !== RETURN) continue;
      const end = lineEndAt(bytes, at);
      // The next piece says it.
      if (end === undefined) break;
      if (!isQuoted && first !== undefined && end !== first) {
        const problem = `ends with ${WORDS[end]}, and those before with ${WORDS[first]}`;
        return { line, problem };
      }
      if (!isQuoted) first = end;
      if (end === "\\r\\n") at++;
      line++;
    }
    rest = bytes.subarray(at);
  }
  return undefined;
}
