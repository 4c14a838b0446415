// Functions of whole arrays against NumPy's values, in several chunkings.
import { describe, expect, it } from "vitest";
import type { ChunkedArray } from "../../src/array/index.js";
import * as tilework from "../../src/array/index.js";
import type { DType } from "../../src/base/dtype.js";
import counterparts from "../fixtures/numpy_counterparts.json" with { type: "json" };
import counts from "../fixtures/numpy_counts.json" with { type: "json" };
import table from "../fixtures/numpy_functions.json" with { type: "json" };
import more from "../fixtures/numpy_more.json" with { type: "json" };
import options from "../fixtures/numpy_options.json" with { type: "json" };
import rest from "../fixtures/numpy_rest.json" with { type: "json" };
import padding from "../fixtures/padding.json" with { type: "json" };
import { chunkings, numberOf, type TableNumber, tableArray, valuesOfAll } from "./table-arrays.js";

interface TableArray {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: TableNumber[];
}
interface Case {
  readonly fn: string;
  readonly inputs: TableArray[];
  readonly args: unknown[];
  readonly result: TableArray | TableArray[];
  /** Whether values are the same to the last bit, and zeros in their sign. */
  readonly exact?: boolean;
}
type Verb = (...args: unknown[]) => ChunkedArray | ChunkedArray[];

const cases = [
  ...table.cases,
  ...more.cases,
  ...rest.cases,
  ...padding.cases,
  ...options.cases,
  ...counterparts.cases,
  ...counts.cases,
] as unknown as Case[];

/** Functions that take their arrays in one list. */
const TAKES_LIST = ["meshgrid", "ravelMultiIndex", "columnStack", "lexsort", "linalg.multiDot"];

function call(given: Case, inputs: readonly ChunkedArray[]): ChunkedArray[] {
  const { fn } = given;
  const named = new Set<number>();
  const args = given.args.map((arg) => withInputs(arg, inputs, named));
  const arrays = inputs.filter((_, i) => !named.has(i));
  const path = fn.split(".");
  const verb = path.reduce<unknown>(
    (from, name) => (from as Record<string, unknown>)[name],
    tilework,
  ) as Verb;
  const result = TAKES_LIST.includes(fn) ? verb(arrays, ...args) : verb(...arrays, ...args);
  if (Array.isArray(result)) return result;
  // Several results come with names, in NumPy's order.
  return "node" in result ? [result as ChunkedArray] : Object.values(result as object).flat();
}

/** An argument with inputs in place of `{ input: i }`, which are noted in `named`. */
function withInputs(arg: unknown, inputs: readonly ChunkedArray[], named: Set<number>): unknown {
  if (Array.isArray(arg)) return arg.map((each) => withInputs(each, inputs, named));
  if (typeof arg !== "object" || arg === null) return arg;
  if ("input" in arg) {
    named.add(arg.input as number);
    return inputs[arg.input as number];
  }
  const entries = Object.entries(arg).map(([key, each]) => [key, withInputs(each, inputs, named)]);
  return Object.fromEntries(entries);
}

/** Ranges of whole numbers are int32 here, and numbers in lists float64. */
function checkDType(given: DType, wanted: string, what: string): void {
  if (wanted === "int64") expect(["int32", "int64", "float64"], what).toContain(given);
  else expect(given, what).toBe(wanted);
}

function checkValues(
  given: readonly number[],
  wanted: TableArray,
  what: string,
  { exact = false }: Case,
): void {
  const numbers = (wanted.values.flat() as TableNumber[]).map(numberOf);
  expect(given.length, what).toBe(numbers.length);
  if (exact) {
    expect(given, what).toEqual(numbers);
    return;
  }
  const isFloat = /^(float|complex)/.test(wanted.dtype);
  const finite = numbers.filter(Number.isFinite).map(Math.abs);
  const allowed = (wanted.dtype === "float32" ? 1e-6 : 1e-13) * Math.max(1, ...finite);
  const isRight = (number: number, i: number) => {
    const value = given[i] as number;
    if (isFloat && Number.isFinite(number)) return Math.abs(value - number) < allowed;
    // Whole numbers have no -0, also where they are kept as float64.
    return Object.is(isFloat ? value : value + 0, number);
  };
  // One expectation for all of them: each takes more time than what it checks.
  if (!numbers.every(isRight)) expect(given, what).toEqual(numbers);
}

describe("functions of whole arrays", () => {
  for (const fn of new Set(cases.map((c) => c.fn))) {
    it(`give what NumPy gives: ${fn}`, async () => {
      for (const c of cases.filter((other) => other.fn === fn)) {
        const wanted = Array.isArray(c.result) ? c.result : [c.result];
        const checked: { result: ChunkedArray; check: (given: number[]) => void }[] = [];
        for (const cut of [0, 1, 3]) {
          const arrays = c.inputs.map(({ values, dtype, shape }) =>
            tableArray(values, dtype as DType, shape, chunkings(shape)[cut]),
          );
          const what = JSON.stringify([fn, c.inputs.map((x) => x.shape), c.args, `cut ${cut}`]);
          const results = call(c, arrays);
          expect(results.length, what).toBe(wanted.length);
          for (const [i, result] of results.entries()) {
            const expected = wanted[i] as TableArray;
            const isOpen = result.shape.some(Number.isNaN);
            if (!isOpen) expect(result.shape, what).toEqual(expected.shape);
            checkDType(result.dtype, expected.dtype, what);
            checked.push({ result, check: (given) => checkValues(given, expected, what, c) });
          }
        }
        const values = await valuesOfAll(checked.map(({ result }) => result));
        for (const [i, { check }] of checked.entries()) check(values[i] as number[]);
      }
    });
  }
});
