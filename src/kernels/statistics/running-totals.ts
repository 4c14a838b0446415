// Running totals: within a block, and joining a block to the totals before it. How blocks are
// chained is array/reductions/scan-layers.ts.
import type { Block } from "../../base/block.js";
import { type DType, isBigInt, isComplex, isInteger, type TypedArray } from "../../base/dtype.js";
import { blockIndexOf, sizeOf } from "../../graph/model/chunks.js";
import type { RoutineLayer } from "../../graph/model/layer.js";
import type { Routine, ScanName } from "../../graph/model/routine.js";
import { eachLane, operandOf } from "../blocks/block-lanes.js";
import type { BlockKernel, RoutineCompiler } from "../blocks/kernel.js";
import { isContiguous, subBlock } from "../programs/copy-block.js";

/** Joins an element of memory with another; 64-bit integers are BigInts. */
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
  // Only -0 leaves -0 unchanged.
  const identity = name === "sum" ? -0 : 1;
  const join = (name === "sum" ? sumOf(dtype) : productOf(dtype)) as Join;
  return { identity: isBigInt(dtype) ? BigInt(identity) : identity, join };
}

function sumOf(dtype: DType) {
  if (dtype === "bool") return (x: number, y: number) => x | y;
  if (isBigInt(dtype)) return (x: bigint, y: bigint) => BigInt.asIntN(64, x + y);
  if (isInteger(dtype)) return (x: number, y: number) => (x + y) | 0;
  return (x: number, y: number) => x + y;
}

function productOf(dtype: DType) {
  if (isBigInt(dtype)) return (x: bigint, y: bigint) => BigInt.asIntN(64, x * y);
  return isInteger(dtype) ? Math.imul : (x: number, y: number) => x * y;
}

/**
 * The initial value of complex running totals. That of products, 1 - 0i, stands for no factor: NaN
 * in one part of the first number must not reach the other.
 */
function startOf(name: ScanName): [number, number] {
  return name === "sum" ? [-0, -0] : [1, -0];
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
  const isFirst = name === "prod" && a === 1 && Object.is(b, -0);
  total[0] = isFirst ? re : name === "sum" ? a + re : a * re - b * im;
  total[1] = isFirst ? im : name === "sum" ? b + im : a * im + b * re;
  target[2 * to] = total[0];
  target[2 * to + 1] = total[1];
}

/**
 * Blocks whose elements are in runs of `inner` neighbours along the axes after the one that is
 * worked along.
 */
interface Rows {
  /** How many runs of `length` rows there are. */
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Shorter rows are walked lane by lane, as blocks are that do not are in one piece. */
const INNER_MIN = 8;

/**
 * How to walk blocks row by row, so that memory is read in order; undefined where lanes have to do.
 */
function rowsOf(blocks: readonly Block[], axis: number): Rows | undefined {
  const [{ dtype, shape }] = blocks as [Block];
  const inner = sizeOf(shape.slice(axis + 1));
  if (isComplex(dtype) || inner < INNER_MIN || !blocks.every(isContiguous)) return undefined;
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis] as number, inner };
}

/** Totals of as many lanes as a row has. */
function rowOfTotals(dtype: DType, inner: number, identity: Element): TypedArray {
  const totals = isBigInt(dtype) ? new BigInt64Array(inner) : new Float64Array(inner);
  return totals.fill(identity as never);
}

/**
 * Joins a row to the totals before it, which are those after it then if they are `kept`; writes
 * them to `target`.
 */
function joinRow(
  join: Join,
  totals: TypedArray,
  row: TypedArray,
  target: TypedArray,
  isKept: boolean,
): void {
  for (let k = 0; k < target.length; k++) {
    const joined = join(totals[k] as Element, row[k] as Element);
    if (isKept) totals[k] = joined as never;
    target[k] = joined as never;
  }
}

/** The same of sums in double precision. */
function addRow(totals: Float64Array, row: Float64Array, target: Float64Array): void {
  for (let k = 0; k < target.length; k++) {
    target[k] = (totals[k] as number) + (row[k] as number);
  }
}

function scanRows(name: ScanName, x: Block, output: Block, { outer, length, inner }: Rows): void {
  const { identity, join } = joining(name, output.dtype);
  const isPlain = name === "sum" && x.dtype === "float64" && output.dtype === "float64";
  for (let run = 0; run < outer; run++) {
    let totals = rowOfTotals(output.dtype, inner, identity);
    for (let i = run * length; i < (run + 1) * length; i++) {
      const row = rowAt(x, i, inner);
      const target = rowAt(output, i, inner);
      if (isPlain) {
        addRow(totals as Float64Array, row as Float64Array, target as Float64Array);
        totals = target;
      } else joinRow(join, totals, row, target, true);
    }
  }
}

function carryRows(
  name: ScanName,
  [x, before, output]: readonly [Block, Block, Block],
  { outer, length, inner }: Rows,
  totals: { readonly count: number; readonly at: number },
): void {
  const { join } = joining(name, output.dtype);
  const isPlain = name === "sum" && [x, before, output].every(({ dtype }) => dtype === "float64");
  for (let run = 0; run < outer; run++) {
    const held = rowAt(before, run * totals.count + totals.at, inner);
    for (let i = run * length; i < (run + 1) * length; i++) {
      const row = rowAt(x, i, inner);
      const target = rowAt(output, i, inner);
      if (isPlain) addRow(held as Float64Array, row as Float64Array, target as Float64Array);
      else joinRow(join, held, row, target, false);
    }
  }
}

function rowAt({ data, offset }: Block, row: number, inner: number): TypedArray {
  return data.subarray(offset + row * inner, offset + (row + 1) * inner);
}

/**
 * Running totals along an axis; floats are added up in 64 bits and rounded when they are stored.
 */
export const scan: RoutineCompiler<"scan"> =
  ({ scan: name, axis }) =>
  (operands, output) => {
    const x = operandOf(operands, 0);
    const rows = rowsOf([output, x], axis);
    if (rows !== undefined) {
      scanRows(name, x, output, rows);
      return;
    }
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

/**
 * The kernel that joins a block's running totals to the total of all blocks before it: the only one
 * of its lane, or the one whose number along the axis is the block's.
 */
export function compileCarry(
  { scan: name, axis }: Extract<Routine, { readonly name: "carry" }>,
  { loopChunks }: Pick<RoutineLayer, "loopChunks">,
): BlockKernel {
  return (block, operands, output) => {
    const [x, totals] = [operandOf(operands, 0), operandOf(operands, 1)];
    const count = totals.shape[axis] as number;
    const at = count === 1 ? 0 : (blockIndexOf(loopChunks, block)[axis] as number);
    const rows = rowsOf([output, x, totals], axis);
    if (rows !== undefined) {
      carryRows(name, [x, totals, output], rows, { count, at });
      return;
    }
    const start = totals.shape.map((_, i) => (i === axis ? at : 0));
    const before = subBlock(totals, start, totals.shape.with(axis, 1));
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
}
