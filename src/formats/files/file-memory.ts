// Memory for the bytes of a whole file, which begins at a page in the system's cache.

/**
 * Where in its page such memory begins. Large memory begins at a page, too, and copies between
 * places of the same offset in their pages take 1.6 times as long on processors of AMD.
 */
const START_BYTES = 64;

/** New memory for a file's bytes. */
export function fileMemory(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(START_BYTES + bytes), START_BYTES, bytes);
}
