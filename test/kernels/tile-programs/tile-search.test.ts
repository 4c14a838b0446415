// Places of the least and the greatest, found tile by tile: in WebAssembly, in JavaScript, and one
// by one.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { contiguousBlock } from "../../../src/base/block.js";
import { type DType, itemBytes, type NumberArray, typedView } from "../../../src/base/dtype.js";
import { ProgramLoop, type ProgramReduction } from "../../../src/kernels/programs/program-loop.js";
import { SCRATCH_BYTES, type TileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { own, plain, shared, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

type Name = "argmin" | "argmax";

function reductionOf(
  name: Name,
  axes: readonly number[],
  shape: readonly number[],
  finish: "state" | "result",
): ProgramReduction {
  const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
  const dtypes = { stateDType: "float64", dtype: "int64" } as const;
  return {
    reduction: { name, axes, count, correction: 0, ...dtypes, keepdims: false, shape },
    finish,
  };
}

interface Given {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly values: readonly number[];
}

/**
 * What is found in `memory` of an operand in it or beside it, the first of whose elements are at
 * `offsets`.
 */
function foundIn(
  memory: TileMemory,
  { dtype, shape, stride, values }: Given,
  reduction: ProgramReduction,
  offsets: readonly number[],
  isInside: boolean,
): number[] {
  useTileMemory(memory);
  const buffer = isInside ? memory.buffer : new ArrayBuffer(values.length * itemBytes(dtype));
  const data = typedView(dtype, buffer, isInside ? SCRATCH_BYTES : 0, values.length);
  (data as NumberArray).set(values);
  const { axes } = reduction.reduction;
  const size = shape.reduce((n, extent, axis) => (axes.includes(axis) ? n : n * extent), 1);
  const isState = reduction.finish === "state";
  const found = isState ? new Float64Array(2 * size) : new BigInt64Array(size);
  const dtype64 = isState ? "float64" : "int64";
  const output = contiguousBlock(dtype64, found, [found.length]);
  const nodes = [
    { op: "load", operand: 0, dtype },
    { op: "cast", args: [0], dtype: "float64" },
  ] as const;
  new ProgramLoop({ nodes }, [shape.map((_, axis) => axis)], reduction).run(
    { extents: shape, offsets },
    [{ dtype, data, shape, stride, offset: 0 }],
    output,
  );
  return Array.from(found, Number);
}

/** The same, one by one. */
function foundOneByOne(
  { shape: [rows = 0, columns = 0], stride: [down = 0, right = 0], values }: Given,
  { reduction: { name, axes, shape }, finish }: ProgramReduction,
  offsets: readonly number[],
): number[] {
  const best = new Map<number, { value: number; place: number }>();
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = values[r * down + c * right] as number;
      const [row, column] = [r + (offsets[0] as number), c + (offsets[1] as number)];
      const [key, place] =
        axes.length === 2
          ? [0, row * (shape[1] as number) + column]
          : axes[0] === 0
            ? [c, row]
            : [r, column];
      const before = best.get(key);
      const isBetter =
        before === undefined ||
        (!Number.isNaN(before.value) &&
          (Number.isNaN(value) ||
            (name === "argmax" ? value > before.value : value < before.value)));
      if (isBetter) best.set(key, { value, place });
    }
  }
  const found = [...best].sort(([a], [b]) => a - b).map(([, one]) => one);
  const places = found.map(({ place }) => place);
  return finish === "result" ? places : [...found.map(({ value }) => value), ...places];
}

describe("places of extremes", () => {
  const cases = fc.record({
    name: fc.constantFrom<Name>("argmin", "argmax"),
    axes: fc.constantFrom([0], [1], [0, 1]),
    finish: fc.constantFrom<"state" | "result">("state", "result"),
    dtype: fc.constantFrom<DType>("float64", "float32", "int32", "uint8"),
    rows: fc.integer({ min: 1, max: 60 }),
    columns: fc.integer({ min: 1, max: 300 }),
    isTurned: fc.boolean(),
    padding: fc.integer({ min: 0, max: 2 }),
    top: fc.integer({ min: 0, max: 9 }),
    left: fc.integer({ min: 0, max: 9 }),
    some: fc.array(
      fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.double(),
        fc.constantFrom(-0, 0, Number.NaN, Infinity, -Infinity),
      ),
      { minLength: 1, maxLength: 40 },
    ),
  });

  it("are the first ones, whatever the layout", () => {
    fc.assert(
      fc.property(cases, ({ name, axes, finish, dtype, rows, columns, some, ...rest }) => {
        const { isTurned, padding, top, left } = rest;
        const pitch = padding + (isTurned ? rows : columns);
        const cell = typedView(dtype, new ArrayBuffer(8), 0, 1) as NumberArray;
        const values = Array.from({ length: pitch * (isTurned ? columns : rows) }, (_, i) => {
          cell[0] = some[(i * 13) % some.length] as number;
          return cell[0] as number;
        });
        const stride = isTurned ? [1, pitch] : [pitch, 1];
        const given = { dtype, shape: [rows, columns], stride, values };
        const whole = [rows + top + 3, columns + left + 5];
        const reduction = reductionOf(name, axes, whole, finish);
        const wanted = foundOneByOne(given, reduction, [top, left]).map((x) => x + 0);
        for (const [memory, isInside] of [
          [plain, false],
          [own, false],
          [shared, true],
        ] as const) {
          const found = foundIn(memory, given, reduction, [top, left], isInside);
          expect(found.map((x) => x + 0)).toEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of a wide block are found at each edge of its tiles", () => {
    const [rows, columns] = [5, 5000];
    for (const [row, column] of [
      [0, 0],
      [0, 2047],
      [1, 2048],
      [3, 4096],
      [4, 4999],
    ] as const) {
      const values = new Array<number>(rows * columns).fill(1);
      values[row * columns + column] = 2;
      const given = {
        dtype: "float64",
        shape: [rows, columns],
        stride: [columns, 1],
        values,
      } as const;
      const reduction = reductionOf("argmax", [0, 1], [rows, columns], "result");
      for (const [memory, isInside] of [
        [plain, false],
        [shared, true],
      ] as const) {
        expect(foundIn(memory, given, reduction, [0, 0], isInside)).toEqual([
          row * columns + column,
        ]);
      }
    }
  });
});
