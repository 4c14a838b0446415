// Damaged files: read, they give an error, or the right values; never others. CORRUPTIONS=1000
// tries as many of each format.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { arange, type ChunkedArray, random, type ToZarrOptions } from "../../src/array/index.js";
import { isTileworkError } from "../../src/base/errors.js";
import { currentHost, installHost } from "../../src/base/host.js";
import { Rng } from "../../src/base/rng.js";
import { crc32c, crc32cByBytes } from "../../src/formats/zarr/crc32c.js";
import { NATIVE_CODECS } from "../../src/formats/zarr/native-codecs.js";
import { fromNpy } from "../../src/io/from-npy.js";
import { fromNpz } from "../../src/io/from-npz.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { toNpy } from "../../src/io/to-npy.js";
import { toNpz } from "../../src/io/to-npz.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";

const CORRUPTIONS = Number(process.env.CORRUPTIONS ?? 60);

const folder = mkdtempSync(join(tmpdir(), "tilework-damaged-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();
/** With the codecs of the system, which the executor provides. */
const host = currentHost();
afterEach(() => installHost(host));

/** Numbers that compress somewhat: their upper bytes are alike. */
const x = random([30, 40], { seed: 7, chunks: [30, 20] })
  .multiply(1000)
  .floor()
  .rechunk([15, 20]);

type Damage = (bytes: Buffer, rng: Rng) => Buffer;

const cutOff: Damage = (bytes, rng) => bytes.subarray(0, rng.below(bytes.length));
const longer: Damage = (bytes, rng) =>
  Buffer.concat([
    bytes,
    Buffer.from(Array.from({ length: 1 + rng.below(40) }, () => rng.below(256))),
  ]);

const flipBit: Damage = (bytes, rng) => {
  const copy = Buffer.from(bytes);
  const at = rng.below(bytes.length);
  copy[at] = (copy[at] as number) ^ (1 << rng.below(8));
  return copy;
};

/** As {@link flipBit}, at the start, where lengths are. */
const flipHeader: Damage = (bytes, rng) =>
  Buffer.concat(
    [flipBit(bytes.subarray(4, 16), rng), bytes.subarray(16)].map((part, i) =>
      i === 0 ? Buffer.concat([bytes.subarray(0, 4), part]) : part,
    ),
  );

const zeros: Damage = (bytes, rng) => {
  const copy = Buffer.from(bytes);
  const at = rng.below(bytes.length);
  return copy.fill(0, at, Math.min(at + 1 + rng.below(64), bytes.length));
};

const moved: Damage = (bytes, rng) => {
  const [from, to] = [rng.below(bytes.length), rng.below(bytes.length)];
  const copy = Buffer.from(bytes);
  bytes.copy(copy, to, from, from + 1 + rng.below(64));
  return copy;
};

const ANY = [cutOff, longer, flipBit, zeros, moved];
/** What shows without a checksum. */
const LENGTHS = [cutOff, longer];
const HEADERS = [...LENGTHS, flipHeader];

/** A way to write the array to a file or folder, and to read it back. */
interface Format {
  readonly write: (path: string) => Promise<void>;
  readonly read: (path: string) => Promise<ChunkedArray>;
  readonly damages: readonly Damage[];
}

const zarr = (options: ToZarrOptions, damages: readonly Damage[]): Format => ({
  write: (path) => toZarr(x, path, { ...options, executor }),
  read: (path) => fromZarr(path),
  damages,
});

const FORMATS: Readonly<Record<string, Format>> = {
  "Zarr 3": zarr({}, ANY),
  "Zarr 3, blosc": zarr({ compressor: "blosc" }, ANY),
  "Zarr 3, gzip": zarr({ compressor: "gzip" }, ANY),
  "Zarr 3, not compressed": zarr({ compressor: null }, ANY),
  "Zarr 3, shards": zarr({ chunks: [5, 20], shards: [15, 20] }, ANY),
  "Zarr 2, zlib": zarr({ format: 2, compressor: "zlib" }, ANY),
  "Zarr 2, blosc of lz4": zarr({ format: 2, compressor: "blosc" }, HEADERS),
  "Zarr 2, blosc of zstd": zarr(
    { format: 2, compressor: { id: "blosc", cname: "zstd", clevel: 5, shuffle: 1, blocksize: 0 } },
    HEADERS,
  ),
  "Zarr 2, blosc of lz4hc, bits": zarr(
    { format: 2, compressor: { id: "blosc", cname: "lz4hc", clevel: 5, shuffle: 2, blocksize: 0 } },
    HEADERS,
  ),
  "Zarr 2, zstd": zarr({ format: 2, compressor: "zstd" }, LENGTHS),
  "Zarr 2, lz4": zarr({ format: 2, compressor: "lz4" }, LENGTHS),
  "Zarr 2, not compressed": zarr({ format: 2, compressor: null }, LENGTHS),
  npy: {
    write: (path) => toNpy(x, path, { executor }),
    read: async (path) => fromNpy(path),
    damages: [cutOff],
  },
  npz: {
    write: (path) => toNpz(path, { x }, { executor }),
    read: async (path) => (await fromNpz(path)).x as ChunkedArray,
    damages: ANY,
  },
  "npz, compressed": {
    write: (path) => toNpz(path, { x }, { executor, compress: true }),
    read: async (path) => (await fromNpz(path)).x as ChunkedArray,
    damages: ANY,
  },
};

/** The files with data at a path. */
function dataFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => !/zarr\.json$|\.zarray$/.test(name))
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .sort();
}

/** The values, or the error that there was. */
async function attempt(format: Format, path: string): Promise<unknown> {
  try {
    const back = await format.read(path);
    // The name of the array in the file may be what was damaged.
    return back === undefined ? new Error("no such array") : await valuesOf(back);
  } catch (error) {
    return error;
  }
}

/** Makes a file that exists one of these bytes. Linux writes files that are emptied to disk. */
function rewrite(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "r+");
  writeFileSync(file, bytes);
  ftruncateSync(file, bytes.length);
  closeSync(file);
}

describe("a damaged file gives an error or the right values", () => {
  it.each(Object.keys(FORMATS))("%s", async (name) => {
    const format = FORMATS[name] as Format;
    const path = join(folder, name.replaceAll(/\W+/g, "-"));
    await format.write(path);
    const right = await valuesOf(x);
    const rng = new Rng(19);
    const wrong: string[] = [];
    let errors = 0;
    for (let n = 0; n < CORRUPTIONS; n++) {
      // By the codecs of the system, where it has them, and by our own.
      if (n % 2 === 1) installHost(host.with(NATIVE_CODECS, () => ({})));
      else installHost(host);
      const files = dataFiles(path);
      const file = files[rng.below(files.length)] as string;
      const before = readFileSync(file);
      const which = rng.below(format.damages.length);
      const bytes = (format.damages[which] as Damage)(before, rng);
      rewrite(file, bytes);
      const found = await attempt(format, path);
      if (found instanceof Error) errors++;
      else if (String(found) !== String(right)) wrong.push(`${n}: ${format.damages[which]?.name}`);
      if (isTileworkError(found)) expect(found.message).toContain(path);
      rewrite(file, before);
    }
    expect(wrong).toEqual([]);
    expect(errors).toBeGreaterThan(CORRUPTIONS / 2);
    expect(await attempt(format, path)).toEqual(right);
  });
});

describe("what is no file", () => {
  const path = join(folder, "special.zarr");
  const replaced = async (make: (chunk: string) => void) => {
    await toZarr(arange(6, { chunks: 6 }), path, { executor, overwrite: true });
    rmSync(join(path, "c", "0"));
    make(join(path, "c", "0"));
    return attempt(FORMATS["Zarr 3"] as Format, path);
  };

  it.skipIf(process.platform === "win32")("is refused as a chunk: a pipe", async () => {
    const found = await replaced((chunk) => execFileSync("mkfifo", [chunk]));
    expect(String(found)).toMatch(/cannot read chunk \(0\).*it is a pipe: expected a file/);
  });

  it.skipIf(process.platform === "win32")("is refused as a chunk: a device", async () => {
    const found = await replaced((chunk) => symlinkSync("/dev/zero", chunk));
    expect(String(found)).toMatch(/is a device or socket: expected a file/);
  });

  it.skipIf(process.platform === "win32")("is refused as a .npy file: a pipe", async () => {
    const pipe = join(folder, "pipe.npy");
    execFileSync("mkfifo", [pipe]);
    expect(() => fromNpy(pipe)).toThrow(/is a pipe: expected a file/);
  });
});

describe("metadata of Zarr arrays", () => {
  it.each([
    [{ order: "X" }, /order is "X": expected "C" or "F"/],
    [{ fill_value: { a: 1 } }, /fill_value is {"a":1}: expected one of float64/],
    [{ fill_value: "zero" }, /fill_value is "zero": expected one of float64/],
    [{ dimension_separator: "-" }, /dimension_separator is "-": expected "." or "\/"/],
  ])("is refused where it makes no sense: %o", async (change, message) => {
    const path = join(folder, "metadata.zarr");
    await toZarr(x, path, { format: 2, executor, overwrite: true });
    const place = join(path, ".zarray");
    const document = { ...JSON.parse(readFileSync(place, "utf8")), ...change };
    writeFileSync(place, JSON.stringify(document));
    await expect(fromZarr(path)).rejects.toThrow(message);
  });
});

describe("crc32c", () => {
  it("is the same in WebAssembly and without", () => {
    const rng = new Rng(3);
    for (const length of [0, 1, 7, 8, 9, 1000, 65_536, 200_001]) {
      const bytes = Uint8Array.from({ length }, () => rng.below(256));
      expect(crc32c(bytes)).toBe(crc32cByBytes(bytes));
    }
    // RFC 3720 appendix B.4
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});
