// Numbers, strings and other leaves as bytes, alone or in a list with holes for values that are
// computed elsewhere: most calls take and return these. v8's serialiser takes ten times as long,
// and so does its reader. Other values are value-bytes.ts.
import { ProtocolError } from "../../base/errors.js";

/** The first byte of a single leaf: larger than any other packed value's header length. */
const ONE_LEAF = 0xfe;
/** The first byte of a list of leaves. */
const LEAF_LIST = 0xff;

/** A value without parts that can be written here. */
export type Leaf = number | string | boolean | null | undefined;

/**
 * A value that is computed elsewhere: the number of its operands, and whether they are lists to
 * join.
 */
export interface LeafHole {
  readonly count: number;
  readonly isList: boolean;
}

const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const NUMBER = 4;
const INTEGER = 5;
const TEXT = 6;
const ONE_OPERAND = 7;
const JOINED_OPERANDS = 8;
/** Longer texts are left to v8. */
const TEXT_LENGTH_MAX = 256;
/** The most bytes of a leaf: its kind, the length of a text, three bytes for each unit. */
const LEAF_BYTES_MAX = 3 + 3 * TEXT_LENGTH_MAX;
/** Longer lists are left to v8. */
export const LIST_LENGTH_MAX = 16;

const written = new Uint8Array(2 + LIST_LENGTH_MAX * LEAF_BYTES_MAX);
const scratch = Buffer.from(written.buffer);

/** Whether the value is one that is written here. */
export function isLeaf(value: unknown): value is Leaf {
  switch (typeof value) {
    case "number":
    case "boolean":
    case "undefined":
      return true;
    case "string":
      return value.length <= TEXT_LENGTH_MAX && isWellFormed(value);
    default:
      return value === null;
  }
}

/** Lone surrogates have no bytes in UTF-8. */
function isWellFormed(text: string): boolean {
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    if (unit >= 0xd800 && unit <= 0xdfff) return false;
  }
  return true;
}

/** Whether the list is one that is written here. */
export function isLeafList(values: readonly unknown[]): values is readonly Leaf[] {
  return values.length <= LIST_LENGTH_MAX && values.every(isLeaf);
}

/** A leaf as bytes. */
export function packLeaf(leaf: Leaf): Uint8Array {
  scratch[0] = ONE_LEAF;
  return written.slice(0, write(leaf, 1));
}

/** Leaves and holes as bytes. */
export function packLeaves(leaves: readonly (Leaf | LeafHole)[]): Uint8Array {
  scratch[0] = LEAF_LIST;
  scratch[1] = leaves.length;
  let at = 2;
  for (let k = 0; k < leaves.length; k++) {
    const leaf = leaves[k];
    at = typeof leaf === "object" && leaf !== null ? writeHole(leaf, at) : write(leaf, at);
  }
  // Out of Node's pool: memory of its own would cost more than all else here.
  return Buffer.from(written.subarray(0, at));
}

function writeHole({ count, isList }: LeafHole, at: number): number {
  scratch[at] = isList ? JOINED_OPERANDS : ONE_OPERAND;
  return isList ? scratch.writeUInt32LE(count, at + 1) : at + 1;
}

function write(leaf: Leaf, at: number): number {
  if (typeof leaf === "number") {
    if ((leaf | 0) === leaf && !Object.is(leaf, -0)) {
      scratch[at] = INTEGER;
      return scratch.writeInt32LE(leaf, at + 1);
    }
    scratch[at] = NUMBER;
    return scratch.writeDoubleLE(leaf, at + 1);
  }
  if (typeof leaf === "string") {
    const length = scratch.write(leaf, at + 3);
    scratch[at] = TEXT;
    return scratch.writeUInt16LE(length, at + 1) + length;
  }
  if (leaf === undefined) scratch[at] = UNDEFINED;
  else if (leaf === null) scratch[at] = NULL;
  else scratch[at] = leaf ? TRUE : FALSE;
  return at + 1;
}

/** Whether bytes are those of one leaf. */
export function isPackedLeaf(packed: Uint8Array): boolean {
  return packed[0] === ONE_LEAF;
}

/** Whether bytes are those of a list of leaves. */
export function arePackedLeaves(packed: Uint8Array): boolean {
  return packed[0] === LEAF_LIST;
}

/**
 * Unpacks the result of {@link packLeaf}.
 *
 * @throws ProtocolError for bytes that are none of its
 */
export function unpackLeaf(packed: Uint8Array): Leaf {
  return new LeafReader(packed).next();
}

/**
 * Unpacks the result of {@link packLeaves}; `fill` returns the values of the holes, in order.
 *
 * @throws ProtocolError for bytes that are none of its
 */
export function unpackLeaves(packed: Uint8Array, fill: (hole: LeafHole) => unknown): unknown[] {
  const reader = new LeafReader(packed);
  const values: unknown[] = [];
  for (let count = reader.byte(); count > 0; count--) {
    const hole = reader.hole();
    values.push(hole === undefined ? reader.next() : fill(hole));
  }
  return values;
}

class LeafReader {
  readonly #bytes: Uint8Array;
  #view: DataView | undefined;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw cutOff();
    return value;
  }

  /** The hole that comes next, if one does. */
  hole(): LeafHole | undefined {
    const kind = this.#bytes[this.#at];
    if (kind !== ONE_OPERAND && kind !== JOINED_OPERANDS) return undefined;
    this.#at++;
    if (kind === ONE_OPERAND) return { count: 1, isList: false };
    return { count: this.#int32() >>> 0, isList: true };
  }

  #int32(): number {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }

  next(): Leaf {
    const kind = this.byte();
    switch (kind) {
      case UNDEFINED:
        return undefined;
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case INTEGER:
        return this.#int32();
      case NUMBER: {
        const at = this.#take(8);
        const { buffer, byteOffset, byteLength } = this.#bytes;
        this.#view ??= new DataView(buffer, byteOffset, byteLength);
        return this.#view.getFloat64(at, true);
      }
      case TEXT: {
        const length = this.byte() | (this.byte() << 8);
        const at = this.#take(length);
        // Text decoders refuse shared memory, in which workers keep values.
        return Buffer.from(this.#bytes.subarray(at, at + length)).toString();
      }
      default:
        throw new ProtocolError(`no kind of leaf has number ${kind}`);
    }
  }

  #take(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.byteLength) throw cutOff();
    return at;
  }
}

function cutOff(): ProtocolError {
  return new ProtocolError("a value that was cut off");
}
