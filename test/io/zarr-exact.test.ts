// What JSON does not hold in Zarr's metadata, and arrays that are computed from what they replace.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type DType, ones, type Scalar, withLabels, zeros } from "../../src/array/index.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { fromZarrGroup } from "../../src/io/from-zarr-group.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { toZarrGroup } from "../../src/io/to-zarr-group.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-zarr-exact-"));
afterAll(() => rmSync(folder, { recursive: true }));
const executor = new SerialExecutor();

describe.each([2, 3] as const)("metadata of format %s", (format) => {
  const key = format === 2 ? ".zarray" : "zarr.json";
  const chunk = (path: string) => join(path, format === 2 ? "0" : join("c", "0"));

  it.each<[DType, Scalar, string]>([
    ["int64", -(2n ** 63n), "-9223372036854775808"],
    ["int64", 2n ** 63n - 1n, "9223372036854775807"],
    ["uint64", 2n ** 64n - 1n, "18446744073709551615"],
    ["int64", 2 ** 60, "1152921504606846976"],
    ["float64", -0, "-0.0"],
  ])("keeps the fill value of %s %s to the last digit", async (dtype, fillValue, digits) => {
    const path = join(folder, `${format}-${dtype}-${digits}.zarr`);
    await toZarr(ones([2], { dtype }), path, { format, fillValue, executor });
    // A longer array has other metadata.
    await toZarr(ones([2], { dtype }), path, { append: 0, executor });
    expect(readFileSync(join(path, key), "utf8")).toContain(`"fill_value": ${digits},`);
    rmSync(chunk(path));
    const x = await fromZarr(path);
    const [first] = [...((await x.compute({ executor })) as { data: Iterable<unknown> }).data];
    expect(first).toBe(dtype === "float64" ? -0 : BigInt(digits));
  });

  it("has NaN and Infinity among the attributes, as Python writes them", async () => {
    const path = join(folder, `${format}-attributes.zarr`);
    const attributes = {
      missing: Number.NaN,
      range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      text: 'NaN, "Infinity" and \\',
      own: { fill_value: 12_345_678_901_234_568 },
    };
    const x = withLabels(zeros([2]), { attributes });
    await toZarrGroup(path, { arrays: { x } }, { format, executor });
    const text = readFileSync(join(path, "x", format === 2 ? ".zattrs" : key), "utf8");
    expect(text).toContain('"missing": NaN,');
    expect((await fromZarr(path, { component: "x" })).attributes).toEqual(attributes);
    expect((await fromZarrGroup(path)).arrays.x?.attributes).toEqual(attributes);
  });
});

describe("toZarr", () => {
  it("refuses fill values that no element can have", async () => {
    const path = join(folder, "fill.zarr");
    const write = (dtype: DType, fillValue: unknown) =>
      toZarr(ones([2], { dtype }), path, { fillValue: fillValue as number });
    await expect(write("int8", 300)).rejects.toThrow("fillValue is 300: expected one of int8");
    await expect(write("uint64", -1n)).rejects.toThrow("fillValue is -1: expected one of uint64");
    await expect(write("float64", null)).rejects.toThrow("fillValue is null: expected a number");
    await expect(write("bool", "false")).rejects.toThrow(/fillValue is .*false.*: expected/);
  });

  it("refuses a region that is no list", async () => {
    const path = join(folder, "region.zarr");
    await toZarr(zeros([4]), path, { executor });
    const region = [4] as never;
    await expect(toZarr(ones([4]), path, { region })).rejects.toMatchObject({
      code: "argument.shape",
    });
  });

  it("does not delete the array that the new values are computed from", async () => {
    const path = join(folder, "own.zarr");
    await toZarrGroup(path, { arrays: { a: ones([4], { chunks: 2 }) } }, { executor });
    symlinkSync(path, join(folder, "link.zarr"));
    const options = { component: "a", overwrite: true, executor };
    const a = await fromZarr(path, { component: "a" });
    const more = a.add(1);
    const message = /computed from the Zarr array at .*own.zarr\/a, .* write to another path/;
    await expect(toZarr(more, path, options)).rejects.toThrow(message);
    await expect(toZarr(more, join(folder, "link.zarr"), options)).rejects.toThrow(message);
    const group = { arrays: { b: more } };
    await expect(toZarrGroup(path, group, { overwrite: true })).rejects.toThrow(message);
    expect(await a.sum().compute({ executor })).toBe(4);
    // Another array beside it, and the same one from memory.
    await toZarr(more, path, { ...options, component: "ab" });
    await toZarr(more, path, { ...options, component: "ab" });
    await toZarr(await more.persist({ executor }), path, options);
    const again = await fromZarr(path, { component: "a" });
    expect(await again.sum().compute({ executor })).toBe(8);
  });

  it("reads what a Python program wrote by hand", async () => {
    const path = join(folder, "python.zarr");
    await toZarr(ones([2], { dtype: "int64" }), path, { format: 2, executor });
    writeFileSync(join(path, ".zattrs"), '{"a": NaN, "b": -Infinity, "c": "NaN"}');
    const x = await fromZarr(path);
    expect(x.attributes).toEqual({ a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: "NaN" });
  });
});
