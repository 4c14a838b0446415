// Bags into text files, one for each partition, which the workers write (runtime/text-target.ts).
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ComputeOptions } from "../array/compute.js";
import type { Bag } from "../bag/bag.js";
import { blockValues } from "../bag/compute.js";
import { LayerValues, stepsNode } from "../bag/partition-nodes.js";
import { packingOf } from "./text-packing.js";

/**
 * Writes a bag of texts, each on a line of its own: a file for each partition.
 *
 * @param bag texts
 * @param path a path with a `*`, where the partition's number stands (`"out/part-*.txt.gz"`), or a
 * folder; by its end files are packed: `.gz`, `.br`, `.zst`
 * @param options as of `compute()`
 * @returns the paths of the files; each is written by the task of its partition, which has a list of the lines
 * @throws TaskError `task.failed` where an element is no text, or a file cannot be written
 * @see https://docs.dask.org/en/stable/generated/dask.bag.Bag.to_textfiles.html
 *
 * @example
 * ```ts
 * const bag = fromSequence(["one", "two"], { npartitions: 2 });
 * const paths = await toTextFiles(bag, "numbers/part-*.txt.gz"); // part-0.txt.gz and part-1.txt.gz
 * await (await readText(paths)).compute(); // → ["one", "two"]
 * ```
 */
export async function toTextFiles(
  bag: Bag<string>,
  path: string,
  options: ComputeOptions = {},
): Promise<string[]> {
  const pattern = resolve(path.includes("*") ? path : join(path, "*.part"));
  const digits = String(bag.npartitions - 1).length;
  const paths = Array.from({ length: bag.npartitions }, (_, k) =>
    pattern.replace("*", String(k).padStart(digits, "0")),
  );
  for (const folder of new Set(paths.map((file) => dirname(file)))) {
    await mkdir(folder, { recursive: true });
  }
  const packing = packingOf(path);
  const node = stepsNode("to-text", bag.node, new LayerValues("toTextFiles"), [], {
    target: { paths, packing },
  });
  return (await blockValues(node, options)).flat(1) as string[];
}

/**
 * Writes a bag as JSON texts, one on each line; otherwise as {@link toTextFiles}.
 *
 * @throws as {@link toTextFiles}, and TaskError `task.failed` where an element has no JSON
 * @see https://docs.dask.org/en/stable/bag-creation.html
 *
 * @example
 * ```ts
 * const paths = await toNdjson(fromPartitions([[{ a: 1 }, { a: 2 }]]), "values-*.jsonl");
 * await (await readNdjson<{ a: number }>(paths)).pluck("a").sum().compute(); // → 3
 * ```
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
