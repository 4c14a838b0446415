// The elementwise operations: names, arity, which kinds of dtypes they take and what dtype comes
// out. The names are the Python array API's in camelCase. The arithmetic itself is kernels/scalar-code.ts,
// which must have an entry for each row here (the types see to it).
import type { DTypeKind } from "../base/dtype.js";

/** How the result's dtype follows from the promoted dtype of the arguments. */
export type ResultRule =
  /** The promoted dtype. */
  | "same"
  /** The promoted dtype, where integers and bool become float64. */
  | "float"
  /** The dtype of the promoted dtype's real part. */
  | "real"
  /** Always bool. */
  | "bool";

/** One row of the table of operations. */
export interface OperationInfo {
  readonly arity: 1 | 2 | 3;
  readonly accepts: readonly DTypeKind[];
  readonly result: ResultRule;
}

const NUMERIC = ["uint", "int", "float", "complex"] as const;
const REAL = ["bool", "uint", "int", "float"] as const;
const ORDERED = ["uint", "int", "float"] as const;
const ALL = [...REAL, "complex"] as const;
const BITS = ["bool", "uint", "int"] as const;
const unary = <R extends ResultRule>(accepts: readonly DTypeKind[], result: R) =>
  ({ arity: 1, accepts, result }) as const;
const binary = <R extends ResultRule>(accepts: readonly DTypeKind[], result: R) =>
  ({ arity: 2, accepts, result }) as const;

/** The table of elementwise operations. */
export const OPERATIONS = {
  // arithmetic
  add: binary(ALL, "same"), // bool + bool is "or", as in NumPy
  subtract: binary(NUMERIC, "same"),
  multiply: binary(ALL, "same"), // bool * bool is "and"
  divide: binary(ALL, "float"),
  floorDivide: binary(ORDERED, "same"),
  remainder: binary(ORDERED, "same"), // sign of the divisor
  pow: binary(NUMERIC, "same"),
  negative: unary(NUMERIC, "same"),
  positive: unary(NUMERIC, "same"),
  abs: unary(ALL, "real"),
  sign: unary(NUMERIC, "same"),
  square: unary(NUMERIC, "same"),
  reciprocal: unary(["float", "complex"], "same"),
  real: unary(NUMERIC, "real"),
  imag: unary(NUMERIC, "real"), // 0 for real numbers
  conj: unary(NUMERIC, "same"),
  maximum: binary(REAL, "same"), // NaN wins
  minimum: binary(REAL, "same"),
  // rounding
  ceil: unary(REAL, "same"),
  floor: unary(REAL, "same"),
  trunc: unary(REAL, "same"),
  round: unary(NUMERIC, "same"), // half to even
  // exponentials, powers and trigonometry
  exp: unary(ALL, "float"),
  expm1: unary(ALL, "float"),
  log: unary(ALL, "float"),
  log1p: unary(ALL, "float"),
  log2: unary(ALL, "float"),
  log10: unary(ALL, "float"),
  logaddexp: binary(REAL, "float"),
  sqrt: unary(ALL, "float"),
  cbrt: unary(REAL, "float"),
  sin: unary(ALL, "float"),
  cos: unary(ALL, "float"),
  tan: unary(ALL, "float"),
  asin: unary(ALL, "float"),
  acos: unary(ALL, "float"),
  atan: unary(ALL, "float"),
  atan2: binary(REAL, "float"),
  sinh: unary(ALL, "float"),
  cosh: unary(ALL, "float"),
  tanh: unary(ALL, "float"),
  asinh: unary(ALL, "float"),
  acosh: unary(ALL, "float"),
  atanh: unary(ALL, "float"),
  hypot: binary(REAL, "float"),
  copysign: binary(REAL, "float"),
  // comparison
  equal: binary(ALL, "bool"),
  notEqual: binary(ALL, "bool"),
  less: binary(REAL, "bool"),
  lessEqual: binary(REAL, "bool"),
  greater: binary(REAL, "bool"),
  greaterEqual: binary(REAL, "bool"),
  // logic and tests
  logicalAnd: binary(ALL, "bool"),
  logicalOr: binary(ALL, "bool"),
  logicalXor: binary(ALL, "bool"),
  logicalNot: unary(ALL, "bool"),
  isfinite: unary(ALL, "bool"),
  isinf: unary(ALL, "bool"),
  isnan: unary(ALL, "bool"),
  signbit: unary(REAL, "bool"),
  // bits
  bitwiseAnd: binary(BITS, "same"),
  bitwiseOr: binary(BITS, "same"),
  bitwiseXor: binary(BITS, "same"),
  bitwiseInvert: unary(BITS, "same"),
  bitwiseLeftShift: binary(["uint", "int"], "same"),
  bitwiseRightShift: binary(["uint", "int"], "same"),
  bitwiseCount: unary(["uint", "int"], "same"),
  // divisors
  gcd: binary(["uint", "int"], "same"),
  lcm: binary(["uint", "int"], "same"),
  // parts and neighbours of floats
  fmod: binary(ORDERED, "same"), // sign of the dividend
  heaviside: binary(REAL, "float"),
  nextafter: binary(REAL, "float"),
  spacing: unary(REAL, "float"),
  ldexp: binary(REAL, "float"),
  mantissa: unary(REAL, "float"),
  exponent: unary(REAL, "float"),
  // special functions
  i0: unary(REAL, "float"),
  gammaincc: binary(REAL, "float"),
  betainc: { arity: 3, accepts: REAL, result: "float" },
  /** `where(condition, x, y)`: args are bool, then two of the result's dtype. */
  where: { arity: 3, accepts: ALL, result: "same" },
} as const satisfies Record<string, OperationInfo>;

/** The name of an elementwise operation. */
export type Operation = keyof typeof OPERATIONS;
