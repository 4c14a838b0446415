import { describe, expect, it } from "vitest";
import { DTYPES, type DType } from "../../src/base/dtype.js";
import type { Chunks } from "../../src/graph/chunks.js";
import type { BlockwiseLayer, Layer, TreeReduceLayer } from "../../src/graph/layer.js";
import { nameLayer } from "../../src/graph/naming.js";
import { identityProgram } from "../../src/graph/program.js";
import { type Reduction, type ReductionName, stateFields } from "../../src/graph/reduction.js";
import { computeWhole, dataSource, regular } from "./layers.js";
import { arrayOf, numberOf, readCases, type TableValue } from "./numeric-cases.js";

interface Case {
  readonly group: string;
  readonly op: ReductionName;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunks: Chunks;
  readonly data: readonly TableValue[];
  readonly axis: number | readonly number[] | null;
  readonly keepdims: boolean;
  readonly params: { readonly ddof?: number; readonly dtype?: string };
  readonly result: {
    readonly dtype: DType;
    readonly shape: number[];
    readonly values: TableValue[];
  };
  readonly chunking_sensitive?: boolean;
  readonly dask_max_rel_diff?: number;
}

function reductionOf(
  op: ReductionName,
  dtype: DType,
  shape: readonly number[],
  axes: number[],
  keepdims: boolean,
  correction = 0,
): Reduction {
  const floating = DTYPES[dtype].kind === "float";
  const extreme = op === "min" || op === "max";
  const logical = op === "any" || op === "all";
  const result = logical
    ? "bool"
    : extreme || (floating && !op.startsWith("arg"))
      ? dtype
      : "float64";
  return {
    name: op,
    axes,
    count: axes.reduce((n, axis) => n * (shape[axis] as number), 1),
    correction,
    stateDType: extreme ? dtype : logical ? "bool" : "float64",
    dtype: result,
    keepdims,
    shape,
  };
}

/** Layers of a reduction: with `groups`, a first step and a tree of one level; else one step. */
function reductionLayers(c: Case, chunks: Chunks, reduction: Reduction): Layer[] {
  const source = dataSource(c.dtype, arrayOf(c.dtype, c.data), chunks);
  const isReduced = (axis: number) => reduction.axes.includes(axis);
  const results = chunks
    .map((axis, i) => (isReduced(i) ? [1] : axis))
    .filter((_, i) => reduction.keepdims || !isReduced(i));
  const oneStep = reduction.axes.every((axis) => (chunks[axis] as readonly number[]).length === 1);
  const states = chunks.map((axis, i) => (isReduced(i) ? axis.map(() => 1) : axis));
  const fields = stateFields(reduction.name);
  const partial = nameLayer<BlockwiseLayer>(reduction.name, {
    kind: "blockwise",
    inputs: [source.name],
    chunks: oneStep ? results : fields > 1 ? [[fields], ...states] : states,
    dtype: oneStep ? reduction.dtype : reduction.stateDType,
    program: identityProgram(c.dtype),
    operands: [{ input: 0, axes: c.shape.map((_, axis) => axis) }],
    loopChunks: chunks,
    reduction,
    final: oneStep,
  });
  if (oneStep) return [source, partial];
  const top = nameLayer<TreeReduceLayer>(reduction.name, {
    kind: "treeReduce",
    inputs: [partial.name],
    chunks: results,
    dtype: reduction.dtype,
    reduction,
    groups: chunks.map((axis, i) => (isReduced(i) ? axis.length : 1)),
    final: true,
  });
  return [source, partial, top];
}

function axesOf(c: Case): number[] {
  const given = c.axis === null ? c.shape.map((_, axis) => axis) : [c.axis].flat();
  return given.map((axis) => (axis < 0 ? axis + c.shape.length : axis)).sort((a, b) => a - b);
}

/** Where we differ on purpose: no int64 yet, and sums of float32 that do not overflow. */
function differsOnPurpose(c: Case): boolean {
  const wrapsAs64Bits =
    c.op === "prod" &&
    c.result.values.some(
      (value) => typeof value === "string" && /\d/.test(value) && value !== "-0",
    );
  const overflowsInFloat32 = c.op === "std" && c.dtype === "float32" && c.group === "big";
  return wrapsAs64Bits || overflowsInFloat32;
}

describe("reductions, against NumPy's values", () => {
  const cases = readCases<Case>("reductions.json").filter(
    (c) =>
      c.params.dtype === undefined &&
      !(c.shape.includes(0) && c.op.startsWith("arg")) &&
      !differsOnPurpose(c),
  );
  it.each(cases.map((c, i) => [`${i} ${c.op} ${c.dtype} ${c.group}`, c] as const))(
    "%s",
    (_n, c) => {
      const reduction = reductionOf(c.op, c.dtype, c.shape, axesOf(c), c.keepdims, c.params.ddof);
      const whole = c.shape.map((length) => [length]);
      const grids = [
        whole,
        ...(c.chunking_sensitive ? [] : [c.chunks, regular(c.shape, [2, 2, 2])]),
      ];
      for (const chunks of grids) {
        const { shape, values } = computeWhole(reductionLayers(c, chunks, reduction));
        expect(shape).toEqual(c.result.shape);
        expectClose(values, c.result.values.map(numberOf), c);
      }
    },
  );
});

function expectClose(values: readonly number[], expected: readonly number[], c: Case): void {
  const scale = Math.max(...expected.filter(Number.isFinite).map(Math.abs), 0);
  const floor = c.dtype === "float32" ? 2e-6 : 1e-12;
  const tolerance = scale * Math.max(4 * (c.dask_max_rel_diff ?? 0), floor);
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => {
    const wanted = expected[i] as number;
    const close = Object.is(value, wanted) || Math.abs(value - wanted) <= tolerance;
    expect({ i, value: close ? wanted : value }).toEqual({ i, value: wanted });
  });
}
