// The numbers of the operations of tile kernels. Both the TypeScript and the AssemblyScript
// compiler read this file, so that it holds nothing but enums.

/** Operations on one array or two. */
export enum TileOp {
  add,
  subtract,
  multiply,
  divide,
  maximum,
  minimum,
  /** Of two zeros, the one with the fitting sign, as folds need it: their order must not matter. */
  greatest,
  least,
  negative,
  abs,
  square,
  reciprocal,
  sqrt,
  ceil,
  floor,
  trunc,
  round,
  sign,
  copysign,
}

/** Levels of a stack of folded tiles count from 0; fold-stack.ts says what they hold. */
export enum FoldLevel {
  top = 23,
}

/** Comparisons and tests, whose results are truths. */
export enum TileTest {
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  isnan,
  isfinite,
  isinf,
  nonzero,
}

/** Logic on truths. */
export enum TileLogic {
  and,
  or,
  xor,
  not,
}

/** How the values of a tile are gathered. */
export enum TileFold {
  sum,
  product,
  min,
  max,
}

/** Functions of one float64. */
export enum TileFunction {
  exp,
  log,
  sin,
  cos,
  tan,
  tanh,
  log2,
  log10,
  log1p,
  expm1,
  sinh,
  cosh,
}

/** Integers; those of 64 bits are only cast to float64. */
export enum TileInteger {
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
}

/**
 * Operations on integers; a kernel receives {@link TileInteger} times 16 plus one of these, or of
 * {@link TileTest}.
 */
export enum IntegerOp {
  add,
  subtract,
  multiply,
  maximum,
  minimum,
  and,
  or,
  xor,
  negative,
  abs,
  invert,
}

/** The other dtype of a cast from or to integers, as kernels receive it. */
export enum IntegerCast {
  float64,
  float32,
  int32,
  /** From 32 bits to their lowest. */
  bits16,
  bits8,
}
