// Blocks whose elements are rows along an axis, each of one group: how they are walked.
import { type Block, emptyBlock } from "../../base/block.js";
import { type DType, isBigInt, type TypedArray } from "../../base/dtype.js";
import { blockOffsets, sizeOf } from "../../graph/model/chunks.js";
import type { GroupPlaces } from "../../graph/model/group-routine.js";
import { operandOf } from "../blocks/block-lanes.js";
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

/** The rows of a block along `span` axes from `axis` on; of a copy where it is not in one piece. */
export function rowsAlong(block: Block, axis: number, span = 1): Rows {
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
    length: sizeOf(shape.slice(axis, axis + span)),
    inner: sizeOf(shape.slice(axis + span)),
  };
}

/** The groups of the rows of block number `block`: those listed, or those of the last operand. */
export function groupsOfBlock(
  { places }: { readonly places?: GroupPlaces },
  operands: readonly Block[],
  block: number,
): Int32Array {
  if (places === undefined) {
    const codes = rowsAlong(operandOf(operands, operands.length - 1), 0, 0);
    return codes.data.subarray(codes.start, codes.start + codes.inner) as Int32Array;
  }
  const { groups, lengths, stride, isShared } = places;
  const index = Math.floor(block / stride) % lengths.length;
  if (isShared) return groups.subarray(0, lengths[index]);
  const offsets = blockOffsets(lengths);
  return groups.subarray(offsets[index], offsets[index + 1]);
}

/** A number as arrays of the dtype hold it. */
export function elementOf(dtype: DType, value: number): number {
  return (isBigInt(dtype) ? BigInt(value) : value) as number;
}
