// A worker's values on disk: one file of raw bytes for each, written from and read into shared
// memory without blocking the event loop. The core decides which values are written, and when.
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { assert, defined } from "../../base/assert.js";
import { itemBytes } from "../../base/dtype.js";
import { type Cut, cutRegion, type Region } from "../../graph/dependencies/regions.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { BufferPool } from "./buffer-pool.js";
import { readChecked, type WrittenFile, writeChecked } from "./checked-files.js";
import { isWorthReading, readPart } from "./disk-parts.js";
import type { SpillDirectory } from "./spill-directory.js";
import type { StoredValue } from "./value-store.js";

/** A value's form, and the file with its bytes. */
interface Copy extends Omit<StoredValue, "memory"> {
  readonly path: string;
  readonly written: WrittenFile;
}

/** Values on disk, by task. */
export class DiskValues {
  readonly #pool: BufferPool;
  readonly #directory: SpillDirectory;
  readonly #copies = new Map<TaskId, Copy>();
  readonly #underWay = new Set<Promise<unknown>>();
  #fileCount = 0;
  #bytes = 0;

  constructor(pool: BufferPool, directory: SpillDirectory) {
    this.#pool = pool;
    this.#directory = directory;
  }

  /** Bytes of all copies. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The directory, chosen when the worker started. */
  get directory(): string {
    return this.#directory.base;
  }

  has(task: TaskId): boolean {
    return this.#copies.has(task);
  }

  /**
   * Writes a copy of the value, which stays in place meanwhile.
   *
   * @throws Error when it cannot be written; nothing of it is left.
   */
  write(task: TaskId, value: StoredValue): Promise<void> {
    assert(!this.#copies.has(task), "a value is written twice", { task });
    return this.#track(this.#write(task, value));
  }

  /**
   * The value, in memory of the pool that is the caller's.
   *
   * @throws Error when it cannot be read as it was written.
   */
  read(task: TaskId): Promise<StoredValue> {
    return this.#track(this.#read(defined(this.#copies.get(task), `copy of ${task}`)));
  }

  /**
   * The part of the value that `cut` names, in memory of the pool that is the caller's; undefined
   * when it is better cut from the whole.
   *
   * @throws Error when it cannot be read as it was written.
   */
  readPart(task: TaskId, cut: Cut): Promise<StoredValue> | undefined {
    const copy = defined(this.#copies.get(task), `copy of ${task}`);
    const { dtype, shape } = copy;
    const region = cutRegion(cut, copy);
    if (region === undefined || !isWorthReading(shape, itemBytes(dtype), region)) return undefined;
    return this.#track(this.#readPart(copy, region));
  }

  /** Forgets the copy of a value, if there is one. */
  drop(task: TaskId): void {
    const copy = this.#copies.get(task);
    if (copy === undefined) return;
    this.#copies.delete(task);
    this.#bytes -= copy.bytes;
    void this.#track(removeFile(copy.path));
  }

  /** Forgets everything, once operations under way have ended. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.#copies.clear();
    this.#bytes = 0;
    await this.#directory.remove();
  }

  async #write(task: TaskId, { memory, ...form }: StoredValue): Promise<void> {
    const path = join(await this.#directory.path(), `${this.#fileCount++}`);
    const from = new Uint8Array(memory.buffer, memory.byteOffset, form.bytes);
    try {
      const written = await withFile(path, "wx", (file) => writeChecked(file, from));
      this.#copies.set(task, { ...form, path, written });
    } catch (error) {
      await removeFile(path);
      throw error;
    }
    this.#bytes += form.bytes;
  }

  #read({ path, written, ...form }: Copy): Promise<StoredValue> {
    return this.#readInto(path, form, (file, into) => readChecked(file, into, written));
  }

  #readPart({ path, written, dtype, shape }: Copy, region: Region): Promise<StoredValue> {
    const bytes = sizeOf(region.shape) * itemBytes(dtype);
    return this.#readInto(path, { dtype, shape: region.shape, bytes }, (file, into) =>
      readPart(file, into, written, shape, itemBytes(dtype), region),
    );
  }

  async #readInto(
    path: string,
    form: Omit<StoredValue, "memory">,
    read: (file: FileHandle, into: Uint8Array) => Promise<void>,
  ): Promise<StoredValue> {
    const memory = this.#pool.allocate(form.bytes);
    const into = new Uint8Array(memory.buffer, memory.byteOffset, form.bytes);
    try {
      await withFile(path, "r", (file) => read(file, into));
    } catch (error) {
      this.#pool.free(memory);
      throw error;
    }
    return { memory, ...form };
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const end = () => this.#underWay.delete(work);
    work.then(end, end);
    return work;
  }
}

async function withFile<T>(
  path: string,
  flags: string,
  body: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await body(file);
  } finally {
    await file.close();
  }
}

/** A file that cannot be removed is removed with its directory. */
async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
