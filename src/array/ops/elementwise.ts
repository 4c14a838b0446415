// The elementwise functions, by their names in the Python array API standard, NumPy and Dask. All are lazy
// and follow one contract, elementwise/verbs.ts; the table of operations is graph/model/operations.ts.
export * from "./elementwise/arithmetic.js";
export * from "./elementwise/bitwise.js";
export * from "./elementwise/comparison.js";
export * from "./elementwise/complex.js";
export * from "./elementwise/divisors.js";
export * from "./elementwise/exponents.js";
export * from "./elementwise/extremes.js";
export * from "./elementwise/float-parts.js";
export * from "./elementwise/logic.js";
export * from "./elementwise/predicates.js";
export * from "./elementwise/rounding.js";
export * from "./elementwise/special.js";
export * from "./elementwise/trigonometry.js";
export type { BinaryVerb, UnaryVerb } from "./elementwise/verbs.js";
export * from "./elementwise/where.js";
