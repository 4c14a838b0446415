// Moments of blocks, tile by tile: against exact ones, and in WebAssembly beside JavaScript, bit
// for bit.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type Block, contiguousBlock } from "../../../src/base/block.js";
import type { Reduction } from "../../../src/graph/model/reduction.js";
import { MomentsLoop } from "../../../src/kernels/programs/block-moments.js";
import { SCRATCH_BYTES, type TileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { own, plain, shared, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

const f = "float64";

function reductionOf(axes: readonly number[], shape: readonly number[]): Reduction {
  const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
  return {
    ...{ name: "var", axes, count, correction: 0, stateDType: f, dtype: f, keepdims: false },
    shape,
  } as const;
}

/** A block of numbers, within the memory or beside it. */
function blockIn(
  memory: TileMemory | undefined,
  values: ArrayLike<number>,
  shape: readonly number[],
  stride: readonly number[],
): Block {
  const data = memory
    ? new Float64Array(memory.buffer, SCRATCH_BYTES, values.length)
    : new Float64Array(values.length);
  data.set(values);
  return { dtype: f, data, shape, stride, offset: 0 };
}

/** Counts, means and sums of squares, in `memory`. */
function momentsIn(memory: TileMemory, block: Block, axes: readonly number[]): number[] {
  useTileMemory(memory);
  const { shape } = block;
  const size = shape.reduce((n, extent, axis) => (axes.includes(axis) ? n : n * extent), 3);
  const output = contiguousBlock(f, new Float64Array(size), [size]);
  const program = { nodes: [{ op: "load", operand: 0, dtype: f }] } as const;
  const loop = new MomentsLoop(
    program,
    [shape.map((_, i) => i)],
    reductionOf(axes, shape),
    "state",
  );
  loop.run({ extents: shape, offsets: shape.map(() => 0) }, [block], output);
  return Array.from(output.data as Float64Array);
}

function expectSame(
  values: ArrayLike<number>,
  shape: readonly number[],
  stride: readonly number[],
  axes: readonly number[],
): number[] {
  const wanted = momentsIn(plain, blockIn(undefined, values, shape, stride), axes);
  expect(momentsIn(own, blockIn(undefined, values, shape, stride), axes)).toEqual(wanted);
  expect(momentsIn(shared, blockIn(shared, values, shape, stride), axes)).toEqual(wanted);
  return wanted;
}

const AXES = [[0], [1], [0, 1]];

describe("moments of a block", () => {
  it("are the same in JavaScript, whatever its layout", () => {
    const special = fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, 5e-324);
    const numbers = fc.oneof({ weight: 30, arbitrary: fc.double({ noNaN: true }) }, special);
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 90 }),
      columns: fc.integer({ min: 8, max: 150 }),
      isTurned: fc.boolean(),
      padding: fc.integer({ min: 0, max: 3 }),
      axes: fc.constantFrom(...AXES),
      some: fc.array(numbers, { minLength: 1, maxLength: 99 }),
    });
    fc.assert(
      fc.property(cases, ({ rows, columns, isTurned, padding, axes, some }) => {
        const pitch = padding + (isTurned ? rows : columns);
        const values = Array.from(
          { length: pitch * (isTurned ? columns : rows) },
          (_, i) => (some[(i * 7) % some.length] as number) * (1 + (i % 13)),
        );
        expectSame(values, [rows, columns], isTurned ? [1, pitch] : [pitch, 1], axes);
      }),
      { numRuns: 60 },
    );
  });

  it.each([[[1000, 33]], [[37, 2301]], [[9, 256]], [[3, 4097]]])(
    "of shape %j are those of exact arithmetic",
    (shape) => {
      const [rows, columns] = shape as [number, number];
      for (const offset of [0, 1e6, -1e9]) {
        const values = Array.from(
          { length: rows * columns },
          (_, i) => offset + ((i * 7919) % 10_007) / 16,
        );
        for (const axes of AXES) {
          const moments = expectSame(values, [rows, columns], [columns, 1], axes);
          const size = moments.length / 3;
          for (let k = 0; k < size; k += 5) {
            const own = values.filter((_, i) => {
              const [row, column] = [Math.floor(i / columns), i % columns];
              return axes.length === 2 || (axes[0] === 0 ? column === k : row === k);
            });
            const [mean, squares] = exactMoments(own);
            expect(moments[k]).toBe(own.length);
            expect(Math.abs((moments[size + k] as number) / mean - 1)).toBeLessThan(4e-16);
            expect(Math.abs((moments[2 * size + k] as number) / squares - 1)).toBeLessThan(
              1e-15 * Math.log2(own.length),
            );
          }
        }
      }
    },
  );

  it("have no deviations where all elements are one number", () => {
    const values = new Float64Array(70 * 1100).fill(1e16 / 3);
    for (const axes of AXES) {
      const moments = expectSame(values, [70, 1100], [1100, 1], axes);
      const size = moments.length / 3;
      expect(Math.max(...moments.slice(2 * size)) / size).toBeLessThan(1e9);
    }
  });
});

/** Mean and sum of squared deviations of multiples of 1/16. */
function exactMoments(values: readonly number[]): [number, number] {
  const whole = values.map((value) => BigInt(value * 16));
  const sum = whole.reduce((a, b) => a + b, 0n);
  const squares = whole.reduce((a, b) => a + b * b, 0n);
  const count = BigInt(values.length);
  const scale = 2n ** 80n;
  const ratio = (a: bigint, b: bigint) => Number((a * scale) / b) / Number(scale);
  return [ratio(sum, 16n * count), ratio(count * squares - sum * sum, 256n * count)];
}
