// Constants as parameters: which programs share a loop, and that each still computes with its own.
import { describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import { DTYPES, type DType, isComplex, type Scalar } from "../../../src/base/dtype.js";
import type { Operation } from "../../../src/graph/model/operations.js";
import type { Program } from "../../../src/graph/model/program.js";
import { valueAs } from "../../../src/kernels/blocks/scalar-values.js";
import { programConstants, programKey } from "../../../src/kernels/loops/program-constants.js";
import { ProgramLoop } from "../../../src/kernels/programs/program-loop.js";

function withConstant(op: Operation, value: Scalar, dtype: DType = "float64"): Program {
  return {
    nodes: [
      { op: "load", operand: 0, dtype },
      { op: "constant", value, dtype },
      { op, args: [0, 1], dtype },
    ],
  };
}

const keyOf = (program: Program) => programKey(program, programConstants(program));

describe("programs share a loop", () => {
  it("when only their constants differ", () => {
    expect(keyOf(withConstant("add", 1))).toBe(keyOf(withConstant("add", 2)));
    expect(keyOf(withConstant("add", -0))).toBe(keyOf(withConstant("add", Number.NaN)));
  });

  it("not when the constant is a divisor or an exponent, which the compiler knows to use", () => {
    expect(keyOf(withConstant("divide", 2))).not.toBe(keyOf(withConstant("divide", 3)));
    expect(keyOf(withConstant("pow", 2))).not.toBe(keyOf(withConstant("pow", 3)));
  });

  it("not when anything else differs", () => {
    const keys = [
      withConstant("add", 1),
      withConstant("subtract", 1),
      withConstant("add", 1, "int32"),
      withConstant("add", 1n, "int64"),
      withConstant("add", 2n, "int64"),
      { nodes: withConstant("add", 1).nodes.slice(0, 2) },
      { nodes: [{ op: "load", operand: 1, dtype: "float64" }] },
      { nodes: [{ op: "position", axis: 1, dtype: "float64" }] },
    ].map((program) => keyOf(program as Program));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe.each(Object.keys(DTYPES) as DType[])("a constant of %s", (dtype) => {
  it("is what each program says, one after the other", () => {
    const values = [0, -0, 1, -1, 127, -128, 255, 65_535, -32_768, 2 ** 31 - 1, -(2 ** 31)];
    values.push(2 ** 32 - 1, 0.1, 1e300);
    if (dtype.startsWith("float")) values.push(Number.NaN, Number.NEGATIVE_INFINITY, 5e-324);
    for (const value of values) {
      const output = emptyBlock(dtype, [2]);
      const nodes = [{ op: "constant", value, dtype }] as const;
      new ProgramLoop({ nodes }, []).run({ extents: [2], offsets: [0] }, [], output);
      const held = valueAs(dtype, value);
      if (typeof held !== "object") expect([...output.data]).toEqual([held, held]);
      else expect([...output.data]).toEqual([held.re, held.im, held.re, held.im]);
    }
  });

  it("is added to what is there", () => {
    if (isComplex(dtype) || dtype === "bool") return;
    const one = valueAs(dtype, 1) as number;
    for (const value of [2, 3, 40]) {
      const x = emptyBlock(dtype, [3]);
      x.data.fill(one as never);
      const output = contiguousBlock(dtype, x.data.slice(), [3]);
      const loop = new ProgramLoop(withConstant("add", value, dtype), [[0]]);
      loop.run({ extents: [3], offsets: [0] }, [x], output);
      expect([...output.data].map(Number)).toEqual([value + 1, value + 1, value + 1]);
    }
  });
});
