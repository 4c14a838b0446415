// The grid of blocks: the lengths of blocks along each axis, and the arithmetic between block
// numbers, block indices, offsets and shapes. array/chunks/normalize-chunks.ts turns a user's
// chunks into a grid.

/**
 * Block lengths along each axis: `[[3, 3, 2], [5]]` cuts an 8 × 5 array into three blocks. A length
 * may be `UNKNOWN_LENGTH`; how many blocks there are is always known.
 */
export type Chunks = readonly (readonly number[])[];

/** The length of a block that is not known before the block is computed: NaN, as in Dask. */
export const UNKNOWN_LENGTH = Number.NaN;

const unknownAxes = new WeakMap<readonly number[], boolean>();
/**
 * Axes of at most this many blocks are searched each time: a cache entry for each would burden the
 * garbage collector.
 */
const SCANNED_BLOCKS_MAX = 16;

/** Whether some block of the axis has an unknown length. */
export function isUnknownAxis(axis: readonly number[]): boolean {
  if (axis.length <= SCANNED_BLOCKS_MAX) return axis.some(Number.isNaN);
  let isUnknown = unknownAxes.get(axis);
  if (isUnknown === undefined) unknownAxes.set(axis, (isUnknown = axis.some(Number.isNaN)));
  return isUnknown;
}

/** Whether some block's shape is not known before it is computed. */
export function hasUnknownLengths(chunks: Chunks): boolean {
  return chunks.some(isUnknownAxis);
}

/** Number of blocks along each axis. */
export function numBlocks(chunks: Chunks): number[] {
  return chunks.map((axis) => axis.length);
}

/** Number of blocks in all; 1 for a zero-dimensional array. */
export function blockCount(chunks: Chunks): number {
  let count = 1;
  for (const axis of chunks) count *= axis.length;
  return count;
}

/** The array's shape: the sum of the block lengths along each axis. */
export function shapeOf(chunks: Chunks): number[] {
  return chunks.map((axis) => axis.reduce((sum, length) => sum + length, 0));
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Strides of a C-contiguous array of `shape`, in elements. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** The block index (one number per axis) of block number `block` in row-major order. */
export function blockIndexOf(chunks: Chunks, block: number): number[] {
  const index = new Array<number>(chunks.length);
  let rest = block;
  for (let axis = chunks.length - 1; axis >= 0; axis--) {
    const count = (chunks[axis] as readonly number[]).length;
    index[axis] = rest % count;
    rest = Math.floor(rest / count);
  }
  return index;
}

/** Shape of the block at `index`. */
export function blockShape(chunks: Chunks, index: readonly number[]): number[] {
  return chunks.map((axis, i) => axis[index[i] as number] as number);
}

const offsetsOf = new WeakMap<readonly number[], Float64Array>();

/** Where each block of an axis starts; one entry more than blocks, the last is the axis' length. */
export function blockOffsets(axis: readonly number[]): Float64Array {
  let offsets = offsetsOf.get(axis);
  if (offsets === undefined) {
    offsets = new Float64Array(axis.length + 1);
    for (let i = 0; i < axis.length; i++) {
      offsets[i + 1] = (offsets[i] as number) + (axis[i] as number);
    }
    offsetsOf.set(axis, offsets);
  }
  return offsets;
}

/** The number of the block of an axis that holds `position`; blocks of length zero never do. */
export function blockHolding(axis: readonly number[], position: number): number {
  const offsets = blockOffsets(axis);
  let low = 0;
  let high = axis.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] as number) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether two grids are the same; unknown lengths count as equal. */
export function sameChunks(a: Chunks, b: Chunks): boolean {
  return (
    a.length === b.length &&
    a.every((axis, i) => {
      const other = b[i] as readonly number[];
      return (
        axis === other ||
        (axis.length === other.length && axis.every((n, j) => Object.is(n, other[j])))
      );
    })
  );
}

/** Run-length form of an axis, `[[length, count], …]`, for names and messages. */
export function encodeAxis(axis: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  let run: [number, number] | undefined;
  for (const length of axis) {
    if (run !== undefined && Object.is(run[0], length)) run[1]++;
    else runs.push((run = [length, 1]));
  }
  return runs;
}

/** The axis that {@link encodeAxis} wrote. */
export function decodeAxis(runs: readonly (readonly [number, number])[]): number[] {
  const axis: number[] = [];
  for (const [length, count] of runs) for (let i = 0; i < count; i++) axis.push(length);
  return axis;
}
