// A checksum of 32 bits that is fast enough to go over all bytes that leave memory. It finds what a
// disk or a network changed by chance: any change within four bytes, and others but one in 2³².
// Rounds of XXH32 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), in 32 lanes.
import { checksumsWasm } from "./generated/checksums-wasm.js";
import { hasWasm, instantiateIn, memoryOf, newWasmMemory } from "./wasm-instances.js";

interface ChecksumFunctions {
  begin(): void;
  take(from: number, rounds: number): void;
  finish(from: number, bytes: number, total: number): number;
}

interface OwnMemory {
  readonly functions: ChecksumFunctions;
  readonly bytes: Uint8Array;
}

/** Bytes of a round: a word for each lane. */
const ROUND_BYTES = 128;
const LANES = ROUND_BYTES / 4;
/** What is copied at once stays in the fastest cache. */
const COPIED_BYTES = 8192;

/** The functions of this thread, by the memory that they read. */
const functionsIn = new WeakMap<ArrayBufferLike, ChecksumFunctions>();
/** Where bytes come to that no function reads in place. */
let own: OwnMemory | undefined;

/** The checksum of `bytes`. */
export function checksum(bytes: Uint8Array): number {
  if (!hasWasm()) return plainChecksum(bytes);
  const functions = functionsFor(bytes.buffer);
  return functions === undefined ? checksumOfCopies(bytes) : checksumInPlace(functions, bytes);
}

function functionsFor(buffer: ArrayBufferLike): ChecksumFunctions | undefined {
  let functions = functionsIn.get(buffer);
  if (functions !== undefined) return functions;
  const memory = memoryOf(buffer);
  if (memory === undefined) return undefined;
  functions = instantiateIn<ChecksumFunctions>(checksumsWasm, memory);
  functionsIn.set(buffer, functions);
  return functions;
}

function checksumInPlace(functions: ChecksumFunctions, bytes: Uint8Array): number {
  const { byteOffset, length } = bytes;
  const rest = length % ROUND_BYTES;
  functions.begin();
  functions.take(byteOffset, (length - rest) / ROUND_BYTES);
  return functions.finish(byteOffset + length - rest, rest, length) >>> 0;
}

function checksumOfCopies(bytes: Uint8Array): number {
  const { functions, bytes: room } = (own ??= newOwnMemory());
  const { length } = bytes;
  const rest = length % ROUND_BYTES;
  functions.begin();
  for (let at = 0; at < length - rest; at += COPIED_BYTES) {
    const end = Math.min(at + COPIED_BYTES, length - rest);
    room.set(bytes.subarray(at, end));
    functions.take(0, (end - at) / ROUND_BYTES);
  }
  room.set(bytes.subarray(length - rest));
  return functions.finish(0, rest, length) >>> 0;
}

function newOwnMemory(): OwnMemory {
  const memory = newWasmMemory(COPIED_BYTES);
  const functions = instantiateIn<ChecksumFunctions>(checksumsWasm, memory);
  return { functions, bytes: new Uint8Array(memory.buffer, 0, COPIED_BYTES) };
}

const PRIME1 = 0x9e3779b1;
const PRIME2 = 0x85ebca77;
const PRIME3 = 0xc2b2ae3d;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;

/** The same without WebAssembly. */
function plainChecksum(bytes: Uint8Array): number {
  const { length } = bytes;
  const words = new DataView(bytes.buffer, bytes.byteOffset, length);
  const lanes = Int32Array.from({ length: LANES }, (_, k) => Math.imul(k + 1, PRIME3));
  const mix = (lane: number, next: number) => {
    lanes[lane] = round(lanes[lane] as number, next);
  };
  let at = 0;
  for (; at + ROUND_BYTES <= length; at += ROUND_BYTES) {
    for (let lane = 0; lane < LANES; lane++) mix(lane, words.getInt32(at + 4 * lane, true));
  }
  for (let half = LANES / 2; half >= 4; half /= 2) {
    for (let lane = 0; lane < half; lane++) mix(lane, lanes[lane + half] as number);
  }
  let sum = lanes.subarray(0, 4).reduce(withWord, length);
  for (; at + 4 <= length; at += 4) sum = withWord(sum, words.getInt32(at, true));
  for (; at < length; at++) sum = withByte(sum, words.getUint8(at));
  sum = Math.imul(sum ^ (sum >>> 15), PRIME2);
  sum = Math.imul(sum ^ (sum >>> 13), PRIME3);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function round(lane: number, next: number): number {
  return Math.imul(rotated(lane + Math.imul(next, PRIME2), 13), PRIME1);
}

function withWord(sum: number, word: number): number {
  return Math.imul(rotated(sum + Math.imul(word, PRIME3), 17), PRIME4);
}

function withByte(sum: number, byte: number): number {
  return Math.imul(rotated(sum + Math.imul(byte, PRIME5), 11), PRIME1);
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
