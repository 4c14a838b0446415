import { describe, expect, it } from "vitest";
import { type DType, isBigInt, isComplex, type Scalar } from "../../../src/base/dtype.js";
import { accumulated, floating, promote } from "../../../src/base/promotion.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import type { BlockwiseLayer, Layer, TreeReduceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { identityProgram } from "../../../src/graph/model/program.js";
import {
  type Reduction,
  type ReductionName,
  stateFields,
} from "../../../src/graph/model/reduction.js";
import { computeElements, dataSource, regular } from "../layers.js";
import { arrayOf, readCases, scalarOf, type TableValue } from "../numeric-cases.js";

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
  return {
    name: op,
    axes,
    count: axes.reduce((n, axis) => n * (shape[axis] as number), 1),
    correction,
    ...dtypesOf(op, dtype),
    keepdims,
    shape,
  };
}

function dtypesOf(op: ReductionName, dtype: DType): Pick<Reduction, "stateDType" | "dtype"> {
  switch (op) {
    case "min":
    case "max":
      return { stateDType: dtype, dtype };
    case "any":
    case "all":
      return { stateDType: "bool", dtype: "bool" };
    case "argmin":
    case "argmax":
      return { stateDType: isBigInt(dtype) ? dtype : "float64", dtype: "int64" };
    case "sum":
    case "prod": {
      const result = accumulated(dtype);
      return { stateDType: promote(result, "float64"), dtype: result, ...exactly(result) };
    }
    default:
      return { stateDType: promote(floating(dtype), "float64"), dtype: floating(dtype) };
  }
}

function exactly(dtype: DType) {
  return isBigInt(dtype) ? { stateDType: dtype } : {};
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

const OPS = ["sum", "prod", "mean", "var", "std", "min", "max", "any", "all", "argmin", "argmax"];

/** What is for kernels, or where we differ on purpose: in order, and where float32 overflows. */
function isOurs(c: Case): boolean {
  const ofComplex =
    isComplex(c.dtype) && ["min", "max", "argmin", "argmax", "var", "std"].includes(c.op);
  const empty = c.shape.includes(0) && c.op.startsWith("arg");
  const overflows = c.op === "std" && c.dtype === "float32" && c.group === "big";
  const given = c.result !== undefined && c.params.dtype === undefined;
  return OPS.includes(c.op) && given && !ofComplex && !empty && !overflows;
}

describe("reductions, against NumPy's values", () => {
  const cases = readCases<Case>("reductions.json").filter(isOurs);
  it.each(cases.map((c, i) => [`${i} ${c.op} ${c.dtype} ${c.group}`, c] as const))(
    "%s",
    (_n, c) => {
      const reduction = reductionOf(c.op, c.dtype, c.shape, axesOf(c), c.keepdims, c.params.ddof);
      expect(reduction.dtype).toBe(c.result.dtype);
      const whole = c.shape.map((length) => [length]);
      const grids = [
        whole,
        ...(c.chunking_sensitive ? [] : [c.chunks, regular(c.shape, [2, 2, 2])]),
      ];
      for (const chunks of grids) {
        const { shape, elements } = computeElements(reductionLayers(c, chunks, reduction));
        expect(shape).toEqual(c.result.shape);
        const wanted = c.result.values.map((value) => scalarOf(c.result.dtype, value));
        if (isBigInt(reduction.dtype)) expect(elements).toEqual(wanted);
        else expectClose(elements.flatMap(partsOfScalar), wanted.flatMap(partsOfScalar), c);
      }
    },
  );
});

function partsOfScalar(value: Scalar): number[] {
  return typeof value === "object" ? [value.re, value.im] : [Number(value)];
}

function expectClose(values: readonly number[], expected: readonly number[], c: Case): void {
  const scale = Math.max(...expected.filter(Number.isFinite).map(Math.abs), 0);
  const floor = ["float32", "complex64"].includes(c.dtype) ? 2e-6 : 1e-12;
  const tolerance = scale * Math.max(4 * (c.dask_max_rel_diff ?? 0), floor);
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => {
    const wanted = expected[i] as number;
    const close = Object.is(value, wanted) || Math.abs(value - wanted) <= tolerance;
    if (!close) expect({ i, value }).toEqual({ i, value: wanted });
  });
}
