// The folder that a table is written to: another one until all of its files are there.
import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ArgumentError } from "../base/errors.js";
import { cannotWrite } from "../formats/files/atomic-file.js";
import { makeFolder } from "../formats/files/make-folder.js";
import { PARTIAL } from "./write-files.js";

/**
 * Fills a folder by `write`, which receives the path of another and returns the files within it. An
 * earlier folder stays until the new one is complete.
 *
 * @returns the paths of the files
 * @throws ArgumentError `argument.value` where something is there and is not to be replaced, or no
 * folder can be made
 */
export async function fillFolder(
  path: string,
  overwrite: boolean,
  write: (folder: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const folder = resolve(path);
  await checkFree(folder, path, overwrite);
  const other = (word: string) => `${folder}.${randomUUID().slice(0, 8)}.${word}`;
  const temporary = other("partial");
  await makeFolder(join(temporary, PARTIAL)).catch((cause) => cannotWrite(path, cause));
  try {
    const files = await write(temporary);
    await rm(join(temporary, PARTIAL), { recursive: true, force: true });
    const earlier = other("earlier");
    const isReplaced = await rename(folder, earlier).then(
      () => true,
      () => false,
    );
    await rename(temporary, folder).catch(async (cause: unknown) => {
      if (isReplaced) await rename(earlier, folder);
      cannotWrite(path, cause);
    });
    if (isReplaced) await rm(earlier, { recursive: true, force: true });
    return files.map((file) => join(folder, file));
  } finally {
    // After a failure, tasks that are late still write: why it failed is what counts.
    const untilEmpty = { recursive: true, force: true, maxRetries: 10 };
    await rm(temporary, untilEmpty).catch(() => {});
  }
}

/** Nothing may be there, or an empty folder, or what is to be replaced. */
async function checkFree(folder: string, path: string, overwrite: boolean): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isDirectory()) {
    const text = `cannot write ${path}: a file is there: expected the path of a folder`;
    throw new ArgumentError("value", text, { path });
  }
  if (overwrite || (await readdir(folder)).length === 0) return;
  const text = `cannot write ${path}: a folder with files is there: pass { overwrite: true } to replace it`;
  throw new ArgumentError("value", text, { path });
}
