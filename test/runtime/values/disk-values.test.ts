import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Rng } from "../../../src/base/rng.js";
import type { DiskValues } from "../../../src/runtime/values/disk-values.js";
import { SpillDirectory } from "../../../src/runtime/values/spill-directory.js";
import type { StoredValue } from "../../../src/runtime/values/value-store.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";

const MB = 2 ** 20;

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "disk-values-"));
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function memoryAt(directory = base): WorkerMemory {
  return new WorkerMemory(256 * MB, new SpillDirectory(directory));
}

/** A value whose every byte depends on `seed`. */
function someValue({ pool }: WorkerMemory, seed: number, length: number): StoredValue {
  const bytes = 8 * length;
  const memory = pool.allocate(bytes);
  const data = new Float64Array(memory.buffer, memory.byteOffset, length);
  for (let i = 0; i < length; i++) data[i] = seed + i / length;
  return { memory, dtype: "float64", shape: [length], bytes };
}

function contents({ memory, bytes }: StoredValue): Float64Array {
  return new Float64Array(memory.buffer, memory.byteOffset, bytes / 8).slice();
}

/** The one file of the one value that was written. */
function onlyFile(): string {
  const directory = join(base, readdirSync(base)[0] as string);
  return join(directory, readdirSync(directory)[0] as string);
}

describe("DiskValues", () => {
  it("give back what was written, byte for byte, whatever happens in between", async () => {
    const memory = memoryAt();
    const { disk, pool } = memory;
    const rng = new Rng(5);
    const written = new Map<number, Float64Array>();
    for (let round = 0; round < 150; round++) {
      const task = rng.below(20);
      if (!disk.has(task)) {
        const value = someValue(memory, round, 1 + rng.below(20_000));
        written.set(task, contents(value));
        await disk.write(task, value);
        pool.free(value.memory);
      } else if (rng.chance(0.5)) {
        const value = await disk.read(task);
        expect(contents(value)).toEqual(written.get(task));
        pool.free(value.memory);
      } else {
        disk.drop(task);
        written.delete(task);
      }
      const bytes = [...written.values()].reduce((sum, data) => sum + data.byteLength, 0);
      expect([disk.bytes, pool.bytesInUse]).toEqual([bytes, 0]);
    }
    await disk.close();
    expect(readdirSync(base)).toEqual([]);
  });

  it("take no directory before they are needed, and one that no one else may read", async () => {
    const memory = memoryAt();
    expect(readdirSync(base)).toEqual([]);
    await memory.disk.write(1, someValue(memory, 1, 10));
    const [name = ""] = readdirSync(base);
    expect(statSync(join(base, name)).mode & 0o777).toBe(0o700);
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
    await memory.disk.close();
  });

  it("write and read many at a time without blocking the event loop", async () => {
    const memory = memoryAt();
    const values = Array.from({ length: 8 }, (_, task) => someValue(memory, task, MB / 2));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await Promise.all(values.map((value, task) => memory.disk.write(task, value)));
    const copies = await Promise.all(values.map((_, task) => memory.disk.read(task)));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    copies.forEach((copy, task) => {
      expect(contents(copy)[1]).toBe(task + 2 / MB);
    });
    await memory.disk.close();
  });

  it("say when a file was cut short or is gone, and keep no memory for it", async () => {
    const memory = memoryAt();
    const { disk, pool } = memory;
    const value = someValue(memory, 1, 1_000);
    await disk.write(1, value);
    truncateSync(onlyFile(), 100);
    await expect(disk.read(1)).rejects.toThrow(/ends after 100 bytes, expected 8000/);
    rmSync(onlyFile());
    await expect(disk.read(1)).rejects.toThrow(/ENOENT/);
    expect(pool.bytesInUse).toBe(value.memory.bytes);
    await disk.close();
  });

  it("give what was written or an error, whatever became of the file, in whole and in parts", async () => {
    const memory = memoryAt();
    const { disk, pool } = memory;
    const rng = new Rng(7);
    const value = someValue(memory, 3, 40_000);
    await disk.write(1, { ...value, shape: [400, 100] });
    const file = onlyFile();
    const written = readFileSync(file);
    const rows = (start: number, count: number) =>
      disk.readPart(1, { start: [start, 0], shape: [count, 100] });
    for (let round = 0; round < 40; round++) {
      const damaged = Buffer.from(written);
      const at = rng.below(damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << rng.below(8));
      writeFileSync(file, damaged);
      await expect(disk.read(1)).rejects.toThrow(/of the file are not those that were written/);
      const start = rng.below(390);
      const part = rows(start, 10);
      expect(part).toBeDefined();
      const read = await part?.then(contents, String);
      const expected = new Float64Array(written.buffer, written.byteOffset + start * 800, 1_000);
      if (typeof read === "string") expect(read).toContain("are not those that were written");
      else expect(read).toEqual(expected);
    }
    writeFileSync(file, written);
    expect(contents(await disk.read(1))).toEqual(contents(value));
    pool.free(value.memory);
    await disk.close();
  });

  it("leave nothing of what could not be written, and try again later", async () => {
    writeFileSync(join(base, "file"), "");
    const memory = memoryAt(join(base, "file"));
    await expect(memory.disk.write(1, someValue(memory, 1, 10))).rejects.toThrow(/ENOTDIR/);
    expect(memory.disk.has(1)).toBe(false);
    rmSync(join(base, "file"));
    execFileSync("mkdir", [join(base, "file")]);
    await memory.disk.write(1, someValue(memory, 1, 10));
    await memory.disk.close();
  });

  it.skipIf(!canMount())("leave nothing on a disk that is full", async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", base]);
    try {
      const memory = memoryAt();
      const { disk } = memory;
      await fill(disk, memory);
      const used = () => execFileSync("du", ["-sk", base], { encoding: "utf8" });
      const before = used();
      await expect(disk.write(9, someValue(memory, 9, MB / 16))).rejects.toThrow(/ENOSPC/);
      expect(used()).toBe(before);
      disk.drop(0);
      await expect.poll(used).not.toBe(before);
      await disk.write(9, someValue(memory, 9, MB / 64));
      await disk.close();
    } finally {
      execFileSync("umount", [base]);
    }
  });
});

/** Writes six eighths of a megabyte. */
async function fill(disk: DiskValues, memory: WorkerMemory): Promise<void> {
  for (let task = 0; task < 6; task++) await disk.write(task, someValue(memory, task, MB / 64));
}

/** Whether small file systems can be mounted here: as root, outside of most containers. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), "can-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "ignore" });
    execFileSync("umount", [place], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

describe("SpillDirectory", () => {
  it("removes what killed workers of this host left, and nothing else", async () => {
    const directory = new SpillDirectory(base);
    const own = await directory.path();
    const dead = own.replace(`-${process.pid}-`, "-999999999-");
    const foreign = dead.replace("tilework-spill-", "tilework-spill-elsewhere-");
    for (const path of [dead, foreign]) execFileSync("mkdir", [path]);
    writeFileSync(join(dead, "0"), "left behind");
    writeFileSync(`${dead}-file`, "not a directory");
    await new SpillDirectory(base).removeStale();
    expect(readdirSync(base).sort()).toEqual(
      [own, foreign, `${dead}-file`].map((path) => path.slice(base.length + 1)).sort(),
    );
    await directory.remove();
    await directory.remove();
    expect(readdirSync(base)).toHaveLength(2);
  });

  it("is removed when the process exits without a word", () => {
    const script = `
      import { SpillDirectory } from ${JSON.stringify(new URL("../../../dist/runtime/values/spill-directory.js", import.meta.url).href)};
      process.stdout.write(await new SpillDirectory(${JSON.stringify(base)}).path());
      process.exit(3);`;
    let output = "";
    try {
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { stdio: "pipe" });
    } catch (error) {
      output = String((error as { stdout: Buffer }).stdout);
    }
    expect(output).toContain(base);
    expect(readdirSync(base)).toEqual([]);
  });
});
