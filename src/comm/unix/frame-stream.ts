// Messages of frames on a stream of bytes: a header of 32-bit words (magic, number of frames) and the length of each
// frame in 64 bits, all little-endian; then the frames. What they mean is protocol/frames/frames.ts.
import { constants } from "node:buffer";
import { totalmem } from "node:os";
import { ProtocolError } from "../../base/errors.js";
import { FRAMES_MAX, HEAD_BYTES_MAX } from "../../protocol/frames/frames.js";

/** "tws" and the version of this layout. */
const MAGIC = 0x01_73_77_74;

const START_BYTES = 8;
const LENGTH_BYTES = 8;

/** No buffer is longer, and none that is has room in this machine: since Node 22 buffers may be of any length. */
const FRAME_BYTES_MAX = Math.min(constants.MAX_LENGTH, totalmem());

/** Messages up to this many bytes are written in one piece: copying them costs less than a list of pieces does. */
const ONE_PIECE_BYTES_MAX = 16_384;

/** What is to be written, one piece (at least) after the other, for a message of these frames. Large ones are not copied. */
export function piecesOf(frames: readonly Uint8Array[]): Uint8Array[] {
  const headerBytes = START_BYTES + LENGTH_BYTES * frames.length;
  let bytes = headerBytes;
  for (const frame of frames) bytes += frame.byteLength;
  const isSmall = bytes <= ONE_PIECE_BYTES_MAX;
  const first = Buffer.allocUnsafe(isSmall ? bytes : headerBytes);
  first.writeUInt32LE(MAGIC, 0);
  first.writeUInt32LE(frames.length, 4);
  let at = START_BYTES;
  for (const frame of frames) {
    first.writeUInt32LE(frame.byteLength % 2 ** 32, at);
    first.writeUInt32LE(Math.floor(frame.byteLength / 2 ** 32), at + 4);
    at += LENGTH_BYTES;
  }
  if (!isSmall) return [first, ...frames.filter((frame) => frame.byteLength > 0)];
  for (const frame of frames) {
    first.set(frame, at);
    at += frame.byteLength;
  }
  return [first];
}

/** Cuts what comes over one stream into messages. */
export class FrameReader {
  readonly #received: (frames: Buffer[]) => void;
  /** What has come and was not taken yet. */
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** A piece that more is to come of, and how much of it is there. */
  #piece: Buffer | undefined;
  #filled = 0;
  /** Of the message under way: how many frames, how long each is, and those that are there. */
  #count: number | undefined;
  #lengths: readonly number[] | undefined;
  #frames: Buffer[] = [];

  /** @param received called for each message; its first frame is a view that may be looked at meanwhile only */
  constructor(received: (frames: Buffer[]) => void) {
    this.#received = received;
  }

  /**
   * Reads what came next.
   *
   * @returns what is wrong with it; nothing that comes after that can be understood
   */
  read(chunk: Buffer): ProtocolError | undefined {
    this.#chunk = chunk;
    this.#at = 0;
    try {
      while (this.#readOn());
      return undefined;
    } catch (error) {
      if (error instanceof ProtocolError) return error;
      throw error;
    }
  }

  /** Reads the next part of a message; false when it has not come yet. */
  #readOn(): boolean {
    if (this.#count === undefined) {
      if (this.#readWhole()) return true;
      const start = this.#take(START_BYTES, false);
      if (start !== undefined) this.#count = frameCount(start);
      return start !== undefined;
    }
    if (this.#lengths === undefined) {
      const words = this.#take(LENGTH_BYTES * this.#count, false);
      if (words !== undefined) this.#lengths = frameLengths(words, this.#count);
      return words !== undefined;
    }
    const isHead = this.#frames.length === 0;
    const frame = this.#take(this.#lengths[this.#frames.length] as number, !isHead);
    if (frame === undefined) return false;
    this.#frames.push(frame);
    if (this.#frames.length === this.#count) this.#finish();
    return true;
  }

  /** Reads a message of one frame all of which is there, as most are, at once. */
  #readWhole(): boolean {
    const chunk = this.#chunk;
    const from = this.#at + START_BYTES + LENGTH_BYTES;
    if (this.#piece !== undefined || from > chunk.length) return false;
    if (chunk.readUInt32LE(this.#at) !== MAGIC || chunk.readUInt32LE(this.#at + 4) !== 1) {
      return false;
    }
    const end = from + chunk.readUInt32LE(from - 8) + chunk.readUInt32LE(from - 4) * 2 ** 32;
    if (end > chunk.length) return false;
    this.#at = end;
    this.#received([chunk.subarray(from, end)]);
    return true;
  }

  #finish(): void {
    const frames = this.#frames;
    this.#count = undefined;
    this.#lengths = undefined;
    this.#frames = [];
    this.#received(frames);
  }

  /** The next `bytes`, once all are there; in memory of their own, or a view of what came where that has them all. */
  #take(bytes: number, own: boolean): Buffer | undefined {
    const { length } = this.#chunk;
    const end = this.#at + bytes;
    if (this.#piece === undefined && !own && end <= length) {
      const view = this.#chunk.subarray(this.#at, end);
      this.#at = end;
      return view;
    }
    this.#piece ??= allocate(bytes);
    const taken = this.#chunk.copy(this.#piece, this.#filled, this.#at);
    this.#at += taken;
    this.#filled += taken;
    if (this.#filled < bytes) return undefined;
    const piece = this.#piece;
    this.#piece = undefined;
    this.#filled = 0;
    return piece;
  }
}

/** @throws ProtocolError when there is no room; pages that nothing has come for take no memory yet */
function allocate(bytes: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(bytes);
  } catch {
    throw new ProtocolError(
      `a frame of ${bytes} bytes is larger than what this process has room for`,
    );
  }
}

function frameCount(start: Buffer): number {
  if (start.readUInt32LE(0) !== MAGIC) {
    throw new ProtocolError("bytes that are not tilework's: something else speaks to this address");
  }
  const count = start.readUInt32LE(4);
  if (count >= 1 && count <= FRAMES_MAX) return count;
  throw new ProtocolError(`expected 1 to ${FRAMES_MAX} frames, got ${count}`);
}

function frameLengths(words: Buffer, count: number): number[] {
  const lengths: number[] = [];
  for (let k = 0; k < count; k++) {
    const at = LENGTH_BYTES * k;
    const bytes = words.readUInt32LE(at) + words.readUInt32LE(at + 4) * 2 ** 32;
    const bytesMax = k === 0 ? HEAD_BYTES_MAX : FRAME_BYTES_MAX;
    if (bytes > bytesMax) {
      throw new ProtocolError(`a frame of ${bytes} bytes is larger than ${bytesMax}`);
    }
    lengths.push(bytes);
  }
  return lengths;
}
