// Directories of clusters: a file in each names its owner, so that the next cluster on this host
// removes those whose processes were all killed.
import { writeFileSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isOurDirectory, isRunning } from "../system/owners.js";
import { isAlive, ownIdentity, type ProcessIdentity } from "../system/process-identity.js";

/** The prefix of these directories' names. */
export const DIRECTORY_PREFIX = "tilework-";

const OWNER_FILE = "owner.json";

/** The program that a directory was made for. */
interface Owner extends Partial<ProcessIdentity> {
  readonly host: string;
  readonly pid: number;
}

/** A directory that was removed. */
export interface Leftover {
  readonly path: string;
  readonly bytes: number;
  /** The process that it belonged to. */
  readonly pid: number;
}

/** Writes into `directory` that it belongs to this process. */
export function claimDirectory(directory: string): void {
  const owner: Owner = { host: hostname(), pid: process.pid, ...ownIdentity() };
  writeFileSync(join(directory, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
}

/**
 * Removes directories in `parents` whose owners are dead: only those marked as this user's, on this
 * host.
 */
export async function removeLeftovers(parents: readonly string[]): Promise<Leftover[]> {
  const removed: Leftover[] = [];
  for (const parent of new Set(parents)) {
    for (const name of await readdir(parent).catch(() => [])) {
      if (!name.startsWith(DIRECTORY_PREFIX)) continue;
      const path = join(parent, name);
      const owner = await deadOwner(path);
      if (owner === undefined) continue;
      const bytes = await bytesBelow(path);
      await rm(path, { recursive: true, force: true }).then(
        () => removed.push({ path, bytes, pid: owner.pid }),
        // A directory that cannot be removed stays: it only occupies disk space.
        () => undefined,
      );
    }
  }
  return removed;
}

async function deadOwner(directory: string): Promise<Owner | undefined> {
  if (!(await isOurDirectory(directory))) return undefined;
  try {
    const owner = JSON.parse(await readFile(join(directory, OWNER_FILE), "utf8")) as Owner;
    const { host, pid, startTicks } = owner;
    if (host !== hostname() || !Number.isSafeInteger(pid)) return undefined;
    const isThere = startTicks === undefined ? isRunning(pid) : isAlive({ pid, startTicks });
    return isThere ? undefined : owner;
  } catch {
    // It names no owner, or is being removed.
    return undefined;
  }
}

async function bytesBelow(directory: string): Promise<number> {
  const paths = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = paths.map((path) =>
    stat(join(directory, path)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
