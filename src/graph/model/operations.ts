// The elementwise operations: names, number of operands, accepted kinds of dtypes and result
// dtypes. Names are the Python array API's in camelCase. The arithmetic is
// kernels/loops/scalar-code.ts, which must have an entry for each row here; the types ensure it.
import type { DTypeKind } from "../../base/dtype.js";

/** How the result's dtype follows from the promoted dtype of the arguments. */
export type ResultRule =
  /** The promoted dtype. */
  | "same"
  /** The promoted dtype, where bool becomes int8. */
  | "number"
  /** The promoted dtype, where bool becomes float32. */
  | "rounded"
  /**
   * The promoted dtype, where bool and integers of up to 16 bits become float32, others float64.
   */
  | "float"
  /** The same of the first argument alone. */
  | "first"
  /** The promoted dtype, where integers and bool become float64. */
  | "quotient"
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
  divide: binary(ALL, "quotient"),
  floorDivide: binary(REAL, "number"),
  remainder: binary(REAL, "number"), // sign of the divisor
  pow: binary(ALL, "number"),
  negative: unary(NUMERIC, "same"),
  positive: unary(NUMERIC, "same"),
  abs: unary(ALL, "real"),
  sign: unary(NUMERIC, "same"),
  square: unary(ALL, "number"),
  reciprocal: unary(ALL, "number"), // of integers rounded towards 0
  real: unary(ALL, "real"),
  imag: unary(ALL, "real"), // 0 for real numbers
  conj: unary(ALL, "number"),
  maximum: binary(ALL, "same"), // NaN wins; complex numbers by real, then imaginary parts
  minimum: binary(ALL, "same"),
  // rounding
  ceil: unary(REAL, "same"),
  floor: unary(REAL, "same"),
  trunc: unary(REAL, "same"),
  round: unary(ALL, "rounded"), // half to even
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
  less: binary(ALL, "bool"),
  lessEqual: binary(ALL, "bool"),
  greater: binary(ALL, "bool"),
  greaterEqual: binary(ALL, "bool"),
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
  bitwiseLeftShift: binary(BITS, "number"),
  bitwiseRightShift: binary(BITS, "number"),
  bitwiseCount: unary(["uint", "int"], "same"),
  // divisors
  gcd: binary(["uint", "int"], "same"),
  lcm: binary(["uint", "int"], "same"),
  // parts and neighbours of floats
  fmod: binary(REAL, "number"), // sign of the dividend
  heaviside: binary(REAL, "float"),
  nextafter: binary(REAL, "float"),
  spacing: unary(REAL, "float"),
  ldexp: binary(REAL, "first"),
  mantissa: unary(REAL, "float"),
  exponent: unary(REAL, "float"),
  // special functions
  i0: unary(REAL, "quotient"),
  gammaincc: binary(REAL, "quotient"),
  betainc: { arity: 3, accepts: REAL, result: "quotient" },
  /** `where(condition, x, y)`: args are bool, then two of the result's dtype. */
  where: { arity: 3, accepts: ALL, result: "same" },
} as const satisfies Record<string, OperationInfo>;

type OperationRows = typeof OPERATIONS;

/**
 * For each elementwise operation: how many arrays it takes, of which kinds, and which dtype comes
 * out.
 */
export interface OperationTable extends OperationRows {}

/** The name of an elementwise operation. */
export type Operation = keyof OperationTable;
