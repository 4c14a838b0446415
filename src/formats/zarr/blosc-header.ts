// The header of a chunk in Blosc's format, version 1:
// https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst. Blosc has no checksum; its
// lengths are checked here.
import { zstdContentBytes } from "./zstd-frames.js";

const HEADER_BYTES = 16;
const SHUFFLED = 1;
const COPIED = 2;
const BIT_SHUFFLED = 4;
const NOT_SPLIT = 16;
/** Larger elements, and parts of blocks that are shorter, are not split. */
const SPLITS_MAX = 16;
const SPLIT_BYTES_MIN = 128;

/** The contents of the header and of the table behind it. */
export interface BloscHeader {
  /** Bytes of the decoded chunk. */
  readonly bytes: number;
  /** Bytes of a decoded block; the last may be shorter. */
  readonly blockBytes: number;
  readonly typeSize: number;
  readonly codec: "blosclz" | "lz4" | "snappy" | "zlib" | "zstd";
  /** Whether the bytes follow the header uncompressed. */
  readonly isCopied: boolean;
  /** Where each block begins. */
  readonly blockStarts: readonly number[];
  /** The number of streams of a block of a given decoded length. */
  splits(length: number): number;
  /** How the bytes of such a block are mixed. */
  shuffle(length: number): "none" | "bytes" | "bits";
}

/** Where the bytes of a chunk that is not compressed begin. */
export const BLOSC_DATA_AT = HEADER_BYTES;

const CODECS = ["blosclz", "lz4", "snappy", "zlib", "zstd"] as const;

/**
 * Reads the header of a chunk.
 *
 * @param expected the bytes that the chunk has when it is decoded, where that is known
 * @throws Error when the lengths in it do not fit the file, one another, or the expected length
 */
export function parseBloscHeader(encoded: Uint8Array, expected: number | undefined): BloscHeader {
  if (encoded.length < HEADER_BYTES) wrong(`${encoded.length} bytes are too few for its header`);
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  const [version, flags, typeSize] = [view.getUint8(0), view.getUint8(2), view.getUint8(3)];
  const [bytes, blockBytes, encodedBytes] = [4, 8, 12].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
  ];
  if (version < 1 || version > 2) wrong(`it is of version ${version}, expected 2`);
  if (encodedBytes !== encoded.length) {
    wrong(`its header says ${encodedBytes} bytes, but the file has ${encoded.length}`);
  }
  if (expected !== undefined && bytes !== expected) {
    wrong(`its header says that ${bytes} bytes come out, but the chunk has ${expected}`);
  }
  const isCopied = (flags & COPIED) !== 0;
  if (isCopied && encodedBytes !== HEADER_BYTES + bytes) {
    wrong(`${bytes} bytes are not in a file of ${encodedBytes}`);
  }
  const codec = CODECS[flags >> 5];
  if (codec === undefined) wrong(`it names codec ${flags >> 5}, which there is not`);
  if (typeSize === 0) wrong("its elements have no bytes");
  if ((bytes > 0 && blockBytes === 0) || blockBytes > Math.max(bytes, 1)) {
    wrong(`its blocks have ${blockBytes} of ${bytes} bytes`);
  }
  if (blockBytes < bytes && blockBytes > typeSize && blockBytes % typeSize !== 0) {
    wrong(`its blocks of ${blockBytes} bytes are not made of elements of ${typeSize}`);
  }
  const isSplit = (flags & NOT_SPLIT) === 0 && typeSize <= SPLITS_MAX;
  return {
    bytes,
    blockBytes,
    typeSize,
    codec,
    isCopied,
    blockStarts: isCopied || bytes === 0 ? [] : blockStarts(view, Math.ceil(bytes / blockBytes)),
    splits: (length) =>
      isSplit && length === blockBytes && length / typeSize >= SPLIT_BYTES_MIN ? typeSize : 1,
    shuffle: (length) => {
      if ((flags & SHUFFLED) !== 0) return typeSize > 1 ? "bytes" : "none";
      // Bits of eight elements make a byte: other counts stay unchanged.
      const isMixed = (flags & BIT_SHUFFLED) !== 0 && Math.floor(length / typeSize) % 8 === 0;
      return isMixed && length >= typeSize ? "bits" : "none";
    },
  };
}

function blockStarts(view: DataView, count: number): number[] {
  const tableEnd = HEADER_BYTES + 4 * count;
  if (tableEnd > view.byteLength) wrong(`it is too short for a table of ${count} blocks`);
  return Array.from({ length: count }, (_, block) => {
    const start = view.getUint32(HEADER_BYTES + 4 * block, true);
    if (start < tableEnd || start >= view.byteLength) {
      wrong(`block ${block} begins at byte ${start} of ${view.byteLength}`);
    }
    return start;
  });
}

/**
 * Checks the streams of all blocks: that each ends where the chunk does or before, and that those
 * of zstd become as long as their blocks.
 *
 * @throws Error when one does not
 */
export function checkBloscStreams(encoded: Uint8Array, header: BloscHeader): void {
  const { blockStarts, blockBytes, bytes, codec } = header;
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  blockStarts.forEach((start, block) => {
    const length = Math.min(blockBytes, bytes - block * blockBytes);
    const splits = header.splits(length);
    const each = Math.floor(length / splits);
    let at = start;
    for (let split = 0; split < splits; split++) {
      if (at + 4 > encoded.length) wrong(`block ${block} is cut off`);
      const streamBytes = view.getUint32(at, true);
      const end = at + 4 + streamBytes;
      if (end > encoded.length || streamBytes > each) {
        wrong(`block ${block} has a stream of ${streamBytes} bytes`);
      }
      if (codec === "zstd" && streamBytes < each) {
        const content = zstdContentBytes(encoded.subarray(at + 4, end));
        if ((content ?? each) !== each)
          wrong(`block ${block} becomes ${content} bytes, not ${each}`);
      }
      at = end;
    }
  });
}

function wrong(reason: string): never {
  throw new Error(`it is no Blosc chunk, or a damaged one: ${reason}`);
}
