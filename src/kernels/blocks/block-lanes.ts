// Walks blocks lane by lane: a lane is all elements along one axis.
import { defined } from "../../base/assert.js";
import type { Block } from "../../base/block.js";

/**
 * Where a lane is in a block's data: elements `offset`, `offset + stride`, … (`length` of them).
 */
export interface Lane {
  readonly offset: number;
  readonly stride: number;
  readonly length: number;
}

const NO_BLOCK: Block = {
  dtype: "bool",
  data: new Uint8Array(0),
  shape: [0],
  stride: [1],
  offset: 0,
};

/**
 * Calls `visit` with the lanes of up to three `blocks` along `axis`, in row-major order of the
 * other axes, along which all are equally long; lanes that are missing repeat the last block's.
 */
export function eachLane(
  blocks: readonly Block[],
  axis: number,
  visit: (lanes: readonly [Lane, Lane, Lane]) => void,
): void {
  const [a = NO_BLOCK, b = a, c = b] = blocks;
  const { shape } = a;
  if (shape.some((length, i) => i !== axis && length === 0)) return;
  const laneAt = (block: Block, offset: number): Lane => ({
    offset,
    stride: block.stride[axis] ?? 1,
    length: block.shape[axis] ?? 1,
  });
  const walk = (at: number, x: number, y: number, z: number) => {
    if (at === axis) walk(at + 1, x, y, z);
    else if (at >= shape.length) visit([laneAt(a, x), laneAt(b, y), laneAt(c, z)]);
    else {
      for (let i = 0; i < (shape[at] as number); i++) {
        const along = (block: Block) => i * (block.stride[at] as number);
        walk(at + 1, x + along(a), y + along(b), z + along(c));
      }
    }
  };
  walk(0, a.offset, b.offset, c.offset);
}

/** A view of `block` with axis `from` moved to place `to`. */
export function withAxisAt(block: Block, from: number, to: number): Block {
  const order = [...block.shape.keys()].filter((axis) => axis !== from);
  order.splice(to, 0, from);
  const pick = (values: readonly number[]) => order.map((axis) => values[axis] as number);
  return { ...block, shape: pick(block.shape), stride: pick(block.stride) };
}

/** Operand number `at` of a routine. */
export function operandOf(operands: readonly Block[], at: number): Block {
  return defined(operands[at], `operand ${at} of a routine`);
}
