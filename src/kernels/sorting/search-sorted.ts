// Elements looked up among others: their place in a sorted list, whether they are in a set. Blocks
// may be of any shape; the searched values are one block at a time.
import { type Block, contiguousBlock } from "../../base/block.js";
import { isComplex, type NumberArray, type TypedArray } from "../../base/dtype.js";
import { eachLane, operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler } from "../blocks/kernel.js";
import { copyBlock, realBlocks } from "../programs/copy-block.js";
import { complexInsertionPoint } from "./complex-order.js";

/** Where elements of the second operand would be inserted into the first. */
export const search: RoutineCompiler<"search"> =
  ({ side }) =>
  (operands, output) => {
    const [sorted, x] = [operandOf(operands, 0), operandOf(operands, 1)];
    const target = alike(output, x);
    if (isComplex(x.dtype)) {
      const [list, wanted] = [interleaved(sorted), interleaved(x)];
      let at = 0;
      eachLane([target], target.shape.length - 1, ([lane]) => {
        for (let i = 0; i < lane.length; i++, at++) {
          const place = complexInsertionPoint(list, wanted, at, side);
          target.data[lane.offset + i * lane.stride] = BigInt(place);
        }
      });
      return;
    }
    const values = elements(sorted);
    mapElements(x, target, (value) => BigInt(insertionPoint(values, value, side)));
  };

/** Whether elements are among those of the second operand. */
export const isin: RoutineCompiler<"isin"> = () => (operands, whole) => {
  const [x, among] = [operandOf(operands, 0), operandOf(operands, 1)];
  const output = alike(whole, x);
  if (isComplex(x.dtype)) {
    isinComplex(x, among, output);
    return;
  }
  const members = membersOf(x, among);
  // A set takes NaN for itself; comparing does not.
  mapElements(x, output, (value) => (members.has(value) && !Number.isNaN(value) ? 1 : 0));
};

/** The elements of `among`; only those that are in `x` where that is the shorter list. */
function membersOf(x: Block, among: Block): ReadonlySet<number> {
  const all = elements(among) as NumberArray;
  const asked = elements(x) as NumberArray;
  if (all.length <= asked.length) return new Set(all);
  const wanted = new Set(asked);
  const found = new Set<number>();
  for (let i = 0; i < all.length; i++) {
    const value = all[i] as number;
    if (wanted.has(value)) found.add(value);
  }
  return found;
}

/** The output without a leading axis of 1, which counts the blocks that are searched. */
function alike(output: Block, { shape: { length } }: Block): Block {
  const { shape, stride } = output;
  if (shape.length === length) return output;
  return { ...output, shape: shape.slice(1), stride: stride.slice(1) };
}

/** The same for complex numbers: by their real parts, the imaginary parts that are there. */
function isinComplex(x: Block, among: Block, output: Block): void {
  const [re, im] = realBlocks(among).map(elements) as [Float64Array, Float64Array];
  const members = new Map<number, Set<number>>();
  for (let i = 0; i < re.length; i++) {
    const others = members.get(re[i] as number) ?? new Set();
    members.set(re[i] as number, others.add(im[i] as number));
  }
  const [xRe, xIm] = realBlocks(x) as [Block, Block];
  eachLane([xRe, xIm, output], x.shape.length - 1, ([left, right, target]) => {
    for (let i = 0; i < left.length; i++) {
      const a = xRe.data[left.offset + i * left.stride] as number;
      const b = xIm.data[right.offset + i * right.stride] as number;
      const isNumber = !Number.isNaN(a) && !Number.isNaN(b);
      const isThere = isNumber && members.get(a)?.has(b) === true;
      output.data[target.offset + i * target.stride] = isThere ? 1 : 0;
    }
  });
}

/** The first place at which `value` keeps `sorted` sorted, or the last one; NaN goes to the end. */
export function insertionPoint(sorted: TypedArray, value: number, side: "left" | "right"): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as number;
    const isBefore = side === "left" ? isLess(at, value) : !isLess(value, at);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** NumPy's order: NaN is larger than every number. */
function isLess(x: number, y: number): boolean {
  return x < y || (Number.isNaN(y) && !Number.isNaN(x));
}

/** Complex elements in row-major order, re and im by turns. */
function interleaved(block: Block): TypedArray {
  const size = block.shape.reduce((n, length) => n * length, 1);
  const values = block.data.slice(0, 0).constructor as new (length: number) => TypedArray;
  const data = new values(2 * size);
  copyBlock(block, contiguousBlock(block.dtype, data, block.shape));
  return data;
}

/** The block's elements in row-major order. */
export function elements(block: Block): TypedArray {
  const size = block.shape.reduce((n, length) => n * length, 1);
  const values = block.data.slice(0, 0).constructor as new (length: number) => TypedArray;
  const list = new values(size);
  let at = 0;
  eachLane([block], block.shape.length - 1, ([lane]) => {
    for (let i = 0; i < lane.length; i++) {
      list[at++] = block.data[lane.offset + i * lane.stride] as number;
    }
  });
  return list;
}

/** Writes the result of `f` for each element of `x` to its place in `output`. */
export function mapElements(x: Block, output: Block, f: (value: number) => number | bigint): void {
  eachLane([x, output], x.shape.length - 1, ([source, target]) => {
    for (let i = 0; i < source.length; i++) {
      const value = x.data[source.offset + i * source.stride] as number;
      output.data[target.offset + i * target.stride] = f(value);
    }
  });
}
