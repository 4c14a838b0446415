// What toZarr writes, read by another implementation of format 3, shards included.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { arange } from "../../src/array/index.js";
import { type ToZarrOptions, toZarr } from "../../src/io/to-zarr.js";
import { crc32c } from "../../src/runtime/crc32c.js";
import { SerialExecutor } from "../../src/runtime/serial-executor.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-zarrita-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

/** A folder as zarrita reads it. */
function storeAt(root: string): zarr.AsyncReadable {
  const read = async (key: string) => {
    const path = join(root, key);
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
  };
  return {
    get: read,
    getRange: async (key, range) =>
      (await read(key))?.slice(
        ...("suffixLength" in range
          ? ([-range.suffixLength] as const)
          : ([range.offset, range.offset + range.length] as const)),
      ),
  };
}

describe("zarrita", () => {
  it.each<[ToZarrOptions]>([
    [{ format: 2, compressor: "zlib" }],
    [{ compressor: "gzip" }],
    [{ compressor: "blosc" }],
    [{ chunks: [2, 3], shards: [4, 6] }],
  ])("reads what toZarr wrote with %o", async (options) => {
    const path = join(folder, "x.zarr");
    const x = arange(35, { dtype: "float64" }).reshape([5, 7]).rechunk(3);
    await toZarr(x, path, { ...options, overwrite: true, executor });
    const theirs = await zarr.open(storeAt(path), { kind: "array" });
    expect([theirs.shape, theirs.dtype]).toEqual([[5, 7], "float64"]);
    const { data } = (await zarr.get(theirs)) as zarr.Chunk<"float64">;
    expect(Array.from(data)).toEqual(Array.from({ length: 35 }, (_, i) => i));
  });
});

describe("crc32c", () => {
  it("gives the check value of its catalogue", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});
