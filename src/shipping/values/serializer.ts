// Bytes of values that v8 serialises itself, with the memory of typed arrays copied on both sides,
// so writes are never shared. encode-value.ts chooses these values.
import { Deserializer, Serializer } from "node:v8";
import { ProtocolError } from "../../base/errors.js";

const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
] as const;
const BUFFER = VIEWS.length;

// Methods of Node's own classes that subclasses need and the types omit.
interface WriterHooks {
  _setTreatArrayBufferViewsAsHostObjects(on: boolean): void;
}

class ValueSerializer extends Serializer {
  constructor() {
    super();
    (this as unknown as WriterHooks)._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view: ArrayBufferView): void {
    const index = Buffer.isBuffer(view)
      ? BUFFER
      : VIEWS.findIndex((type) => Object.prototype.toString.call(view) === `[object ${type.name}]`);
    this.writeUint32(index);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  _getDataCloneError = Error;
}

class ValueDeserializer extends Deserializer {
  _readHostObject(): ArrayBufferView {
    const index = this.readUint32();
    const bytes = this.readRawBytes(this.readUint32());
    if (index === BUFFER) return Buffer.from(bytes);
    const View = VIEWS[index];
    if (View === undefined) throw new ProtocolError(`no kind of typed array has number ${index}`);
    return new (View as Uint8ArrayConstructor)(new Uint8Array(bytes).buffer);
  }
}

/**
 * The bytes of `value`, after a number for their kind.
 *
 * @param room the number of zeros before them, which the caller overwrites
 */
export function serialize(kind: number, value: unknown, room = 0): Uint8Array {
  const serializer = new ValueSerializer();
  if (room > 0) serializer.writeRawBytes(new Uint8Array(room));
  serializer.writeHeader();
  serializer.writeUint32(kind);
  serializer.writeValue(value);
  const { buffer, byteOffset, byteLength } = serializer.releaseBuffer();
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The number of the kind of what {@link serialize} gave.
 *
 * @throws ProtocolError as {@link deserialize}
 */
export function kindOfBytes(bytes: Uint8Array): number {
  return opened(bytes, (deserializer) => deserializer.readUint32());
}

/**
 * Reads the result of {@link serialize}.
 *
 * @throws ProtocolError when the bytes are none of its
 */
export function deserialize(bytes: Uint8Array): { readonly kind: number; readonly value: unknown } {
  return opened(bytes, (deserializer) => ({
    kind: deserializer.readUint32(),
    value: deserializer.readValue(),
  }));
}

function opened<T>(bytes: Uint8Array, read: (deserializer: ValueDeserializer) => T): T {
  try {
    const deserializer = new ValueDeserializer(bytes);
    deserializer.readHeader();
    return read(deserializer);
  } catch (error) {
    throw new ProtocolError("the bytes are no value that this version of Node wrote", {}, error);
  }
}
