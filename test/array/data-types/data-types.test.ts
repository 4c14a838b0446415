// Questions about dtypes, and values of the dtypes that JavaScript's numbers cannot hold.
import { describe, expect, it } from "vitest";
import {
  angle,
  arange,
  asarray,
  type ChunkedArray,
  canCast,
  conj,
  finfo,
  fromArray,
  full,
  iinfo,
  imag,
  isdtype,
  matmul,
  real,
  resultType,
  zeros,
} from "../../../src/array/index.js";
import { DTYPES, type DType, isComplex } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import table from "../../fixtures/promotion.json" with { type: "json" };
import { chunkings, elementsOf, valuesOf } from "../table-arrays.js";

const dtypes = Object.keys(DTYPES) as DType[];

describe("limits of dtypes", () => {
  interface Case {
    readonly group: string;
    readonly dtype: DType;
    readonly min: number | string;
    readonly max: number | string;
    readonly bits: number;
    readonly eps: number;
    readonly smallest_normal: number;
  }
  const cases = table.cases as unknown as Case[];

  it("are NumPy's", () => {
    for (const { dtype, bits, min, max } of cases.filter((c) => c.group === "iinfo")) {
      const big = dtype === "int64" || dtype === "uint64";
      const [least, most] = big ? [BigInt(min), BigInt(max)] : [min, max];
      expect(iinfo(dtype)).toEqual({ dtype, bits, min: least, max: most });
    }
    for (const c of cases.filter(({ group }) => group === "finfo")) {
      const { dtype, bits, eps, min, max, smallest_normal: smallestNormal } = c;
      expect(finfo(dtype)).toEqual({ dtype, bits, eps, min, max, smallestNormal });
    }
    expect(finfo("complex64")).toEqual(finfo("float32"));
    expect(() => finfo("int8")).toThrow("see iinfo");
    expect(() => iinfo("float32")).toThrow("see finfo");
  });
});

describe("dtypes together", () => {
  it("cast where promotion leads, and join with scalars", () => {
    expect([canCast("int8", "int16"), canCast("int64", "float32")]).toEqual([true, false]);
    expect(resultType("int32", zeros([1], { dtype: "float32" }))).toBe("float64");
    expect(resultType("uint64", "int8", 3)).toBe("float64");
    expect(resultType("float32", { re: 0, im: 1 })).toBe("complex64");
    expect(() => resultType(1, 2)).toThrow(ArgumentError);
  });

  it("belong to groups", () => {
    const numeric = dtypes.filter((dtype) => isdtype(dtype, "numeric"));
    expect(numeric).toEqual(dtypes.filter((dtype) => dtype !== "bool"));
    expect(isdtype("int8", ["bool", "signed integer"])).toBe(true);
    expect(() => isdtype("int8", "integer" as "integral")).toThrow("unknown dtype");
  });

  it("cast into each other and back", async () => {
    for (const from of dtypes) {
      for (const to of dtypes) {
        const x: ChunkedArray = fromArray([0, 1, 1, 0], { dtype: from, chunks: 3 });
        const loses = isComplex(from) && !isComplex(to) && to !== "bool";
        if (loses) expect(() => x.astype(to)).toThrow("would lose the imaginary part");
        else expect(await valuesOf(real(x.astype(to).astype("complex128")))).toEqual([0, 1, 1, 0]);
      }
    }
  });
});

describe("64-bit integers", () => {
  const large = 2n ** 62n + 1n;

  it("are exact and wrap around, in every chunking", async () => {
    for (const [chunks] of chunkings([3])) {
      const x = fromArray([large, 5n, -large], { chunks: [chunks ?? 1] });
      expect(x.dtype).toBe("int64");
      expect(await elementsOf(x.add(1))).toEqual([large + 1n, 6n, 1n - large]);
      expect(await elementsOf(x.multiply(2n))).toEqual([-(2n ** 63n) + 2n, 10n, 2n ** 63n - 2n]);
      expect(await elementsOf(x.sum())).toEqual([5n]);
      expect(await elementsOf(x.argmin())).toEqual([2n]);
      expect(await elementsOf(x.max())).toEqual([large]);
    }
    expect(await elementsOf(arange(large, large + 3n, { chunks: 2 }))).toEqual([
      large,
      large + 1n,
      large + 2n,
    ]);
    expect(await elementsOf(full([2], 2n ** 64n - 1n).sum())).toEqual([2n ** 64n - 2n]);
    expect(() => full([2], 2n ** 64n)).toThrow("does not fit into uint64");
  });

  it("compare beyond their range", async () => {
    expect(await valuesOf(zeros([1], { dtype: "uint64" }).greater(-1))).toEqual([1]);
    expect(await valuesOf(zeros([1], { dtype: "int8" }).less(2n ** 40n))).toEqual([1]);
  });
});

describe("complex numbers", () => {
  const values = [
    { re: 3, im: 4 },
    { re: 0, im: -2 },
  ];

  it("come as lists, and by turns with a dtype", async () => {
    const x = fromArray(values, { chunks: 1 });
    expect(x.dtype).toBe("complex128");
    expect(await valuesOf(x)).toEqual([3, 4, 0, -2]);
    const same = asarray({ data: [3, 4, 0, -2], shape: [2], dtype: "complex128" });
    expect(same.name).toBe(asarray(values).name);
    expect(await valuesOf(asarray([1, 2], { dtype: "complex64" }))).toEqual([1, 0, 2, 0]);
    expect(() => asarray({ data: [1, 2, 3], dtype: "complex128" })).toThrow("imaginary part each");
  });

  it("have parts, angles and products", async () => {
    const x = fromArray(values, { chunks: 1 });
    expect([await valuesOf(real(x)), await valuesOf(imag(x))]).toEqual([
      [3, 0],
      [4, -2],
    ]);
    expect(await valuesOf(conj(x))).toEqual([3, -4, 0, 2]);
    expect(await valuesOf(x.abs())).toEqual([5, 2]);
    expect(await valuesOf(angle(x))).toEqual([Math.atan2(4, 3), -Math.PI / 2]);
    expect(await valuesOf(matmul(x, x))).toEqual([-7 - 4, 24]);
    expect(await valuesOf(x.prod())).toEqual([8, -6]);
    expect(await valuesOf(x.max())).toEqual([3, 4]);
  });

  it("are ndarrays with one more axis for their parts", async () => {
    const x = fromArray([values, values], { chunks: 1 });
    const value = await x.T.slice(0).reshape([2, 1]).compute({ executor: new SerialExecutor() });
    expect([value.shape, Array.from(value.data)]).toEqual([
      [2, 1, 2],
      [3, 4, 3, 4],
    ]);
    const turned = x.mapBlocks((block) => {
      for (let i = 0; i < block.data.length; i++) block.data[i] = -(block.data[i] ?? 0);
      return block;
    });
    expect(await valuesOf(turned.slice(1))).toEqual([-3, -4, -0, 2]);
  });
});
