// A user's function of elements called for every element of a block: operands of length 1 along an
// axis are stretched. Functions of whole blocks are map-blocks-kernel.ts.

import { type Block, emptyBlock } from "../../base/block.js";
import {
  type BigIntArray,
  type DType,
  isBigInt,
  isComplex,
  isScalar,
  type Scalar,
} from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { elementWriter } from "../blocks/scalar-values.js";

/**
 * The block of the results of `f` for the elements of `operands`, which are row-major.
 *
 * @param item the position in the list that `f` gives; undefined where it gives one value
 */
export function perElementBlock(
  f: (...elements: Scalar[]) => unknown,
  name: string,
  operands: readonly Block[],
  dtype: DType,
  item: number | undefined,
): Block {
  const shape = commonShape(operands);
  const output = emptyBlock(dtype, shape);
  const write = elementWriter(output);
  const readers = operands.map((operand) => elementReader(operand));
  const steps = operands.map((operand) => stepsIn(operand, shape));
  const at = operands.map(() => 0);
  const index = shape.map(() => 0);
  const size = shape.reduce((n, length) => n * length, 1);
  const elements = new Array<Scalar>(operands.length);
  for (let n = 0; n < size; n++) {
    for (let k = 0; k < readers.length; k++) {
      elements[k] = (readers[k] as (place: number) => Scalar)(at[k] as number);
    }
    const given = f(...elements);
    write(checkedValue(item === undefined ? given : listedItem(given, item, name), name), n);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      const turns = index[axis] === shape[axis];
      for (let k = 0; k < at.length; k++) {
        const step = (steps[k] as readonly number[])[axis] as number;
        at[k] = (at[k] as number) + (turns ? step * (1 - (shape[axis] as number)) : step);
      }
      if (!turns) break;
      index[axis] = 0;
    }
  }
  return output;
}

/** The shape that blocks have together. */
function commonShape(operands: readonly Block[]): number[] {
  const rank = operands.reduce((most, { shape }) => Math.max(most, shape.length), 0);
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = operands.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    return lengths.find((length) => length !== 1) ?? 1;
  });
}

/** Elements as JavaScript has them: booleans, BigInts, `{ re, im }`. */
export function elementReader({ dtype, data, offset }: Block): (place: number) => Scalar {
  if (dtype === "bool") return (place) => data[offset + place] !== 0;
  if (isComplex(dtype)) {
    const parts = data as Float64Array;
    return (place) => ({
      re: parts[2 * (offset + place)] as number,
      im: parts[2 * (offset + place) + 1] as number,
    });
  }
  if (isBigInt(dtype)) return (place) => (data as BigIntArray)[offset + place] as bigint;
  return (place) => data[offset + place] as number;
}

/** The stride of an operand along each axis of the result: 0 where it is broadcast. */
function stepsIn(operand: Block, shape: readonly number[]): number[] {
  const lead = shape.length - operand.shape.length;
  return shape.map((_, axis) => {
    const own = axis - lead;
    return own < 0 || operand.shape[own] === 1 ? 0 : (operand.stride[own] as number);
  });
}

/** The element `item` of the list that a user's function gave. */
export function listedItem(given: unknown, item: number, name: string): unknown {
  if (Array.isArray(given) && item < given.length) return given[item];
  throw new ArgumentError(
    "function",
    `function ${name} gave ${Array.isArray(given) ? `${given.length} values` : kindOf(given)}: ` +
      `expected a list of at least ${item + 1}`,
  );
}

function checkedValue(value: unknown, name: string): Scalar {
  if (isScalar(value)) return value;
  throw new ArgumentError(
    "function",
    `function ${name} gave ${value === undefined ? "nothing (is there a `return`?)" : kindOf(value)} ` +
      "for an element: expected a number, a BigInt, a boolean or { re, im }",
  );
}
