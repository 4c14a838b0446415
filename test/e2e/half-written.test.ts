// Programs that are killed while they write a Zarr array: what others read of it meanwhile, and
// writing it again.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fromZarr } from "../../src/index.js";
import { valuesOf } from "../array/table-arrays.js";
import { hasPython, python } from "../io/python.js";
import { Command, freshDirectory } from "./command.js";

const program = fileURLToPath(new URL("../fixtures/programs/half-zarr.mjs", import.meta.url));

/** The chunks that hold what was written: each does, or nothing but fill values. */
function wholeChunks(values: ArrayLike<number>): number {
  const chunks = Array.from({ length: 40 }, (_, chunk) => {
    const own = Array.from({ length: 1000 }, (_, i) => values[1000 * chunk + i]);
    const isFill = own.every((value) => value === 0);
    const isWritten = own.every((value, i) => value === 1000 * chunk + i + 1);
    expect(isFill || isWritten, `chunk ${chunk}: ${own.slice(0, 3)} …`).toBe(true);
    return isWritten;
  });
  return chunks.filter(Boolean).length;
}

describe.each([
  ["threads", 3],
  ["cluster", 3],
  ["cluster", 2],
])("a program that writes with %s, format %i", (where, format) => {
  it("leaves whole chunks when it is killed, and writes all when it runs again", async () => {
    const path = join(freshDirectory(), "half.zarr");
    const command = new Command([path, where, String(format), "stay"], { script: program });
    await command.says(/\d done/);
    process.kill(-command.pid, "SIGKILL");
    expect((await command.ended).signal).toBe("SIGKILL");

    const half = await fromZarr(path);
    const written = wholeChunks(await valuesOf(half));
    if (format === 2 && hasPython("zarr")) {
      const script = `import zarr; x = zarr.open("${path}", "r"); print(*x[:].astype(int))`;
      const theirs = wholeChunks(python(script).trim().split(" ").map(Number));
      expect(theirs).toBe(written);
    }

    const again = new Command([path, where, String(format)], { script: program });
    expect((await again.ended).output).toContain("all written");
    const whole = await fromZarr(path);
    expect(wholeChunks(await valuesOf(whole))).toBe(40);
    // Nothing is left of what was under way when it was killed.
    expect(readdirSync(path).filter((name) => name.includes("partial"))).toEqual([]);
  });
});
