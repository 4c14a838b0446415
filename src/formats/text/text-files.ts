// The text files of a reader, and their division into partitions, before any is read.
// formats/text-feed.ts reads the partitions.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { ArgumentError } from "../../base/errors.js";
import { checkCount } from "../../base/option-schema.js";
import { reasonOf } from "../../base/reason.js";
import { parseBytes } from "../../base/units.js";
import type { TextEncoding, TextFeed, TextPacking } from "../../graph/model/partition-steps.js";
import { isUrl } from "../remote/remote-address.js";
import { describeRemote } from "../remote/remote-files.js";
import { findRemote } from "../remote/remote-patterns.js";
import { packingOf } from "./text-packing.js";

/** How a file's bytes are compressed; `"infer"` goes by its extension: `.gz`, `.br`, `.zst`. */
export type TextCompression = "infer" | TextPacking;

/** How text files are read, for any content. */
export interface TextFileOptions {
  /** Bytes of a partition, cut at line ends; default: a partition for each file. */
  readonly blockBytes?: number | string;
  /** Files of one partition, in place of one. */
  readonly filesPerPartition?: number;
  /** How the files are packed; default: by the ends of their names. */
  readonly compression?: TextCompression;
  /** `"utf8"` by default. */
  readonly encoding?: TextEncoding;
  /**
   * How bytes that are invalid in the encoding are handled: an error by default, `"replace"`
   * substitutes U+FFFD.
   */
  readonly invalidBytes?: "error" | "replace";
}

/** Files of text that are there. */
export interface FoundText {
  readonly paths: readonly string[];
  readonly packings: readonly TextPacking[];
  /** Bytes of each. */
  readonly sizes: readonly number[];
  /** Change when the files do. */
  readonly versions: readonly string[];
}

/**
 * Finds the files of text that paths, addresses and patterns name.
 *
 * @param inFolders a pattern of the files of a folder, where folders may be given
 * @throws ArgumentError `argument.value` when there is no such file
 */
export async function findText(
  method: string,
  patterns: string | readonly string[],
  compression: TextCompression = "infer",
  inFolders?: string,
): Promise<FoundText> {
  const paths = await findFiles(patterns, method, inFolders);
  checkWord(method, "compression", compression, ["infer", "none", "gzip", "brotli", "zstd"]);
  const files = await Promise.all(paths.map(describeText));
  return {
    paths,
    packings: paths.map((path) => (compression === "infer" ? packingOf(path) : compression)),
    sizes: files.map(({ bytes }) => bytes),
    versions: files.map(({ version }) => version),
  };
}

/** What a feed says of the bytes of its files. */
type TextForm = Pick<TextFeed, "encoding" | "delimiter" | "invalidBytes" | "gives" | "csv">;

/**
 * The feed of files that were found: for each partition, files or parts of one.
 *
 * @throws ArgumentError `argument.value` for options that do not go together
 */
export function feedOfText(
  method: string,
  { paths, packings, sizes, versions }: FoundText,
  options: Pick<TextFileOptions, "blockBytes" | "filesPerPartition">,
  form: TextForm,
): TextFeed {
  const files = paths.map((path, k) => ({
    path,
    bytes: sizes[k] ?? 0,
    isPacked: packings[k] !== "none",
  }));
  const runs = runsOf(files, options, method);
  const starts = [0];
  for (const run of runs) starts.push((starts.at(-1) as number) + run.length);
  const flat = runs.flat();
  return {
    type: "text",
    paths,
    versions,
    packings,
    fileStart: Int32Array.from(starts),
    fileOf: Int32Array.from(flat, ({ file }) => file),
    from: Float64Array.from(flat, ({ from }) => from),
    to: Float64Array.from(flat, ({ to }) => to),
    ...form,
  };
}

/**
 * The feed of the files that paths and patterns name.
 *
 * @throws ArgumentError `argument.value` when there is no such file, or options do not go together
 */
export async function textFeed(
  method: string,
  patterns: string | readonly string[],
  options: TextFileOptions & { readonly delimiter?: string },
  gives: Pick<TextFeed, "gives" | "csv">,
): Promise<TextFeed> {
  const { encoding = "utf8", delimiter = "\n", invalidBytes = "error" } = options;
  checkWord(method, "encoding", encoding, ["utf8", "latin1", "ascii"]);
  checkWord(method, "invalidBytes", invalidBytes, ["error", "replace"]);
  checkDelimiter(method, delimiter, options.blockBytes !== undefined);
  const found = await findText(method, patterns, options.compression);
  return feedOfText(method, found, options, { encoding, delimiter, invalidBytes, ...gives });
}

/**
 * The length of a file, on a disk or a server, and a word that changes when the file does.
 *
 * @throws ArgumentError `argument.value` when a server has no such file, or fails
 */
async function describeText(path: string): Promise<{ bytes: number; version: string }> {
  if (!isUrl(path)) {
    const { mtimeMs, size } = await stat(path);
    return { bytes: size, version: `${mtimeMs}-${size}` };
  }
  try {
    const file = await describeRemote(path);
    if (file !== undefined) return file;
    throw new Error("there is no such file");
  } catch (error) {
    const reason = reasonOf(error);
    throw new ArgumentError("value", `cannot read ${path}: ${reason}`, { path });
  }
}

function checkWord(method: string, name: string, given: string, expected: readonly string[]): void {
  if (expected.includes(given)) return;
  const text = `${method}: ${name} is ${String(given)}: expected ${expected.join(", ")}`;
  throw new ArgumentError("value", text, { [name]: given });
}

function checkDelimiter(method: string, delimiter: string, isCut: boolean): void {
  if (delimiter === "") throw new ArgumentError("value", `${method}: the delimiter is empty`);
  if (isCut && /^(.+).*\1$/s.test(delimiter)) {
    const text = `${method}: the delimiter ${JSON.stringify(delimiter)} begins as it ends, so that files cannot be cut at it: leave blockBytes out`;
    throw new ArgumentError("value", text, { delimiter });
  }
}

/**
 * The files that paths, addresses and patterns name, and those of folders.
 *
 * @param inFolders a pattern of the files of a folder; without one, folders are refused
 * @throws ArgumentError `argument.value` when there is no such file
 */
export async function findFiles(
  given: string | readonly string[],
  method: string,
  inFolders?: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of typeof given === "string" ? [given] : given) {
    if (isUrl(pattern)) {
      found.push(...(await findRemote(pattern, method)));
      continue;
    }
    const file = await stat(pattern).catch(() => undefined);
    if (inFolders !== undefined && file?.isDirectory() === true) {
      const matches = await glob(inFolders, { cwd: pattern, absolute: true, onlyFiles: true });
      if (matches.length === 0) noFile(join(pattern, inFolders), method);
      found.push(...matches.sort());
      continue;
    }
    if (!isDynamicPattern(pattern) || file?.isFile() === true) {
      if (file?.isFile() !== true) noFile(pattern, method);
      found.push(resolve(pattern));
      continue;
    }
    const matches = await glob(pattern, { absolute: true, onlyFiles: true });
    if (matches.length === 0) noFile(pattern, method);
    found.push(...matches.sort());
  }
  if (found.length === 0) throw new ArgumentError("value", `${method} was given no paths`);
  return found;
}

function noFile(pattern: string, method: string): never {
  throw new ArgumentError("value", `${method}: there is no file ${pattern}`, { path: pattern });
}

interface TextFile {
  readonly path: string;
  readonly bytes: number;
  readonly isPacked: boolean;
}

interface Run {
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

/** Per partition, the files or parts of files that it reads. */
function runsOf(
  files: readonly TextFile[],
  options: Pick<TextFileOptions, "blockBytes" | "filesPerPartition">,
  method: string,
): Run[][] {
  const { blockBytes, filesPerPartition = 1 } = options;
  const whole = files.map((_, file): Run => ({ file, from: 0, to: Number.POSITIVE_INFINITY }));
  if (blockBytes === undefined) {
    checkCount(filesPerPartition, "filesPerPartition", method);
    const partitions = Math.ceil(whole.length / filesPerPartition);
    return Array.from({ length: partitions }, (_, k) =>
      whole.slice(k * filesPerPartition, (k + 1) * filesPerPartition),
    );
  }
  const bytes = typeof blockBytes === "number" ? blockBytes : parseBytes(blockBytes);
  checkCount(bytes, "blockBytes", method);
  if (options.filesPerPartition !== undefined) {
    throw new ArgumentError("value", `${method} was given blockBytes and filesPerPartition`);
  }
  return files.flatMap((file, k) => {
    if (file.isPacked) {
      const text = `${method}: ${file.path} is compressed and cannot be cut: leave blockBytes out`;
      throw new ArgumentError("value", text, { path: file.path });
    }
    const blocks = Math.max(Math.ceil(file.bytes / bytes), 1);
    return Array.from({ length: blocks }, (_, block): Run[] => [
      {
        file: k,
        from: block * bytes,
        to: block + 1 === blocks ? Number.POSITIVE_INFINITY : (block + 1) * bytes,
      },
    ]);
  });
}
