// The chunks of a Zarr array's grid that a box of elements overlaps.

/** The part of a box that is in one chunk. */
export interface ChunkPart {
  /** The chunk's index in the grid. */
  readonly index: readonly number[];
  /** Where the part begins in the chunk. */
  readonly inChunk: readonly number[];
  /** Where it begins in the box. */
  readonly inBox: readonly number[];
  readonly shape: readonly number[];
}

/** The chunks of `chunkShape` under the box at `starts` with `lengths`, row-major. */
export function chunkParts(
  chunkShape: readonly number[],
  starts: readonly number[],
  lengths: readonly number[],
): ChunkPart[] {
  let parts: ChunkPart[] = [{ index: [], inChunk: [], inBox: [], shape: [] }];
  chunkShape.forEach((chunk, axis) => {
    const along = axisParts(chunk, starts[axis] as number, lengths[axis] as number);
    parts = parts.flatMap((part) =>
      along.map(({ index, inChunk, inBox, length }) => ({
        index: [...part.index, index],
        inChunk: [...part.inChunk, inChunk],
        inBox: [...part.inBox, inBox],
        shape: [...part.shape, length],
      })),
    );
  });
  return parts;
}

function axisParts(chunk: number, start: number, length: number) {
  const parts: { index: number; inChunk: number; inBox: number; length: number }[] = [];
  for (let at = start; at < start + length; ) {
    const index = Math.floor(at / chunk);
    const end = Math.min((index + 1) * chunk, start + length);
    parts.push({ index, inChunk: at - index * chunk, inBox: at - start, length: end - at });
    at = end;
  }
  return parts;
}
