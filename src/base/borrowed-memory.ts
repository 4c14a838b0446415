// Marks buffers whose memory is reused once their owner allows it, shared by threads or by
// processes. Code that needs their bytes for longer copies them.

const borrowed = new WeakSet<ArrayBufferLike>();

/** Notes that the bytes of `buffer` may not be kept; returns it. */
export function markBorrowed<Buffer extends ArrayBufferLike>(buffer: Buffer): Buffer {
  borrowed.add(buffer);
  return buffer;
}

/** Whether bytes of `buffer` must be copied to be kept. */
export function isBorrowed(buffer: ArrayBufferLike): boolean {
  return buffer instanceof SharedArrayBuffer || borrowed.has(buffer);
}
