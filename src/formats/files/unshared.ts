// Bytes for what is not meant for memory that threads share: requests, and Node's zlib.

/** The bytes: a copy where threads share their memory. */
export function unshared(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}
