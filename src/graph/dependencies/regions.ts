// The part of each operand that a block reads, if less than the whole. Workers request these parts
// from each other, and the kernel of a rechunk copies them. dependencies.ts names the operands.
import { defined } from "../../base/assert.js";
import { blockIndexOf, type Chunks, hasUnknownLengths } from "../model/chunks.js";
import type { Layer, PartitionsLayer, QueryLayer, RoutineLayer } from "../model/layer.js";
import { type AxisOverlap, axisOverlap } from "./axis-overlap.js";

/** A box of elements of one block: its start and its extent along each axis. */
export interface Region {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

/** Whether a region is inside a block of that shape. */
export function isWithin({ start, shape }: Region, whole: readonly number[]): boolean {
  return (
    start.length === whole.length &&
    shape.length === whole.length &&
    whole.every((extent, axis) => (start[axis] as number) + (shape[axis] as number) <= extent)
  );
}

/** A numbered part of a value; only a holder of the value knows which box that is. */
export interface PartNumber {
  readonly part: number;
}

/** A part of a value: a region, or a numbered part. */
export type Cut = Region | PartNumber;

/** The shape of a value and its division into parts. */
export interface Partition {
  readonly shape: readonly number[];
  /** The start of each part along the first axis; by default, a value has one part. */
  readonly partStarts?: readonly number[];
}

/** The box that a cut is, of a value; undefined when the value has no such part. */
export function cutRegion(cut: Cut, { shape, partStarts = [0] }: Partition): Region | undefined {
  if ("start" in cut) return isWithin(cut, shape) ? cut : undefined;
  const [length = 0, ...others] = shape;
  const first = partStarts[cut.part];
  if (first === undefined) return undefined;
  const end = partStarts[cut.part + 1] ?? length;
  return { start: [first, ...others.map(() => 0)], shape: [end - first, ...others] };
}

/** Whether blocks of `layer` may read parts of their operands. */
export function readsParts(layer: Layer): boolean {
  if (layer.kind === "rechunk") return !hasUnknownLengths(layer.chunks);
  if (layer.kind === "partitions") return layer.readsParts === true;
  if (layer.kind === "query") return layer.tables.some(({ parts }) => parts === true);
  return layer.kind === "routine" && partCount(layer) > 1;
}

/**
 * How many parts the blocks of a routine layer take out of each operand with `parts`; 1 for no
 * such.
 */
function partCount({ operands, loopChunks }: RoutineLayer): number {
  const operand = operands.find(({ parts }) => parts === true);
  return operand === undefined ? 1 : (loopChunks[operand.axes[0] as number]?.length ?? 1);
}

/** The share of its operands' bytes that a block reads, as far as that is known. */
export function partShare(layer: Layer): number {
  if (layer.kind === "partitions" && layer.readsParts === true) {
    return 1 / (layer.chunks[0]?.length ?? 1);
  }
  if (layer.kind === "query" && layer.tables.every(({ parts }) => parts === true)) {
    return 1 / (layer.chunks[0]?.length ?? 1);
  }
  return layer.kind === "routine" ? 1 / partCount(layer) : 1;
}

/** The piece of one operand that a rechunked block reads. */
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
    // A block without elements reads nothing.
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

/**
 * Per operand of a block, the part of it that the block reads; undefined where that is all of it.
 */
export type CutMap = (block: number) => readonly (Cut | undefined)[];

/**
 * How blocks of `layer` read their operands; undefined when they read all of them whole.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export function operandCuts(layer: Layer, inputs: readonly Layer[]): CutMap | undefined {
  const input = inputs[0];
  if (input === undefined || !readsParts(layer)) return undefined;
  if (layer.kind === "routine") return partsOf(layer, inputs);
  if (layer.kind === "partitions") return partOfEach(layer);
  if (layer.kind === "query") return partOfTables(layer);
  const pieces = piecesOf(input.chunks, layer.chunks);
  return (block) => pieces(block).map(({ from, isWhole }) => (isWhole ? undefined : from));
}

function partOfEach({ operandStart }: PartitionsLayer): CutMap {
  return (block) => {
    const count = (operandStart[block + 1] as number) - (operandStart[block] as number);
    return new Array<Cut>(count).fill({ part: block });
  };
}

/** The tables of a query that are read in parts are so, and the others whole. */
function partOfTables({ operandStart, operandTable, tables }: QueryLayer): CutMap {
  return (block) =>
    Array.from(
      operandTable.subarray(operandStart[block], operandStart[block + 1]),
      (table): Cut | undefined => (tables[table]?.parts === true ? { part: block } : undefined),
    );
}

function partsOf({ operands, loopChunks }: RoutineLayer, inputs: readonly Layer[]): CutMap {
  const columns = operands.map(({ input, axes, parts }) => {
    const [lengths = []] = defined(inputs[input], "an operand's input").chunks;
    return parts === true ? { axis: axes[0] as number, blocks: lengths.length } : undefined;
  });
  return (block) => {
    const index = blockIndexOf(loopChunks, block);
    return columns.flatMap((column) => {
      if (column === undefined) return [undefined];
      const cut = { part: index[column.axis] as number };
      return new Array<Cut>(column.blocks).fill(cut);
    });
  };
}
