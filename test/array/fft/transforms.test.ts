// Fourier transforms against NumPy's values in several chunkings, and by what defines them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asarray, type ChunkedArray, fft, ones, random, zeros } from "../../../src/array/index.js";
import { type DType, isComplex } from "../../../src/base/dtype.js";
import table from "../../fixtures/fourier.json" with { type: "json" };
import { chunkings, expectClose, tableArray, tasksOf, valuesOf } from "../table-arrays.js";

interface TableArray {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}
interface Case {
  readonly fn: string;
  readonly input: TableArray;
  readonly options: object;
  readonly result: TableArray;
}
type Verb = (x: ChunkedArray, options: object) => ChunkedArray;

const cases = table.cases as unknown as Case[];
const verbs = fft as unknown as Record<string, Verb>;

function arrayOf({ values, dtype, shape }: TableArray, cut: number): ChunkedArray {
  const isPairs = isComplex(dtype as DType);
  const elements = isPairs
    ? Array.from(
        { length: values.length / 2 },
        (_, i) => [values[2 * i] as number, values[2 * i + 1] as number] as const,
      )
    : values;
  return tableArray(elements, dtype as DType, shape, chunkings(shape)[cut]);
}

describe("Fourier transforms", () => {
  for (const fn of new Set(cases.map((c) => c.fn))) {
    it(`give what NumPy gives: ${fn}`, async () => {
      for (const c of cases.filter((other) => other.fn === fn)) {
        for (const cut of [0, 1, 3]) {
          const what = JSON.stringify([fn, c.input.shape, c.input.dtype, c.options, `cut ${cut}`]);
          const result = (verbs[fn] as Verb)(arrayOf(c.input, cut), c.options);
          expect(result.shape, what).toEqual(c.result.shape);
          expect(result.dtype, what).toBe(c.result.dtype);
          const isShort = ["float32", "complex64"].includes(result.dtype);
          const values = await valuesOf(result);
          expectClose(values, c.result.values, isShort ? 1e-7 : 1e-15, what);
        }
      }
    });
  }

  it("come with their frequencies", async () => {
    for (const { fn, n, d, result } of table.frequencies) {
      const make = fn === "fftfreq" ? fft.fftfreq : fft.rfftfreq;
      const frequencies = make(n, { d, chunks: 3 });
      expect(frequencies.dtype).toBe("float64");
      expect(await valuesOf(frequencies), `${fn} ${n} ${d}`).toEqual(result.values);
    }
    expect(fft.fftfreq(8, { dtype: "float32" }).dtype).toBe("float32");
  });

  it("are undone by their inverses, whatever the length, chunks and norm", async () => {
    const norms = fc.constantFrom("backward", "ortho", "forward" as const);
    const lengths = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 9 }));
    await fc.assert(
      fc.asyncProperty(
        lengths,
        norms,
        fc.integer({ min: 1, max: 40 }),
        async (shape, norm, cut) => {
          const x = random(shape, { seed: 5, chunks: cut });
          const wanted = await valuesOf(x);
          const there = fft.fftn(x, { norm });
          expectClose(await valuesOf(fft.ifftn(there, { norm }).real()), wanted, 2e-15, "ifftn");
          const half = fft.rfft(x, { axis: 0, norm });
          const back = fft.irfft(half, { n: shape[0], axis: 0, norm });
          expectClose(await valuesOf(back), wanted, 2e-15, "irfft");
        },
      ),
      { numRuns: 40 },
    );
  });

  it("cut other axes where a block would grow too large", () => {
    const x = zeros([20_000, 20_000], { chunks: [2_000, 2_000] });
    const spectrum = fft.fft(x, { axis: 0 });
    expect(spectrum.chunks[0]).toEqual([20_000]);
    const longest = Math.max(...(spectrum.chunks[1] as number[]));
    expect(longest * 20_000 * 16).toBeLessThanOrEqual(1.3 * 128 * 2 ** 20);
    const small = fft.fft(zeros([100, 100], { chunks: [10, 50] }), { axis: 0 });
    expect(small.chunks).toEqual([[100], [50, 50]]);
    expect(tasksOf(fft.fft(ones([4, 4], { chunks: [4, 1] }), { axis: 0 }))).toBe(4);
  });

  it("say what is wrong", () => {
    const x = asarray([1, 2, 3]);
    const code = (name: string) => expect.objectContaining({ code: `argument.${name}` });
    expect(() => fft.fft(x, { n: 0 })).toThrow(code("value"));
    expect(() => fft.fft(x, { n: 2.5 })).toThrow(code("value"));
    expect(() => fft.fft(zeros([0]))).toThrow(code("value"));
    expect(() => fft.irfft(asarray([1]))).toThrow(code("value"));
    expect(() => fft.fft(x, { axis: 1 })).toThrow(code("axis"));
    expect(() => fft.fft(x, { norm: "unit" as "ortho" })).toThrow(code("value"));
    expect(() => fft.rfft(fft.fft(x))).toThrow(code("dtype"));
    expect(() => fft.fftn(x, { s: [1, 2], axes: [0] })).toThrow(code("value"));
    expect(() => fft.rfftn(x, { axes: [] })).toThrow(code("axis"));
    expect(() => fft.fftfreq(0)).toThrow(code("value"));
    const long = zeros([2 ** 28], { chunks: 2 ** 20 });
    expect(() => fft.fft(long)).toThrow(code("chunks"));
    expect(fft.fft(long, { n: 1000 }).shape).toEqual([1000]);
  });
});
