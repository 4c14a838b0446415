// The JavaScript of each elementwise operation, per dtype: text that goes into generated loops.
// Values in that text are what their dtype holds exactly: 0 and 1 for bool, wrapped integers
// (BigInts for 64 bits), rounded float32. Complex arithmetic is complex-code.ts, casts are
// cast-code.ts, which operations exist is graph/model/operations.ts, the loops are loop-code.ts.
import { defined } from "../../base/assert.js";
import { DTYPES, type DType, isBigInt, isComplex } from "../../base/dtype.js";
import { InvariantError } from "../../base/errors.js";
import { integerRange } from "../../base/promotion.js";
import type { Operation } from "../../graph/model/operations.js";
import type { Program, ProgramNode } from "../../graph/model/program.js";
import * as bigintFunctions from "../math/bigint-functions.js";
import * as complexFunctions from "../math/complex-functions.js";
import * as elementary from "../math/elementary.js";
import * as powers from "../math/elementary-powers.js";
import * as floatParts from "../math/float-parts.js";
import * as scalarFunctions from "../math/scalar-functions.js";
import * as specialFunctions from "../math/special-functions.js";
import { castCode, constantCode, type Value, wrap } from "./cast-code.js";
import { COMPLEX_CODE, type Evaluated } from "./complex-code.js";

/** The functions that generated code calls by name. */
export const scalarLibrary: Readonly<Record<string, unknown>> = {
  ...scalarFunctions,
  ...bigintFunctions,
  ...complexFunctions,
  ...elementary,
  ...powers,
  ...floatParts,
  ...specialFunctions,
};

/** The text of an operation on `args`, which are of dtype `of`; the result is of `dtype`. */
type Emit = (dtype: DType, args: readonly string[], of: DType) => string;

const isFloat = (dtype: DType) => DTYPES[dtype].kind === "float";
type FunctionName =
  | keyof typeof scalarFunctions
  | keyof typeof bigintFunctions
  | keyof typeof elementary
  | keyof typeof powers
  | keyof typeof floatParts
  | keyof typeof specialFunctions;
const call = (name: FunctionName, args: readonly string[]) => `${name}(${args.join(", ")})`;

/** The text of zero and of one among values of `dtype`. */
const zero = (dtype: DType) => (isBigInt(dtype) ? "0n" : "0");
const one = (dtype: DType) => (isBigInt(dtype) ? "1n" : "1");

/** The text of one over 0: the integer that processors make of the infinity, as in NumPy. */
const ofZero = (dtype: DType) =>
  dtype === "int32" || dtype === "int64"
    ? `(${constantCode(dtype, integerRange(dtype)[0])})`
    : zero(dtype);

const infix =
  (operator: string): Emit =>
  (dtype, [x, y]) =>
    wrap(dtype, `${x} ${operator} ${y}`);
/** A function of `Math`; its result is rounded to the dtype. */
const math =
  (name: keyof Math): Emit =>
  (dtype, args) =>
    wrap(dtype, `Math.${String(name)}(${args.join(", ")})`);
/** A function whose arithmetic is ours: the same as over tiles. */
const own =
  (name: keyof typeof elementary | keyof typeof powers): Emit =>
  (dtype, args) =>
    wrap(dtype, call(name, args));
/** A rounding function: integers and bool are unchanged. */
const rounding =
  (round: Emit): Emit =>
  (dtype, args, of) =>
    isFloat(dtype) ? round(dtype, args, of) : `${args[0]}`;
const compare =
  (operator: string): Emit =>
  (_dtype, [x, y]) =>
    `(${x} ${operator} ${y} ? 1 : 0)`;
const extremum =
  (name: "max" | "min", operator: ">" | "<"): Emit =>
  (dtype, [x, y]) =>
    // Of two zeros, NumPy takes the second, with any signs.
    isFloat(dtype)
      ? `(${x} === ${y} ? ${y} : Math.${name}(${x}, ${y}))`
      : `(${x} ${operator} ${y} ? ${x} : ${y})`;
/** One function for each of integers, 64-bit integers and floating point. */
const byKind =
  (
    ints: keyof typeof scalarFunctions,
    bigints: keyof typeof bigintFunctions,
    floats: keyof typeof scalarFunctions | keyof typeof powers,
  ): Emit =>
  (dtype, args) =>
    wrap(dtype, call(isFloat(dtype) ? floats : isBigInt(dtype) ? bigints : ints, args));
/** One function for each size of floats. */
const byFloat =
  (short: keyof typeof floatParts, long: keyof typeof floatParts): Emit =>
  (dtype, args) =>
    call(dtype === "float32" ? short : long, args);
/** A product: of 32-bit integers it can be larger than numbers are exact. */
const product = (dtype: DType, x: string, y: string) => {
  if (dtype === "int32") return `Math.imul(${x}, ${y})`;
  return wrap(dtype, dtype === "uint32" ? `Math.imul(${x}, ${y})` : `${x} * ${y}`);
};
/** A bitwise operation: its result has the sign of 32 bits, which uint32 does not. */
const bits =
  (operator: string): Emit =>
  (dtype, [x, y]) =>
    dtype === "uint32" ? `((${x} ${operator} ${y}) >>> 0)` : `(${x} ${operator} ${y})`;
/** A test of a number that only floating point can pass or fail. */
const floatTest =
  (test: (x: string) => string, ofIntegers: 0 | 1): Emit =>
  (_dtype, [x], of) =>
    isFloat(of) ? `(${test(`${x}`)} ? 1 : 0)` : `${ofIntegers}`;

const CODE: { readonly [O in Operation]: Emit } = {
  add: (dtype, [x, y]) => (dtype === "bool" ? `(${x} | ${y})` : wrap(dtype, `${x} + ${y}`)),
  subtract: infix("-"),
  multiply: (dtype, [x, y]) => product(dtype, `${x}`, `${y}`),
  divide: infix("/"),
  floorDivide: byKind("intFloorDivide", "bigintFloorDivide", "floatFloorDivide"),
  remainder: byKind("intRemainder", "bigintRemainder", "floatRemainder"),
  pow: byKind("intPow", "bigintPow", "power"),
  negative: (dtype, [x]) => wrap(dtype, `-${x}`),
  positive: (_dtype, [x]) => `${x}`,
  abs: (dtype, args, of) =>
    isBigInt(dtype) ? wrap(dtype, call("bigintAbs", args)) : math("abs")(dtype, args, of),
  sign: (dtype, args) => call(isBigInt(dtype) ? "bigintSign" : "signOf", args),
  square: (dtype, [x]) => product(dtype, `${x}`, `${x}`),
  reciprocal: (dtype, [x]) =>
    DTYPES[dtype].kind === "float"
      ? wrap(dtype, `1 / ${x}`)
      : `(${x} === ${one(dtype)} || ${x} === -${one(dtype)} ? ${x} : ${x} === ${zero(dtype)} ? ${ofZero(dtype)} : ${zero(dtype)})`,
  real: (_dtype, [x]) => `${x}`,
  imag: (dtype) => zero(dtype),
  conj: (_dtype, [x]) => `${x}`,
  maximum: extremum("max", ">"),
  minimum: extremum("min", "<"),
  ceil: rounding(math("ceil")),
  floor: rounding(math("floor")),
  trunc: rounding(math("trunc")),
  round: rounding((_dtype, args) => call("roundHalfEven", args)),
  exp: own("exponential"),
  expm1: own("exponentialMinus1"),
  log: own("logarithm"),
  log1p: own("logarithm1p"),
  log2: own("logarithm2"),
  log10: own("logarithm10"),
  logaddexp: (dtype, args) => wrap(dtype, call("logaddexp", args)),
  sqrt: math("sqrt"),
  cbrt: math("cbrt"),
  sin: own("sine"),
  cos: own("cosine"),
  tan: own("tangent"),
  asin: math("asin"),
  acos: math("acos"),
  atan: math("atan"),
  atan2: math("atan2"),
  sinh: own("hyperbolicSine"),
  cosh: own("hyperbolicCosine"),
  tanh: own("hyperbolicTangent"),
  asinh: math("asinh"),
  acosh: math("acosh"),
  atanh: math("atanh"),
  hypot: (_dtype, args) => call("magnitude", args),
  copysign: (_dtype, args) => call("copysign", args),
  equal: compare("==="),
  notEqual: compare("!=="),
  less: compare("<"),
  lessEqual: compare("<="),
  greater: compare(">"),
  greaterEqual: compare(">="),
  logicalAnd: (_dtype, [x, y], of) => `(${x} !== ${zero(of)} && ${y} !== ${zero(of)} ? 1 : 0)`,
  logicalOr: (_dtype, [x, y], of) => `(${x} !== ${zero(of)} || ${y} !== ${zero(of)} ? 1 : 0)`,
  logicalXor: (_dtype, [x, y], of) => `((${x} !== ${zero(of)}) !== (${y} !== ${zero(of)}) ? 1 : 0)`,
  logicalNot: (_dtype, [x], of) => `(${x} === ${zero(of)} ? 1 : 0)`,
  isfinite: floatTest((x) => `${x} - ${x} === 0`, 1),
  isinf: floatTest((x) => `Math.abs(${x}) === Infinity`, 0),
  isnan: floatTest((x) => `${x} !== ${x}`, 0),
  signbit: (_dtype, args, of) =>
    isBigInt(of) ? `(${args[0]} < 0n ? 1 : 0)` : call("signbit", args),
  bitwiseAnd: bits("&"),
  bitwiseOr: bits("|"),
  bitwiseXor: bits("^"),
  bitwiseInvert: (dtype, [x]) => (dtype === "bool" ? `(${x} ^ 1)` : wrap(dtype, `~${x}`)),
  bitwiseLeftShift: (dtype, args) =>
    wrap(dtype, call(isBigInt(dtype) ? "bigintShiftLeft" : "shiftLeft", args)),
  bitwiseRightShift: (dtype, args) => {
    if (isBigInt(dtype)) return call("bigintShiftRight", args);
    return call(dtype === "uint32" ? "shiftRightUnsigned" : "shiftRight", args);
  },
  bitwiseCount: (_dtype, args, of) => call(isBigInt(of) ? "bigintBitCount" : "bitCount", args),
  gcd: (dtype, args) => wrap(dtype, call(isBigInt(dtype) ? "bigintGcd" : "intGcd", args)),
  lcm: (dtype, args) => wrap(dtype, call(isBigInt(dtype) ? "bigintLcm" : "intLcm", args)),
  fmod: byKind("intFmod", "bigintFmod", "floatFmod"),
  heaviside: (_dtype, [x, y]) => `(${x} === 0 ? ${y} : ${x} < 0 ? 0 : ${x} > 0 ? 1 : ${x})`,
  nextafter: byFloat("nextFloat32", "nextFloat64"),
  spacing: byFloat("spacing32", "spacing64"),
  ldexp: (dtype, args) => wrap(dtype, call("ldexp", args)),
  mantissa: (_dtype, args) => call("binaryMantissa", args),
  exponent: (_dtype, args) => call("binaryExponent", args),
  i0: (dtype, args) => wrap(dtype, call("besselI0", args)),
  gammaincc: (dtype, args) => wrap(dtype, call("gammaUpper", args)),
  betainc: (dtype, args) => wrap(dtype, call("betaRegularized", args)),
  where: (_dtype, [condition, x, y]) => `(${condition} !== 0 ? ${x} : ${y})`,
};

/** How a program's text accesses its inputs. */
export interface ProgramReads {
  /** The text that reads the element of an operand. */
  readonly load: (operand: number) => Value;
  /** The text of the position along a loop axis. */
  readonly position: (axis: number) => string;
  /** The variable that holds the constant of a node, where the text does not name its value. */
  readonly parameter: (node: number) => string | undefined;
}

/**
 * Statements for the nodes of `program`, and the names of the variables that hold the result.
 *
 * @param suffix makes the names of this copy of the program its own
 */
export function programCode(
  program: Program,
  reads: ProgramReads,
  suffix: string,
): { readonly statements: readonly string[]; readonly result: Value } {
  const values: Value[] = [];
  const statements = program.nodes.map((_node, n) => {
    const { before = "", value } = nodeCode(program, n, reads, values);
    const names = value.map((_, part) => `v${n}${suffix}${part === 0 ? "" : "i"}`);
    values.push(names);
    return `${before}const ${names.map((name, part) => `${name} = ${value[part]}`).join(", ")};`;
  });
  return { statements, result: values[values.length - 1] as Value };
}

function nodeCode(
  program: Program,
  n: number,
  { load, position, parameter }: ProgramReads,
  values: readonly Value[],
): Evaluated {
  const node = program.nodes[n] as ProgramNode;
  switch (node.op) {
    case "load":
      return { value: load(node.operand) };
    case "constant": {
      const name = parameter(n);
      return { value: name === undefined ? constantCode(node.dtype, node.value) : [name] };
    }
    case "position":
      return { value: castCode([position(node.axis)], "float64", node.dtype) };
    case "uniform":
      throw new InvariantError("random numbers are operands of loops, not steps");
    case "cast": {
      const [arg] = node.args;
      return { value: castCode(values[arg] as Value, dtypeOf(program, arg), node.dtype) };
    }
    default: {
      const args = node.args.map((arg) => values[arg] as Value);
      const of = dtypeOf(program, node.args[node.args.length - 1] as number);
      if (isComplex(of)) {
        return defined(COMPLEX_CODE[node.op], `complex ${node.op}`)(node.dtype, args);
      }
      const texts = args.map(([text]) => text as string);
      return { value: [CODE[node.op](node.dtype, texts, of)] };
    }
  }
}

function dtypeOf(program: Program, node: number): DType {
  return (program.nodes[node] as ProgramNode).dtype;
}
