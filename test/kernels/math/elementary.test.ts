// Elementary functions against values that mpmath computed to many digits (fixtures/elementary.py),
// and WebAssembly against JavaScript, bit for bit.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import type { DType } from "../../../src/base/dtype.js";
import type { Operation } from "../../../src/graph/model/operations.js";
import type { Program } from "../../../src/graph/model/program.js";
import * as elementary from "../../../src/kernels/math/elementary.js";
import * as powers from "../../../src/kernels/math/elementary-powers.js";
import { ProgramLoop } from "../../../src/kernels/programs/program-loop.js";
import { type TileMemory, wasmTileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { plain, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

const FUNCTIONS = {
  exp: elementary.exponential,
  log: elementary.logarithm,
  sin: elementary.sine,
  cos: elementary.cosine,
  tan: elementary.tangent,
  tanh: powers.hyperbolicTangent,
  log2: powers.logarithm2,
  log10: powers.logarithm10,
  log1p: powers.logarithm1p,
  expm1: powers.exponentialMinus1,
  sinh: powers.hyperbolicSine,
  cosh: powers.hyperbolicCosine,
};
type Name = keyof typeof FUNCTIONS;
const NAMES = Object.keys(FUNCTIONS) as Name[];

/** Argument, the double nearest to the value, and what that lacks in units of its last place. */
type Row = readonly [number, number | "inf" | "-inf", number];
/** Base, exponent, and then as in other rows. */
type PowerRow = readonly [number, ...Row];
const table = JSON.parse(
  readFileSync(new URL("../../fixtures/elementary.json", import.meta.url), "utf8"),
) as Readonly<Record<Name, readonly Row[]> & Record<"pow", readonly PowerRow[]>>;

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
  useTileMemory(memory);
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

const wasm = wasmTileMemory();

describe.each(NAMES)("%s", (name) => {
  const f = FUNCTIONS[name];

  const most = name === "exp" ? 0.51 : 2;
  it(`is at most ${most} units in the last place from the true value`, () => {
    expect(table[name].length).toBeGreaterThan(400);
    for (const row of table[name]) {
      const value = f(row[0]);
      const wrong = error(value, row);
      expect({ x: row[0], value, wrong, isClose: wrong <= most }).toMatchObject({ isClose: true });
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

describe("pow", () => {
  /** Powers by the kernels in `memory`. */
  const powersIn = (memory: TileMemory, pairs: readonly (readonly number[])[], dtype: DType) => {
    useTileMemory(memory);
    const program: Program = {
      nodes: [
        { op: "load", operand: 0, dtype },
        { op: "load", operand: 1, dtype },
        { op: "pow", args: [0, 1], dtype },
      ],
    };
    const length = pairs.length;
    const output = emptyBlock(dtype, [length]);
    const blocks = [0, 1].map((k) => {
      const block = emptyBlock(dtype, [length]);
      pairs.forEach((pair, i) => {
        block.data[i] = pair[k] as number;
      });
      return block;
    });
    new ProgramLoop(program, [[0], [0]]).run({ extents: [length], offsets: [0] }, blocks, output);
    return Array.from(output.data, Number);
  };

  it("is at most 0.51 units in the last place from the true value", () => {
    expect(table.pow.length).toBeGreaterThan(700);
    for (const [x, ...row] of table.pow) {
      const value = powers.power(x, row[0]);
      const wrong = error(value, row);
      expect({ x, y: row[0], value, wrong, isClose: wrong <= 0.51 }).toMatchObject({
        isClose: true,
      });
    }
  });

  it("is exact where that is a number", () => {
    for (let x = 1; x < 60; x++) {
      for (let y = 0; x ** y < 2 ** 53; y++) {
        if (x === 1 && y > 9) break;
        expect(powers.power(x, y)).toBe(Number(BigInt(x) ** BigInt(y)));
      }
    }
  });

  it("is the same in WebAssembly, and C's for what is no usual number", () => {
    const odd = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      3,
      0.5,
      -0.5,
      1e300,
      -1e300,
      5e-324,
      NaN,
      Infinity,
      -Infinity,
    ];
    const pairs = odd.flatMap((x) => odd.map((y) => [x, y]));
    for (const [x = 0, y = 0] of pairs) {
      if (x > 0 && x < Infinity && Math.abs(y) < 1e18) continue;
      // Python's math.pow, but for errors: 1 to any power is 1, and so is -1 to an infinite one.
      const wanted = x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
      expect([x, y, powers.power(x, y)]).toEqual([x, y, wanted]);
    }
    const base = fc.oneof(fc.double(), fc.double({ min: 0, max: 1e6, noNaN: true }));
    const exponent = fc.oneof(fc.double(), fc.double({ min: -60, max: 60, noNaN: true }));
    const random = fc.sample(fc.tuple(base, exponent), { numRuns: 10_000, seed: 3 });
    const all = [...pairs, ...table.pow, ...random];
    const wanted = all.map(([x = 0, y = 0]) => powers.power(x as number, y as number));
    expect(powersIn(wasm, all as number[][], "float64")).toEqual(wanted);
    expect(powersIn(plain, all.slice(0, 1001) as number[][], "float64")).toEqual(
      wanted.slice(0, 1001),
    );
    const short = pairs.map(([x = 0, y = 0]) =>
      Math.fround(powers.power(Math.fround(x), Math.fround(y))),
    );
    expect(powersIn(wasm, pairs, "float32")).toEqual(short);
  });
});
