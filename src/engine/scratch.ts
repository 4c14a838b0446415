// Files of one task, in memory where there is room: the engine reads and writes partitions by path.
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provided } from "../base/host.js";
import { ENGINE_ROOM } from "./engine-room.js";

/** A folder in memory, on systems that have one. */
export const MEMORY_FOLDER = "/dev/shm";

/** How many times what a task reads has to be free there: it writes as well. */
const ROOM = 4;

/** Room that is asked for however little a task reads. */
const ROOM_BYTES_MIN = 256 << 20;

/** A task that reads more than this part of its thread's memory has its files on disk. */
const MEMORY_FRACTION = 0.2;

/** A folder for the files of one task. */
export class Scratch {
  readonly folder: string;
  #count = 0;

  /** @param bytes how much the task reads */
  constructor(bytes: number) {
    const room = provided(ENGINE_ROOM);
    const { base = tmpdir(), prefix = `tilework-task-${process.pid}-` } = room ?? {};
    const isMuch = room !== undefined && bytes > MEMORY_FRACTION * room.threadBytes;
    this.folder = mkdtempSync(join(isMuch ? base : placeFor(bytes, base), prefix));
  }

  /** The path of a file that is not there yet. */
  path(ending: string): string {
    return join(this.folder, `${this.#count++}.${ending}`);
  }

  /** Removes the folder with all that is in it. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function placeFor(bytes: number, base: string): string {
  if (!existsSync(MEMORY_FOLDER)) return base;
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  return bavail * bsize >= Math.max(ROOM * bytes, ROOM_BYTES_MIN) ? MEMORY_FOLDER : base;
}
