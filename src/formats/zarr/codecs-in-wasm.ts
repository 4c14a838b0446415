// The codecs of kernels/assembly/codecs.ts: LZ4, Blosc's blocks of it, and CRC32C, in a small
// memory that each thread keeps. Blosc's blocks fit into the processor's caches there.
import { codecsWasm } from "../../kernels/wasm/generated/codecs-wasm.js";
import {
  growMemory,
  instantiateWasm,
  type WasmInstance,
} from "../../kernels/wasm/wasm-instances.js";
import type { BloscHeader } from "./blosc-header.js";
import type { Decode } from "./native-codecs.js";

interface CodecFunctions {
  lz4(source: number, sourceEnd: number, target: number, targetEnd: number): number;
  bloscLz4Block(
    source: number,
    sourceEnd: number,
    target: number,
    bytes: number,
    splits: number,
  ): number;
  unshuffle(source: number, target: number, bytes: number, size: number): void;
  unshuffleBits(source: number, target: number, bytes: number, size: number): void;
  crc32c(before: number, source: number, bytes: number): number;
}

type Codecs = WasmInstance<CodecFunctions>;

/** After the tables of the checksum. */
const FIRST = 8192;
/** Copies go in steps of 16 bytes. */
const SLACK_BYTES = 64;
/** Bytes that an instance may keep for the next chunk. */
const KEPT_BYTES_MAX = 2 ** 25;
/** How much is checked at once. */
const CHECKED_BYTES = 2 ** 16;

let kept: Codecs | undefined;

/**
 * Decodes one block of LZ4 to `length` bytes.
 *
 * @throws Error when it is none, or one of another length
 */
export function decodeLz4(bytes: Uint8Array, length: number): Uint8Array {
  const [target, end] = [after(FIRST, bytes.length), after(FIRST, bytes.length) + length];
  return withMemory(end + SLACK_BYTES, ({ functions, memory }) => {
    new Uint8Array(memory.buffer).set(bytes, FIRST);
    if (!functions.lz4(FIRST, FIRST + bytes.length, target, end)) {
      throw new Error(`it is no LZ4 block of ${length} bytes: it was damaged or cut off`);
    }
    return new Uint8Array(memory.buffer).slice(target, end);
  });
}

/**
 * Decodes all blocks of a chunk in Blosc's format into `into`, which has the header's length.
 *
 * @param decodeStream decodes the streams of a block; LZ4 when it is missing
 * @throws Error when a block is damaged
 */
export function decodeBloscBlocks(
  bytes: Uint8Array,
  header: BloscHeader,
  into: Uint8Array,
  decodeStream?: Decode,
): void {
  const { blockBytes, typeSize, blockStarts } = header;
  const sourceMax = Math.max(0, ...blockStarts.map((start) => blockLimit(bytes, header, start)));
  const mixed = after(FIRST, sourceMax);
  const target = after(mixed, blockBytes);
  withMemory(target + blockBytes + SLACK_BYTES, ({ functions, memory }) => {
    const whole = new Uint8Array(memory.buffer);
    blockStarts.forEach((start, block) => {
      const first = block * blockBytes;
      const length = Math.min(blockBytes, into.length - first);
      const limit = blockLimit(bytes, header, start);
      const splits = header.splits(length);
      let isDecoded: number | boolean;
      if (decodeStream === undefined) {
        whole.set(bytes.subarray(start, start + limit), FIRST);
        isDecoded = functions.bloscLz4Block(FIRST, FIRST + limit, mixed, length, splits);
      } else {
        const parts = whole.subarray(mixed, mixed + length);
        isDecoded = decodeStreams(bytes.subarray(start), parts, splits, decodeStream);
      }
      if (!isDecoded) throw new Error(`block ${block} of its Blosc chunk is damaged`);
      const shuffle = header.shuffle(length);
      if (shuffle === "bytes") functions.unshuffle(mixed, target, length, typeSize);
      if (shuffle === "bits") functions.unshuffleBits(mixed, target, length, typeSize);
      const decoded = shuffle === "none" ? mixed : target;
      into.set(whole.subarray(decoded, decoded + length), first);
    });
  });
}

/** Decodes the streams of a block, whose lengths were checked, one after the other into `parts`. */
function decodeStreams(
  bytes: Uint8Array,
  parts: Uint8Array,
  splits: number,
  decode: Decode,
): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const each = Math.floor(parts.length / splits);
  let at = 0;
  for (let split = 0; split < splits; split++) {
    const streamBytes = view.getUint32(at, true);
    const stream = bytes.subarray(at + 4, at + 4 + streamBytes);
    const part = parts.subarray(split * each, (split + 1) * each);
    // A stream that did not shrink is stored as it was.
    if (streamBytes === each) part.set(stream);
    else if (!decode(stream, part)) return false;
    at += 4 + streamBytes;
  }
  return true;
}

/** How many bytes a block that begins at `start` has at most. */
function blockLimit(bytes: Uint8Array, { blockBytes, typeSize }: BloscHeader, start: number) {
  // Streams that do not shrink are stored uncompressed, with their lengths before them.
  return Math.min(bytes.length - start, blockBytes + 4 * Math.max(typeSize, 1) + SLACK_BYTES);
}

/** CRC32C of some bytes; undefined where there is no WebAssembly. */
export function crc32cInWasm(bytes: Uint8Array): number | undefined {
  const codecs = codecsOf();
  if (codecs === undefined) return undefined;
  growMemory(codecs, FIRST + CHECKED_BYTES);
  const { functions, memory } = codecs;
  const whole = new Uint8Array(memory.buffer);
  let crc = 0;
  for (let at = 0; at < bytes.length; at += CHECKED_BYTES) {
    const part = bytes.subarray(at, at + CHECKED_BYTES);
    whole.set(part, FIRST);
    crc = functions.crc32c(crc, FIRST, part.length);
  }
  return crc >>> 0;
}

function after(start: number, bytes: number): number {
  return Math.ceil((start + bytes + SLACK_BYTES) / 16) * 16;
}

function withMemory<T>(bytes: number, action: (codecs: Codecs) => T): T {
  const codecs = codecsOf();
  if (codecs === undefined) throw new Error("Blosc and LZ4 need WebAssembly, which is turned off");
  try {
    growMemory(codecs, bytes);
    return action(codecs);
  } finally {
    if (codecs.memory.buffer.byteLength > KEPT_BYTES_MAX) kept = undefined;
  }
}

function codecsOf(): Codecs | undefined {
  kept ??= instantiateWasm<CodecFunctions>(codecsWasm);
  return kept;
}
