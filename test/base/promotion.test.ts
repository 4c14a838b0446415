import { describe, expect, it } from "vitest";
import { DTYPES, type DType } from "../../src/base/dtype.js";
import { ArgumentError } from "../../src/base/errors.js";
import { promote, promoteScalar, scalarDType } from "../../src/base/promotion.js";
import table from "../fixtures/promotion.json" with { type: "json" };

interface Case {
  readonly group: string;
  readonly dtype: DType;
  readonly dtype1: DType;
  readonly dtype2: DType;
  readonly scalar_kind: "bool" | "int" | "float" | "complex";
  readonly scalar: number | string;
  readonly result_dtype: string;
  readonly error?: boolean;
}
const cases = (group: string) =>
  (table.cases as unknown as Case[]).filter((c) => c.group === group);
const all = Object.keys(DTYPES) as DType[];

describe("promote", () => {
  it("gives NumPy's dtypes", () => {
    expect(cases("promote").length).toBeGreaterThan(5);
    for (const c of cases("promote")) {
      expect(promote(c.dtype1, c.dtype2), JSON.stringify(c)).toBe(c.result_dtype);
    }
  });

  it("does not depend on the order, and joins any number", () => {
    for (const a of all) for (const b of all) expect(promote(a, b)).toBe(promote(b, a));
    expect(promote("bool", "uint8", "float32")).toBe("float32");
  });
});

describe("promoteScalar", () => {
  const examples = { bool: true, int: 3, float: 0.5, complex: { re: 1, im: 2 } } as const;

  it("lets scalars bend as NumPy does", () => {
    for (const c of cases("promote_scalar")) {
      expect(promoteScalar(c.dtype, examples[c.scalar_kind]), JSON.stringify(c)).toBe(
        c.result_dtype,
      );
    }
    expect(promoteScalar("bool", 3)).toBe("int32");
    expect(promoteScalar("uint8", 255)).toBe("uint8");
    expect(promoteScalar("int32", Number.NaN)).toBe("float64");
  });

  it("refuses whole numbers that an integer dtype cannot hold", () => {
    for (const c of cases("scalar_range")) {
      const promoted = () => promoteScalar(c.dtype, BigInt(c.scalar));
      if (c.error) expect(promoted, JSON.stringify(c)).toThrow(ArgumentError);
      else expect(promoted()).toBe(c.result_dtype);
    }
    expect(() => promoteScalar("uint8", -1)).toThrow("-1 does not fit into uint8");
  });
});

describe("scalarDType", () => {
  it("is the narrowest of bool, int32 and float64", () => {
    expect([true, 7, 2 ** 31, 0.5, -0].map(scalarDType)).toEqual([
      "bool",
      "int32",
      "float64",
      "float64",
      "float64",
    ]);
    expect([7n, 2n ** 63n, { re: 0, im: 1 }].map(scalarDType)).toEqual([
      "int64",
      "uint64",
      "complex128",
    ]);
  });
});
