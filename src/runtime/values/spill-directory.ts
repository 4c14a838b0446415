// The directory for values that do not fit in a worker's memory: private to this user, created when
// first needed, removed when the worker ends. The next worker removes one that a killed worker
// left. Its files are disk-values.ts.
import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { MEMORY_FOLDER } from "../../engine/scratch.js";
import { isOurDirectory, isRunning } from "../../system/owners.js";

/** The name includes this host, since several hosts may share the parent directory. */
const PREFIX = `tilework-spill-${hostname().replace(/[^\w.-]/g, "_")}-`;

/** The prefix of the names of this process's directories. */
export function ownPrefix(): string {
  return `${PREFIX}${process.pid}-`;
}

/** A directory for spilled values, and those beside it that the engines of tables make. */
export class SpillDirectory {
  /** Where it is, or will be, made. */
  readonly base: string;
  #path: Promise<string> | undefined;
  #removeAtExit: (() => void) | undefined;

  /**
   * @param base where the directory is made; the system's directory for temporary files by default
   */
  constructor(base = tmpdir()) {
    this.base = base;
  }

  /**
   * Its path; it is there from the first call on.
   *
   * @throws Error when it cannot be made; the next call tries again.
   */
  path(): Promise<string> {
    this.#path ??= this.#make().catch((error: unknown) => {
      this.#path = undefined;
      throw error;
    });
    return this.#path;
  }

  /** Removes the directories that workers of this host left which do not run any more. */
  async removeStale(): Promise<void> {
    for (const base of [this.base, MEMORY_FOLDER]) {
      const names = await readdir(base).catch(() => []);
      for (const name of names) {
        if (!name.startsWith(PREFIX)) continue;
        const pid = Number.parseInt(name.slice(PREFIX.length), 10);
        const path = join(base, name);
        if (!isRunning(pid) && (await isOurDirectory(path))) await removeTree(path);
      }
    }
  }

  /** Removes it, with all that is in it. */
  async remove(): Promise<void> {
    const path = await this.#path?.catch(() => undefined);
    if (this.#removeAtExit !== undefined) process.off("exit", this.#removeAtExit);
    if (path !== undefined) await removeTree(path);
  }

  async #make(): Promise<string> {
    // Made by mkdtemp, so that no other user can read it or has put anything there before.
    const path = await mkdtemp(join(this.base, ownPrefix()));
    this.#removeAtExit = () => rmSync(path, { recursive: true, force: true });
    process.on("exit", this.#removeAtExit);
    return path;
  }
}

/** Removes a directory if possible; one that stays only occupies disk space. */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
