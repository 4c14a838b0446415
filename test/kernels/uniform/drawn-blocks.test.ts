// Programs that draw random numbers on the way: the very bits of those that read blocks of the same
// numbers, over tiles and in loops, in WebAssembly and in JavaScript.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type Block, contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import { contiguousStrides } from "../../../src/graph/model/chunks.js";
import type { Program, ProgramNode, UniformNode } from "../../../src/graph/model/program.js";
import type { ReductionName } from "../../../src/graph/model/reduction.js";
import type { LoopRange } from "../../../src/kernels/blocks/kernel.js";
import { MomentsLoop } from "../../../src/kernels/programs/block-moments.js";
import { ProgramLoop, type ProgramReduction } from "../../../src/kernels/programs/program-loop.js";
import { type TileMemory, wasmTileMemory } from "../../../src/kernels/tiles/tile-memory.js";
import { uniformRun } from "../../../src/kernels/uniform/uniform.js";
import { plain, useTileMemory } from "../tile-memories.js";

afterEach(() => useTileMemory());

const wasm = wasmTileMemory();

/** The numbers of `node` in `range`, one by one by their positions. */
function blockOf({ seed, low, high, shape, axes }: UniformNode, range: LoopRange): Block {
  const extents = axes.map((axis) => (axis < 0 ? 1 : (range.extents[axis] as number)));
  const block = emptyBlock("float64", extents);
  const pitches = contiguousStrides(shape);
  const row = extents.at(-1) ?? 1;
  const data = block.data as Float64Array<ArrayBuffer>;
  for (let start = 0; start < data.length; start += row) {
    let rest = start / row;
    let position = (axes.at(-1) ?? -1) < 0 ? 0 : (range.offsets[axes.at(-1) as number] as number);
    for (let axis = axes.length - 2; axis >= 0; axis--) {
      const extent = extents[axis] as number;
      const loopAxis = axes[axis] as number;
      const offset = loopAxis < 0 ? 0 : (range.offsets[loopAxis] as number);
      position += (offset + (rest % extent)) * (pitches[axis] as number);
      rest = Math.floor(rest / extent);
    }
    uniformRun({ seed, low, width: high - low }, position, data, start, row);
  }
  return block;
}

const f = "float64";
const uniform = (seed: number, shape: readonly number[], axes: readonly number[]): UniformNode => ({
  op: "uniform",
  seed,
  low: -1,
  high: seed % 2 === 0 ? 1 : 3,
  shape,
  axes,
  dtype: f,
});

/** `program` with loads in place of the numbers that it draws, and the blocks that these read. */
function withBlocks({ nodes }: Program, range: LoopRange) {
  const draws = nodes.filter((node): node is UniformNode => node.op === "uniform");
  const loaded = nodes.map(
    (node): ProgramNode =>
      node.op === "uniform" ? { op: "load", operand: draws.indexOf(node), dtype: f } : node,
  );
  return {
    program: { nodes: loaded },
    axes: draws.map(({ axes }) => axes),
    blocks: draws.map((draw) => blockOf(draw, range)),
  };
}

function run(
  memory: TileMemory,
  loop: ProgramLoop | MomentsLoop,
  range: LoopRange,
  blocks: readonly Block[],
  size: number,
) {
  useTileMemory(memory);
  const output = contiguousBlock(f, new Float64Array(size), [size]);
  // The output's shape follows from the loop; only its memory counts here.
  const { extents } = range;
  const shaped = extents.reduce((n, extent) => n * extent, 1) === size;
  loop.run(range, blocks, shaped ? contiguousBlock(f, output.data, extents) : output);
  return Array.from(output.data, Number);
}

function reductionOf(name: ReductionName, axes: number[], shape: number[]): ProgramReduction {
  const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
  const dtypes = { stateDType: f, dtype: f } as const;
  return {
    reduction: { name, axes, count, correction: 0, ...dtypes, keepdims: false, shape },
    finish: "state",
  };
}

function expectSame(program: Program, range: LoopRange, reduction?: ProgramReduction): void {
  const { extents } = range;
  const kept = extents.filter((_, axis) => reduction?.reduction.axes.includes(axis) !== true);
  const size = kept.reduce((n, extent) => n * extent, 1);
  const given = withBlocks(program, range);
  const loop = new ProgramLoop(given.program, given.axes, reduction);
  const wanted = run(wasm, loop, range, given.blocks, size);
  expect(run(wasm, new ProgramLoop(program, [], reduction), range, [], size)).toEqual(wanted);
  expect(run(plain, new ProgramLoop(program, [], reduction), range, [], size)).toEqual(wanted);
}

const sumOf = (...draws: readonly UniformNode[]): Program => ({
  nodes: draws.flatMap((draw, i): ProgramNode[] =>
    i === 0 ? [draw] : [draw, { op: "add", args: [2 * i - 2, 2 * i - 1], dtype: f }],
  ),
});

describe("programs that draw", () => {
  const places = fc.record({
    rows: fc.integer({ min: 1, max: 300 }),
    columns: fc.integer({ min: 1, max: 300 }),
    top: fc.integer({ min: 0, max: 1000 }),
    left: fc.integer({ min: 0, max: 1000 }),
    isWhole: fc.boolean(),
  });
  const turns = fc.subarray(["straight", "turned", "again"], { minLength: 1 });

  it("give what blocks of the same numbers give", () => {
    const reduced = fc.constantFrom<number[] | undefined>(undefined, [0], [1], [0, 1]);
    const names = fc.constantFrom<ReductionName>("sum", "max", "mean");
    fc.assert(
      fc.property(places, turns, reduced, names, (place, kinds, axes, name) => {
        const { rows, columns, top, left, isWhole } = place;
        const offsets = isWhole ? [top, 0] : [top, left];
        const range = { extents: [rows, columns], offsets };
        const width = isWhole ? columns : left + columns + 17;
        const shape = [top + rows + 5, width];
        const draws = kinds.map((kind, seed) =>
          kind === "turned"
            ? uniform(seed, [width, top + rows + 5], [1, 0])
            : uniform(seed, shape, [0, 1]),
        );
        expectSame(sumOf(...draws), range, axes && reductionOf(name, axes, [rows, columns]));
      }),
      { numRuns: 25 },
    );
  });

  it("over panels and their edges", () => {
    const range = { extents: [300, 523], offsets: [700, 1046] };
    const program = sumOf(uniform(1, [2000, 2092], [0, 1]), uniform(1, [2092, 2000], [1, 0]));
    expectSame(program, range);
    expectSame(program, range, reductionOf("sum", [0, 1], [300, 523]));
    const many = Array.from({ length: 5 }, (_, seed) =>
      uniform(seed, seed % 2 === 0 ? [2000, 2092] : [2092, 2000], seed % 2 === 0 ? [0, 1] : [1, 0]),
    );
    expectSame(sumOf(...many), range, reductionOf("sum", [0, 1], [300, 523]));
  });

  it("in three dimensions, broadcast, and without axes", () => {
    const range = { extents: [3, 70, 40], offsets: [2, 5, 40] };
    const whole = uniform(3, [6, 80, 90], [0, 1, 2]);
    expectSame(sumOf(whole, uniform(4, [90], [2])), range);
    expectSame(sumOf(whole, uniform(5, [80, 1], [1, -1])), range);
    expectSame(sumOf(whole, uniform(6, [80, 6, 90], [1, 0, 2])), range);
    expectSame(sumOf(uniform(7, [], [])), { extents: [], offsets: [] });
  });

  it("in loops of their own, where there is no kernel for a step", () => {
    const nodes: ProgramNode[] = [
      uniform(8, [100, 200], [0, 1]),
      { op: "i0", args: [0], dtype: f },
    ];
    expectSame({ nodes }, { extents: [40, 90], offsets: [13, 7] });
  });

  it("and their moments", () => {
    const range = { extents: [300, 523], offsets: [700, 1046] };
    const straight = sumOf(uniform(9, [2000, 2092], [0, 1]));
    const turned = sumOf(uniform(1, [2000, 2092], [0, 1]), uniform(2, [2092, 2000], [1, 0]));
    for (const program of [straight, turned]) {
      for (const axes of [[0], [1], [0, 1]]) expectSameMoments(program, range, axes);
    }
    expectSameMoments(
      sumOf(uniform(3, [90, 5000], [0, 1])),
      { extents: [45, 2301], offsets: [45, 77] },
      [0],
    );
  });

  it("and sums of columns, of many", () => {
    const range = { extents: [45, 2301], offsets: [45, 77] };
    const program = sumOf(uniform(3, [90, 5000], [0, 1]));
    expectSame(program, range, reductionOf("sum", [0], [45, 2301]));
    expectSame(program, range, reductionOf("sum", [1], [45, 2301]));
  });
});

function expectSameMoments(program: Program, range: LoopRange, axes: number[]): void {
  const { extents } = range;
  const { reduction } = reductionOf("std", axes, [...extents]);
  const kept = extents.filter((_, axis) => !axes.includes(axis));
  const size = 3 * kept.reduce((n, extent) => n * extent, 1);
  const given = withBlocks(program, range);
  const read = new MomentsLoop(given.program, given.axes, reduction, "state");
  const wanted = run(wasm, read, range, given.blocks, size);
  const drawn = () => new MomentsLoop(program, [], reduction, "state");
  expect(run(wasm, drawn(), range, [], size)).toEqual(wanted);
  expect(run(plain, drawn(), range, [], size)).toEqual(wanted);
}
