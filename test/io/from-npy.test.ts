import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/base/errors.js";
import { fromNpy } from "../../src/io/from-npy.js";
import { valuesOf } from "../array/table-arrays.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A `.npy` file with that header and those elements. */
function npyFile(header: string, elements: Uint8Array, version = 1): string {
  const start = version === 1 ? 10 : 12;
  const text = `${header.padEnd(117 - start)}\n`;
  const prefix = Buffer.alloc(start);
  prefix.write("\x93NUMPY", "latin1");
  prefix[6] = version;
  if (version === 1) prefix.writeUInt16LE(text.length, 8);
  else prefix.writeUInt32LE(text.length, 8);
  const path = join(folder, `${files++}.npy`);
  writeFileSync(path, Buffer.concat([prefix, Buffer.from(text, "latin1"), elements]));
  return path;
}

function headerOf(descr: string, shape: string, fortran = "False"): string {
  return `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
}

const bytesOf = (values: Float64Array | Int32Array) => new Uint8Array(values.buffer);
const counting = (n: number) => Float64Array.from({ length: n }, (_, i) => i);

describe("fromNpy", () => {
  it("reads a file by its blocks", async () => {
    const path = npyFile(headerOf("<f8", "(3, 4)"), bytesOf(counting(12)));
    const x = fromNpy(path, { chunks: [2, 3] });
    expect([x.shape, x.dtype, x.numblocks]).toEqual([[3, 4], "float64", [2, 2]]);
    expect(await valuesOf(x)).toEqual(Array.from(counting(12)));
    expect(await valuesOf(x.T.sum(0))).toEqual([6, 22, 38]);
  });

  it("reads Fortran order, other byte orders, no and one axis, later versions", async () => {
    const fortran = npyFile(headerOf("<f8", "(2, 3)", "True"), bytesOf(counting(6)));
    expect(await valuesOf(fromNpy(fortran, { chunks: 1 }))).toEqual([0, 2, 4, 1, 3, 5]);
    const swapped = Buffer.from(Int32Array.of(1, -2, 3).buffer).swap32();
    const big = npyFile(headerOf(">i4", "(3,)"), swapped, 2);
    expect(await valuesOf(fromNpy(big, { chunks: 2 }))).toEqual([1, -2, 3]);
    const scalar = npyFile(headerOf("|b1", "()"), Uint8Array.of(1), 3);
    expect(fromNpy(scalar).dtype).toBe("bool");
    expect(await valuesOf(fromNpy(scalar))).toEqual([1]);
  });

  it.each([
    ["|u1", 1],
    ["<i2", 2],
    ["<f4", 4],
    ["<c8", 8],
    ["<c16", 16],
  ])("cuts short rows of elements of any size: %s", async (descr, bytesEach) => {
    const bytes = Uint8Array.from({ length: 60 * 7 * bytesEach }, (_, i) => (i * 37) % 113);
    const path = npyFile(headerOf(descr, "(3, 20, 7)"), bytes);
    const whole = await valuesOf(fromNpy(path, { chunks: -1 }));
    expect(whole.length).toBeGreaterThanOrEqual(60 * 7);
    expect(await valuesOf(fromNpy(path, { chunks: [2, 15, 3] }))).toEqual(whole);
  });

  it("reads float16 as float32: every one, with its sign", async () => {
    const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const little = npyFile(headerOf("<f2", "(256, 256)"), new Uint8Array(bits.buffer));
    const x = fromNpy(little, { chunks: [100, 256] });
    expect([x.dtype, x.shape]).toEqual(["float32", [256, 256]]);
    const expected = Array.from(bits, (half) => {
      const [sign, exponent, fraction] = [half >> 15, (half >> 10) & 31, half & 1_023];
      const size =
        exponent === 31
          ? fraction === 0
            ? Number.POSITIVE_INFINITY
            : Number.NaN
          : exponent === 0
            ? fraction * 2 ** -24
            : (1 + fraction / 1_024) * 2 ** (exponent - 15);
      return sign === 1 ? -size : size;
    });
    expect(await valuesOf(x)).toEqual(expected);
    const big = Buffer.from(Uint16Array.of(0x3c00, 0xc500).buffer).swap16();
    expect(await valuesOf(fromNpy(npyFile(headerOf(">f2", "(2,)"), big)))).toEqual([1, -5]);
  });

  it("is known by the file and its last change", () => {
    const path = npyFile(headerOf("<f8", "(2,)"), bytesOf(counting(2)));
    const before = fromNpy(path);
    expect(fromNpy(relative(process.cwd(), path)).name).toBe(before.name);
    writeFileSync(path, "\0".repeat(8), { flag: "a" });
    expect(fromNpy(path).name).not.toBe(before.name);
  });

  it("is not read any more when the file has changed", async () => {
    const path = npyFile(headerOf("<f8", "(4,)"), bytesOf(counting(4)));
    const x = fromNpy(path, { chunks: 2 });
    writeFileSync(path, "\0", { flag: "a" });
    await expect(valuesOf(x)).rejects.toThrow(
      /\.npy changed since it was opened: make the array of it again/,
    );
    expect(await valuesOf(fromNpy(path, { chunks: 2 }))).toEqual([0, 1, 2, 3]);
  });

  it("says why a file cannot be read", () => {
    const cut = npyFile(headerOf("<f8", "(3,)"), new Uint8Array(23));
    expect(() => fromNpy(cut)).toThrow(/is cut off: its header promises 142 bytes, it has 141/);
    expect(() => fromNpy(join(folder, "none.npy"))).toThrow(/cannot open .*none\.npy: ENOENT/);
    const text = join(folder, "text.npy");
    writeFileSync(text, "a,b,c\n1,2,3\n");
    expect(() => fromNpy(text)).toThrow(/text\.npy: .*so it is not a \.npy file/);
    expect(() => fromNpy(folder)).toThrow(/cannot open .*tilework-npy.*it is a folder/);
    const text2 = npyFile(headerOf("<U2", "(1,)"), new Uint8Array(8));
    expect(() => fromNpy(text2)).toThrow('has dtype "<U2": expected one of bool');
    const short = join(folder, "short.npy");
    writeFileSync(short, Buffer.from("\x93NUMPY\x01\0\x80\0{'descr'", "latin1"));
    expect(() => fromNpy(short)).toThrow(/short\.npy: .* its header ends after byte 138/);
    expect(() => fromNpy(short)).toThrow(ArgumentError);
  });
});

it("knows all of its options", () => {
  const path = npyFile(headerOf("<f8", "(2,)"), bytesOf(counting(2)));
  const options = { chunk: 2 } as object;
  expect(() => fromNpy(path, options)).toThrow(
    "there is no option chunk of fromNpy (did you mean chunks?): expected chunks",
  );
});
