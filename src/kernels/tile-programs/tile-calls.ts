// The kernel that computes an operation, by the dtypes of its operands and its result.
import { type DType, isBigInt } from "../../base/dtype.js";
import type { Operation } from "../../graph/model/operations.js";
import {
  IntegerCast,
  IntegerOp,
  TileFunction,
  TileInteger,
  TileLogic,
  TileOp,
  TileTest,
} from "../tiles/tile-codes.js";
import {
  isTileDType,
  isTileInteger,
  type TileDType,
  type TileIntegerName,
  tileItemBytes,
} from "../tiles/tile-dtypes.js";

/**
 * Kernels by their arguments after the size of the tile: two arrays or one, with a code or without.
 */
export type KernelCall =
  | {
      readonly takes: "two";
      readonly kernel:
        | "binary64"
        | "binary32"
        | "binaryInteger"
        | "power64"
        | "test64"
        | "test32"
        | "testInteger"
        | "logic";
      readonly code: number;
    }
  | {
      readonly takes: "one";
      readonly kernel: "unary64" | "unary32" | "function64" | "castInteger";
      readonly code: number;
    }
  | { readonly takes: "cast"; readonly kernel: "widen" | "narrow" | "wholes" }
  | { readonly takes: "where"; readonly kernel: "where64" | "where32" | "where16" | "where8" }
  /**
   * Sine and cosine of the first argument, into the second and the third, which are steps without a
   * kernel.
   */
  | { readonly takes: "angle"; readonly kernel: "sinCos64" }
  | { readonly takes: "nothing" };

const FLOAT_BINARY: { readonly [O in Operation]?: TileOp } = {
  add: TileOp.add,
  subtract: TileOp.subtract,
  multiply: TileOp.multiply,
  divide: TileOp.divide,
  maximum: TileOp.maximum,
  minimum: TileOp.minimum,
  copysign: TileOp.copysign,
};

const FLOAT_UNARY: { readonly [O in Operation]?: TileOp } = {
  negative: TileOp.negative,
  abs: TileOp.abs,
  square: TileOp.square,
  reciprocal: TileOp.reciprocal,
  sqrt: TileOp.sqrt,
  ceil: TileOp.ceil,
  floor: TileOp.floor,
  trunc: TileOp.trunc,
  round: TileOp.round,
  sign: TileOp.sign,
};

const FUNCTIONS: { readonly [O in Operation]?: TileFunction } = {
  exp: TileFunction.exp,
  log: TileFunction.log,
  sin: TileFunction.sin,
  cos: TileFunction.cos,
  tan: TileFunction.tan,
  tanh: TileFunction.tanh,
  log2: TileFunction.log2,
  log10: TileFunction.log10,
  log1p: TileFunction.log1p,
  expm1: TileFunction.expm1,
  sinh: TileFunction.sinh,
  cosh: TileFunction.cosh,
};

const TESTS: { readonly [O in Operation]?: TileTest } = {
  equal: TileTest.equal,
  notEqual: TileTest.notEqual,
  less: TileTest.less,
  lessEqual: TileTest.lessEqual,
  greater: TileTest.greater,
  greaterEqual: TileTest.greaterEqual,
  isnan: TileTest.isnan,
  isfinite: TileTest.isfinite,
  isinf: TileTest.isinf,
};

const INTEGERS: { readonly [O in Operation]?: IntegerOp } = {
  add: IntegerOp.add,
  subtract: IntegerOp.subtract,
  multiply: IntegerOp.multiply,
  square: IntegerOp.multiply,
  maximum: IntegerOp.maximum,
  minimum: IntegerOp.minimum,
  bitwiseAnd: IntegerOp.and,
  bitwiseOr: IntegerOp.or,
  bitwiseXor: IntegerOp.xor,
  negative: IntegerOp.negative,
  abs: IntegerOp.abs,
  bitwiseInvert: IntegerOp.invert,
};

/** Tests of integers: the only test of one number is whether it is zero. */
const INTEGER_TESTS: { readonly [O in Operation]?: TileTest } = {
  equal: TileTest.equal,
  notEqual: TileTest.notEqual,
  less: TileTest.less,
  lessEqual: TileTest.lessEqual,
  greater: TileTest.greater,
  greaterEqual: TileTest.greaterEqual,
};

const LOGIC: { readonly [O in Operation]?: TileLogic } = {
  add: TileLogic.or,
  multiply: TileLogic.and,
  logicalAnd: TileLogic.and,
  bitwiseAnd: TileLogic.and,
  logicalOr: TileLogic.or,
  bitwiseOr: TileLogic.or,
  logicalXor: TileLogic.xor,
  bitwiseXor: TileLogic.xor,
  notEqual: TileLogic.xor,
  logicalNot: TileLogic.not,
  bitwiseInvert: TileLogic.not,
};

/** Whether an operation on floats has a kernel for float64 alone. */
export function isFunction(op: Operation | "cast"): boolean {
  return op in FUNCTIONS || op === "pow";
}

/** The kernel of an operation on values of dtypes `of`; undefined when there is none. */
export function kernelCall(
  op: Operation | "cast",
  of: readonly DType[],
  to: TileDType,
): KernelCall | undefined {
  const from = of[of.length - 1] as DType;
  if (!isTileDType(from)) return undefined;
  if (op === "cast") return castCall(from, to);
  if (of.some(isBigInt)) return undefined;
  if (op === "where") return whereCall(of, to);
  if (isTileInteger(from)) {
    return of.every((dtype) => dtype === from) ? integerCall(op, from, to) : undefined;
  }
  if (from === "bool") {
    const code = LOGIC[op];
    return code === undefined ? undefined : { takes: "two", kernel: "logic", code };
  }
  const test = TESTS[op];
  if (test !== undefined) {
    return { takes: "two", kernel: byFloat(from, "test64", "test32"), code: test };
  }
  const binary = FLOAT_BINARY[op];
  if (binary !== undefined) {
    return { takes: "two", kernel: byFloat(from, "binary64", "binary32"), code: binary };
  }
  if (op === "pow") return { takes: "two", kernel: "power64", code: 0 };
  const code = FUNCTIONS[op];
  if (code !== undefined) return { takes: "one", kernel: "function64", code };
  const unary = FLOAT_UNARY[op];
  if (unary === undefined) return undefined;
  return { takes: "one", kernel: byFloat(from, "unary64", "unary32"), code: unary };
}

function integerCall(op: Operation, from: TileIntegerName, to: TileDType): KernelCall | undefined {
  const test = INTEGER_TESTS[op];
  if (test !== undefined) {
    return { takes: "two", kernel: "testInteger", code: integerCode(from, test) };
  }
  const code = INTEGERS[op];
  // Unsigned numbers are their own magnitudes.
  if (code === undefined || from !== to || (op === "abs" && from.startsWith("u"))) return undefined;
  return { takes: "two", kernel: "binaryInteger", code: integerCode(from, code) };
}

function whereCall(of: readonly DType[], to: TileDType): KernelCall | undefined {
  if (to === "float64") return { takes: "where", kernel: "where64" };
  if (to === "float32") return { takes: "where", kernel: "where32" };
  if (of[0] !== "bool" || of[1] !== to || of[2] !== to) return undefined;
  const bytes = tileItemBytes(to);
  const kernel = bytes === 4 ? "where32" : bytes === 2 ? "where16" : "where8";
  return { takes: "where", kernel };
}

/**
 * The dtypes by way of which values are cast, the last of them `to`: each step has a kernel, or
 * needs none. Undefined where one of the two has no tiles.
 */
export function castSteps(from: DType, to: DType): readonly TileDType[] | undefined {
  if (!isTileDType(from) || !isTileDType(to)) return undefined;
  if (!isTileInteger(to) || hasSameBits(from, to)) return [to];
  if (from === "float32") return ["float64", ...(castSteps("float64", to) as TileDType[])];
  const isWord = tileItemBytes(to) === 4;
  if (from === "float64") return to === "int32" ? [to] : ["int32", to];
  return isWord || tileItemBytes(from) === 4 ? [to] : ["int32", to];
}

/** Whether values of one dtype have the same bits in the other. */
export function hasSameBits(from: TileDType, to: TileDType): boolean {
  if (from === to) return true;
  const isWhole = isTileInteger(from) || from === "bool";
  return isWhole && isTileInteger(to) && tileItemBytes(from) === tileItemBytes(to);
}

function castCall(from: TileDType, to: TileDType): KernelCall | undefined {
  if (isBigInt(to)) return undefined;
  if (from === "int64" || from === "uint64") {
    if (to !== "float64") return undefined;
    const code = integerCode(from, IntegerCast.float64);
    return { takes: "one", kernel: "castInteger", code };
  }
  if (isTileInteger(from) || from === "bool") {
    const integer = from === "bool" ? "uint8" : from;
    if (to === "bool") {
      return { takes: "two", kernel: "testInteger", code: integerCode(integer, TileTest.nonzero) };
    }
    return { takes: "one", kernel: "castInteger", code: integerCode(integer, integerCast(to)) };
  }
  if (to === "bool") {
    return { takes: "two", kernel: byFloat(from, "test64", "test32"), code: TileTest.nonzero };
  }
  if (isTileInteger(to)) {
    return from === "float64" && to === "int32" ? { takes: "cast", kernel: "wholes" } : undefined;
  }
  return { takes: "cast", kernel: byFloat(to, "widen", "narrow") };
}

function integerCast(to: TileDType): IntegerCast {
  if (to === "float64") return IntegerCast.float64;
  if (to === "float32") return IntegerCast.float32;
  const bytes = tileItemBytes(to);
  return bytes === 4 ? IntegerCast.int32 : bytes === 2 ? IntegerCast.bits16 : IntegerCast.bits8;
}

/** The code of a kernel of integers: the dtype and the operation. */
function integerCode(dtype: keyof typeof TileInteger, code: number): number {
  return TileInteger[dtype] * 16 + code;
}

function byFloat<Long, Short>(dtype: TileDType, long: Long, short: Short): Long | Short {
  return dtype === "float64" ? long : short;
}
