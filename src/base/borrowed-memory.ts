// Marks buffers whose memory will be reused once their owner says so, shared by threads or by
// processes. Code that needs their bytes for longer copies them.

const borrowed = new WeakSet<ArrayBufferLike>();

/** Notes that the bytes of `buffer` may not be kept; returns it. */
export function markBorrowed<Buffer extends ArrayBufferLike>(buffer: Buffer): Buffer {
  borrowed.add(buffer);
  return buffer;
}

/** Whether bytes of `buffer` have to be copied by who wants to keep them. */
export function isBorrowed(buffer: ArrayBufferLike): boolean {
  return buffer instanceof SharedArrayBuffer || borrowed.has(buffer);
}
