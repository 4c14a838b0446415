// Comparisons of unsigned with signed integers of 64 bits, which no integer dtype holds together:
// exact, as those with a number are.
import { DTYPES } from "../../base/dtype.js";
import { OPERATIONS, type Operation, type OperationInfo } from "../../graph/model/operations.js";
import type { ResolvedOperand } from "./array-operands.js";
import type { ProgramBuilder } from "./program-builder.js";

/** Writes a comparison of two loaded operands. */
type Comparing = (builder: ProgramBuilder, x: number, y: number) => void;

/** How to compare uint64 with signed integers exactly; undefined for other operands. */
export function wholeComparison(
  op: Operation,
  operands: readonly ResolvedOperand[],
): Comparing | undefined {
  const { arity, result }: OperationInfo = OPERATIONS[op];
  if (arity !== 2 || result !== "bool" || op.startsWith("logical")) return undefined;
  const dtypes = operands.map((each) => ("node" in each ? each.node.layer.dtype : undefined));
  const signed = dtypes.findIndex((dtype) => dtype !== undefined && DTYPES[dtype].kind === "int");
  if (signed < 0 || dtypes[1 - signed] !== "uint64") return undefined;
  const isLess = op.startsWith(signed === 0 ? "less" : "greater");
  return (builder, x, y) => {
    const negative = builder.apply(
      "less",
      [builder.cast(signed === 0 ? x : y, "int64"), builder.constant(0, "int64")],
      "bool",
    );
    const otherwise = builder.apply(
      op,
      [builder.cast(x, "uint64"), builder.cast(y, "uint64")],
      "bool",
    );
    const answer = builder.constant(isLess || op === "notEqual", "bool");
    builder.apply("where", [negative, answer, otherwise], "bool");
  };
}
