// Aligns the blocks of an array with the grid of a Zarr array's files: each file is read, or
// written, by one block.

/**
 * An axis that is cut only where a grid of `unit` is: each cut moves back to the grid's last one.
 *
 * @param lengths the blocks along the axis
 * @param start where the axis begins in the grid
 */
export function alignedAxis(
  lengths: readonly number[],
  start: number,
  unit: number,
): readonly number[] {
  const aligned: number[] = [];
  let cut = start;
  let end = start;
  for (const [at, length] of lengths.entries()) {
    end += length;
    const next = at === lengths.length - 1 ? end : Math.floor(end / unit) * unit;
    if (next <= cut) continue;
    aligned.push(next - cut);
    cut = next;
  }
  return aligned.length === 0 ? [0] : aligned;
}

/**
 * The one length that blocks of an axis have, but for a shorter last one; the longest when there is
 * none.
 */
export function regularLength(lengths: readonly number[]): number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  const [first = 1] = lengths;
  const isRegular = first > 0 && lengths.slice(0, -1).every((length) => length === first);
  return isRegular && (lengths.at(-1) as number) <= first ? first : longest;
}
