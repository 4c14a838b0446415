// Elementwise functions of short integers, booleans and complex numbers against NumPy's table: the
// dtype above all. What kernels make of other dtypes is test/kernels/programs/elementwise.test.ts.
import { describe, expect, it } from "vitest";
import * as tw from "../../../src/array/index.js";
import type { DType, Scalar } from "../../../src/base/dtype.js";
import { isClose, readCases, scalarOf, type TableValue } from "../../kernels/numeric-cases.js";
import { elementsOf } from "../table-arrays.js";

interface Case {
  readonly group: string;
  readonly fn: string;
  readonly dtype?: DType;
  readonly dtype1?: DType;
  readonly dtype2?: DType;
  readonly decimals?: number;
  readonly x: TableValue[];
  readonly y?: TableValue[];
  readonly result_dtype: string;
  readonly result: TableValue[];
}

const verbs = tw as unknown as Record<string, (...args: unknown[]) => tw.ChunkedArray>;
const nameOf = (fn: string) => fn.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const cases = readCases<Case>("numeric_dtypes.json");

function resultOf(c: Case, chunks: number): tw.ChunkedArray {
  const array = (values: readonly TableValue[], dtype: DType) =>
    tw.fromArray(
      { data: values.map((value) => scalarOf(dtype, value)), shape: [values.length] },
      { dtype, chunks },
    );
  const x = array(c.x, (c.dtype ?? c.dtype1) as DType);
  const more = c.y === undefined ? [] : [array(c.y, (c.dtype2 ?? c.dtype) as DType)];
  const decimals = c.decimals === undefined ? [] : [c.decimals];
  return (verbs[nameOf(c.fn)] as (typeof verbs)[string])(x, ...more, ...decimals);
}

/** Complex numbers of the parts that come one after the other. */
async function scalarsOf(x: tw.ChunkedArray): Promise<Scalar[]> {
  const parts = await elementsOf(x);
  if (!x.dtype.startsWith("complex")) return parts;
  return Array.from({ length: parts.length / 2 }, (_, i) => ({
    re: Number(parts[2 * i]),
    im: Number(parts[2 * i + 1]),
  }));
}

describe("NumPy's dtypes and values", () => {
  it.each(cases.map((c, i) => [`${i} ${c.fn} of ${c.dtype ?? c.dtype1}`, c] as const))(
    "%s",
    async (_name, c) => {
      const dtype = c.result_dtype.replace("float16", "float32") as DType;
      for (const chunks of [100, 3]) {
        const result = resultOf(c, chunks);
        expect(result.dtype).toBe(dtype);
        const values = await scalarsOf(result);
        values.forEach((value, i) => {
          const wanted = scalarOf(dtype, c.result[i] as TableValue);
          expect(isClose(dtype, value, wanted, 4), `${i}: ${String(value)}`).toBe(true);
        });
      }
    },
  );

  it("needs no wider floats for integers of two kinds", () => {
    const [a, b] = [tw.zeros([2], { dtype: "int8" }), tw.zeros([2], { dtype: "uint16" })];
    expect(tw.atan2(a, b).dtype).toBe("float32");
    expect(tw.atan2(a, 0.5).dtype).toBe("float64");
    expect(tw.divide(a, b).dtype).toBe("float64");
  });
});

describe("complex numbers", () => {
  const values = [
    { re: 2, im: 1 },
    { re: 1, im: 7 },
    { re: 1, im: -5 },
    { re: 2, im: 3 },
  ];
  it.each([4, 3, 1])("have extremes in blocks of %i", async (chunks) => {
    const x = tw.asarray(values, { chunks });
    expect(await elementsOf(x.min())).toEqual([1, -5]);
    expect(await elementsOf(x.max())).toEqual([2, 3]);
    expect(await elementsOf(x.argmin())).toEqual([2n]);
    expect(await elementsOf(x.argmax())).toEqual([3n]);
    expect(await elementsOf(tw.median(x))).toEqual([1.5, 4]);
    const broken = tw.concat([x, tw.asarray([{ re: Number.NaN, im: 1 }])]);
    expect(await elementsOf(broken.argmax())).toEqual([4n]);
    expect(await elementsOf(tw.nanargmax(broken))).toEqual([3n]);
    expect(await elementsOf(tw.median(broken))).toEqual([Number.NaN, 1]);
  });

  it("are rounded by their parts", async () => {
    const x = tw.asarray([
      { re: 1.26, im: -3.14 },
      { re: Number.POSITIVE_INFINITY, im: 0.55 },
    ]);
    expect(await elementsOf(x.round(1))).toEqual([1.3, -3.1, Number.POSITIVE_INFINITY, 0.6]);
  });

  it("keep infinity and NaN of one part from the other", async () => {
    const infinity = Number.POSITIVE_INFINITY;
    const x = tw.asarray([{ re: 2, im: infinity }]);
    expect(await elementsOf(tw.nanToNum(x, { posinf: infinity }))).toEqual([2, infinity]);
    const powers = x.pow(tw.asarray([1, 2, 3]));
    expect(await elementsOf(powers.slice(0))).toEqual([2, infinity]);
    expect(await elementsOf(tw.real(powers.slice(1)))).toEqual([-infinity]);
    // Which elements a condition takes is unknown until it is computed.
    expect(await elementsOf(x.slice(tw.real(x).greater(1)).mean())).toEqual([2, infinity]);
  });
});

it("refuses lanes that have no number where one is asked for", async () => {
  const x = tw.asarray([
    [Number.NaN, 1],
    [Number.NaN, Number.NaN],
  ]);
  expect(await elementsOf(tw.nanargmin(x.slice(null, 1)))).toEqual([0n]);
  await expect(elementsOf(tw.nanargmin(x, 1))).rejects.toThrow("a lane of NaN only");
  await expect(elementsOf(tw.nanargmax(x.rechunk(1), 0))).rejects.toThrow("nanargmax found a lane");
});
