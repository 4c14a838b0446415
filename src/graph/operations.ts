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
  /** Always bool. */
  | "bool";

/** One row of the table of operations. */
export interface OperationInfo {
  readonly arity: 1 | 2 | 3;
  readonly accepts: readonly DTypeKind[];
  readonly result: ResultRule;
}

const NUMERIC = ["uint", "int", "float"] as const;
const REAL = ["bool", "uint", "int", "float"] as const;
const BITS = ["bool", "uint", "int"] as const;
const unary = <R extends ResultRule>(accepts: readonly DTypeKind[], result: R) =>
  ({ arity: 1, accepts, result }) as const;
const binary = <R extends ResultRule>(accepts: readonly DTypeKind[], result: R) =>
  ({ arity: 2, accepts, result }) as const;

/** The table of elementwise operations. */
export const OPERATIONS = {
  // arithmetic
  add: binary(REAL, "same"), // bool + bool is "or", as in NumPy
  subtract: binary(NUMERIC, "same"),
  multiply: binary(REAL, "same"), // bool * bool is "and"
  divide: binary(REAL, "float"),
  floorDivide: binary(NUMERIC, "same"),
  remainder: binary(NUMERIC, "same"), // sign of the divisor
  pow: binary(NUMERIC, "same"),
  negative: unary(NUMERIC, "same"),
  positive: unary(NUMERIC, "same"),
  abs: unary(REAL, "same"),
  sign: unary(NUMERIC, "same"),
  square: unary(NUMERIC, "same"),
  reciprocal: unary(["float"], "same"),
  maximum: binary(REAL, "same"), // NaN wins
  minimum: binary(REAL, "same"),
  // rounding
  ceil: unary(REAL, "same"),
  floor: unary(REAL, "same"),
  trunc: unary(REAL, "same"),
  round: unary(NUMERIC, "same"), // half to even
  // exponentials, powers and trigonometry
  exp: unary(REAL, "float"),
  expm1: unary(REAL, "float"),
  log: unary(REAL, "float"),
  log1p: unary(REAL, "float"),
  log2: unary(REAL, "float"),
  log10: unary(REAL, "float"),
  logaddexp: binary(REAL, "float"),
  sqrt: unary(REAL, "float"),
  cbrt: unary(REAL, "float"),
  sin: unary(REAL, "float"),
  cos: unary(REAL, "float"),
  tan: unary(REAL, "float"),
  asin: unary(REAL, "float"),
  acos: unary(REAL, "float"),
  atan: unary(REAL, "float"),
  atan2: binary(REAL, "float"),
  sinh: unary(REAL, "float"),
  cosh: unary(REAL, "float"),
  tanh: unary(REAL, "float"),
  asinh: unary(REAL, "float"),
  acosh: unary(REAL, "float"),
  atanh: unary(REAL, "float"),
  hypot: binary(REAL, "float"),
  copysign: binary(REAL, "float"),
  // comparison
  equal: binary(REAL, "bool"),
  notEqual: binary(REAL, "bool"),
  less: binary(REAL, "bool"),
  lessEqual: binary(REAL, "bool"),
  greater: binary(REAL, "bool"),
  greaterEqual: binary(REAL, "bool"),
  // logic and tests
  logicalAnd: binary(REAL, "bool"),
  logicalOr: binary(REAL, "bool"),
  logicalXor: binary(REAL, "bool"),
  logicalNot: unary(REAL, "bool"),
  isfinite: unary(REAL, "bool"),
  isinf: unary(REAL, "bool"),
  isnan: unary(REAL, "bool"),
  signbit: unary(REAL, "bool"),
  // bits
  bitwiseAnd: binary(BITS, "same"),
  bitwiseOr: binary(BITS, "same"),
  bitwiseXor: binary(BITS, "same"),
  bitwiseInvert: unary(BITS, "same"),
  bitwiseLeftShift: binary(["uint", "int"], "same"),
  bitwiseRightShift: binary(["uint", "int"], "same"),
  /** `where(condition, x, y)`: args are bool, then two of the result's dtype. */
  where: { arity: 3, accepts: REAL, result: "same" },
} as const satisfies Record<string, OperationInfo>;

/** The name of an elementwise operation. */
export type Operation = keyof typeof OPERATIONS;
