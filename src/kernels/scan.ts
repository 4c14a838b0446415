// Running totals: within a block, and joining a block to what came before it. How blocks are chained
// is array/scan.ts.
import { type DType, isBigInt, isComplex, isInteger, type TypedArray } from "../base/dtype.js";
import type { ScanName } from "../graph/routine.js";
import { eachLane, operandOf } from "./lanes.js";
import type { RoutineCompiler } from "./routines.js";

/** Joins what an element of memory is joined to; 64-bit integers are BigInts. */
type Join = (x: Element, y: Element) => Element;
type Element = number | bigint;

/** A join with its identity; each wraps as its dtype does, without rounding in between. */
interface Joining {
  readonly identity: Element;
  readonly join: Join;
}

function joining(name: ScanName, dtype: DType): Joining {
  if (name === "last") {
    return { identity: Number.NaN, join: (x, y) => (Number.isNaN(y) ? x : y) };
  }
  // Only -0 leaves -0 as it is.
  const identity = name === "sum" ? -0 : 1;
  const join = (name === "sum" ? sumOf(dtype) : productOf(dtype)) as Join;
  return { identity: isBigInt(dtype) ? BigInt(identity) : identity, join };
}

function sumOf(dtype: DType) {
  if (isBigInt(dtype)) return (x: bigint, y: bigint) => BigInt.asIntN(64, x + y);
  if (isInteger(dtype)) return (x: number, y: number) => (x + y) | 0;
  return (x: number, y: number) => x + y;
}

function productOf(dtype: DType) {
  if (isBigInt(dtype)) return (x: bigint, y: bigint) => BigInt.asIntN(64, x * y);
  return isInteger(dtype) ? Math.imul : (x: number, y: number) => x * y;
}

/** What complex totals begin with. */
function startOf(name: ScanName): [number, number] {
  return name === "sum" ? [-0, -0] : [1, 0];
}

/** Joins complex numbers: writes the join of `x[at]` and `total` to both `total` and `target`. */
function joinComplex(
  name: ScanName,
  total: [number, number],
  x: TypedArray,
  at: number,
  target: TypedArray,
  to: number,
): void {
  const [re, im] = [x[2 * at] as number, x[2 * at + 1] as number];
  const [a, b] = total;
  total[0] = name === "sum" ? a + re : a * re - b * im;
  total[1] = name === "sum" ? b + im : a * im + b * re;
  target[2 * to] = total[0];
  target[2 * to + 1] = total[1];
}

/** Running totals along an axis; floats are added up in 64 bits and rounded as they are stored. */
export const scan: RoutineCompiler<"scan"> =
  ({ scan: name, axis }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    const { identity, join } = joining(name, output.dtype);
    const [from, to] = [x.data, output.data];
    eachLane([x, output], axis, ([source, target]) => {
      if (isComplex(output.dtype)) {
        const total: [number, number] = startOf(name);
        for (let i = 0; i < source.length; i++) {
          const at = source.offset + i * source.stride;
          joinComplex(name, total, from, at, to, target.offset + i * target.stride);
        }
        return;
      }
      let total = identity;
      for (let i = 0; i < source.length; i++) {
        total = join(total, from[source.offset + i * source.stride] as Element);
        to[target.offset + i * target.stride] = total;
      }
    });
  };

/** The total of each lane, as {@link scan} leaves it at the end. */
export const total: RoutineCompiler<"total"> =
  ({ scan: name, axis }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    const { identity, join } = joining(name, output.dtype);
    const [from, to] = [x.data, output.data];
    eachLane([x, output], axis, ([source, target]) => {
      if (isComplex(output.dtype)) {
        const pair: [number, number] = startOf(name);
        to.set([...pair] as never, 2 * target.offset);
        for (let i = 0; i < source.length; i++) {
          joinComplex(name, pair, from, source.offset + i * source.stride, to, target.offset);
        }
        return;
      }
      let joined = identity;
      for (let i = 0; i < source.length; i++) {
        joined = join(joined, from[source.offset + i * source.stride] as Element);
      }
      to[target.offset] = joined;
    });
  };

/** Joins a block's running totals to the total of all blocks before it. */
export const carry: RoutineCompiler<"carry"> =
  ({ scan: name, axis }) =>
  (operands, output) => {
    const [x, before] = [operandOf(operands, 0), operandOf(operands, 1)];
    const { join } = joining(name, output.dtype);
    const [from, carried, to] = [x.data, before.data, output.data];
    eachLane([x, before, output], axis, ([source, total, target]) => {
      if (isComplex(output.dtype)) {
        const [re, im] = [carried[2 * total.offset], carried[2 * total.offset + 1]];
        for (let i = 0; i < source.length; i++) {
          const at = source.offset + i * source.stride;
          const held: [number, number] = [re as number, im as number];
          joinComplex(name, held, from, at, to, target.offset + i * target.stride);
        }
        return;
      }
      const held = carried[total.offset] as Element;
      for (let i = 0; i < source.length; i++) {
        const value = from[source.offset + i * source.stride] as Element;
        to[target.offset + i * target.stride] = join(held, value);
      }
    });
  };
