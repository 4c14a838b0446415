// Tiles of integers: WebAssembly beside JavaScript, and both beside what each element is by itself.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { contiguousBlock } from "../../../src/base/block.js";
import { type DType, itemBytes, type NumberArray, typedView } from "../../../src/base/dtype.js";
import type { Operation } from "../../../src/graph/model/operations.js";
import type { Program, ProgramNode } from "../../../src/graph/model/program.js";
import type { ReductionName } from "../../../src/graph/model/reduction.js";
import { ProgramLoop, type ProgramReduction } from "../../../src/kernels/programs/program-loop.js";
import { tileProgram } from "../../../src/kernels/tile-programs/tile-program.js";
import { SCRATCH_BYTES, type TileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { own, plain, shared, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

const INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32"] as const;
const REALS = [...INTEGERS, "bool", "float32", "float64"] as const;
type Real = (typeof REALS)[number];

const SPECIAL = [0, -0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2 ** 31 - 1];
const FAR = [2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 32 - 1, 0.5, -0.5, 1.9, -1.9, 1e10 + 7, -3e9];
const BEYOND = [2 ** 51, 2 ** 52 + 1, -(2 ** 53) - 2, 2 ** 63, 2 ** 83, 2 ** 84, -(2 ** 60), 1e300];
const NO_NUMBERS = [Number.NaN, Infinity, -Infinity];

/** Values of a dtype that follow from a number. */
function valuesOf(dtype: DType, count: number, seed: number): number[] {
  const cell = typedView(dtype, new ArrayBuffer(8), 0, 1) as NumberArray;
  let state = Math.imul(seed, 2654435761) + 12345;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const special = [...SPECIAL, ...FAR, ...BEYOND, ...NO_NUMBERS];
  return Array.from({ length: count }, () => {
    if (dtype === "bool") return (next() >>> 16) & 1;
    const isSpecial = (next() >>> 16) % 4 === 0;
    const chosen = special[(next() >>> 8) % special.length] as number;
    cell[0] = isSpecial ? chosen : (next() - 2 ** 31) / (dtype.startsWith("float") ? 1000 : 1);
    return cell[0] as number;
  });
}

interface Given {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly values: readonly number[];
}

/** The elements that `loop` makes in `memory` of operands in it or beside it. */
function elementsIn(
  memory: TileMemory,
  loop: ProgramLoop,
  extents: readonly number[],
  operands: readonly Given[],
  isInside: boolean,
): number[] {
  useTileMemory(memory);
  let byteOffset = SCRATCH_BYTES;
  const blocks = operands.map(({ dtype, shape, stride, values }) => {
    const bytes = values.length * itemBytes(dtype);
    const data = isInside
      ? typedView(dtype, memory.buffer, byteOffset, values.length)
      : typedView(dtype, new ArrayBuffer(bytes), 0, values.length);
    byteOffset += Math.ceil(bytes / 16) * 16;
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(99n);
    else data.set(values);
    return { dtype, data, shape, stride, offset: 0 };
  });
  const output = blocks.pop() as (typeof blocks)[number];
  loop.run({ extents, offsets: extents.map(() => 0) }, blocks, output);
  return Array.from(output.data as NumberArray, Number);
}

function expectSame(
  make: () => ProgramLoop,
  extents: readonly number[],
  operands: readonly Given[],
): number[] {
  const wanted = elementsIn(plain, make(), extents, operands, false);
  expect(elementsIn(own, make(), extents, operands, false)).toEqual(wanted);
  expect(elementsIn(shared, make(), extents, operands, true)).toEqual(wanted);
  return wanted;
}

const line = (dtype: DType, length: number, seed: number): Given => ({
  dtype,
  shape: [length],
  stride: [1],
  values: valuesOf(dtype, length, seed),
});

const LENGTHS = [1, 7, 16, 33, 64, 1031];

/** What an operation makes of two numbers, before it wraps around. */
const BINARY: { readonly [O in Operation]?: (x: number, y: number) => number } = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => Number(BigInt.asIntN(64, BigInt(x) * BigInt(y)) % 2n ** 32n),
  maximum: Math.max,
  minimum: Math.min,
  bitwiseAnd: (x, y) => x & y,
  bitwiseOr: (x, y) => x | y,
  bitwiseXor: (x, y) => x ^ y,
};
const UNARY: { readonly [O in Operation]?: (x: number) => number } = {
  negative: (x) => -x,
  abs: Math.abs,
  square: (x) => BINARY.multiply?.(x, x) as number,
  bitwiseInvert: (x) => ~x,
};
const TESTS: { readonly [O in Operation]?: (x: number, y: number) => boolean } = {
  equal: (x, y) => x === y,
  notEqual: (x, y) => x !== y,
  less: (x, y) => x < y,
  lessEqual: (x, y) => x <= y,
  greater: (x, y) => x > y,
  greaterEqual: (x, y) => x >= y,
};

describe.each(INTEGERS)("tiles of %s", (dtype) => {
  const load = (operand: number): ProgramNode => ({ op: "load", operand, dtype });
  const stored = (value: number) => {
    const cell = typedView(dtype, new ArrayBuffer(8), 0, 1) as NumberArray;
    cell[0] = value;
    return cell[0] as number;
  };

  it.each(Object.entries(BINARY))("%s wraps around", (op, reference) => {
    const nodes = [load(0), load(1), { op: op as Operation, args: [0, 1], dtype }];
    expect(tileProgram({ nodes })).toBeDefined();
    for (const length of LENGTHS) {
      const [x, y] = [line(dtype, length, 1), line(dtype, length, 2)];
      const make = () => new ProgramLoop({ nodes }, [[0], [0]]);
      const wanted = x.values.map((value, i) => stored(reference(value, y.values[i] as number)));
      expect(expectSame(make, [length], [x, y, line(dtype, length, 3)])).toEqual(wanted);
    }
  });

  it.each(Object.entries(UNARY))("%s wraps around", (op, reference) => {
    const nodes = [load(0), { op: op as Operation, args: [0], dtype }];
    for (const length of LENGTHS) {
      const x = line(dtype, length, 1);
      const make = () => new ProgramLoop({ nodes }, [[0]]);
      const wanted = x.values.map((value) => stored(reference(value)));
      expect(expectSame(make, [length], [x, line(dtype, length, 3)])).toEqual(wanted);
    }
  });

  it.each(Object.entries(TESTS))("%s gives truths", (op, reference) => {
    const nodes: ProgramNode[] = [
      load(0),
      load(1),
      { op: op as Operation, args: [0, 1], dtype: "bool" },
    ];
    for (const length of LENGTHS) {
      const [x, y] = [line(dtype, length, 1), line(dtype, length, 2)];
      const make = () => new ProgramLoop({ nodes }, [[0], [0]]);
      const wanted = x.values.map((value, i) => Number(reference(value, y.values[i] as number)));
      expect(expectSame(make, [length], [x, y, line("bool", length, 3)])).toEqual(wanted);
    }
  });

  it("are chosen by truths", () => {
    const nodes: ProgramNode[] = [
      { op: "load", operand: 0, dtype: "bool" },
      load(1),
      { op: "constant", value: 100, dtype },
      { op: "where", args: [0, 1, 2], dtype },
    ];
    expect(tileProgram({ nodes })).toBeDefined();
    for (const length of LENGTHS) {
      const [truths, x] = [line("bool", length, 1), line(dtype, length, 2)];
      const make = () => new ProgramLoop({ nodes }, [[0], [0]]);
      const wanted = x.values.map((value, i) => (truths.values[i] === 1 ? value : 100));
      expect(expectSame(make, [length], [truths, x, line(dtype, length, 3)])).toEqual(wanted);
    }
  });

  it.each(REALS)("are cast to %s and from it", (other) => {
    for (const [from, to] of [
      [dtype, other],
      [other, dtype],
    ] as [Real, Real][]) {
      const nodes: ProgramNode[] = [
        { op: "load", operand: 0, dtype: from },
        { op: "cast", args: [0], dtype: to },
      ];
      expect(tileProgram({ nodes })).toBeDefined();
      const cell = typedView(to, new ArrayBuffer(8), 0, 1) as NumberArray;
      for (const length of LENGTHS) {
        const x = line(from, length, 5);
        const wanted = x.values.map((value) => {
          cell[0] = to === "bool" ? Number(value !== 0) : value;
          return cell[0] as number;
        });
        const make = () => new ProgramLoop({ nodes }, [[0]]);
        expect(expectSame(make, [length], [x, line(to, length, 3)])).toEqual(wanted);
      }
    }
  });

  it("are copied and turned", () => {
    for (const stride of [
      [41, 1],
      [1, 37],
      [90, 2],
    ]) {
      const count = 1 + 36 * (stride[0] as number) + 40 * (stride[1] as number);
      const x = { dtype, shape: [37, 41], stride, values: valuesOf(dtype, count, 4) };
      const out = { ...x, stride: [41, 1], values: valuesOf(dtype, 37 * 41, 6) };
      const make = () => new ProgramLoop({ nodes: [load(0)] }, [[0, 1]]);
      const wanted = Array.from({ length: 37 * 41 }, (_, i) => {
        const [row, column] = [Math.floor(i / 41), i % 41];
        return x.values[row * (stride[0] as number) + column * (stride[1] as number)];
      });
      expect(expectSame(make, [37, 41], [x, out])).toEqual(wanted);
    }
  });

  it("are reduced", () => {
    const [rows, columns] = [35, 301];
    const x = {
      dtype,
      shape: [rows, columns],
      stride: [columns, 1],
      values: valuesOf(dtype, rows * columns, 8),
    };
    const wide = dtype.startsWith("u") ? "uint64" : "int64";
    const cases: [ReductionName, DType, (values: readonly number[]) => number][] = [
      ["sum", wide, (values) => values.reduce((a, b) => a + b, 0)],
      ["max", dtype, (values) => Math.max(...values)],
      ["min", dtype, (values) => Math.min(...values)],
      ["any", "bool", (values) => Number(values.some((value) => value !== 0))],
      ["mean", "float64", (values) => values.reduce((a, b) => a + b, 0) / values.length],
    ];
    for (const [name, state, reference] of cases) {
      for (const axes of [[0], [1], [0, 1]]) {
        const reduction = reductionOf(name, axes, [rows, columns], state);
        const kept = axes.length === 2 ? 1 : axes[0] === 0 ? columns : rows;
        const make = () => new ProgramLoop({ nodes: [load(0)] }, [[0, 1]], reduction);
        const wanted = Array.from({ length: kept }, (_, k) =>
          reference(
            x.values.filter((_, i) => {
              if (axes.length === 2) return true;
              return k === (axes[0] === 0 ? i % columns : Math.floor(i / columns));
            }),
          ),
        );
        const out = { dtype: state, shape: [kept], stride: [1], values: valuesOf("bool", kept, 9) };
        expect(expectSame(make, [rows, columns], [x, out])).toEqual(wanted);
      }
    }
  });
});

function reductionOf(
  name: ReductionName,
  axes: readonly number[],
  shape: readonly number[],
  dtype: DType,
): ProgramReduction {
  const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
  const dtypes = { stateDType: dtype, dtype };
  return {
    reduction: { name, axes, count, correction: 0, ...dtypes, keepdims: false, shape },
    finish: "result",
  };
}

describe.each(["int64", "uint64"] as const)("tiles of %s", (dtype) => {
  const load: ProgramNode = { op: "load", operand: 0, dtype };
  const nodes: ProgramNode[] = [load, { op: "cast", args: [0], dtype: "float64" }];

  it("are cast to float64, rounded to the nearest", () => {
    const edges = [
      0n,
      1n,
      -1n,
      2n ** 53n + 1n,
      2n ** 53n + 3n,
      2n ** 63n - 1n,
      2n ** 63n,
      2n ** 64n - 1n,
    ];
    const values = Array.from({ length: 999 }, (_, i) => {
      const edge = edges[i % edges.length] as bigint;
      return i < 99 ? edge : edge * BigInt(i) ** 5n;
    });
    const from = dtype === "int64" ? BigInt64Array.from(values) : BigUint64Array.from(values);
    const wanted = Array.from(from, Number);
    for (const memory of [plain, own, shared]) {
      useTileMemory(memory);
      const isInside = memory === shared;
      const data = isInside
        ? (typedView(dtype, memory.buffer, SCRATCH_BYTES, 999) as BigInt64Array)
        : new (from.constructor as BigInt64ArrayConstructor)(999);
      data.set(from as BigInt64Array);
      for (const stride of [1, 3]) {
        const length = 999 / stride;
        const output = contiguousBlock("float64", new Float64Array(length), [length]);
        const block = { dtype, data, shape: [length], stride: [stride], offset: 0 };
        new ProgramLoop({ nodes }, [[0]]).run({ extents: [length], offsets: [0] }, [block], output);
        expect(Array.from(output.data as Float64Array)).toEqual(
          wanted.filter((_, i) => i % stride === 0),
        );
      }
    }
  });

  it("are read, and no more", () => {
    expect(tileProgram({ nodes })).toBeDefined();
    for (const to of [...REALS, "int64", "uint64"] as const) {
      if (to === "float64") continue;
      expect(tileProgram({ nodes: [load, { op: "cast", args: [0], dtype: to }] })).toBeUndefined();
      const other: ProgramNode = { op: "load", operand: 0, dtype: to };
      expect(tileProgram({ nodes: [other, { op: "cast", args: [0], dtype }] })).toBeUndefined();
    }
    for (const op of ["add", "less", "maximum", "bitwiseAnd"] as const) {
      const result = op === "less" ? "bool" : dtype;
      expect(tileProgram({ nodes: [load, { op, args: [0, 0], dtype: result }] })).toBeUndefined();
    }
  });
});

describe("sums of integers", () => {
  it("of more than are exact in float64 go in a loop of their own", () => {
    const program: Program = { nodes: [{ op: "load", operand: 0, dtype: "int32" }] };
    const length = 2 ** 21 + 8;
    const data = new Int32Array(length).fill(2 ** 31 - 1);
    const output = contiguousBlock("int64", new BigInt64Array(1), [1]);
    const reduction = reductionOf("sum", [0], [length], "int64");
    const block = contiguousBlock("int32", data, [length]);
    new ProgramLoop(program, [[0]], reduction).run(
      { extents: [length], offsets: [0] },
      [block],
      output,
    );
    expect(output.data[0]).toBe(BigInt(length) * (2n ** 31n - 1n));
  });
});

describe("programs of integers and floats", () => {
  it("give the same in JavaScript", () => {
    const dtypes = fc.constantFrom<Real>(...REALS);
    fc.assert(
      fc.property(dtypes, dtypes, fc.integer({ min: 8, max: 300 }), (first, second, length) => {
        const nodes: ProgramNode[] = [
          { op: "load", operand: 0, dtype: first },
          { op: "load", operand: 1, dtype: second },
          { op: "cast", args: [0], dtype: "int32" },
          { op: "cast", args: [1], dtype: "int32" },
          { op: "multiply", args: [2, 3], dtype: "int32" },
          { op: "cast", args: [4], dtype: first },
          { op: "less", args: [2, 3], dtype: "bool" },
          { op: "where", args: [6, 5, 0], dtype: first },
          { op: "cast", args: [7], dtype: second },
        ];
        const make = () => new ProgramLoop({ nodes }, [[0], [0]]);
        expectSame(
          make,
          [length],
          [line(first, length, 1), line(second, length, 2), line(second, length, 3)],
        );
      }),
      { numRuns: 60 },
    );
  });
});
