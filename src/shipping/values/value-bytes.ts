// A value of any kind as one piece of bytes: in blocks of calls, and for futures. If it contains
// functions, their positions precede the bytes of encode-value.ts.
import { isBorrowed } from "../../base/borrowed-memory.js";
import { ProtocolError } from "../../base/errors.js";
import { keepAlive, keptBy } from "../../base/kept-alive.js";
import type { SourcePlace } from "../../functions/shipped-function.js";
import { decodeValue, decodeWhenReady, type EncodedBytes, prepareValue } from "./decode-value.js";
import { encodeValue, ROWS } from "./encode-value.js";
import type { RowColumns } from "./packed-rows.js";
import { isLeaf, isPackedLeaf, packLeaf, unpackLeaf } from "./scalar-codec.js";
import { deserialize, kindOfBytes, serialize } from "./serializer.js";

/** Bytes of the length of the places, which come first. */
const HEAD_BYTES = 4;
/** Shorter ones are kept in memory of their exact size, which the garbage collector manages. */
const COPIED_BYTES_MAX = 4096;

/**
 * The value as bytes.
 *
 * @param name what the value is called in errors
 * @throws ArgumentError `argument.function` for values that cannot be sent
 */
export function packValue(value: unknown, name?: string): Uint8Array {
  if (isLeaf(value)) return packLeaf(value);
  const options = name === undefined ? {} : { name };
  const { bytes, places } = encodeValue(value, { ...options, room: HEAD_BYTES });
  // Without functions, only a length of zero precedes it: large values are not copied for that.
  if (places.length === 0 && bytes.byteLength >= COPIED_BYTES_MAX) return bytes;
  const head = places.length === 0 ? new Uint8Array(0) : Buffer.from(JSON.stringify(places));
  const packed = new Uint8Array(head.byteLength + bytes.byteLength);
  new DataView(packed.buffer).setUint32(0, head.byteLength);
  packed.set(head, HEAD_BYTES);
  packed.set(bytes.subarray(HEAD_BYTES), HEAD_BYTES + head.byteLength);
  keepAlive(packed, keptBy(bytes));
  return packed;
}

/**
 * The value again: a copy of its own each time.
 *
 * @throws ProtocolError for bytes that are none; ArgumentError when a module is missing that
 * {@link prepareUnpack} would have loaded
 */
export function unpackValue(packed: Uint8Array): unknown {
  return isPackedLeaf(packed) ? unpackLeaf(packed) : decodeValue(split(packed));
}

/** Rows as bytes, which unpack as a list of objects. */
export function packRows(rows: RowColumns): Uint8Array {
  return serialize(ROWS, rows, HEAD_BYTES);
}

/** The columns of packed rows; undefined for other values. */
export function unpackColumns(packed: Uint8Array): RowColumns | undefined {
  if (isPackedLeaf(packed)) return undefined;
  const { bytes } = split(packed);
  return kindOfBytes(bytes) === ROWS ? (deserialize(bytes).value as RowColumns) : undefined;
}

/** Loads what the value needs; undefined where nothing is missing. */
export function prepareUnpack(packed: Uint8Array): Promise<void> | undefined {
  return isPackedLeaf(packed) ? undefined : prepareValue(split(packed));
}

/** The value; a promise of it where modules that it uses have to be loaded. */
export function unpackWhenReady(packed: Uint8Array): unknown {
  return isPackedLeaf(packed) ? unpackLeaf(packed) : decodeWhenReady(split(packed));
}

function split(packed: Uint8Array): EncodedBytes {
  if (packed.byteLength < HEAD_BYTES) throw new ProtocolError("a value without bytes");
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const start = HEAD_BYTES + view.getUint32(0);
  if (start > packed.byteLength) throw new ProtocolError("a value that was cut off");
  // Workers keep values in memory that is not for keeps; v8 would make views of it, or refuse it.
  const own = isBorrowed(packed.buffer) ? packed.slice() : packed;
  const places =
    start === HEAD_BYTES
      ? []
      : (JSON.parse(Buffer.from(own.subarray(HEAD_BYTES, start)).toString()) as SourcePlace[]);
  return { bytes: own.subarray(start), places };
}
