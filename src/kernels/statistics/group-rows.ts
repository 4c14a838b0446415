// Blocks whose elements are rows along an axis, each of one group: how they are walked.
import { type Block, emptyBlock } from "../../base/block.js";
import { type DType, isBigInt, type TypedArray } from "../../base/dtype.js";
import { blockOffsets, sizeOf } from "../../graph/model/chunks.js";
import type { GroupPlaces } from "../../graph/model/group-routine.js";
import { copyBlock, isContiguous } from "../programs/copy-block.js";

/** A block in one piece, as `outer` times `length` rows of `inner` elements. */
export interface Rows<Data extends TypedArray = TypedArray> {
  readonly data: Data;
  /** Where the first row begins. */
  readonly start: number;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The rows of a block along `axis`; of a copy where it is not in one piece. */
export function rowsAlong(block: Block, axis: number): Rows {
  const { shape } = block;
  let whole = block;
  if (!isContiguous(block)) {
    whole = emptyBlock(block.dtype, shape);
    copyBlock(block, whole);
  }
  return {
    data: whole.data,
    start: whole.offset,
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis] as number,
    inner: sizeOf(shape.slice(axis + 1)),
  };
}

/** The groups of the rows of block number `block`. */
export function groupsOfBlock({ groups, lengths, stride }: GroupPlaces, block: number): Int32Array {
  const offsets = blockOffsets(lengths);
  const index = Math.floor(block / stride) % lengths.length;
  return groups.subarray(offsets[index], offsets[index + 1]);
}

/** A number as arrays of the dtype hold it. */
export function elementOf(dtype: DType, value: number): number {
  return (isBigInt(dtype) ? BigInt(value) : value) as number;
}
