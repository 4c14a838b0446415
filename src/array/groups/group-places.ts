// The groups of positions along an axis, as routines read them.
import { type Chunks, numBlocks } from "../../graph/model/chunks.js";
import type { GroupPlaces } from "../../graph/model/group-routine.js";

/** The groups of positions along an axis of these chunks, for a routine. */
export function placesOf(chunks: Chunks, axis: number, groups: Int32Array): GroupPlaces {
  return { groups, lengths: chunks[axis] as readonly number[], stride: strideOf(chunks, axis) };
}

/** As {@link placesOf}, where all blocks have the same groups. */
export function sharedPlaces(chunks: Chunks, axis: number, groups: Int32Array): GroupPlaces {
  return { ...placesOf(chunks, axis, groups), isShared: true };
}

function strideOf(chunks: Chunks, axis: number): number {
  return numBlocks(chunks)
    .slice(axis + 1)
    .reduce((product, n) => product * n, 1);
}

/** Chunks with others along an axis. */
export function withAxis(chunks: Chunks, axis: number, lengths: readonly number[]): Chunks {
  return chunks.map((own, i) => (i === axis ? lengths : own));
}
