// Random programs of ten operations, computed by us in random chunks and by NumPy.
// TILEWORK_DIFFERENTIAL says how many programs (100 by default), TILEWORK_DIFFERENTIAL_SEED where
// they begin, TILEWORK_PYTHON which Python.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compute } from "../../src/array/index.js";
import { isBigInt, isComplexValue, type Scalar } from "../../src/base/dtype.js";
import { reasonOf } from "../../src/base/reason.js";
import { Rng } from "../../src/base/rng.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import type { Made } from "./differential-operations.js";
import { randomProgram, type Step } from "./differential-programs.js";
import { numberOf, type TableNumber } from "./table-arrays.js";

interface NumpyArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly TableNumber[];
}

const PROGRAMS = Number(process.env.TILEWORK_DIFFERENTIAL ?? 100);
const SEED = Number(process.env.TILEWORK_DIFFERENTIAL_SEED ?? 1);
const OPERATIONS_PER_PROGRAM = 10;

// The first python3 that has NumPy: the one on the path, or the system's.
const PYTHONS = [process.env.TILEWORK_PYTHON ?? "python3", "/usr/bin/python3"];
const python = PYTHONS.find((each) => spawnSync(each, ["-c", "import numpy"]).status === 0);

/** Per program what each step gave, or why a step could not be done. */
function numpyResults(
  programs: readonly (readonly Step[])[],
): (readonly NumpyArray[] | { readonly error: string })[] {
  const script = new URL("differential.py", import.meta.url).pathname;
  const input = programs.map((steps) => `${JSON.stringify(steps)}\n`).join("");
  const output = execFileSync(python ?? "python3", [script], {
    input,
    maxBuffer: 2 ** 28,
  }).toString();
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as NumpyArray[] | { readonly error: string });
}

/** Elements as numbers, complex ones as two; 64-bit integers as BigInts. */
function elementsOf(value: unknown): (number | bigint)[] {
  if (isComplexValue(value)) return [value.re, value.im];
  if (typeof value === "object" && value !== null && "data" in value) {
    return Array.from(value.data as Iterable<number | bigint>);
  }
  return typeof value === "bigint" ? [value] : [Number(value as Scalar)];
}

/**
 * Whether a program's inexact values are right: sums of floats are rounded in another order here.
 *
 * @param isShort whether any value so far was of 32 bits
 */
function isClose(given: number, wanted: number, isShort: boolean, scale: number): boolean {
  if (Object.is(given, wanted) || given === wanted) return true;
  if (!Number.isFinite(given) || !Number.isFinite(wanted)) return false;
  return Math.abs(given - wanted) <= (isShort ? 1e-4 : 1e-9) * scale;
}

function checkArray(
  { array, exact }: Made,
  value: unknown,
  wanted: NumpyArray,
  { scale, isShort }: Precision,
): string | undefined {
  const facts = `${array.dtype} (${array.shape})`;
  const expected = `${wanted.dtype} (${wanted.shape})`;
  if (facts !== expected) return `${facts}, expected ${expected}`;
  const given = elementsOf(value);
  const flat = wanted.values.flat() as TableNumber[];
  const wrong = flat.findIndex((text, i) => {
    if (isBigInt(array.dtype)) return given[i] !== BigInt(text as string);
    const [ours, theirs] = [Number(given[i]), numberOf(text)];
    return exact
      ? !(ours === theirs || Object.is(ours, theirs))
      : !isClose(ours, theirs, isShort, scale);
  });
  if (wrong < 0 && flat.length === given.length) return undefined;
  return `${facts}: element ${wrong} is ${given[wrong]}, expected ${flat[wrong]}`;
}

/** What rounding errors of a program's values so far depend on. */
interface Precision {
  /** The largest magnitude. */
  readonly scale: number;
  readonly isShort: boolean;
}

function precisionOf(arrays: readonly NumpyArray[]): Precision {
  const isShort = arrays.some(({ dtype }) => dtype === "float32" || dtype === "complex64");
  const magnitudes = arrays
    .filter(({ dtype }) => dtype.startsWith("float") || dtype.startsWith("complex"))
    .flatMap(({ values }) => values.flat() as TableNumber[])
    .map((text) => Math.abs(numberOf(text)))
    .filter(Number.isFinite);
  return { scale: magnitudes.reduce((most, each) => Math.max(most, each), 1), isShort };
}

describe.skipIf(python === undefined)(
  "random programs (skipped without a python3 that has NumPy)",
  () => {
    it("give what NumPy gives", { timeout: 60_000 + 200 * PROGRAMS }, async () => {
      const programs = Array.from({ length: PROGRAMS }, (_, i) =>
        randomProgram(new Rng(SEED * 100_000 + i), OPERATIONS_PER_PROGRAM),
      );
      const wanted = numpyResults(programs.map(({ steps }) => steps));
      // Kernels have to fill all of their results: workers' memory holds what was there before.
      const executor = new SerialExecutor({ memoryByte: 0xff });
      const failures: string[] = [];
      for (const [i, { steps, made }] of programs.entries()) {
        const results = wanted[i] ?? [];
        if ("error" in results) {
          failures.push(`program ${i}: ${results.error}`);
          continue;
        }
        const computing = compute(...made.map(({ array }) => array), { executor });
        const values: unknown = await computing.catch(reasonOf);
        if (!Array.isArray(values)) {
          failures.push(`program ${i} failed: ${values}\n  ${JSON.stringify(steps)}`);
          continue;
        }
        for (const [at, each] of made.entries()) {
          const precision = precisionOf(results.slice(0, at + 1));
          const wrong = checkArray(each, values[at], results[at] as NumpyArray, precision);
          if (wrong === undefined) continue;
          const sources = (steps[at] as Step).inputs.map((k) => made[k]?.array.toString());
          failures.push(
            `program ${i}, step ${at} ${JSON.stringify(steps[at])} gave ${wrong}\n  of ${sources.join("\n  and ")}`,
          );
          break;
        }
      }
      expect(failures.join("\n")).toBe("");
    });
  },
);
