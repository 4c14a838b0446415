// Opens files that are read: regular ones only. A pipe would block a thread forever, and a device
// may have no end.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";

/**
 * Opens a regular file for reading.
 *
 * @returns its descriptor, which the caller closes, and its length in bytes
 * @throws Error the system's, or when something else than a file is there
 */
export function openRegular(path: string): { readonly file: number; readonly bytes: number } {
  // A pipe that none writes to would be waited for already here. Windows has no such flag, and no
  // such pipe.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile()) {
      const kind = found.isDirectory()
        ? "a folder"
        : found.isFIFO()
          ? "a pipe"
          : "a device or socket";
      throw new Error(`it is ${kind}: expected a file`);
    }
    return { file, bytes: found.size };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Fills `into` with the bytes from `position` on; one read may bring less than requested.
 *
 * @returns how many there were
 */
export function readInto(file: number, into: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < into.length) {
    const count = readSync(file, into, filled, into.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** A word that changes when an open file does. */
export function fileVersion(file: number): string {
  return versionIn(fstatSync(file));
}

/** The same of a file's status. */
export function versionIn({ size, mtimeMs }: Pick<Stats, "size" | "mtimeMs">): string {
  return `${size}@${mtimeMs}`;
}
