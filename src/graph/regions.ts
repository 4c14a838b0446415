// Which part of each operand a block really reads, where that is less than the whole: what workers
// ask each other for instead of whole blocks, and what the kernel of a rechunk copies. Which blocks
// the operands are is dependencies.ts.
import { blockIndexOf, type Chunks } from "./chunks.js";
import type { Layer } from "./layer.js";
import { type AxisOverlap, axisOverlap } from "./overlap.js";

/** A box of elements of one block: where it begins and how far it goes, along each axis. */
export interface Region {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

/** Whether a region lies inside a block of that shape. */
export function isWithin({ start, shape }: Region, whole: readonly number[]): boolean {
  return (
    start.length === whole.length &&
    shape.length === whole.length &&
    whole.every((extent, axis) => (start[axis] as number) + (shape[axis] as number) <= extent)
  );
}

/** What a rechunked block reads of one operand. */
export interface Piece {
  /** The part of the operand. */
  readonly from: Region;
  /** Whether that is the whole operand. */
  readonly isWhole: boolean;
  /** Where it begins in the block. */
  readonly to: readonly number[];
}

/** The pieces that make up block number `block` of grid `to`, in operand order. */
export function piecesOf(from: Chunks, to: Chunks): (block: number) => Piece[] {
  const overlaps = to.map((axis, i) => axisOverlap(from[i] as readonly number[], axis));
  return (block) => {
    const index = blockIndexOf(to, block);
    const first = index.map((at, axis) => overlaps[axis]?.start[at] as number);
    const last = index.map((at, axis) => (overlaps[axis]?.start[at + 1] as number) - 1);
    // A block without elements is made of nothing.
    if (first.some((at, axis) => at > (last[axis] as number))) return [];
    const pieces: Piece[] = [];
    const cursor = [...first];
    do pieces.push(pieceAt(overlaps, from, cursor));
    while (advance(cursor, first, last));
    return pieces;
  };
}

function pieceAt(overlaps: readonly AxisOverlap[], from: Chunks, cursor: readonly number[]): Piece {
  const column = (values: (overlap: AxisOverlap) => Float64Array) =>
    overlaps.map((overlap, axis) => values(overlap)[cursor[axis] as number] as number);
  const shape = column((overlap) => overlap.length);
  const isWhole = overlaps.every(
    ({ blocks }, axis) => from[axis]?.[blocks[cursor[axis] as number] as number] === shape[axis],
  );
  const start = column((overlap) => overlap.inputOffset);
  return { from: { start, shape }, isWhole, to: column((overlap) => overlap.outputOffset) };
}

/** Moves `index` on in row-major order within `first … last`; false after the end. */
function advance(index: number[], first: readonly number[], last: readonly number[]): boolean {
  for (let axis = index.length - 1; axis >= 0; axis--) {
    const at = index[axis] as number;
    if (at < (last[axis] as number)) {
      index[axis] = at + 1;
      return true;
    }
    index[axis] = first[axis] as number;
  }
  return false;
}

/** Per operand of a block, the part of it that the block reads; undefined where that is all of it. */
export type RegionMap = (block: number) => readonly (Region | undefined)[];

/**
 * How blocks of `layer` read their operands; undefined when they read all of them whole.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export function operandRegions(layer: Layer, inputs: readonly Layer[]): RegionMap | undefined {
  const input = inputs[0];
  if (layer.kind !== "rechunk" || input === undefined) return undefined;
  const pieces = piecesOf(input.chunks, layer.chunks);
  return (block) => pieces(block).map(({ from, isWhole }) => (isWhole ? undefined : from));
}
