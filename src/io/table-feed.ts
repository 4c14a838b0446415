// Files of text as partitions of tables: those that are not packed are cut.

import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import { parseBytes } from "../base/units.js";
import { type TextCompression, textFeed } from "../formats/text/text-files.js";
import { packingOf } from "../formats/text/text-packing.js";
import type { TextFeed } from "../graph/model/partition-steps.js";

/** Bytes of a partition of files that are not packed. */
const BLOCK_BYTES = 64 << 20;

/** Common parts of the readers of tables. */
interface TableFeedOptions {
  readonly blockBytes?: number | string;
  readonly compression?: TextCompression;
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
): Promise<TextFeed> {
  const given = compression === undefined ? {} : { compression };
  const inFolders = `**/*.${ending}{,.gz,.br,.zst}`;
  const feed = (options: TableFeedOptions) =>
    textFeed(method, paths, { ...given, ...options }, { gives: "records" }, inFolders);
  if (blockBytes !== undefined) {
    const bytes = typeof blockBytes === "number" ? blockBytes : parseBytes(blockBytes);
    return feed({ blockBytes: bytes });
  }
  const whole = await feed({});
  const isAnyPacked = whole.paths.some(
    (path) =>
      (compression === undefined || compression === "infer" ? packingOf(path) : compression) !==
      "none",
  );
  return isAnyPacked ? whole : feed({ blockBytes: BLOCK_BYTES });
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
