// Elementary functions against values that mpmath computed to many digits (fixtures/elementary.py), and
// WebAssembly against JavaScript, bit for bit.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../src/base/block.js";
import type { Operation } from "../../src/graph/operations.js";
import type { Program } from "../../src/graph/program.js";
import * as elementary from "../../src/kernels/elementary.js";
import { ProgramLoop } from "../../src/kernels/program-loop.js";
import {
  plainTileMemory,
  setTileMemory,
  type TileMemory,
  wasmTileMemory,
} from "../../src/kernels/tiles/memory.js";

afterEach(() => setTileMemory());

const FUNCTIONS = {
  exp: elementary.exponential,
  log: elementary.logarithm,
  sin: elementary.sine,
  cos: elementary.cosine,
  tan: elementary.tangent,
  tanh: elementary.hyperbolicTangent,
};
type Name = keyof typeof FUNCTIONS;
const NAMES = Object.keys(FUNCTIONS) as Name[];

/** Argument, the double nearest to the value, and what that lacks in units of its last place. */
type Row = readonly [number, number | "inf" | "-inf", number];
const table = JSON.parse(
  readFileSync(new URL("../fixtures/elementary.json", import.meta.url), "utf8"),
) as Readonly<Record<Name, readonly Row[]>>;

const cell = new Float64Array(1);
const bits = new BigInt64Array(cell.buffer);

/** The place of a double among all of them. */
function place(x: number): bigint {
  cell[0] = x;
  const own = bits[0] as bigint;
  return own < 0n ? -(own & (2n ** 63n - 1n)) : own;
}

/** By how many units of the last place `value` is wrong. */
function error(value: number, [, nearest, rest]: Row): number {
  const wanted = nearest === "inf" ? Infinity : nearest === "-inf" ? -Infinity : nearest;
  return Object.is(value, wanted)
    ? Math.abs(rest)
    : Math.abs(Number(place(value) - place(wanted)) - rest);
}

/** `name` of `values` by the kernels in `memory`. */
function computeIn(
  memory: TileMemory,
  name: Operation,
  values: readonly number[],
  dtype: "float64" | "float32",
) {
  setTileMemory(() => memory);
  const program: Program = {
    nodes: [
      { op: "load", operand: 0, dtype },
      { op: name, args: [0], dtype },
    ],
  };
  const data = dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  const output = emptyBlock(dtype, [values.length]);
  const range = { extents: [values.length], offsets: [0] };
  new ProgramLoop(program, [[0]]).run(
    range,
    [contiguousBlock(dtype, data, [values.length])],
    output,
  );
  return output.data;
}

const plain = plainTileMemory();
const wasm = wasmTileMemory();

describe.each(NAMES)("%s", (name) => {
  const f = FUNCTIONS[name];

  it("is at most 2 units in the last place from the true value", () => {
    expect(table[name].length).toBeGreaterThan(400);
    for (const row of table[name]) {
      const value = f(row[0]);
      const wrong = error(value, row);
      expect({ x: row[0], value, wrong, isClose: wrong <= 2 }).toMatchObject({ isClose: true });
    }
  });

  it("is what the engine gives for what is no usual number", () => {
    const unusual = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const x of [...unusual, -1e-320]) {
      const [value, wanted] = [f(x), Math[name](x)];
      expect({ x, value }).toEqual({ x, value: wanted });
    }
  });

  it("is the same in WebAssembly, on one lane as on two", () => {
    const edges = table[name].map(([x]) => x);
    const special = [
      0,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      1e300,
    ];
    const wide = fc.oneof(
      fc.double(),
      fc.double({ min: -800, max: 800 }),
      fc.double({ min: -4, max: 4 }),
    );
    const random = fc.sample(wide, { numRuns: 20_000, seed: 7 });
    const values = [...edges, ...special, ...random];
    const wanted = values.map(f);
    expect(Array.from(computeIn(wasm, name, values, "float64"), Number)).toEqual(wanted);
    expect(Array.from(computeIn(plain, name, values.slice(0, 3001), "float64"), Number)).toEqual(
      wanted.slice(0, 3001),
    );
    expect(Array.from(computeIn(wasm, name, values.slice(1, 4), "float64"), Number)).toEqual(
      wanted.slice(1, 4),
    );
  });

  it("rounds float32 from the value in float64", () => {
    const values = fc.sample(fc.float(), { numRuns: 3001, seed: 11 });
    const wanted = values.map((x) => Math.fround(f(x)));
    expect(Array.from(computeIn(wasm, name, values, "float32"), Number)).toEqual(wanted);
  });
});
