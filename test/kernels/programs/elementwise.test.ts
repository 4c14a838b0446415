import { describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import {
  DTYPES,
  type DType,
  type DTypeKind,
  isComplex,
  type Scalar,
} from "../../../src/base/dtype.js";
import { promote } from "../../../src/base/promotion.js";
import { OPERATIONS, type Operation } from "../../../src/graph/model/operations.js";
import type { Program, ProgramNode } from "../../../src/graph/model/program.js";
import { ProgramLoop } from "../../../src/kernels/programs/program-loop.js";
import {
  arrayOf,
  elementsOf,
  isClose,
  numberOf,
  readCases,
  scalarOf,
  type TableValue,
} from "../numeric-cases.js";

interface Case {
  readonly group: string;
  readonly fn: Operation;
  readonly dtype?: DType;
  readonly dtype1?: DType;
  readonly dtype2?: DType;
  readonly from?: DType;
  readonly to?: DType;
  readonly cond?: readonly boolean[];
  readonly x: readonly TableValue[];
  readonly y?: readonly TableValue[];
  readonly result_dtype?: DType;
  readonly result: readonly TableValue[];
}

const APPROXIMATE = new Set<Operation>(
  (
    "exp expm1 log log1p log2 log10 logaddexp cbrt sin cos tan asin acos atan atan2 sinh cosh tanh " +
    "asinh acosh atanh hypot pow"
  ).split(" ") as Operation[],
);

function compute(program: Program, dtype: DType, operands: [DType, readonly TableValue[]][]) {
  const length = operands[0]?.[1].length as number;
  const blocks = operands.map(([type, values]) =>
    contiguousBlock(type, arrayOf(type, values), [length]),
  );
  const output = emptyBlock(dtype, [length]);
  const loop = new ProgramLoop(
    program,
    operands.map(() => [0]),
  );
  loop.run({ extents: [length], offsets: [0] }, blocks, output);
  return elementsOf(output);
}

/** Loads, casts to one dtype (but for a condition), and the operation. */
function operationProgram(fn: Operation, dtypes: readonly DType[], result: DType): Program {
  const loads: ProgramNode[] = dtypes.map((dtype, operand) => ({ op: "load", operand, dtype }));
  const [first = "bool", ...rest] = fn === "where" ? dtypes.slice(1) : dtypes;
  const met = promote(first, ...rest);
  const argument =
    OPERATIONS[fn].result === "float" || (result !== "bool" && !isComplex(met)) ? result : met;
  const casts = dtypes.map((_, i): ProgramNode => {
    const dtype = fn === "where" && i === 0 ? "bool" : argument;
    return { op: "cast", args: [i], dtype };
  });
  const args = dtypes.map((_, i) => dtypes.length + i);
  return { nodes: [...loads, ...casts, { op: fn, args, dtype: result }] };
}

const cases = readCases<Case>("numeric.json");
const name = (c: Case) => [c.fn, c.dtype ?? c.dtype1, c.dtype2].filter(Boolean).join(" ");

/** Complex results of infinities and NaN are what one machine gave. */
function hasInfinitePart(c: Case, i: number): boolean {
  const parts: TableValue[] = [c.x[i] ?? 0, c.y?.[i] ?? 0].filter(Array.isArray).flat();
  return parts.some((part) => !Number.isFinite(numberOf(part)));
}

describe("elementwise operations, against NumPy's values", () => {
  const elementwise = cases.filter((c) => {
    const accepted: readonly DTypeKind[] = OPERATIONS[c.fn]?.accepts ?? [];
    return accepted.includes(DTYPES[(c.dtype ?? c.dtype1) as DType]?.kind);
  });
  it.each(elementwise.map((c, i) => [`${i} ${name(c)}`, c] as const))("%s", (_name, c) => {
    const operands: [DType, readonly TableValue[]][] = [];
    if (c.cond !== undefined) operands.push(["bool", c.cond]);
    operands.push([(c.dtype ?? c.dtype1) as DType, c.x]);
    if (c.y !== undefined) operands.push([c.dtype2 as DType, c.y]);
    const result = c.result_dtype as DType;
    const dtypes = operands.map(([dtype]) => dtype);
    const values = compute(operationProgram(c.fn, dtypes, result), result, operands);
    // Magnitudes of complex numbers are square roots of sums of squares.
    const isRounded = APPROXIMATE.has(c.fn) || (c.fn === "abs" && isComplex(c.dtype as DType));
    const tolerance = isRounded && DTYPES[result].kind === "float" ? 4 : 0;
    c.result.forEach((expected, i) => {
      const input = [c.x[i], c.y?.[i]];
      const wanted = scalarOf(result, expected);
      const value = values[i] as Scalar;
      if (hasInfinitePart(c, i)) return;
      // NumPy takes log(1 + z) of complex64 as it stands, which loses digits near 0.
      if (c.fn === "log1p" && result === "complex64") return;
      if (!isClose(result, value, wanted, tolerance)) {
        expect({ input, value }).toEqual({ input, value: wanted });
      }
    });
  });
});

describe("casts, against NumPy's values", () => {
  const casts = cases.filter((c) => c.group === "cast");
  it.each(casts.map((c) => [`${c.from} to ${c.to}`, c] as const))("%s", (_name, c) => {
    const from = c.from as DType;
    const to = c.to as DType;
    const program: Program = {
      nodes: [
        { op: "load", operand: 0, dtype: from },
        { op: "cast", args: [0], dtype: to },
      ],
    };
    const values = compute(program, to, [[from, c.x]]);
    expect(values).toEqual(c.result.map((value) => scalarOf(to, value)));
  });
});
