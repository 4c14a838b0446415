// Common shapes and common chunks of arrays. Follows NumPy and Dask (test/fixtures/broadcast.json).
// manipulation/rechunk.ts makes the layers.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import { type Chunks, isUnknownAxis } from "../../graph/model/chunks.js";
import { formatShape } from "./axes.js";

/**
 * The shape of arrays together: aligned at the last axis, an axis of length 1 stretches. An axis of
 * unknown length (NaN) stays unknown.
 *
 * @param shapes lists of lengths
 * @returns the length of each axis of the result
 * @throws ArgumentError `argument.shape` when two lengths differ and neither is 1.
 * @see
 * https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.broadcast_shapes.html
 * @example broadcastShapes([4, 1], [3]); // → [4, 3]
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const isLength = (n: unknown) => Number.isNaN(n) || (Number.isSafeInteger(n) && Number(n) >= 0);
  const wrong = shapes.findIndex((shape) => !Array.isArray(shape) || !shape.every(isLength));
  if (wrong >= 0) {
    throw new ArgumentError(
      "shape",
      `a shape is a list of whole numbers from 0, got ${shown(shapes[wrong])}`,
      { shape: shapes[wrong] },
    );
  }
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, axis) => {
    const lengths = shapes.flatMap((shape) => shape[axis - ndim + shape.length] ?? []);
    // A length that is not known yet is held against the others when blocks are computed.
    const unknown = lengths.find(Number.isNaN);
    const wide = unknown ?? lengths.find((length) => length !== 1) ?? 1;
    if (unknown === undefined && lengths.some((length) => length !== 1 && length !== wide)) {
      throw new ArgumentError(
        "shape",
        `shapes ${shapes.map(formatShape).join(" and ")} do not broadcast: ` +
          `axis ${axis} of the result would be ${[...new Set(lengths)].join(" and ")} long`,
        { shapes },
      );
    }
    return wide;
  });
}

/** An array's chunks with a label for each axis; axes of one label run together. */
export interface LabelledChunks {
  readonly chunks: Chunks;
  readonly labels: readonly number[];
}

/**
 * Chunks along each label that fit inside the chunks of all operands there; operands of length 1
 * are ignored where others are longer.
 *
 * @throws ArgumentError `argument.shape` when lengths of one label differ and neither is 1.
 */
export function unifyChunks(operands: readonly LabelledChunks[]): Map<number, readonly number[]> {
  const candidates = new Map<number, (readonly number[])[]>();
  for (const { chunks, labels } of operands) {
    labels.forEach((label, axis) => {
      const list = candidates.get(label) ?? [];
      list.push(chunks[axis] as readonly number[]);
      candidates.set(label, list);
    });
  }
  const unified = new Map<number, readonly number[]>();
  for (const [label, axes] of candidates) unified.set(label, commonChunks(axes));
  return unified;
}

/**
 * The `chunks` of an operand after its labels are cut as in `unified`; axes of length 1 stay, and
 * so do those that meet unknown lengths.
 */
export function unifiedOperand(
  { chunks, labels }: LabelledChunks,
  unified: ReadonlyMap<number, readonly number[]>,
): Chunks {
  return chunks.map((axis, i) => {
    if (lengthOf(axis) === 1) return [1];
    const target = unified.get(labels[i] as number) as readonly number[];
    return isUnknownAxis(target) ? axis : target;
  });
}

/** One operand of an elementwise operation is labelled by the result's axes, from the last. */
export function trailingLabels(chunks: Chunks, ndim: number): LabelledChunks {
  return { chunks, labels: chunks.map((_, axis) => axis + ndim - chunks.length) };
}

/** The coarsest blocks that are within the blocks of all of `axes`. */
function commonChunks(axes: readonly (readonly number[])[]): readonly number[] {
  const unknown = axes.find(isUnknownAxis);
  if (unknown !== undefined) return unknownChunks(unknown, axes);
  const lengths = new Set(axes.map(lengthOf));
  const length = [...lengths].find((n) => n !== 1) ?? 1;
  if ([...lengths].some((n) => n !== 1 && n !== length)) {
    throw new ArgumentError(
      "shape",
      `axes that belong together are ${[...lengths].join(" and ")} long`,
      { lengths: [...lengths] },
    );
  }
  // An axis of one element may have further, empty blocks; an operand's has one block.
  if (length === 1) return [1];
  const full = axes.filter((axis) => lengthOf(axis) === length);
  const cut = full.filter((axis) => axis.length > 1);
  const first = cut[0] ?? (full[0] as readonly number[]);
  if (cut.length <= 1 || cut.every((axis) => sameLengths(axis, first))) return first;
  return refine(cut);
}

/**
 * Axes of unknown lengths are taken block by block: whether these fit is seen when they are there.
 */
function unknownChunks(
  unknown: readonly number[],
  axes: readonly (readonly number[])[],
): readonly number[] {
  const counts = new Set(axes.filter((axis) => lengthOf(axis) !== 1).map((axis) => axis.length));
  if (counts.size === 1) return unknown;
  throw new ArgumentError(
    "chunks",
    `axes of unknown lengths that belong together have ${[...counts].join(" and ")} blocks, expected equal numbers: call computeChunkSizes() first`,
    { blocks: [...counts] },
  );
}

/** Blocks between all the bounds of all of `axes`, which have one length. */
function refine(axes: readonly (readonly number[])[]): readonly number[] {
  const bounds = new Set<number>();
  for (const axis of axes) {
    let end = 0;
    for (const length of axis) bounds.add((end += length));
  }
  const sorted = [...bounds].sort((a, b) => a - b);
  const blocks = sorted.map((end, i) => end - (sorted[i - 1] ?? 0)).filter((n) => n > 0);
  return blocks.length === 0 ? [0] : blocks;
}

function sameLengths(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((n, i) => n === b[i]));
}

function lengthOf(axis: readonly number[]): number {
  return axis.reduce((sum, length) => sum + length, 0);
}
