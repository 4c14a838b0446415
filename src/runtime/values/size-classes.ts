// Rounds byte counts to size classes, so freed memory fits the next request. There are eight
// classes per doubling, so at most an eighth is unused. buffer-pool.ts allocates large sizes,
// slab-allocator.ts small ones.

/** Requests of this many bytes or more get a buffer of their own; smaller ones share slabs. */
export const LARGE_BYTES_MIN = 64 * 1024;

/** Every piece of memory starts at a multiple of this, which suits every typed array and SIMD. */
export const ALIGNMENT_BYTES = 16;

/** The bytes of the class that `bytes` falls into: the smallest class that holds them. */
export function classBytes(bytes: number): number {
  if (bytes <= 8 * ALIGNMENT_BYTES) {
    return Math.max(1, Math.ceil(bytes / ALIGNMENT_BYTES)) * ALIGNMENT_BYTES;
  }
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 4);
  return Math.ceil(bytes / step) * step;
}
