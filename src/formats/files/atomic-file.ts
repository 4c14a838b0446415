// Files that exist complete or not at all: written under a temporary name, renamed at the end.
import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";

/**
 * Makes the file at `path` by `write`, which receives the temporary name of a new, empty file in
 * the same folder. An earlier file at `path` stays until the new one is complete, also if writing
 * fails.
 *
 * @throws ArgumentError `argument.value` when no file can be made there, or something else than a
 * file is there
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const whole = resolve(path);
  const there = await stat(whole).catch(() => undefined);
  if (there?.isFile() === false) {
    // A rename would put a file in place of a device, and fails for a folder only when all is
    // computed.
    const kind = there.isDirectory() ? "a folder" : "a device or socket";
    throw new ArgumentError("value", `cannot write ${path}: ${kind} is there, not a file`, {
      path,
    });
  }
  const temporary = join(dirname(whole), `.${basename(whole)}.${randomUUID().slice(0, 8)}.partial`);
  await (await open(temporary, "wx").catch((cause) => cannotWrite(path, cause))).close();
  try {
    await write(temporary);
    await flush(temporary);
    await rename(temporary, whole).catch((cause) => cannotWrite(path, cause));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * The file's bytes are on the disk before its name is: a crash leaves the old file or the new one.
 */
export async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** An error that names the file. */
export function cannotWrite(path: string, cause: unknown): never {
  const reason = reasonOf(cause);
  throw new ArgumentError("value", `cannot write ${path}: ${reason}`, { path });
}

/** The same where values are computed on the way: errors of these explain themselves. */
export function writingFailed(path: string, cause: unknown): never {
  if (isTileworkError(cause)) throw cause;
  cannotWrite(path, cause);
}
