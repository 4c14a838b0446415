// Constants of a program as parameters of its loop: programs that differ in them alone share one
// compiled loop, since compiling costs a hundred times what a small block does. The constants that
// stay in the text are those that the compiler optimises: divisors, exponents, shifts.
import { DTYPES, type DType, isBigInt } from "../../base/dtype.js";
import { InvariantError } from "../../base/errors.js";
import type { Operation } from "../../graph/model/operations.js";
import type { Program, ProgramNode } from "../../graph/model/program.js";
import { valueAs } from "../blocks/scalar-values.js";
import { constantCode } from "./cast-code.js";

/** The constants of a program that are handed to its loop. */
export interface ProgramConstants {
  /** Per node that is one: its place in `values`. */
  readonly places: ReadonlyMap<number, number>;
  readonly values: Float64Array;
}

/** Operations that are as fast with a parameter as with a number that is known. */
const INDIFFERENT: ReadonlySet<Operation | "cast"> = new Set<Operation | "cast">([
  "cast",
  "add",
  "subtract",
  "multiply",
  "maximum",
  "minimum",
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "where",
]);

/** The constants of `program` that may change from one call of its loop to the next. */
export function programConstants({ nodes }: Program): ProgramConstants {
  const fixed = new Set<number>();
  for (const node of nodes) {
    if (!("args" in node) || INDIFFERENT.has(node.op)) continue;
    for (const arg of node.args) fixed.add(arg);
  }
  const places = new Map<number, number>();
  const values: number[] = [];
  nodes.forEach((node, n) => {
    if (node.op !== "constant" || fixed.has(n) || !isNumber(node.dtype)) return;
    places.set(n, values.length);
    values.push(valueAs(node.dtype, node.value) as number);
  });
  return { places, values: Float64Array.from(values) };
}

/** Whether values of `dtype` are numbers to generated code, and not truths, pairs or BigInts. */
function isNumber(dtype: DType): boolean {
  const { kind } = DTYPES[dtype];
  return kind !== "bool" && kind !== "complex" && !isBigInt(dtype);
}

/** The text that reads the constant at `place`. */
export function parameterCode(dtype: DType, place: number): string {
  const value = `constants[${place}]`;
  if (DTYPES[dtype].kind === "float") return value;
  return dtype === "uint32" ? `${value} >>> 0` : `${value} | 0`;
}

/** Text that is equal where programs differ in nothing but the constants at `places`. */
export function programKey(program: Program, { places }: ProgramConstants): string {
  return program.nodes.map((node, n) => nodeKey(node, places.has(n))).join(";");
}

function nodeKey(node: ProgramNode, isParameter: boolean): string {
  switch (node.op) {
    case "load":
      return `load ${node.dtype} ${node.operand}`;
    case "position":
      return `position ${node.dtype} ${node.axis}`;
    case "uniform":
      throw new InvariantError("random numbers are operands of loops, not steps");
    case "constant":
      return isParameter
        ? `parameter ${node.dtype}`
        : `constant ${node.dtype} ${constantCode(node.dtype, node.value)}`;
    default:
      return `${node.op} ${node.dtype} ${node.args}`;
  }
}
