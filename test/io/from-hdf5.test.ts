import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import h5wasm, { type FileOptions } from "h5wasm/node";
import type { NdArray } from "ndarray";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withHdf5 } from "../../src/formats/hdf5/hdf5-file.js";
import { fromHdf5 } from "../../src/io/from-hdf5.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";

const executor = new SerialExecutor();
const folder = mkdtempSync(join(tmpdir(), "tilework-hdf5-"));
const path = join(folder, "run.nc");
const numbers = Float32Array.from({ length: 240 }, (_, i) => i);

/** The oldest form of files: what is changed in them is not noticed. */
const WITHOUT_CHECKSUMS: FileOptions = { libver: ["earliest", "latest"] };

beforeAll(async () => {
  const { activate_throwing_error_handler } = await h5wasm.ready;
  activate_throwing_error_handler();
  const file = new h5wasm.File(path, "w");
  const time = file.create_dataset({ name: "time", data: Float64Array.of(0, 6, 12, 18) });
  time.make_scale("time");
  const t = file.create_group("forecast").create_dataset({
    name: "t2m",
    data: numbers,
    shape: [4, 6, 10],
    chunks: [2, 6, 5],
    compression: "gzip",
    compression_opts: 4,
    shuffle: true,
  } as never);
  t.attach_scale(0, "/time");
  t.create_attribute("units", "K");
  t.create_attribute("valid_range", Float32Array.of(0, 400));
  t.create_attribute("scale_factor", 0.5);
  const kinds = file.create_group("kinds");
  for (const [name, data] of Object.entries({
    i8: Int8Array.of(-1, 2),
    u16: Uint16Array.of(1, 65_535),
    i64: BigInt64Array.of(-1n, 2n ** 60n),
    f64: Float64Array.of(0.1, -0),
  })) {
    kinds.create_dataset({ name, data });
  }
  file.create_dataset({ name: "names", data: ["a", "b"] });
  file.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("a dataset of an HDF5 file", () => {
  it("is read by block, in its own chunks and others, with its names and attributes", async () => {
    const x = await fromHdf5(path, { dataset: "forecast/t2m" });
    expect([x.shape, x.dtype, x.dims]).toEqual([[4, 6, 10], "float32", ["time", null, null]]);
    expect(x.attributes).toEqual({ units: "K", valid_range: [0, 400], scale_factor: 0.5 });
    expect(await valuesOf(x)).toEqual(Array.from(numbers));
    for (const chunks of [[2, 6, 5], [3, 4, 7], 1] as const) {
      const other = await fromHdf5(path, { dataset: "/forecast/t2m", chunks });
      expect(await valuesOf(other)).toEqual(Array.from(numbers));
    }
    const point = (await fromHdf5(path, { dataset: "forecast/t2m" })).slice(":", 2, 3);
    expect(await valuesOf(point)).toEqual([23, 83, 143, 203]);
  });

  it("has any of our dtypes that HDF5 has, in either byte order", async () => {
    for (const [name, dtype, values] of [
      ["i8", "int8", [-1, 2]],
      ["u16", "uint16", [1, 65_535]],
      ["i64", "int64", [-1n, 2n ** 60n]],
      ["f64", "float64", [0.1, -0]],
    ] as const) {
      const x = await fromHdf5(path, { dataset: `kinds/${name}` });
      expect(x.dtype).toBe(dtype);
      const { data } = (await x.compute({ executor })) as NdArray<Float64Array>;
      expect(Array.from(data as ArrayLike<unknown>)).toEqual(values);
    }
    const others = new URL("../../node_modules/h5wasm/test/array.h5", import.meta.url);
    const big = await fromHdf5(fileURLToPath(others), { dataset: "bigendian" });
    expect(await valuesOf(big)).toEqual([3, 2, 1]);
  });

  it("is asked for by its name where there are several, and refused by name", async () => {
    await expect(fromHdf5(path)).rejects.toThrow(/has 7 datasets \(.*forecast\/t2m.*\): name one/);
    await expect(fromHdf5(path, { dataset: "forecast/no" })).rejects.toThrow(
      /no dataset "forecast\/no" in .*: its datasets are .*forecast\/t2m/,
    );
    await expect(fromHdf5(path, { dataset: "names" })).rejects.toMatchObject({
      code: "argument.dtype",
    });
    await expect(fromHdf5(join(folder, "none.h5"))).rejects.toThrow(/cannot open .*none.h5/);
    const text = join(folder, "text.h5");
    writeFileSync(text, "no HDF5 at all");
    await expect(fromHdf5(text)).rejects.toThrow(/text.h5: .*signature not found/);
  });

  it("that was cut off, damaged or changed is an error, and no other values", async () => {
    const whole = readFileSync(path);
    const copy = join(folder, "copy.h5");
    writeFileSync(copy, whole);
    const before = await fromHdf5(copy, { dataset: "forecast/t2m" });
    writeFileSync(copy, whole.subarray(0, whole.length >> 1));
    await expect(before.compute({ executor })).rejects.toThrow(/copy.h5: it changed/);
    await expect(fromHdf5(copy, { dataset: "forecast/t2m" })).rejects.toThrow(/copy.h5/);
    // Only the compressed chunks are damaged: zlib's checksum finds it.
    const at = whole.indexOf(Buffer.from([0x78, 0x5e]));
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at + 20) ^ 0x55, at + 20);
    writeFileSync(copy, damaged);
    const after = await fromHdf5(copy, { dataset: "forecast/t2m" });
    await expect(after.compute({ executor })).rejects.toThrow(/cannot read .*copy.h5: .*/);
  });

  it("that was damaged and mended is read again", async () => {
    const whole = readFileSync(path);
    const copy = join(folder, "mended.h5");
    const damaged = Buffer.from(whole);
    const at = whole.indexOf(Buffer.from([0x78, 0x5e]));
    damaged.fill(0x55, at + 2, at + 20);
    for (const bytes of [damaged, whole, whole.subarray(0, 3_000), whole]) {
      writeFileSync(copy, bytes);
      const values = fromHdf5(copy, { dataset: "forecast/t2m" }).then(valuesOf);
      if (bytes === whole) expect(await values).toEqual(Array.from(numbers));
      else await expect(values).rejects.toThrow(/mended.h5: (filter returned|truncated file)/);
    }
  });

  it("in which the library goes in circles is given up", async () => {
    const endless = () => {
      for (;;);
    };
    await expect(withHdf5(path, undefined, endless, 50)).rejects.toThrow(
      /run.nc: HDF5 has not ended within 0.05 s: the file is damaged/,
    );
    expect((await fromHdf5(path, { dataset: "forecast/t2m" })).shape).toEqual([4, 6, 10]);
  });

  it("of float16 is read as float32", async () => {
    const halves = join(folder, "halves.h5");
    const bits = Uint16Array.of(0x3c00, 0xc200, 0x7bff, 0x0001, 0xfc00, 0x8000);
    const file = new h5wasm.File(halves, "w", WITHOUT_CHECKSUMS);
    file.create_dataset({ name: "h", data: new Float32Array(bits.buffer), shape: [3] });
    file.close();
    // The package writes no float16: the type of the dataset is changed in the file.
    const [float, half] = [
      "1120 1f00 04000000 0000 2000 17080017 7f000000",
      "1120 0f00 02000000 0000 1000 0a05000a 0f000000",
    ].map((hex) => Buffer.from(hex.replaceAll(" ", ""), "hex")) as [Buffer, Buffer];
    const bytes = readFileSync(halves);
    half.copy(bytes, bytes.indexOf(float));
    writeFileSync(halves, bytes);
    const x = await fromHdf5(halves, { dataset: "h" });
    expect([x.shape, x.dtype]).toEqual([[3], "float32"]);
    expect(await valuesOf(x)).toEqual([1, -3, 65_504]);
  });

  it("packed by a filter that the package lacks is refused with what to do", async () => {
    const packed = join(folder, "packed.h5");
    const file = new h5wasm.File(packed, "w", WITHOUT_CHECKSUMS);
    const [data, chunks] = [numbers, [60]];
    file.create_dataset({ name: "t", data, chunks, compression: "gzip", compression_opts: 4 });
    file.close();
    const bytes = readFileSync(packed);
    // Before a filter's name are its number, the length of the name, flags and a count.
    bytes.writeUInt16LE(32_000, bytes.indexOf("deflate") - 8);
    writeFileSync(packed, bytes);
    await expect(fromHdf5(packed)).rejects.toThrow(
      /packed by filter 32000 \(deflate\), which h5wasm lacks: repack it with gzip/,
    );
  });
});
