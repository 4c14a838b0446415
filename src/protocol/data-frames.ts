// Replies to requests for data ↔ frames: a head, then the values' bytes as they lie in memory. Small
// values are packed together in one frame, each at a multiple of 8; large ones have a frame of their
// own and are not copied.
import { type DType, isDType, itemBytes } from "../base/dtype.js";
import { ProtocolError } from "../base/errors.js";
import { sizeOf } from "../graph/chunks.js";
import { asProtocolError, packHead, readHead } from "./frames.js";
import type { DataReply } from "./messages.js";

/** Values up to this many bytes are copied into a shared frame. */
export const PACKED_BYTES_MAX = 1024;

const ALIGNMENT_BYTES = 8;

/** How a value's bytes read, and the bytes (C-contiguous). */
export interface DataValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Whether a value of this size has a frame of its own, which refers to the value's memory. */
export function hasOwnFrame(value: DataValue): boolean {
  return value.bytes.byteLength > PACKED_BYTES_MAX;
}

/** The frames of the reply to `request`; undefined stands for a value that is not here. */
export function encodeDataReply(
  request: number,
  values: readonly (DataValue | undefined)[],
): Uint8Array[] {
  const missing: number[] = [];
  const found: DataReply["found"][number][] = [];
  const packed: { readonly byteOffset: number; readonly bytes: Uint8Array }[] = [];
  const frames: Uint8Array[] = [];
  const packedFrames = values.some((value) => value !== undefined && !hasOwnFrame(value)) ? 1 : 0;
  let packedBytes = 0;
  values.forEach((value, position) => {
    if (value === undefined) {
      missing.push(position);
      return;
    }
    const { dtype, shape, bytes } = value;
    if (hasOwnFrame(value)) {
      frames.push(bytes);
      found.push({ position, dtype, shape, frame: packedFrames + frames.length, byteOffset: 0 });
    } else {
      packed.push({ byteOffset: packedBytes, bytes });
      found.push({ position, dtype, shape, frame: 1, byteOffset: packedBytes });
      packedBytes += Math.ceil(bytes.byteLength / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    }
  });
  const reply: DataReply = { type: "data", request, found, missing };
  const head = packHead([reply], []);
  if (packedFrames === 0) return [head, ...frames];
  const small = new Uint8Array(packedBytes);
  for (const { byteOffset, bytes } of packed) small.set(bytes, byteOffset);
  return [head, small, ...frames];
}

/** The head of a reply; an error (returned) when `frames` are none. Its entries are not checked yet. */
export function readReplyHead(frames: readonly Uint8Array[]): DataReply | ProtocolError {
  try {
    const messages = readHead(frames);
    const reply = messages[0] as Partial<DataReply> | null | undefined;
    const fits =
      messages.length === 1 &&
      typeof reply === "object" &&
      reply !== null &&
      reply.type === "data" &&
      Number.isSafeInteger(reply.request) &&
      Array.isArray(reply.found) &&
      Array.isArray(reply.missing);
    return fits ? (reply as DataReply) : new ProtocolError("frames that are no data reply");
  } catch (error) {
    return asProtocolError(error);
  }
}

/**
 * The values of a reply to a request for `count` of them, in the order asked for; an error
 * (returned) when the reply does not fit the request or its own frames. Values that are packed
 * together share one ArrayBuffer.
 */
export function decodeDataReply(
  reply: DataReply,
  frames: readonly Uint8Array[],
  count: number,
): (DataValue | undefined)[] | ProtocolError {
  const values = new Array<DataValue | undefined>(count).fill(undefined);
  const answered = new Set<number>();
  const answers = (position: number) => {
    const fits = Number.isInteger(position) && position >= 0 && position < count;
    return fits && !answered.has(position) && answered.add(position);
  };
  for (const entry of reply.found) {
    if (typeof entry !== "object" || entry === null || !answers(entry.position)) {
      return new ProtocolError("a data reply with a value that was not asked for");
    }
    const value = readValue(entry, frames);
    if (value === undefined) {
      return new ProtocolError("a data reply whose values do not fit its frames");
    }
    values[entry.position] = value;
  }
  if (!reply.missing.every(answers) || answered.size !== count) {
    return new ProtocolError("a data reply that leaves out what was asked for");
  }
  return values;
}

function readValue(
  entry: DataReply["found"][number],
  frames: readonly Uint8Array[],
): DataValue | undefined {
  const { dtype, shape, frame, byteOffset } = entry;
  const lengths = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!isDType(dtype) || !Array.isArray(shape) || !shape.every(lengths)) return undefined;
  const content = frame > 0 ? frames[frame] : undefined;
  const bytes = sizeOf(shape) * itemBytes(dtype);
  if (content === undefined || !lengths(byteOffset)) return undefined;
  if (byteOffset + bytes > content.byteLength) return undefined;
  // A value that has the frame to itself fills it.
  if (bytes > PACKED_BYTES_MAX && bytes !== content.byteLength) return undefined;
  const view = new Uint8Array(content.buffer, content.byteOffset + byteOffset, bytes);
  const aligned = view.byteOffset % ALIGNMENT_BYTES === 0;
  return { dtype, shape, bytes: aligned ? view : new Uint8Array(view) };
}
