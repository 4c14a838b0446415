// Functions of complex numbers at infinities, NaN and zeros of either sign: NumPy's values, which
// are those of C99's Annex G, and the array API standard's where NumPy has others.
import { describe, expect, it } from "vitest";
import * as functions from "../../../src/kernels/math/complex-functions.js";
import table from "../../fixtures/complex_special.json" with { type: "json" };
import { numberOf, type TableValue } from "../numeric-cases.js";

type Pair = readonly [number, number];
type Unary = (x: number, y: number, out: Float64Array) => void;

const verbs: Readonly<Record<string, unknown>> = { ...functions };

const pairOf = ([re, im]: readonly TableValue[]): Pair => [
  numberOf(re as TableValue),
  numberOf(im as TableValue),
];

function apply(fn: string, [x, y]: Pair): number[] {
  const out = new Float64Array(2);
  const name = `complex${fn[0]?.toUpperCase()}${fn.slice(1)}`;
  (verbs[name] as Unary)(x, y, out);
  return [...out];
}

/**
 * Infinities and NaN exactly, zeros in their sign, which the standard leaves open at infinities and
 * NaN; others to about the last digits.
 */
function isClose(given: number, wanted: number, isEdge: boolean): boolean {
  if (Object.is(given, wanted)) return true;
  if (isEdge && given === 0 && wanted === 0) return true;
  return Math.abs(given - wanted) <= 1e-13 * Math.max(1e-2, Math.abs(wanted)) && wanted !== 0;
}

describe("functions of complex numbers", () => {
  const arguments_ = (table.x as TableValue[][]).map(pairOf);

  for (const { fn, result } of table.cases as { fn: string; result: TableValue[][] }[]) {
    it(`${fn} at the edges`, () => {
      arguments_.forEach((z, i) => {
        const wanted = pairOf(result[i] as TableValue[]);
        const given = apply(fn, z);
        const isEdge = !z.every(Number.isFinite);
        const right = given.every((part, k) => isClose(part, wanted[k] as number, isEdge));
        expect(right, `${fn}(${z}) = ${given}, expected ${wanted}`).toBe(true);
      });
    });
  }

  it("expm1 at the edges", () => {
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    expect(apply("expm1", [-0, 0])).toEqual([0, 0]);
    expect(apply("expm1", [inf, 0])).toEqual([inf, 0]);
    expect(apply("expm1", [-inf, inf])).toEqual([-1, 0]);
    expect(apply("expm1", [inf, inf])).toEqual([inf, nan]);
    expect(apply("expm1", [nan, 0])).toEqual([nan, 0]);
    expect(apply("expm1", [2.5, inf])).toEqual([nan, nan]);
  });

  it("neither overflow nor cancel on the way", () => {
    const logOfReal = (fn: string, z: Pair) => Math.log(apply(fn, z)[0] as number);
    expect(logOfReal("exp", [710, 1.5])).toBeCloseTo(710 + Math.log(Math.cos(1.5)), 9);
    expect(logOfReal("cosh", [-710, 1.5])).toBeCloseTo(710 + Math.log(Math.cos(1.5) / 2), 9);
    expect(apply("log", [1e308, 1e308])[0]).toBeCloseTo(Math.log(Math.SQRT2) + Math.log(1e308), 9);
  });
});
