// The kernels over tiles: WebAssembly beside JavaScript, element by element, on blocks that are in
// their memory and on others. What they compute is held against references in loops.test.ts and
// elementwise.test.ts.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type Block, contiguousBlock } from "../../../src/base/block.js";
import { type DType, itemBytes, type TypedArray, typedView } from "../../../src/base/dtype.js";
import type { Operation } from "../../../src/graph/model/operations.js";
import type { Program, ProgramNode } from "../../../src/graph/model/program.js";
import type { Reduction, ReductionName } from "../../../src/graph/model/reduction.js";
import * as elementary from "../../../src/kernels/math/elementary.js";
import { ProgramLoop, type ProgramReduction } from "../../../src/kernels/programs/program-loop.js";
import { planTiles } from "../../../src/kernels/tile-programs/tile-plan.js";
import { tileProgram } from "../../../src/kernels/tile-programs/tile-program.js";
import { SCRATCH_BYTES, type TileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { own, plain, shared, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

type TileDType = "float64" | "float32" | "bool";

/** An operand: its values, and how a block of them is laid out. */
interface Operand {
  readonly dtype: TileDType;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly values: readonly number[];
}

const SPECIAL = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const SMALL = [5e-324, -2.2250738585072014e-308, 1e-45, 0.5, 1.5, 2.5, -0.5, -2.5, 0.1];

/** Values that follow from a number, a special one now and then. */
function valuesOf(dtype: TileDType, count: number, seed: number): number[] {
  let state = seed * 2654435761 + 12345;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  return Array.from({ length: count }, () => {
    if (dtype === "bool") return (next() >>> 16) & 1;
    if ((next() >>> 16) % 5 > 0) return (next() / 2 ** 32 - 0.5) * 10 ** ((next() >>> 16) % 7);
    const special = [...SPECIAL, ...SMALL];
    return special[(next() >>> 8) % special.length] as number;
  });
}

/**
 * Blocks of `operands` in `buffer`, the last for the output; a buffer each when it is not given.
 */
function place(operands: readonly Operand[], buffer?: ArrayBufferLike): Block[] {
  let byteOffset = SCRATCH_BYTES;
  return operands.map(({ dtype, shape, stride, values }) => {
    const bytes = values.length * itemBytes(dtype);
    const data = buffer
      ? typedView(dtype, buffer, byteOffset, values.length)
      : typedView(dtype, new ArrayBuffer(bytes), 0, values.length);
    byteOffset += Math.ceil(bytes / 16) * 16;
    values.forEach((value, i) => {
      data[i] = value;
    });
    return { dtype, data, shape, stride, offset: 0 };
  });
}

/** The elements that `loop` makes of operands in `memory` or beside it. */
function elementsIn(
  memory: TileMemory,
  loop: ProgramLoop,
  extents: readonly number[],
  operands: readonly Operand[],
  isInside: boolean,
): TypedArray {
  useTileMemory(memory);
  const blocks = place(operands, isInside ? memory.buffer : undefined);
  const output = blocks.pop() as Block;
  loop.run({ extents, offsets: extents.map(() => 3) }, blocks, output);
  return output.data.slice();
}

function expectSame(
  loop: ProgramLoop,
  extents: readonly number[],
  operands: readonly Operand[],
): void {
  const wanted = elementsIn(plain, loop, extents, operands, false);
  // Zeros keep their signs here; NaN is NaN.
  expect(elementsIn(own, loop, extents, operands, false)).toEqual(wanted);
  expect(elementsIn(shared, loop, extents, operands, true)).toEqual(wanted);
}

const strided = (
  dtype: TileDType,
  shape: readonly number[],
  stride: readonly number[],
  seed = 1,
) => {
  const count = shape.reduce((n, extent, i) => n + (extent - 1) * (stride[i] as number), 1);
  return { dtype, shape, stride, values: valuesOf(dtype, count, seed) };
};
const contiguous = (dtype: TileDType, shape: readonly number[], seed = 1) =>
  strided(dtype, shape, contiguousBlock(dtype, new Uint8Array(0), shape).stride, seed);

/** Operations with a kernel, by what they take. */
const FLOAT_OPS =
  "add subtract multiply divide maximum minimum copysign negative abs square reciprocal sqrt ceil floor trunc round sign";
const TESTS = "equal notEqual less lessEqual greater greaterEqual isnan isfinite isinf";
const LOGIC = "logicalAnd logicalOr logicalXor logicalNot bitwiseInvert add multiply notEqual";
const UNARY =
  /negative|abs|square|reciprocal|sqrt|ceil|floor|trunc|round|sign$|isnan|isfinite|isinf|Not|Invert/;

function operationProgram(op: Operation, from: DType, to: DType): Program {
  const nodes: ProgramNode[] = [
    { op: "load", operand: 0, dtype: from },
    { op: "load", operand: 1, dtype: from },
    { op, args: UNARY.test(op) && op !== "copysign" ? [0] : [0, 1], dtype: to },
  ];
  return { nodes };
}

describe("kernels of operations", () => {
  const cases = [
    ...["float64", "float32"].flatMap((dtype) => [
      ...FLOAT_OPS.split(" ").map((op) => [op, dtype, dtype] as const),
      ...TESTS.split(" ").map((op) => [op, dtype, "bool"] as const),
    ]),
    ...LOGIC.split(" ").map((op) => [op, "bool", "bool"] as const),
  ];
  it.each(cases)("%s of %s gives the same %s", (op, from, to) => {
    const program = operationProgram(op as Operation, from as DType, to as DType);
    expect(tileProgram(program)).toBeDefined();
    for (const length of [1, 2, 7, 8, 13, 64, 1025]) {
      const operands = [
        contiguous(from as TileDType, [length], 1),
        contiguous(from as TileDType, [length], 2),
        contiguous(to as TileDType, [length], 3),
      ];
      expectSame(new ProgramLoop(program, [[0], [0]]), [length], operands);
    }
  });

  it.each(["float64", "float32"] as const)("where and casts of %s", (dtype) => {
    const other = dtype === "float64" ? "float32" : "float64";
    const program: Program = {
      nodes: [
        { op: "load", operand: 0, dtype: "bool" },
        { op: "load", operand: 1, dtype },
        { op: "cast", args: [0], dtype },
        { op: "where", args: [0, 1, 2], dtype },
        { op: "cast", args: [3], dtype: other },
        { op: "cast", args: [1], dtype: "bool" },
        { op: "where", args: [5, 4, 4], dtype: other },
      ],
    };
    for (const length of [1, 2, 3, 5, 31, 64, 1027]) {
      const operands = [
        contiguous("bool", [length]),
        contiguous(dtype, [length]),
        contiguous(other, [length]),
      ];
      expectSame(new ProgramLoop(program, [[0], [0]]), [length], operands);
    }
  });
});

/** `(x + y) * 2 + position` of the last axis. */
const sumProgram: Program = {
  nodes: [
    { op: "load", operand: 0, dtype: "float64" },
    { op: "load", operand: 1, dtype: "float32" },
    { op: "cast", args: [1], dtype: "float64" },
    { op: "add", args: [0, 2], dtype: "float64" },
    { op: "constant", value: 2, dtype: "float64" },
    { op: "multiply", args: [3, 4], dtype: "float64" },
    { op: "position", axis: 1, dtype: "float64" },
    { op: "add", args: [5, 6], dtype: "float64" },
  ],
};

function reductionOf(name: ReductionName, axes: number[], shape: number[]): ProgramReduction {
  const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
  const dtypes = { stateDType: "float64", dtype: "float64" } as const;
  const reduction: Reduction = {
    name,
    axes,
    count,
    correction: 0,
    ...dtypes,
    keepdims: false,
    shape,
  };
  return { reduction, finish: "result" };
}

describe("tiles of any layout", () => {
  const layouts = fc.record({
    rows: fc.integer({ min: 1, max: 90 }),
    columns: fc.integer({ min: 8, max: 150 }),
    first: fc.constantFrom("rows", "columns", "padded", "one row", "one column"),
    second: fc.constantFrom("rows", "columns", "padded", "one row", "one column"),
    output: fc.constantFrom("rows", "columns", "padded"),
  });
  type Layout = "rows" | "columns" | "padded" | "one row" | "one column";
  const lay = (dtype: TileDType, layout: Layout, rows: number, columns: number, seed: number) => {
    const stride = {
      rows: [columns, 1],
      columns: [1, rows],
      padded: [2 * columns + 3, 2],
      "one row": [0, 1],
      "one column": [1, 0],
    }[layout];
    return strided(dtype, [rows, columns], stride, seed);
  };

  it("give the same elements", () => {
    fc.assert(
      fc.property(layouts, ({ rows, columns, first, second, output }) => {
        const operands = [
          lay("float64", first, rows, columns, 1),
          lay("float32", second, rows, columns, 2),
          lay("float64", output, rows, columns, 3),
        ];
        expectSame(
          new ProgramLoop(sumProgram, [
            [0, 1],
            [0, 1],
          ]),
          [rows, columns],
          operands,
        );
      }),
      { numRuns: 30 },
    );
  });

  it("give the same folds", () => {
    const names = fc.constantFrom<ReductionName>("sum", "prod", "min", "max", "any", "all", "mean");
    const axes = fc.constantFrom<number[]>([0], [1], [0, 1]);
    fc.assert(
      fc.property(layouts, names, axes, (layout, name, reduced) => {
        const { rows, columns, first, second } = layout;
        const kept = [rows, columns].filter((_, axis) => !reduced.includes(axis));
        const operands = [
          lay("float64", first, rows, columns, 1),
          lay("float32", second, rows, columns, 2),
          contiguous("float64", kept, 3),
        ];
        const reduction = reductionOf(name, [...reduced], [rows, columns]);
        const loop = new ProgramLoop(
          sumProgram,
          [
            [0, 1],
            [0, 1],
          ],
          reduction,
        );
        expectSame(loop, [rows, columns], operands);
      }),
      { numRuns: 60 },
    );
  });

  it("hold a whole block where one step, or none, reads and writes where blocks are", () => {
    const load = (operand: number): ProgramNode => ({ op: "load", operand, dtype: "float64" });
    const programs: [Program, TileDType][] = [
      [{ nodes: [load(0)] }, "float64"],
      [{ nodes: [load(0), load(1), { op: "add", args: [0, 1], dtype: "float64" }] }, "float64"],
      [{ nodes: [load(0), load(1), { op: "less", args: [0, 1], dtype: "bool" }] }, "bool"],
    ];
    const shape = [61, 151];
    for (const [program, to] of programs) {
      for (const pitch of [151, 160]) {
        const operands = [
          strided("float64", shape, [pitch, 1], 1),
          strided("float64", shape, [155, 1], 2),
          strided(to, shape, [pitch, 1], 3),
        ];
        const axes = [
          [0, 1],
          [0, 1],
        ];
        expectSame(
          new ProgramLoop(program, axes.slice(0, program.nodes.length === 1 ? 1 : 2)),
          shape,
          [...operands.slice(0, program.nodes.length === 1 ? 1 : 2), operands[2] as Operand],
        );
      }
    }
    for (const name of ["sum", "max"] as const) {
      const operands = [strided("float64", [700, 31], [33, 1], 1), contiguous("float64", [700], 3)];
      const loop = new ProgramLoop(
        { nodes: [load(0)] },
        [[0, 1]],
        reductionOf(name, [1], [700, 31]),
      );
      expectSame(loop, [700, 31], operands);
    }
  });

  it.each([[[9, 151]], [[2, 2100]], [[2048]], [[4099]], [[2, 1, 2049]]])(
    "of one step may be long beside constants: %j",
    (shape) => {
      const load: ProgramNode = { op: "load", operand: 0, dtype: "float32" };
      const half: ProgramNode = { op: "constant", value: 0.5, dtype: "float32" };
      const programs: [Program, TileDType][] = [
        [{ nodes: [load, half, { op: "subtract", args: [1, 0], dtype: "float32" }] }, "float32"],
        [{ nodes: [load, half, { op: "less", args: [0, 1], dtype: "bool" }] }, "bool"],
        [{ nodes: [load, half, { op: "multiply", args: [1, 1], dtype: "float32" }] }, "float32"],
      ];
      const axes = shape.map((_, axis) => axis);
      for (const [program, to] of programs) {
        const padded = [...shape.slice(0, -1), (shape.at(-1) as number) + 3];
        const pitched = strided("float32", shape, contiguous("float32", padded).stride);
        for (const x of [contiguous("float32", shape), pitched]) {
          const loop = new ProgramLoop(program, [axes]);
          expectSame(loop, shape, [x, contiguous(to, shape, 2)]);
          const y = { ...pitched, dtype: to, values: valuesOf(to, pitched.values.length, 3) };
          expectSame(loop, shape, [x, y]);
        }
      }
    },
  );

  it.each(["float64", "float32"] as const)("are folded in one call: %s", (dtype) => {
    const program: Program = { nodes: [{ op: "load", operand: 0, dtype }] };
    const layouts: [number[], number[]][] = [
      [[20_001], [1]],
      [
        [700, 31],
        [33, 1],
      ],
      [
        [3, 2500],
        [2503, 1],
      ],
      [
        [5, 40, 9],
        [400, 10, 1],
      ],
    ];
    for (const [shape, stride] of layouts) {
      const axes = shape.map((_, axis) => axis);
      const x = strided(dtype, shape, stride);
      // Whose product neither vanishes nor overflows.
      const values = x.values.map((value) => 1 + (Number.isFinite(value) ? value % 0.25 : 0));
      const operands = [{ ...x, values }, contiguous("float64", [])];
      for (const name of ["sum", "prod", "min", "max", "mean"] as const) {
        const loop = new ProgramLoop(program, [axes], reductionOf(name, axes, shape));
        expectSame(loop, shape, operands);
        const results = [plain, shared].map((m) => elementsIn(m, loop, shape, operands, true));
        expect(results[0]).toEqual(results[1]);
        expect(Number(results[0]?.[0])).not.toBe(0);
      }
    }
  });

  it("copy and transpose", () => {
    for (const dtype of ["float64", "float32", "bool"] as const) {
      const program: Program = { nodes: [{ op: "load", operand: 0, dtype }] };
      for (const axes of [
        [0, 1],
        [1, 0],
      ]) {
        const operands = [
          contiguous(
            dtype,
            axes.map((a) => [37, 41][a] as number),
          ),
          contiguous(dtype, [37, 41]),
        ];
        expectSame(new ProgramLoop(program, [axes]), [37, 41], operands);
      }
    }
  });
});

describe("sine and cosine of one angle", () => {
  const load: ProgramNode = { op: "load", operand: 0, dtype: "float64" };
  const step = (op: Operation, ...args: number[]): ProgramNode => ({ op, args, dtype: "float64" });
  const apart = (op: Operation): Program => ({ nodes: [load, step(op, 0)] });
  const results = (program: Program, length: number) => {
    const operands = [contiguous("float64", [length]), contiguous("float64", [length], 2)];
    const loop = new ProgramLoop(program, [[0]]);
    expectSame(loop, [length], operands);
    return elementsIn(shared, loop, [length], operands, true);
  };

  it.each<[string, Program]>([
    ["cosine last", { nodes: [load, step("sin", 0), step("square", 1), step("cos", 0)] }],
    ["sine last", { nodes: [load, step("cos", 0), step("square", 0), step("sin", 0)] }],
    ["cosine twice", { nodes: [load, step("cos", 0), step("sin", 0), step("cos", 0)] }],
  ])("are what they are apart: %s", (_what, program) => {
    const last = program.nodes.at(-1)?.op as Operation;
    for (const length of [1, 7, 64, 5001]) {
      expect(results(program, length)).toEqual(results(apart(last), length));
    }
  });

  it("are made in one step, and keep what is read later", () => {
    const nodes = [load, step("negative", 0), step("sin", 1), step("cos", 1), step("add", 2, 3)];
    const program = { nodes: [...nodes, step("multiply", 4, 1), step("add", 5, 2)] };
    const kinds = tileProgram(program)?.steps.map(({ takes }) => takes);
    expect(kinds).toEqual(["one", "nothing", "angle", "two", "two", "two"]);
    for (const length of [3, 2049]) {
      const x = valuesOf("float64", length, 1);
      const wanted = x.map((value) => {
        const [s, c] = [elementary.sine(-value), elementary.cosine(-value)];
        return (s + c) * -value + s;
      });
      expect(Array.from(results(program, length), Number)).toEqual(wanted);
    }
  });
});

describe("which programs run over tiles", () => {
  it("are those with a kernel for each node", () => {
    const load = (dtype: DType): ProgramNode => ({ op: "load", operand: 0, dtype });
    expect(tileProgram({ nodes: [load("int64")] })).toBeUndefined();
    expect(
      tileProgram({ nodes: [load("float64"), { op: "i0", args: [0], dtype: "float64" }] }),
    ).toBeUndefined();
    expect(tileProgram({ nodes: [load("float32")] })).toMatchObject({ result: 0, steps: [] });
  });

  it("reuse the slots of what is not read any more", () => {
    const nodes: ProgramNode[] = [{ op: "load", operand: 0, dtype: "float64" }];
    for (let n = 0; n < 200; n++) nodes.push({ op: "add", args: [n, 0], dtype: "float64" });
    const slots = tileProgram({ nodes })?.steps.map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(1);
  });

  it("have rows that are long enough", () => {
    const space = (extents: number[]) => ({
      extents,
      reduced: extents.map(() => false),
      reducing: false,
      strides: [
        [extents[1] as number, 1],
        [0, 1],
      ],
      startsWith: [0, 1],
      inMemory: [true, true],
      ordered: false,
    });
    expect(planTiles(space([1000, 3]))).toBeUndefined();
    expect(planTiles(space([3, 1000]))).toMatchObject({ columns: 1000, rows: 2 });
  });
});
