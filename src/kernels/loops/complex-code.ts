// The JavaScript of each elementwise operation on complex numbers, whose text is two values: real
// and imaginary part. Real numbers are scalar-code.ts; functions longer than an expression are
// complex-functions.ts.
import type { DType } from "../../base/dtype.js";
import type { Operation } from "../../graph/model/operations.js";
import type * as complexFunctions from "../math/complex-functions.js";
import { type Value, wrap } from "./cast-code.js";

/** The text of a result, and of a statement that runs before. */
export interface Evaluated {
  readonly before?: string;
  readonly value: Value;
}

/** The functions of complex-functions.ts that leave two parts in a cell. */
type CellFunction = Exclude<
  keyof typeof complexFunctions,
  `complex${"Least" | "Greatest"}${string}`
>;

/** The text of an operation on complex `args`; the result is of `dtype`. */
type Emit = (dtype: DType, args: readonly Value[]) => Evaluated;

/** The real and imaginary text of one and of two arguments. */
type Formula = (re: string, im: string, re2: string, im2: string) => Value;

/** Parts by formulas, rounded to the dtype. */
const parts =
  (formula: Formula): Emit =>
  (dtype, [x = [], y = []]) => {
    const [re = "", im = ""] = x;
    const [re2 = "", im2 = ""] = y;
    return { value: formula(re, im, re2, im2).map((part) => wrap(dtype, part)) };
  };

/** A truth value by a condition. */
const test = (formula: (...texts: Parameters<Formula>) => string) =>
  parts((...texts) => [formula(...texts)]);

/** A function of complex-functions.ts, which leaves its result in the cell `z`. */
const call =
  (name: CellFunction): Emit =>
  (dtype, args) => ({
    before: `${name}(${args.flat().join(", ")}, z); `,
    value: [wrap(dtype, "z[0]"), wrap(dtype, "z[1]")],
  });

/** Whether one is before another by real, then by imaginary parts, where NaN has no place. */
const before =
  (less: "<" | ">", orSame: "<" | ">" | "<=" | ">=") =>
  (a: string, b: string, c: string, d: string) =>
    `(${a} ${less} ${c} && ${b} === ${b} && ${d} === ${d} || ${a} === ${c} && ${b} ${orSame} ${d})`;

/** The parts of one of two numbers. */
const extremum =
  (which: "Least" | "Greatest"): Emit =>
  (_dtype, args) => ({
    value: ["Re", "Im"].map((part) => `complex${which}${part}(${args.flat().join(", ")})`),
  });

const truth = (re: string, im: string) => `(${re} !== 0 || ${im} !== 0)`;
const product: Formula = (a, b, c, d) => [`${a} * ${c} - ${b} * ${d}`, `${a} * ${d} + ${b} * ${c}`];

/**
 * The text of each operation that takes complex numbers: graph/model/operations.ts keeps others
 * away.
 */
export const COMPLEX_CODE: { readonly [O in Operation]?: Emit } = {
  add: parts((a, b, c, d) => [`${a} + ${c}`, `${b} + ${d}`]),
  subtract: parts((a, b, c, d) => [`${a} - ${c}`, `${b} - ${d}`]),
  multiply: parts(product),
  divide: call("complexDivide"),
  pow: call("complexPow"),
  negative: parts((re, im) => [`-${re}`, `-${im}`]),
  positive: parts((re, im) => [re, im]),
  abs: parts((re, im) => [`magnitude(${re}, ${im})`]),
  sign: call("complexSign"),
  square: parts((re, im) => product(re, im, re, im)),
  reciprocal: (dtype, args) => call("complexDivide")(dtype, [["1", "0"], ...args]),
  real: parts((re) => [re]),
  imag: parts((_re, im) => [im]),
  conj: parts((re, im) => [re, `-${im}`]),
  maximum: extremum("Greatest"),
  minimum: extremum("Least"),
  round: parts((re, im) => [`roundHalfEven(${re})`, `roundHalfEven(${im})`]),
  exp: call("complexExp"),
  expm1: call("complexExpm1"),
  log: call("complexLog"),
  log1p: call("complexLog1p"),
  log2: call("complexLog2"),
  log10: call("complexLog10"),
  sqrt: call("complexSqrt"),
  sin: call("complexSin"),
  cos: call("complexCos"),
  tan: call("complexTan"),
  asin: call("complexAsin"),
  acos: call("complexAcos"),
  atan: call("complexAtan"),
  sinh: call("complexSinh"),
  cosh: call("complexCosh"),
  tanh: call("complexTanh"),
  asinh: call("complexAsinh"),
  acosh: call("complexAcosh"),
  atanh: call("complexAtanh"),
  equal: test((a, b, c, d) => `${a} === ${c} && ${b} === ${d}`),
  notEqual: test((a, b, c, d) => `${a} !== ${c} || ${b} !== ${d}`),
  less: test(before("<", "<")),
  lessEqual: test(before("<", "<=")),
  greater: test(before(">", ">")),
  greaterEqual: test(before(">", ">=")),
  logicalAnd: test((a, b, c, d) => `${truth(a, b)} && ${truth(c, d)}`),
  logicalOr: test((a, b, c, d) => `${truth(a, b)} || ${truth(c, d)}`),
  logicalXor: test((a, b, c, d) => `${truth(a, b)} !== ${truth(c, d)}`),
  logicalNot: test((re, im) => `!${truth(re, im)}`),
  isfinite: test((re, im) => `${re} - ${re} === 0 && ${im} - ${im} === 0`),
  isinf: test((re, im) => `Math.abs(${re}) === Infinity || Math.abs(${im}) === Infinity`),
  isnan: test((re, im) => `${re} !== ${re} || ${im} !== ${im}`),
  where: (_dtype, [condition = [], x = [], y = []]) => ({
    value: [0, 1].map((part) => `(${condition[0]} !== 0 ? ${x[part]} : ${y[part]})`),
  }),
};
