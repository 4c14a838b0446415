// Writes a partition into files of its own: under a temporary name, and renamed when they are
// complete.
import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ArgumentError } from "../base/errors.js";
import { flush } from "../formats/files/atomic-file.js";
import { makeFolder } from "../formats/files/make-folder.js";
import { isUrl, placeOf } from "../formats/remote/remote-address.js";
import { describeRemote, removeRemote, writeRemote } from "../formats/remote/remote-files.js";
import type { QueryTarget } from "../graph/model/query-tables.js";
import type { Scratch } from "./scratch.js";
import { quoteName, quoteText } from "./sql-text.js";

/** The folder of incomplete files, within the folder of a target. */
export const PARTIAL = ".partial";

/** The folder of rows without a value, as other writers name it. */
export const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** Digits of the number of a partition, in names of files. */
const DIGITS = 5;

/**
 * Writes the rows of a query; returns the paths of its files, within the target's folder.
 *
 * @throws ArgumentError `argument.value` for a file that cannot be written
 */
export async function writeFiles(
  connection: DuckDBConnection,
  sql: string,
  target: QueryTarget,
  block: number,
  scratch: Scratch,
): Promise<string[]> {
  const { folder, ending, partitionBy, options } = target;
  // A store gets files that are complete.
  const isHere = !isUrl(folder);
  const partial = isHere ? join(folder, PARTIAL, randomUUID().slice(0, 8)) : scratch.path("part");
  const put = (file: string, name: string) =>
    isHere ? placed(file, name, folder) : sent(file, name, target);
  const name = `part-${String(block).padStart(DIGITS, "0")}`;
  const by =
    partitionBy.length === 0 ? [] : [`PARTITION_BY (${partitionBy.map(quoteName).join(", ")})`];
  try {
    await connection.run(
      `COPY (${sql}) TO ${quoteText(partial)} (${[...options, ...by].join(", ")})`,
    );
    if (partitionBy.length === 0) return [await put(partial, name + ending)];
    const paths: string[] = [];
    const numbers = new Map<string, number>();
    for (const file of await filesBelow(partial)) {
      const values = relative(partial, dirname(file));
      // The engine writes several files of one folder where it has many rows.
      const number = numbers.get(values) ?? 0;
      numbers.set(values, number + 1);
      const own = number === 0 ? name : `${name}-${number}`;
      paths.push(await put(file, join(values, own + ending)));
    }
    return paths;
  } catch (error) {
    const reason = (error as Error).message.replaceAll(partial, folder);
    if (!/^IO Error|^E[A-Z]+:/.test(reason)) throw error;
    const text = `cannot write ${name}${ending} of ${folder}: ${reason}`;
    throw new ArgumentError("value", text, { path: folder });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function placed(file: string, name: string, folder: string): Promise<string> {
  const path = join(folder, name);
  await flush(file);
  await makeFolder(dirname(path));
  await rename(file, path);
  return name;
}

/**
 * Sends a file to a store. A writing that has failed meanwhile has removed its files before this
 * one was there.
 */
async function sent(file: string, name: string, { folder, sign }: QueryTarget): Promise<string> {
  const bytes = await readFile(file);
  await rm(file);
  const address = placeOf(folder, name);
  const refuse = (reason: string) => {
    const text = `cannot write ${name} of ${folder}: ${reason}`;
    throw new ArgumentError("value", text, { path: folder });
  };
  await writeRemote(address, bytes).catch((error: Error) => refuse(error.message));
  if (sign === undefined || (await describeRemote(sign)) !== undefined) return name;
  await removeRemote(address);
  return refuse("the writing has ended");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, basename(entry.name)))
    .sort();
}
