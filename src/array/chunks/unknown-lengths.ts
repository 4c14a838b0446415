// Axes of unknown length: rejects operations that need their lengths, with a message. Such results
// come from indexing/compress.ts and sets/unique.ts.
import { ArgumentError } from "../../base/errors.js";
import { blockCount, blockIndexOf, type Chunks, isUnknownAxis } from "../../graph/model/chunks.js";

/**
 * Checks that axes have known lengths.
 *
 * @param what what needs them, default: as the user called it
 * @param axes all
 * @throws ArgumentError `argument.chunks` when one has not
 */
export function checkLengths(
  what: string,
  chunks: Chunks,
  axes: readonly number[] = [...chunks.keys()],
): void {
  const axis = axes.find((a) => isUnknownAxis(chunks[a] ?? []));
  if (axis !== undefined) throw lengthsNeeded(what, axis);
}

/** The error for something that needs the length of an axis. */
export function lengthsNeeded(what: string, axis: number): ArgumentError {
  return new ArgumentError(
    "chunks",
    `${what} needs the length of axis ${axis}, which is not known before the array is computed: call computeChunkSizes() first`,
    { axis },
  );
}

/**
 * `chunks` with the lengths that blocks turned out to have. Adjacent blocks must agree.
 *
 * @throws ArgumentError `argument.shape` when adjacent blocks do not
 */
export function foundChunks(
  chunks: Chunks,
  shapeOfBlock: (block: number) => readonly number[],
): Chunks {
  const found = chunks.map((axis) => [...axis]);
  for (let block = 0; block < blockCount(chunks); block++) {
    const shape = shapeOfBlock(block);
    blockIndexOf(chunks, block).forEach((at, axis) => {
      const lengths = found[axis] as number[];
      const length = shape[axis] as number;
      if (Number.isNaN(lengths[at])) lengths[at] = length;
      if (lengths[at] === length) return;
      throw new ArgumentError(
        "shape",
        `neighbouring blocks differ along axis ${axis}: ${lengths[at]} and ${length} elements`,
        { axis, lengths: [lengths[at], length] },
      );
    });
  }
  return found;
}
