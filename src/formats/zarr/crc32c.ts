// The checksum of Zarr's chunks and shards: CRC-32 with Castagnoli's polynomial, RFC 3720 appendix
// B.4. Node has only the other CRC-32.
import type { RoomFor } from "../remote/remote-request.js";
import { crc32cInWasm } from "./codecs-in-wasm.js";

const CHECKSUM_BYTES = 4;

const POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** CRC32C of some bytes. */
export function crc32c(bytes: Uint8Array): number {
  return crc32cInWasm(bytes) ?? crc32cByBytes(bytes);
}

/** The same where there is no WebAssembly. */
export function crc32cByBytes(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] as number);
  return ~crc >>> 0;
}

/**
 * The bytes and their checksum.
 *
 * @param roomFor memory that they may be in; new memory by default
 */
export function withChecksum(bytes: Uint8Array, roomFor?: RoomFor): Uint8Array {
  const length = bytes.length + CHECKSUM_BYTES;
  const checked = roomFor?.(length) ?? new Uint8Array(length);
  checked.set(bytes);
  new DataView(checked.buffer, checked.byteOffset).setUint32(bytes.length, crc32c(bytes), true);
  return checked;
}

/**
 * The bytes before their checksum.
 *
 * @throws Error when the checksum does not match
 */
export function withoutChecksum(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - CHECKSUM_BYTES;
  if (length < 0) throw new Error(`${bytes.length} bytes are too few for a checksum`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = bytes.subarray(0, length);
  if (view.getUint32(length, true) !== crc32c(content)) {
    throw new Error("the checksum is not that of the bytes: they were damaged");
  }
  return content;
}
