// Bags of text files: which files there are, how they are cut into partitions. Their bytes are read by
// the tasks (runtime/text-feed.ts).
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { Bag } from "../bag/bag.js";
import { LayerValues, partitionsNode } from "../bag/partition-nodes.js";
import { checkCount } from "../bag/sources.js";
import { ArgumentError } from "../base/errors.js";
import { parseBytes } from "../base/units.js";
import type { LayerNode } from "../graph/layer-node.js";
import type { TextEncoding, TextFeed, TextPacking } from "../graph/partitions.js";

/** How a file's bytes are packed; `"infer"` goes by the end of its name: `.gz`, `.br`, `.zst`. */
export type TextCompression = "infer" | TextPacking;

/** Options of {@link readText}. */
export interface ReadTextOptions {
  /** Bytes of a partition, cut at line ends; a partition for each file unless given. */
  readonly blockBytes?: number | string;
  /** Files of one partition, in the place of one. */
  readonly filesPerPartition?: number;
  readonly compression?: TextCompression;
  /** `"utf8"` unless given. */
  readonly encoding?: TextEncoding;
  /** What ends a line; `"\n"` unless given, and then a `"\r"` before it is taken off, too. */
  readonly delimiter?: string;
  /** Whether elements are pairs of a line and the path of its file. */
  readonly includePath?: boolean;
}

/**
 * The lines of text files, without their ends.
 *
 * @param paths paths and glob patterns, that all workers see; relative ones count from the working
 * directory of this process. Files come in the order of their names, those of a list in its order
 * @throws ArgumentError `argument.value` when there is no such file, or options do not go together
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { readText } from "tilework";
 *
 * await writeFile("poem.txt", "a rose\nis a rose\n");
 * const words = (await readText("poem.txt")).flatMap((line) => line.split(" "));
 * await words.frequencies({ sort: true }).take(2); // → [["a", 2], ["rose", 2]]
 * ```
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
  return new Bag<string>(await textNode(paths, options, { gives }, "readText"));
}

/**
 * The values of files with a JSON text on each line.
 *
 * @throws ArgumentError as {@link readText}
 */
export async function readNdjson<T = unknown>(
  paths: string | readonly string[],
  options: Omit<ReadTextOptions, "includePath" | "delimiter"> = {},
): Promise<Bag<T>> {
  const node = await textNode(paths, options, { gives: "lines" }, "readNdjson");
  return new Bag<string>(node)
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Options of {@link readCsv}. */
export interface ReadCsvOptions {
  readonly compression?: TextCompression;
  readonly encoding?: TextEncoding;
  readonly filesPerPartition?: number;
  /** What stands between fields; `","` unless given. */
  readonly delimiter?: string;
  /** Names of the columns; the first row of each file unless given. `false` gives rows as lists. */
  readonly columns?: readonly string[] | false;
  /** Whether numbers are made of fields that are such. */
  readonly numbers?: boolean;
}

/**
 * The rows of CSV files, as objects. A file is a partition: a quoted field may hold line ends, so that
 * files cannot be cut at them.
 *
 * @throws ArgumentError as {@link readText}
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
  };
  const node = await textNode(paths, rest, { gives: "records", csv }, "readCsv");
  const rows = new Bag<Record<string, string>>(node);
  if (!numbers) return rows as unknown as Bag<T>;
  return rows.map((row) => {
    for (const [name, field] of Object.entries(row)) {
      const isNumber = field.trim() !== "" && Number.isFinite(Number(field));
      if (isNumber) (row as Record<string, unknown>)[name] = Number(field);
    }
    return row as unknown as T;
  });
}

async function textNode(
  patterns: string | readonly string[],
  options: ReadTextOptions,
  gives: Pick<TextFeed, "gives" | "csv">,
  method: string,
): Promise<LayerNode> {
  const { encoding = "utf8", delimiter = "\n" } = options;
  if (!["utf8", "latin1", "ascii"].includes(encoding)) {
    const text = `${method}: encoding is ${encoding}: expected utf8, latin1 or ascii`;
    throw new ArgumentError("value", text, { encoding });
  }
  if (delimiter === "") throw new ArgumentError("value", `${method}: the delimiter is empty`);
  if (options.blockBytes !== undefined && /^(.+).*\1$/s.test(delimiter)) {
    const text = `${method}: the delimiter ${JSON.stringify(delimiter)} begins as it ends, so that files cannot be cut at it: leave blockBytes out`;
    throw new ArgumentError("value", text, { delimiter });
  }
  const paths = await findFiles(typeof patterns === "string" ? [patterns] : patterns, method);
  const packings = paths.map((path) => packingOf(path, options.compression ?? "infer"));
  const files = await Promise.all(paths.map(async (path) => stat(path)));
  const runs = runsOf(
    paths.map((path, k) => ({
      path,
      bytes: files[k]?.size ?? 0,
      isPacked: packings[k] !== "none",
    })),
    options,
    method,
  );
  const starts = [0];
  for (const run of runs) starts.push((starts.at(-1) as number) + run.length);
  const flat = runs.flat();
  return partitionsNode(method, new LayerValues(method), {
    feed: {
      type: "text",
      paths,
      versions: files.map(({ mtimeMs, size }) => `${mtimeMs}-${size}`),
      packings,
      fileStart: Int32Array.from(starts),
      fileOf: Int32Array.from(flat, ({ file }) => file),
      from: Float64Array.from(flat, ({ from }) => from),
      to: Float64Array.from(flat, ({ to }) => to),
      encoding,
      delimiter,
      ...gives,
    },
    operands: runs.map(() => []),
  });
}

async function findFiles(patterns: readonly string[], method: string): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (!isDynamicPattern(pattern)) {
      const file = await stat(pattern).catch(() => undefined);
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

function packingOf(path: string, compression: TextCompression): TextPacking {
  if (compression !== "infer") return compression;
  if (path.endsWith(".gz")) return "gzip";
  if (path.endsWith(".br")) return "brotli";
  return path.endsWith(".zst") ? "zstd" : "none";
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
  options: Pick<ReadTextOptions, "blockBytes" | "filesPerPartition">,
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
