// Bags into text files, one for each partition, which the workers write
// (formats/text/write-lines.ts).
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ComputeOptions } from "../array/results/compute.js";
import type { Bag } from "../bag/bag.js";
import { blockValues } from "../bag/compute-bag.js";
import { LayerValues, stepsNode } from "../bag/partition-nodes.js";
import { cannotWrite } from "../formats/files/atomic-file.js";
import { makeFolder } from "../formats/files/make-folder.js";
import { isUrl, placeOf } from "../formats/remote/remote-address.js";
import { packingOf } from "../formats/text/text-packing.js";

/**
 * Writes a bag of texts, each on a line of its own: a file for each partition.
 *
 * @param bag texts
 * @param path a path with a `*` for the partition's number (`"out/part-*.txt.gz"`), or a folder, on
 * a disk that workers see or at an `s3://` or `https://` address; the ending selects compression:
 * `.gz`, `.br`, `.zst`
 * @param options as of `compute()`
 * @returns the paths of the files, or their addresses; the task of its partition writes each, from
 * a list of the lines. A file appears when it is complete, and never after the job was cancelled
 * @throws ArgumentError `argument.value` when the folder cannot be created
 * @throws TaskError `task.failed` when an element is not a string, or a file cannot be written
 * @see https://docs.dask.org/en/stable/generated/dask.bag.Bag.to_textfiles.html
 * @example
 * const bag = fromSequence(["one", "two"], { npartitions: 2 });
 * const paths = await toTextFiles(bag, "numbers/part-*.txt.gz"); // part-0.txt.gz and part-1.txt.gz
 * await (await readText(paths)).compute(); // → ["one", "two"]
 */
export async function toTextFiles(
  bag: Bag<string>,
  path: string,
  options: ComputeOptions = {},
): Promise<string[]> {
  const pattern = patternOf(path);
  const digits = String(bag.npartitions - 1).length;
  const paths = Array.from({ length: bag.npartitions }, (_, k) =>
    pattern.replace("*", String(k).padStart(digits, "0")),
  );
  const scratch = `.partial-${randomUUID().slice(0, 8)}`;
  // A server shows a file when all of it has arrived.
  const local = paths.filter((file) => !isUrl(file));
  const folders = [...new Set(local.map((file) => join(dirname(file), scratch)))];
  const target = { paths, packing: packingOf(path), scratch };
  const node = stepsNode("to-text", bag.node, new LayerValues("toTextFiles"), [], { target });
  try {
    for (const folder of folders) {
      await makeFolder(folder).catch((cause) => cannotWrite(path, cause));
    }
    return (await blockValues(node, options)).flat(1) as string[];
  } finally {
    for (const folder of folders) {
      // Where a file stands in the folder's place, that error comes first.
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }
}

/** The path or address of the files, with a `*` for the partition's number. */
function patternOf(path: string): string {
  if (isUrl(path)) return path.includes("*") ? path : placeOf(path, "*.part");
  return resolve(path.includes("*") ? path : join(path, "*.part"));
}

/**
 * Writes a bag as JSON texts, one on each line; otherwise as {@link toTextFiles}.
 *
 * @param bag any bag
 * @param path a file for each partition: `out/*.json`
 * @throws as {@link toTextFiles}, and TaskError `task.failed` where an element has no JSON
 * @see https://docs.dask.org/en/stable/bag-creation.html
 * @example
 * const paths = await toNdjson(fromPartitions([[{ a: 1 }, { a: 2 }]]), "values-*.jsonl");
 * await (await readNdjsonValues<{ a: number }>(paths)).pluck("a").sum().compute(); // → 3
 */
export function toNdjson<T>(
  bag: Bag<T>,
  path: string,
  options: ComputeOptions = {},
): Promise<string[]> {
  return toTextFiles(
    bag.map((element) => JSON.stringify(element)),
    path,
    options,
  );
}
