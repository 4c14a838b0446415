// Generated loops against a naive reference: random shapes, strides, broadcasts, dtypes,
// reductions.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import { DTYPES, type DType, partsOf } from "../../../src/base/dtype.js";
import type { Program } from "../../../src/graph/model/program.js";
import type { Reduction, ReductionName } from "../../../src/graph/model/reduction.js";
import { elementWriter } from "../../../src/kernels/blocks/scalar-values.js";
import { MomentsLoop } from "../../../src/kernels/programs/block-moments.js";
import { NumberMeanLoop } from "../../../src/kernels/programs/block-number-means.js";
import { ProgramLoop } from "../../../src/kernels/programs/program-loop.js";

interface Operand {
  readonly block: Block;
  readonly axes: readonly number[];
}

interface Loop {
  readonly extents: readonly number[];
  readonly offsets: readonly number[];
  readonly operands: readonly Operand[];
}

/** Values are small integers, so that sums in any order are exact. */
function operandOf(
  extents: readonly number[],
  dtype: DType,
  axes: readonly number[],
  pad: number,
  reverse: boolean,
): Operand {
  const shape = axes.map((axis) => (axis < 0 ? 1 : (extents[axis] as number)));
  const stride = new Array<number>(shape.length);
  let step = 1 + pad;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= (shape[axis] as number) + pad;
  }
  const { data } = emptyBlock(dtype, [Math.max(step, 1) + 3]);
  const write = elementWriter(contiguousBlock(dtype, data, [data.length / partsOf(dtype)]));
  const smallValue = (i: number) => (dtype === "bool" ? (i * 7) % 2 : (i * 7919) % 23);
  for (let i = 0; i < data.length / partsOf(dtype); i++) write(smallValue(i), i);
  let offset = 3;
  if (reverse && (shape[0] ?? 0) > 0) {
    offset += ((shape[0] as number) - 1) * (stride[0] as number);
    stride[0] = -(stride[0] as number);
  }
  return { block: { dtype, data, shape, stride, offset }, axes };
}

function valueAt({ block, axes }: Operand, index: readonly number[]): number {
  let at = block.offset;
  axes.forEach((axis, i) => {
    if (axis >= 0) at += (index[axis] as number) * (block.stride[i] as number);
  });
  return Number(block.data[at * partsOf(block.dtype)]);
}

function* indices(extents: readonly number[]): Generator<number[]> {
  const size = extents.reduce((n, extent) => n * extent, 1);
  for (let n = 0; n < size; n++) {
    let rest = n;
    const index = new Array<number>(extents.length);
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (extents[axis] as number);
      rest = Math.floor(rest / (extents[axis] as number));
    }
    yield index;
  }
}

const dtypes = fc.constantFrom<DType>("float64", ...(Object.keys(DTYPES) as DType[]));
const loops: fc.Arbitrary<Loop> = fc
  .array(fc.integer({ min: 1, max: 13 }), { maxLength: 4 })
  .chain((extents) => {
    const order = fc.shuffledSubarray(
      extents.map((_, axis) => axis),
      { minLength: 0 },
    );
    const inOrder = fc.constant(extents.map((_, axis) => axis));
    const axes = fc.oneof(order, inOrder, fc.constant([...extents.keys()].reverse()));
    const broadcast = fc.tuple(axes, fc.boolean()).map(([a, b]) => (b ? [-1, ...a] : a));
    const operand = fc
      .tuple(dtypes, broadcast, fc.integer({ min: 0, max: 2 }), fc.boolean())
      .map(([dtype, a, pad, reverse]) => operandOf(extents, dtype, a, pad, reverse));
    return fc.record({
      extents: fc.constant(extents),
      offsets: fc.constant(extents.map((_, axis) => 10 * axis + 5)),
      operands: fc.tuple(operand, operand),
    });
  });

/** `(x + y) * 2 + position along the last axis`, in float64. */
function exampleProgram(loop: Loop): Program {
  const dtype = "float64";
  const last = loop.extents.length - 1;
  const [x, y] = loop.operands as [Operand, Operand];
  return {
    nodes: [
      { op: "load", operand: 0, dtype: x.block.dtype },
      { op: "load", operand: 1, dtype: y.block.dtype },
      { op: "cast", args: [0], dtype },
      { op: "cast", args: [1], dtype },
      { op: "add", args: [2, 3], dtype },
      { op: "constant", value: 2, dtype },
      { op: "multiply", args: [4, 5], dtype },
      last < 0 ? { op: "constant", value: 0, dtype } : { op: "position", axis: last, dtype },
      { op: "add", args: [6, 7], dtype },
    ],
  };
}

function exampleValue(loop: Loop, index: readonly number[]): number {
  const [x, y] = loop.operands as [Operand, Operand];
  const last = index.length - 1;
  const position = last < 0 ? 0 : (index[last] as number) + (loop.offsets[last] as number);
  return (valueAt(x, index) + valueAt(y, index)) * 2 + position;
}

const blocksOf = (loop: Loop) => loop.operands.map(({ block }) => block);
const axesOf = (loop: Loop) => loop.operands.map(({ axes }) => axes);

describe("elementwise loops", () => {
  it("compute each element from its operands' elements", () => {
    fc.assert(
      fc.property(loops, dtypes, (loop, dtype) => {
        const nodes = [...exampleProgram(loop).nodes, { op: "cast", args: [8], dtype } as const];
        const output = emptyBlock(dtype, loop.extents);
        new ProgramLoop({ nodes }, axesOf(loop)).run(loop, blocksOf(loop), output);
        const expected = emptyBlock(dtype, loop.extents);
        const write = elementWriter(expected);
        let n = 0;
        for (const index of indices(loop.extents)) write(exampleValue(loop, index), n++);
        expect(output.data).toEqual(expected.data);
      }),
      { numRuns: 400 },
    );
  });

  it("walk large transposed and narrow blocks without losing any element", () => {
    for (const extents of [
      [1030, 9],
      [9, 1030],
      [37, 2051],
      [5, 33, 18],
    ]) {
      const reversed = [...extents.keys()].reverse();
      const loop: Loop = {
        extents,
        offsets: extents.map(() => 0),
        operands: [
          operandOf(extents, "float64", [...extents.keys()], 0, false),
          operandOf(extents, "float64", reversed, 0, false),
        ],
      };
      const output = emptyBlock("float64", extents);
      new ProgramLoop(exampleProgram(loop), axesOf(loop)).run(loop, blocksOf(loop), output);
      const expected = Array.from(indices(extents), (index) => exampleValue(loop, index));
      expect(Array.from(output.data, Number)).toEqual(expected);
    }
  });
});

type Fold = (values: readonly number[], places: readonly number[], correction: number) => number;
const mean: Fold = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const REFERENCE: { readonly [R in ReductionName]: Fold } = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  prod: (values) => values.reduce((product, value) => product * value, 1),
  min: (values) => values.reduce((x, y) => Math.min(x, y)),
  max: (values) => values.reduce((x, y) => Math.max(x, y)),
  any: (values) => Number(values.some((value) => value !== 0)),
  all: (values) => Number(values.every((value) => value !== 0)),
  mean,
  nanmean: (values) => {
    const numbers = values.filter((value) => !Number.isNaN(value));
    return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  },
  var: (values, places, correction) => {
    const middle = mean(values, places, 0);
    const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    return squares / Math.max(values.length - correction, 0);
  },
  std: (values, places, correction) => Math.sqrt(REFERENCE.var(values, places, correction)),
  argmin: (values, places) =>
    places[values.indexOf(values.reduce((x, y) => Math.min(x, y)))] as number,
  argmax: (values, places) =>
    places[values.indexOf(values.reduce((x, y) => Math.max(x, y)))] as number,
};

describe("reducing loops", () => {
  const names = fc.constantFrom(...(Object.keys(REFERENCE) as ReductionName[]));
  it("reduce the elements along their axes", () => {
    fc.assert(
      fc.property(loops, names, fc.integer({ min: 1, max: 15 }), (loop, name, mask) => {
        const axes = loop.extents.map((_, axis) => axis).filter((axis) => (mask >> axis) & 1);
        fc.pre(axes.length > 0);
        const { keptShape, expected } = reduceNaively(loop, name, axes);
        const output = emptyBlock("float64", keptShape);
        runReduction(loop, reductionOf(loop, name, axes), output);
        expected.forEach((value, i) => {
          const error = Math.abs((output.data[i] as number) - value);
          const close = Object.is(output.data[i], value) || error <= 1e-10 * Math.abs(value);
          expect({ i, value: output.data[i], close }).toEqual({
            i,
            value: output.data[i],
            close: true,
          });
        });
      }),
      { numRuns: 600 },
    );
  });

  it("gather long rows and columns", () => {
    for (const axes of [[0], [1], [0, 1]]) {
      for (const name of ["sum", "max", "argmax", "var"] as const) {
        for (const extents of [
          [1100, 40],
          [40, 1100],
          [2600, 3],
          [3, 2600],
        ]) {
          const loop: Loop = {
            extents,
            offsets: [100, 200],
            operands: [
              operandOf(extents, "float64", [0, 1], 0, false),
              operandOf(extents, "float32", [1, 0], 0, false),
            ],
          };
          const { keptShape, expected } = reduceNaively(loop, name, axes);
          const output = emptyBlock("float64", keptShape);
          runReduction(loop, reductionOf(loop, name, axes), output);
          expected.forEach((value, i) => {
            expect((output.data[i] as number) / value).toBeCloseTo(1, 10);
          });
        }
      }
    }
  });

  it("leave identities where there is nothing to reduce", () => {
    const run = (name: ReductionName) => {
      const loop: Loop = { extents: [0, 2], offsets: [0, 0], operands: [] };
      const output = emptyBlock("float64", [2]);
      const reduction = { ...reductionOf(loop, name, [0]), count: 0 };
      runReduction(loop, reduction, output, {
        nodes: [{ op: "constant", value: 1, dtype: "float64" }],
      });
      return Array.from(output.data, Number);
    };
    expect(run("sum")).toEqual([0, 0]);
    expect(run("prod")).toEqual([1, 1]);
    expect(run("any")).toEqual([0, 0]);
    expect(run("all")).toEqual([1, 1]);
    expect(run("mean")).toEqual([Number.NaN, Number.NaN]);
    expect(run("var")).toEqual([Number.NaN, Number.NaN]);
  });

  it("sum with errors that stay far below those of plain addition", () => {
    const n = 1_000_000;
    const data = new Float64Array(n).fill(0.1);
    const loop: Loop = {
      extents: [n],
      offsets: [0],
      operands: [{ block: contiguousBlock("float64", data, [n]), axes: [0] }],
    };
    const output = emptyBlock("float64", []);
    const program: Program = { nodes: [{ op: "load", operand: 0, dtype: "float64" }] };
    runReduction(loop, reductionOf(loop, "sum", [0]), output, program);
    expect(Math.abs((output.data[0] as number) - 100_000)).toBeLessThan(5e-10); // plain addition: 1.3e-6
  });
});

function reductionOf(loop: Loop, name: ReductionName, axes: readonly number[]): Reduction {
  return {
    name,
    axes,
    count: axes.reduce((n, axis) => n * (loop.extents[axis] as number), 1),
    correction: 1,
    stateDType: "float64",
    dtype: "float64",
    keepdims: false,
    shape: loop.extents.map((extent, axis) => extent + (loop.offsets[axis] as number)),
  };
}

function runReduction(
  loop: Loop,
  reduction: Reduction,
  output: Block,
  program = exampleProgram(loop),
): void {
  loopOf(loop, reduction, program).run(loop, blocksOf(loop), output);
}

function loopOf(loop: Loop, reduction: Reduction, program: Program) {
  switch (reduction.name) {
    case "var":
    case "std":
      return new MomentsLoop(program, axesOf(loop), reduction, "result");
    case "nanmean":
      return new NumberMeanLoop(program, axesOf(loop), reduction, "result");
    default:
      return new ProgramLoop(program, axesOf(loop), { reduction, finish: "result" });
  }
}

function reduceNaively(loop: Loop, name: ReductionName, axes: readonly number[]) {
  const kept = loop.extents.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const keptShape = kept.map((axis) => loop.extents[axis] as number);
  const { shape } = reductionOf(loop, name, axes);
  const values = new Map<string, number[]>();
  const places = new Map<string, number[]>();
  for (const index of indices(loop.extents)) {
    const key = kept.map((axis) => index[axis]).join();
    let place = 0;
    for (const axis of axes) {
      const at = (index[axis] as number) + (loop.offsets[axis] as number);
      place = place * (shape[axis] as number) + at;
    }
    if (!values.has(key)) {
      values.set(key, []);
      places.set(key, []);
    }
    values.get(key)?.push(exampleValue(loop, index));
    places.get(key)?.push(place);
  }
  const expected = [...values].map(([key, group]) =>
    REFERENCE[name](group, places.get(key) as number[], 1),
  );
  return { keptShape, expected };
}
