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

const lengths = new WeakMap<readonly number[], number>();
/** Axes that have been found to be block lengths whose sum can be counted. */
const soundAxes = new WeakSet<readonly unknown[]>();
/**
 * Axes of at most this many blocks are added up each time: a cache entry for each would burden the
 * garbage collector.
 */
const SCANNED_BLOCKS_MAX = 16;

/** The axis' length: the sum of its blocks'; NaN if one of them is unknown. */
export function axisLength(axis: readonly number[]): number {
  if (axis.length <= SCANNED_BLOCKS_MAX) return sumOf(axis);
  let length = lengths.get(axis);
  if (length === undefined) lengths.set(axis, (length = sumOf(axis)));
  return length;
}

/** Whether {@link noteSound} was called with the axis. */
export function isKnownSound(axis: readonly unknown[]): boolean {
  return soundAxes.has(axis);
}

/** Notes that a list has been found to be an axis; short ones are looked through each time. */
export function noteSound(axis: readonly number[], length: number): void {
  if (axis.length <= SCANNED_BLOCKS_MAX) return;
  soundAxes.add(axis);
  lengths.set(axis, length);
}

/** A plain loop: axes may have millions of blocks, and calls take ten times as long. */
function sumOf(axis: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < axis.length; i++) sum += axis[i] as number;
  return sum;
}

/** The largest of some block lengths, of which there may be more than a call takes arguments. */
export function longest(lengths: readonly number[]): number {
  return lengths.reduce((most, length) => Math.max(length, most), 0);
}

/** Whether some block of the axis has an unknown length. */
export function isUnknownAxis(axis: readonly number[]): boolean {
  return Number.isNaN(axisLength(axis));
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
  return chunks.map(axisLength);
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
  return a.length === b.length && a.every((axis, i) => isSameAxis(axis, b[i] as readonly number[]));
}

/** Whether two axes have the same blocks; unknown lengths count as equal. */
export function isSameAxis(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const one = a[i] as number;
    const other = b[i] as number;
    if (one !== other && !(Number.isNaN(one) && Number.isNaN(other))) return false;
  }
  return true;
}
