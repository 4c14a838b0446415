// The JavaScript of each elementwise operation, per dtype: text that goes into generated loops. Values
// in that text are plain numbers that their dtype holds exactly: 0 and 1 for bool, wrapped integers,
// rounded float32. Which operations exist is graph/operations.ts; the loops are loop-code.ts.
import { DTYPES, type DType, typedView } from "../base/dtype.js";
import type { Operation } from "../graph/operations.js";
import type { Program, ProgramNode } from "../graph/program.js";
import * as scalarFunctions from "./scalar-functions.js";

/** The functions that generated code calls by name. */
export const scalarLibrary: Readonly<Record<string, (x: number, y: number) => number>> =
  scalarFunctions;

type Emit = (dtype: DType, args: readonly string[]) => string;

const isFloat = (dtype: DType) => DTYPES[dtype].kind === "float";
const call = (name: keyof typeof scalarFunctions, args: readonly string[]) =>
  `${name}(${args.join(", ")})`;

/** `text`, a number of any size, as a value of `dtype`. */
function wrap(dtype: DType, text: string): string {
  switch (dtype) {
    case "bool":
      return `(${text} ? 1 : 0)`;
    case "uint8":
      return `(${text} & 255)`;
    case "int32":
      return `(${text} | 0)`;
    case "float32":
      return `Math.fround(${text})`;
    case "float64":
      return `(${text})`;
  }
}

const infix =
  (operator: string): Emit =>
  (dtype, [x, y]) =>
    wrap(dtype, `${x} ${operator} ${y}`);
/** A function of `Math`; its result is rounded to the dtype. */
const math =
  (name: keyof Math): Emit =>
  (dtype, args) =>
    wrap(dtype, `Math.${String(name)}(${args.join(", ")})`);
/** A rounding function: integers and bool are what they are. */
const rounding =
  (round: Emit): Emit =>
  (dtype, args) =>
    isFloat(dtype) ? round(dtype, args) : `${args[0]}`;
const compare =
  (operator: string): Emit =>
  (_dtype, [x, y]) =>
    `(${x} ${operator} ${y} ? 1 : 0)`;
const extremum =
  (name: "max" | "min", operator: ">" | "<"): Emit =>
  (dtype, [x, y]) =>
    // Of two zeros NumPy takes the second, whatever their signs.
    isFloat(dtype)
      ? `(${x} === ${y} ? ${y} : Math.${name}(${x}, ${y}))`
      : `(${x} ${operator} ${y} ? ${x} : ${y})`;
/** One function for integers and another for floating point. */
const byKind =
  (ints: keyof typeof scalarFunctions, floats: keyof typeof scalarFunctions): Emit =>
  (dtype, args) =>
    wrap(dtype, call(isFloat(dtype) ? floats : ints, args));

const CODE: { readonly [O in Operation]: Emit } = {
  add: (dtype, [x, y]) => (dtype === "bool" ? `(${x} | ${y})` : wrap(dtype, `${x} + ${y}`)),
  subtract: infix("-"),
  multiply: (dtype, [x, y]) =>
    dtype === "int32" ? `Math.imul(${x}, ${y})` : wrap(dtype, `${x} * ${y}`),
  divide: infix("/"),
  floorDivide: byKind("intFloorDivide", "floatFloorDivide"),
  remainder: byKind("intRemainder", "floatRemainder"),
  pow: byKind("intPow", "floatPow"),
  negative: (dtype, [x]) => wrap(dtype, `-${x}`),
  positive: (_dtype, [x]) => `${x}`,
  abs: math("abs"),
  sign: (_dtype, args) => call("signOf", args),
  square: (dtype, [x]) =>
    dtype === "int32" ? `Math.imul(${x}, ${x})` : wrap(dtype, `${x} * ${x}`),
  reciprocal: (dtype, [x]) => wrap(dtype, `1 / ${x}`),
  maximum: extremum("max", ">"),
  minimum: extremum("min", "<"),
  ceil: rounding(math("ceil")),
  floor: rounding(math("floor")),
  trunc: rounding(math("trunc")),
  round: rounding((_dtype, args) => call("roundHalfEven", args)),
  exp: math("exp"),
  expm1: math("expm1"),
  log: math("log"),
  log1p: math("log1p"),
  log2: math("log2"),
  log10: math("log10"),
  logaddexp: (dtype, args) => wrap(dtype, call("logaddexp", args)),
  sqrt: math("sqrt"),
  cbrt: math("cbrt"),
  sin: math("sin"),
  cos: math("cos"),
  tan: math("tan"),
  asin: math("asin"),
  acos: math("acos"),
  atan: math("atan"),
  atan2: math("atan2"),
  sinh: math("sinh"),
  cosh: math("cosh"),
  tanh: math("tanh"),
  asinh: math("asinh"),
  acosh: math("acosh"),
  atanh: math("atanh"),
  hypot: math("hypot"),
  copysign: (_dtype, args) => call("copysign", args),
  equal: compare("==="),
  notEqual: compare("!=="),
  less: compare("<"),
  lessEqual: compare("<="),
  greater: compare(">"),
  greaterEqual: compare(">="),
  logicalAnd: (_dtype, [x, y]) => `(${x} !== 0 && ${y} !== 0 ? 1 : 0)`,
  logicalOr: (_dtype, [x, y]) => `(${x} !== 0 || ${y} !== 0 ? 1 : 0)`,
  logicalXor: (_dtype, [x, y]) => `((${x} !== 0) !== (${y} !== 0) ? 1 : 0)`,
  logicalNot: (_dtype, [x]) => `(${x} === 0 ? 1 : 0)`,
  isfinite: (_dtype, [x]) => `(${x} - ${x} === 0 ? 1 : 0)`,
  isinf: (_dtype, [x]) => `(Math.abs(${x}) === Infinity ? 1 : 0)`,
  isnan: (_dtype, [x]) => `(${x} !== ${x} ? 1 : 0)`,
  signbit: (_dtype, args) => call("signbit", args),
  bitwiseAnd: (_dtype, [x, y]) => `(${x} & ${y})`,
  bitwiseOr: (_dtype, [x, y]) => `(${x} | ${y})`,
  bitwiseXor: (_dtype, [x, y]) => `(${x} ^ ${y})`,
  bitwiseInvert: (dtype, [x]) => (dtype === "bool" ? `(${x} ^ 1)` : wrap(dtype, `~${x}`)),
  bitwiseLeftShift: (dtype, args) => wrap(dtype, call("shiftLeft", args)),
  bitwiseRightShift: (_dtype, args) => call("shiftRight", args),
  where: (_dtype, [condition, x, y]) => `(${condition} !== 0 ? ${x} : ${y})`,
};

/** `text`, a value of dtype `from`, as a value of `to`: truncates, wraps, `!= 0` for bool. */
export function castCode(text: string, from: DType, to: DType): string {
  const integersAlready = from === "bool" || from === "uint8" || from === to;
  if (to === "bool") return from === "bool" ? text : `(${text} !== 0 ? 1 : 0)`;
  return integersAlready ? text : wrap(to, text);
}

/** `value` as `dtype` holds it. */
export function valueAs(dtype: DType, value: number): number {
  if (dtype === "bool") return value !== 0 ? 1 : 0;
  const cell = typedView(dtype, new ArrayBuffer(8), 0, 1);
  cell[0] = value;
  return cell[0] as number;
}

/** A number as JavaScript text that keeps NaN, infinities and the sign of zero. */
export function numberCode(value: number): string {
  return Object.is(value, -0) ? "(-0)" : `(${String(value)})`;
}

/**
 * One statement per node of `program`, which leave the result in the variable that is named last.
 *
 * @param load the text that reads the element of an operand
 * @param position the text of the position along a loop axis
 * @param suffix makes the names of this copy of the program its own
 */
export function programCode(
  program: Program,
  load: (operand: number) => string,
  position: (axis: number) => string,
  suffix: string,
): { readonly statements: readonly string[]; readonly result: string } {
  const name = (node: number) => `v${node}${suffix}`;
  const statements = program.nodes.map((node, n) => {
    return `const ${name(n)} = ${nodeCode(program, node, load, position, name)};`;
  });
  return { statements, result: name(program.nodes.length - 1) };
}

function nodeCode(
  program: Program,
  node: ProgramNode,
  load: (operand: number) => string,
  position: (axis: number) => string,
  name: (node: number) => string,
): string {
  switch (node.op) {
    case "load":
      return load(node.operand);
    case "constant":
      return numberCode(valueAs(node.dtype, node.value));
    case "position":
      return castCode(position(node.axis), "float64", node.dtype);
    case "cast":
      return castCode(name(node.args[0]), dtypeOf(program, node.args[0]), node.dtype);
    default:
      return CODE[node.op](node.dtype, node.args.map(name));
  }
}

function dtypeOf(program: Program, node: number): DType {
  return (program.nodes[node] as ProgramNode).dtype;
}
