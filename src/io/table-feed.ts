// Files of text as partitions of tables: those that are not packed are cut.

import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import { feedOfText, findText, type TextCompression } from "../formats/text/text-files.js";
import type { TextFeed } from "../graph/model/partition-steps.js";

/** Bytes of a partition of files that are not packed. */
const BLOCK_BYTES = { max: 64 << 20, min: 8 << 20 };

/** Into how many partitions files go where these are small: each thread has some. */
const PARTS = 16;

/** Common parts of the readers of tables. */
interface TableFeedOptions {
  /** The most bytes of a partition. */
  readonly blockBytes?: number | string;
  /** How the files are packed; default: by the ends of their names. */
  readonly compression?: TextCompression;
}

/** Files of text as partitions. */
interface TableText {
  readonly feed: TextFeed;
  /** Bytes of each file. */
  readonly sizes: readonly number[];
  /** The same with a partition for each file. */
  whole(): TextFeed;
}

/**
 * Files that are not packed, cut; where some are packed, each file is a partition.
 *
 * @param ending that of the files of folders, before `.gz`, `.br` or `.zst`
 */
export async function tableFeed(
  method: string,
  paths: string | readonly string[],
  { blockBytes, compression }: TableFeedOptions,
  ending: string,
): Promise<TableText> {
  const found = await findText(method, paths, compression, `**/*.${ending}{,.gz,.br,.zst}`);
  const isAnyPacked = found.packings.some((packing) => packing !== "none");
  const bytes = blockBytes ?? (isAnyPacked ? undefined : bytesOfBlocks(found.sizes));
  const feedOf = (options: { readonly blockBytes?: number | string }) =>
    feedOfText(method, found, options, {
      encoding: "utf8",
      delimiter: "\n",
      invalidBytes: "error",
      gives: "records",
    });
  const feed = feedOf(bytes === undefined ? {} : { blockBytes: bytes });
  return { feed, sizes: found.sizes, whole: () => feedOf({}) };
}

function bytesOfBlocks(sizes: readonly number[]): number {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return Math.min(BLOCK_BYTES.max, Math.max(BLOCK_BYTES.min, Math.ceil(all / PARTS)));
}

/**
 * Names of columns that are asked for, in place of all. @throws ArgumentError `argument.value` for
 * no list
 */
export function checkColumns(method: string, columns: unknown): void {
  if (columns === undefined || Array.isArray(columns)) return;
  const text = `${method}: columns is ${kindOf(columns)}: expected a list of names`;
  throw new ArgumentError("value", text, { columns });
}
