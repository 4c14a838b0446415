// Which buffers are in memory that is used for something else once their owner says so: the one that wants
// bytes of one for longer copies them. Those that threads share, and those that processes share.

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
