// Replies to requests for data ↔ frames: a head, then the raw bytes of the values. Small values are
// packed together in one frame, each at a multiple of 8; large ones have a frame of their own and
// are not copied. Lent values have none: the head has their places.
import { type DType, isDType, itemBytes } from "../../base/dtype.js";
import { ProtocolError } from "../../base/errors.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { isCount, isString, record } from "../messages/fields.js";
import type { MemoryFound, MemoryOffer } from "../messages/memory-messages.js";
import type { DataReply, LentPlace } from "../messages/messages.js";
import { asProtocolError, packHead, readHead } from "./frames.js";

/** Values up to this many bytes are copied into a shared frame. */
export const PACKED_BYTES_MAX = 1024;

const ALIGNMENT_BYTES = 8;

/** How a value's bytes (C-contiguous) read. */
interface ValueForm {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The start of each part along the first axis, if it has parts. */
  readonly partStarts?: readonly number[];
}

/** A value in a message. */
export interface DataValue extends ValueForm {
  readonly bytes: Uint8Array;
}

/** A value that is read in place. */
export interface LentValue extends ValueForm {
  readonly lent: LentPlace;
}

/** Whether a value of this size has a frame of its own, which refers to the value's memory. */
export function hasOwnFrame(value: DataValue): boolean {
  return value.bytes.byteLength > PACKED_BYTES_MAX;
}

/**
 * The frames of the reply to `request`; undefined stands for a value that is missing here.
 *
 * @param heldMs how long the request has been here
 */
export function encodeDataReply(
  request: number,
  values: readonly (DataValue | LentValue | undefined)[],
  heldMs?: number,
): Uint8Array[] {
  const missing: number[] = [];
  const found: DataReply["found"][number][] = [];
  const packed: { readonly byteOffset: number; readonly bytes: Uint8Array }[] = [];
  const frames: Uint8Array[] = [];
  const isPacked = (value: (typeof values)[number]) =>
    value !== undefined && "bytes" in value && !hasOwnFrame(value);
  const packedFrames = values.some(isPacked) ? 1 : 0;
  let packedBytes = 0;
  values.forEach((value, position) => {
    if (value === undefined) {
      missing.push(position);
      return;
    }
    if ("lent" in value) {
      found.push({ position, ...formOf(value), frame: 0, byteOffset: 0, lent: value.lent });
      return;
    }
    const { bytes } = value;
    const form = formOf(value);
    if (hasOwnFrame(value)) {
      frames.push(bytes);
      found.push({ position, ...form, frame: packedFrames + frames.length, byteOffset: 0 });
    } else {
      packed.push({ byteOffset: packedBytes, bytes });
      found.push({ position, ...form, frame: 1, byteOffset: packedBytes });
      packedBytes += alignedBytes(bytes.byteLength);
    }
  });
  const held = heldMs === undefined ? {} : { heldMs };
  const reply: DataReply = { type: "data", request, found, missing, ...held };
  const head = packHead([reply], []);
  if (packedFrames === 0) return [head, ...frames];
  const small = new Uint8Array(packedBytes);
  for (const { byteOffset, bytes } of packed) small.set(bytes, byteOffset);
  return [head, small, ...frames];
}

/** The fields of a value or an entry that define how its bytes are read. */
function formOf({ dtype, shape, partStarts }: ValueForm): ValueForm {
  return { dtype, shape, ...(partStarts === undefined ? {} : { partStarts }) };
}

/**
 * The head of a reply; an error (returned) when `frames` are none. Its entries are not checked yet.
 */
export function readReplyHead(
  frames: readonly Uint8Array[],
): DataReply | MemoryFound | ProtocolError {
  try {
    const messages = readHead(frames);
    const reply = messages[0] as Partial<DataReply | MemoryFound> | null | undefined;
    const fits =
      messages.length === 1 &&
      typeof reply === "object" &&
      reply !== null &&
      Number.isSafeInteger(reply.request) &&
      (reply.type === "memory" ? isOffer(reply.offer) : isDataHead(reply));
    return fits
      ? (reply as DataReply | MemoryFound)
      : new ProtocolError("frames that are no data reply");
  } catch (error) {
    return asProtocolError(error);
  }
}

function isDataHead(reply: Partial<DataReply | MemoryFound>): boolean {
  return reply.type === "data" && Array.isArray(reply.found) && Array.isArray(reply.missing);
}

/** The frames of the answer to a question about memory. */
export function encodeMemoryFound(request: number, offer: MemoryOffer | null): Uint8Array[] {
  const found: MemoryFound = { type: "memory", request, offer };
  return [packHead([found], [])];
}

const isOfferOf = record({ pid: isCount, proofFd: isCount, name: isString });

function isOffer(offer: unknown): boolean {
  return offer === null || isOfferOf(offer);
}

/**
 * The values of a reply to a request for `count` of them, in the order of the request; an error
 * (returned) if the reply does not fit the request or its own frames. Values that are packed
 * together share one ArrayBuffer.
 */
export function decodeDataReply(
  reply: DataReply,
  frames: readonly Uint8Array[],
  count: number,
): (DataValue | LentValue | undefined)[] | ProtocolError {
  const found = reply.found.map(checkedEntry);
  const positions = [...found.map((entry) => entry?.position), ...reply.missing];
  if (!isPermutation(positions, count)) {
    return new ProtocolError("a data reply that does not fit what was asked for");
  }
  const values = new Array<DataValue | LentValue | undefined>(count).fill(undefined);
  const hasPacked = found.some(
    (entry) => entry !== undefined && entry.lent === undefined && entry.bytes <= PACKED_BYTES_MAX,
  );
  let ownFrames = hasPacked ? 1 : 0;
  let packedBytes = 0;
  for (const entry of found) {
    if (entry === undefined) return new ProtocolError("a data reply with a value of no known form");
    if (entry.lent !== undefined) {
      values[entry.position] = { ...formOf(entry), lent: entry.lent };
      continue;
    }
    const isPacked = entry.bytes <= PACKED_BYTES_MAX;
    const frame = isPacked ? 1 : ++ownFrames;
    const byteOffset = isPacked ? packedBytes : 0;
    if (isPacked) packedBytes += alignedBytes(entry.bytes);
    const content = frames[frame];
    const fits =
      entry.frame === frame &&
      entry.byteOffset === byteOffset &&
      content !== undefined &&
      (isPacked ? packedBytes <= content.byteLength : entry.bytes === content.byteLength);
    if (!fits) return new ProtocolError("a data reply whose values do not fit its frames");
    const bytes = alignedView(content, byteOffset, entry.bytes);
    values[entry.position] = { ...formOf(entry), bytes };
  }
  return values;
}

/** An entry with its bytes counted; undefined when its dtype, shape or parts are none. */
function checkedEntry(
  entry: DataReply["found"][number] | null,
): (DataReply["found"][number] & { readonly bytes: number }) | undefined {
  const { dtype, shape } = entry ?? {};
  const isLength = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (entry === null || !isDType(dtype) || !Array.isArray(shape) || !shape.every(isLength)) {
    return undefined;
  }
  if (!arePartStarts(entry.partStarts, shape)) return undefined;
  const bytes = sizeOf(shape) * itemBytes(dtype);
  if (entry.lent !== undefined && !isWithinFile(entry.lent, bytes)) return undefined;
  return { ...entry, bytes };
}

/** The leases in a reply of any kind. */
export function leasesIn(reply: DataReply): number[] {
  return reply.found
    .map((entry) => entry?.lent?.lease)
    .filter((lease) => isCount(lease)) as number[];
}

function isWithinFile(lent: Partial<LentPlace> | null, bytes: number): boolean {
  const { fd, fileBytes, byteOffset, lease } = lent ?? {};
  if (![fd, fileBytes, byteOffset, lease].every(isCount)) return false;
  return (byteOffset as number) + bytes <= (fileBytes as number);
}

/** Whether parts begin in order, at 0 first, within the first axis; or are not listed. */
export function arePartStarts(starts: unknown, [length = 0]: readonly number[]): boolean {
  if (starts === undefined) return true;
  if (!Array.isArray(starts) || starts[0] !== 0) return false;
  return starts.every(
    (start, i) =>
      Number.isSafeInteger(start) && start <= length && (i === 0 || start >= starts[i - 1]),
  );
}

/** Whether `positions` are 0 to `count` - 1, in any order. */
function isPermutation(positions: readonly unknown[], count: number): boolean {
  const distinct = new Set(positions);
  return (
    positions.length === count &&
    distinct.size === count &&
    positions.every((p) => Number.isInteger(p) && (p as number) >= 0 && (p as number) < count)
  );
}

function alignedBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/** Bytes of a frame, aligned for any typed array; copied only if they are misaligned. */
function alignedView(frame: Uint8Array, byteOffset: number, bytes: number): Uint8Array {
  const view = new Uint8Array(frame.buffer, frame.byteOffset + byteOffset, bytes);
  return view.byteOffset % ALIGNMENT_BYTES === 0 ? view : new Uint8Array(view);
}
