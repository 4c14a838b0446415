// Generalised ufuncs with axes, kept axes and calls for each core, against what Dask gives.
import { describe, expect, it } from "vitest";
import { applyGufunc, type ChunkedArray } from "../../../src/array/index.js";
import table from "../../fixtures/gufuncs.json" with { type: "json" };
import { countingArray, tableArray, valuesOf } from "../table-arrays.js";

interface Case {
  readonly fn: keyof typeof FUNCTIONS;
  readonly signature: string;
  readonly inputs: { shape: number[]; chunks: number[][] }[];
  readonly options: Record<string, unknown>;
  readonly results?: { shape: number[]; values: number[] }[];
}
/** What a function gets of an array for one place: what the signature names. */
interface Core {
  readonly data: Float64Array;
  readonly shape: number[];
}

const FUNCTIONS = {
  sum: (x: Core) => x.data.reduce((a, b) => a + b, 0),
  cumsum: (x: Core) => {
    let sum = 0;
    return x.data.map((value) => (sum += value));
  },
  diff: (x: Core) => Array.from(x.data.subarray(1), (value, i) => value - (x.data[i] as number)),
  both: (x: Core) => [x.data.reduce((a, b) => a + b, 0), Math.max(...x.data)],
  ends: (x: Core) => [x.data[0], x.data.toReversed()],
  outer: (x: Core, y: Core) => Array.from(x.data).flatMap((a) => Array.from(y.data, (b) => a * b)),
  matmul: (x: Core, y: Core) => {
    const [rows = 0, inner = 0] = x.shape;
    const [, columns = 0] = y.shape;
    return Array.from({ length: rows * columns }, (_, n) => {
      const [i, j] = [Math.floor(n / columns), n % columns];
      let sum = 0;
      for (let k = 0; k < inner; k++)
        sum += (x.data[i * inner + k] as number) * (y.data[k * columns + j] as number);
      return sum;
    });
  },
  dot: (x: Core, y: Core) => {
    const [rows = 0, inner = 0] = x.shape;
    return Array.from({ length: rows }, (_, i) =>
      y.data.reduce((sum, value, k) => sum + value * (x.data[i * inner + k] as number), 0),
    );
  },
  add: (x: number, y: number) => x + y,
  sums: (x: Core, y: Core) => x.data.reduce((a, b) => a + b, 0) * y.data.reduce((a, b) => a + b, 0),
  total: (x: Core) => x.data.reduce((a, b) => a + b, 0),
};
const cases = table.cases as unknown as Case[];

function run({ fn, signature, inputs, options }: Case): ChunkedArray[] {
  const arrays = inputs.map(({ shape, chunks }) => countingArray(shape, chunks, "float64"));
  const f = FUNCTIONS[fn] as never;
  const result = applyGufunc(f, signature, arrays, { ...options, vectorize: true } as never);
  return [result].flat() as ChunkedArray[];
}

describe("applyGufunc", () => {
  for (const fn of new Set(cases.map((c) => c.fn))) {
    it(`gives what Dask gives, one call for each core: ${fn}`, async () => {
      for (const c of cases.filter((other) => other.fn === fn)) {
        const what = JSON.stringify([c.fn, c.signature, c.inputs, c.options]);
        if (c.results === undefined) {
          expect(() => run(c), what).toThrow();
          continue;
        }
        const results = run(c);
        expect(results.length, what).toBe(c.results.length);
        for (const [i, wanted] of c.results.entries()) {
          expect(results[i]?.shape, what).toEqual(wanted.shape);
          expect(await valuesOf(results[i] as ChunkedArray), what).toEqual(wanted.values);
        }
      }
    });
  }

  it("gives results dtypes of their own, and takes complex numbers and promises", async () => {
    const x = tableArray(
      [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
      "complex128",
      [2, 2],
      [[1, 1], [2]],
    );
    const split = async (one: { re: number; im: number }) => [one.re, { re: one.im, im: one.re }];
    const [real, turned] = applyGufunc(split as never, "()->(),()", [x], {
      vectorize: true,
      dtypes: ["int32", "complex64"],
    }) as [ChunkedArray, ChunkedArray];
    expect([real.dtype, turned.dtype]).toEqual(["int32", "complex64"]);
    expect(await valuesOf(real)).toEqual([1, 3, 5, 7]);
    expect(await valuesOf(turned)).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
  });
});
