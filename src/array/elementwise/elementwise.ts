// The elementwise functions, by their names in the Python array API standard, NumPy and Dask. All
// are lazy and follow one contract, elementwise/verbs.ts; the table of operations is
// graph/model/operations.ts.
export * from "./arithmetic.js";
export * from "./bitwise.js";
export * from "./comparison.js";
export * from "./complex-numbers.js";
export * from "./divisors.js";
export * from "./exponents.js";
export * from "./extremes.js";
export * from "./float-components.js";
export * from "./logic.js";
export * from "./predicates.js";
export * from "./rounding.js";
export * from "./special.js";
export * from "./trigonometry.js";
export type { BinaryVerb, UnaryVerb } from "./verbs.js";
export * from "./where.js";
