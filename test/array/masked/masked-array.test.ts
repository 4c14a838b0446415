// Masked arrays against numpy.ma's values, in several chunkings. What is under a mask is not
// compared.
import { describe, expect, it } from "vitest";
import { asarray, type ChunkedArray, ma } from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";
import table from "../../fixtures/masked.json" with { type: "json" };
import { chunkings, numberOf, type TableNumber, tableArray, valuesOf } from "../table-arrays.js";

interface TableArray {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: TableNumber[];
  readonly mask?: number[];
}
interface Case {
  readonly fn: string;
  readonly method: boolean;
  readonly inputs: TableArray[];
  readonly args: unknown[];
  readonly result: TableArray;
  readonly fillValue?: number;
}
type Verb = (...args: unknown[]) => ma.MaskedArray | ChunkedArray;

const cases = table.cases as unknown as Case[];
const functions = ma as unknown as Record<string, Verb>;

function arrayOf({ shape, dtype, values, mask }: TableArray, cut: number) {
  const chunks = chunkings(shape)[cut];
  const data = tableArray(values, dtype as DType, shape, chunks);
  return mask === undefined
    ? data
    : ma.maskedArray(data, { mask: tableArray(mask, "bool", shape, chunks) });
}

type Input = ma.MaskedArray | ChunkedArray;

function call({ fn, method, args: given }: Case, all: readonly Input[]) {
  // An option may name an input by its number.
  const isNamed = (arg: unknown): arg is object =>
    JSON.stringify(arg)?.includes('"input":1') === true;
  const args = given.map((arg) => (isNamed(arg) ? { ...arg, weights: all[1] } : arg));
  const inputs = given.some(isNamed) ? all.slice(0, 1) : all;
  if (!method) return (functions[fn] as Verb)(...inputs, ...args);
  const [first, ...others] = inputs;
  const verb = (first as unknown as Record<string, Verb>)[fn] as Verb;
  return verb.call(first, ...others, ...args);
}

describe("masked arrays", () => {
  for (const fn of new Set(cases.map((c) => c.fn))) {
    it(`give what numpy.ma gives: ${fn}`, async () => {
      for (const c of cases.filter((other) => other.fn === fn)) {
        for (const cut of [0, 1, 3]) {
          const inputs = c.inputs.map((input) => arrayOf(input, cut));
          const what = JSON.stringify([fn, c.inputs.map((x) => [x.shape, x.dtype]), c.args, cut]);
          const result = call(c, inputs);
          const { dtype, mask, shape, values } = c.result;
          expect(result.shape, what).toEqual(shape);
          expect(result.dtype, what).toBe(dtype);
          expect(result instanceof ma.MaskedArray, what).toBe(mask !== undefined);
          const hidden = await valuesOf(ma.getmaskarray(result));
          if (mask !== undefined) expect(hidden, what).toEqual(mask);
          const given = await valuesOf(ma.getdata(result));
          const allowed = dtype === "float32" ? 1e-5 : 1e-12;
          values.forEach((value, i) => {
            const wanted = numberOf(value);
            if (hidden[i] === 1) return;
            if (!Number.isFinite(wanted)) expect(given[i], `${what} [${i}]`).toBe(wanted);
            else {
              const off = Math.abs((given[i] as number) - wanted);
              expect(off, `${what} [${i}]`).toBeLessThanOrEqual(allowed * Math.abs(wanted));
            }
          });
          if (c.fillValue !== undefined) {
            expect((result as ma.MaskedArray).fillValue, what).toBe(c.fillValue);
          }
        }
      }
    });
  }

  it("compute data and mask together", async () => {
    const x = ma.maskedArray(
      asarray(
        [
          [1, 2],
          [3, 4],
        ],
        { chunks: 1 },
      ),
      {
        mask: [
          [false, true],
          [false, false],
        ],
      },
    );
    const options = { executor: new SerialExecutor() };
    const { data, mask, fillValue } = await x.compute(options);
    expect(Array.from((data as { data: Float64Array }).data)).toEqual([1, 2, 3, 4]);
    expect(Array.from((mask as { data: Uint8Array }).data)).toEqual([0, 1, 0, 0]);
    expect(fillValue).toBe(1e20);
    expect(await x.max().compute(options)).toEqual({ data: 4, mask: false, fillValue: 1e20 });
    expect(`${x}`).toBe("MaskedArray (2, 2) float64");
  });

  it("are cut, turned and reshaped with their masks", async () => {
    const x = ma.maskedGreater(
      asarray(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { chunks: 2 },
      ),
      4,
    );
    const filled = (y: ma.MaskedArray) => valuesOf(y.filled(0));
    expect(await filled(x.transpose())).toEqual([1, 4, 2, 0, 3, 0]);
    expect(await filled(x.slice(1))).toEqual([4, 0, 0]);
    expect(await filled(x.reshape([3, 2]))).toEqual([1, 2, 3, 4, 0, 0]);
    expect(await filled(x.ravel().rechunk(5))).toEqual([1, 2, 3, 4, 0, 0]);
    expect(await filled(x.astype("int32"))).toEqual([1, 2, 3, 4, 0, 0]);
    expect(await valuesOf(ma.setFillValue(x, 7).filled())).toEqual([1, 2, 3, 4, 7, 7]);
    expect(await valuesOf(ma.maskedArray(x, { mask: [true, false, false] }).filled(0))).toEqual([
      0, 2, 3, 0, 0, 0,
    ]);
  });

  it("say what is wrong", () => {
    const shape = expect.objectContaining({ code: "argument.shape" });
    expect(() => ma.maskedArray(asarray([1, 2]), { mask: [true, false, true] })).toThrow(shape);
    expect(() => ma.maskedWhere([true], asarray([1, 2]))).toThrow(shape);
    expect(() => ma.average(asarray([1, 2]), 0, { weights: [[1, 2]] })).toThrow(shape);
  });
});
