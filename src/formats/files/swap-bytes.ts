// Swaps the byte order of numbers in place.

/** Turns the bytes of numbers of `bytesEach` bytes around. */
export function swapBytes(bytes: Uint8Array, bytesEach: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytesEach === 2) buffer.swap16();
  else if (bytesEach === 4) buffer.swap32();
  else if (bytesEach === 8) buffer.swap64();
}
