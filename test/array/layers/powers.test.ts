// Powers with a number: NumPy's values, and what they cost. Those that a few steps make are these
// steps, which the passes then see: `x.pow(2)` is `square(x)`.
import { describe, expect, it } from "vitest";
import {
  asarray,
  type ChunkedArray,
  floatPower,
  ones,
  pow,
  reciprocal,
  sqrt,
  square,
} from "../../../src/array/index.js";
import { type DType, isComplex, isInteger } from "../../../src/base/dtype.js";
import type { BlockwiseLayer } from "../../../src/graph/model/layer.js";
import table from "../../fixtures/powers.json" with { type: "json" };
import {
  elementsOf,
  numberOf,
  type TableNumber,
  tableArray,
  tasksOf,
  valuesOf,
} from "../table-arrays.js";

interface Case {
  readonly dtype: DType;
  readonly values: TableNumber[];
  readonly power: number;
  readonly resultDtype: string;
  readonly result: TableNumber[];
}
const cases = table.cases as unknown as Case[];

/** Units in the last place by which versions of NumPy differ among each other, and a step more. */
const EPSILON = { single: 2 ** -23, double: 2 ** -52 };

/** `1 / 0` of complex numbers: C99's infinity, which `reciprocal` gives, where NumPy has NaN. */
function isOneOverZero({ dtype, power, values }: Case, at: number): boolean {
  return isComplex(dtype) && power === -1 && at === 2 * values.length - 2;
}

/** Whether value `at` is NumPy's: the same NaN, infinity or zero, or next to it. */
function isNear(value: number, wanted: readonly number[], at: number, dtype: string): boolean {
  const expected = wanted[at] as number;
  // Signs of zeros among parts of complex numbers follow no rule there.
  if (Object.is(value, expected) || (value === expected && dtype.startsWith("complex")))
    return true;
  if (expected === 0 || !Number.isFinite(expected)) return false;
  const epsilon = dtype === "float32" || dtype === "complex64" ? EPSILON.single : EPSILON.double;
  return Math.abs(value - expected) <= 3 * epsilon * sizeOfNumber(wanted, at, dtype);
}

/** The magnitude of what a value is part of. */
function sizeOfNumber(wanted: readonly number[], at: number, dtype: string): number {
  if (!dtype.startsWith("complex")) return Math.abs(wanted[at] as number);
  return Math.hypot(wanted[at] as number, wanted[at ^ 1] as number);
}

/** The program of an array that one layer makes. */
function programOf(x: ChunkedArray) {
  return (x.node.layer as BlockwiseLayer).program;
}

describe("powers with a number", () => {
  it.each([...new Set(cases.map(({ dtype }) => dtype))])("of %s are NumPy's", async (dtype) => {
    const rows = cases.filter((row) => row.dtype === dtype);
    expect(rows.length).toBeGreaterThanOrEqual(7);
    for (const row of rows) {
      const { values, power, resultDtype, result } = row;
      const x = tableArray(values, dtype, [values.length], [[4, values.length - 4]]);
      const y = x.pow(power);
      expect(y.dtype).toBe(resultDtype);
      const wanted = result.flat().map((value) => numberOf(value as TableNumber));
      const found = await valuesOf(y);
      const wrong = found.flatMap((value, i) =>
        isNear(value, wanted, i, resultDtype) || isOneOverZero(row, i)
          ? []
          : [`${values[isComplex(dtype) ? i >> 1 : i]} ** ${power} is ${value}, not ${wanted[i]}`],
      );
      expect(wrong).toEqual([]);
      expect(await valuesOf(pow(x, power) as ChunkedArray, false)).toEqual(found);
    }
  });

  it("are those of floating point where integers are made such", async () => {
    const x = asarray([4, 9], { dtype: "int32" });
    expect(await valuesOf(floatPower(x, -1))).toEqual([1 / 4, 1 / 9]);
    expect(await valuesOf(floatPower(x, 2n))).toEqual([16, 81]);
    expect(await valuesOf(floatPower(2, x))).toEqual([16, 512]);
  });

  it("keep the dtype of integers, wrapped around", async () => {
    const x = asarray([3037000500n, -3n], { dtype: "int64" });
    const y = x.pow(2);
    expect(y.dtype).toBe("int64");
    expect(await elementsOf(y)).toEqual([-9223372036709301616n, 9n]);
    expect(await valuesOf(asarray([100], { dtype: "uint8" }).pow(3))).toEqual([64]);
  });
});

describe("what powers cost", () => {
  const x = ones([6, 6], { chunks: 3 });
  const z = tableArray([[1, 2]], "complex128", [1]);

  it.each<[number, (x: ChunkedArray) => unknown]>([
    [2, square],
    [0.5, sqrt],
    [-1, reciprocal],
  ])("with %d: what the function of that name does", (power, verb) => {
    for (const base of [x, z] as ChunkedArray[]) {
      const named = programOf(verb(base) as ChunkedArray);
      expect(programOf(base.pow(power))).toEqual(named);
      expect(programOf(pow(base, asarray(power)) as ChunkedArray)).not.toEqual(named);
    }
    expect(programOf(floatPower(x, power))).toEqual(programOf(verb(x) as ChunkedArray));
  });

  it("with 1 and 0: no arithmetic", () => {
    expect(programOf(x.pow(1)).nodes.map(({ op }) => op)).toEqual(["load", "positive"]);
    expect(tasksOf(x.pow(1))).toBe(4);
    expect(programOf(x.pow(0)).nodes.map(({ op }) => op)).toEqual(["load", "constant"]);
  });

  it("with 3 and 4: products", () => {
    const operations = (power: number) => programOf(x.pow(power)).nodes.map(({ op }) => op);
    expect(operations(3)).toEqual(["load", "square", "multiply"]);
    expect(operations(4)).toEqual(["load", "square", "square"]);
  });

  it("with a BigInt or a truth value: the same", () => {
    const whole = asarray([3], { dtype: "int64" });
    expect(programOf(whole.pow(2n))).toEqual(programOf(square(whole) as ChunkedArray));
    expect(programOf(x.pow(true)).nodes.map(({ op }) => op)).toEqual(["load", "positive"]);
  });

  it("with any other number: those of a power", () => {
    for (const power of [1.5, 5, -2, { re: 2, im: 0 }]) {
      expect(programOf(x.pow(power)).nodes.at(-1)?.op).toBe("pow");
    }
    expect(isInteger(asarray([2], { dtype: "int8" }).pow(5).dtype)).toBe(true);
  });
});
