// A quick check whether v8 serialises a value without loss, as it does for most results and
// arguments.

const PLAIN_PROTOTYPES: ReadonlySet<unknown> = new Set([
  Object.prototype,
  Array.prototype,
  Date.prototype,
  RegExp.prototype,
  ArrayBuffer.prototype,
  Map.prototype,
  Set.prototype,
  Buffer.prototype,
  DataView.prototype,
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array].map(prototype),
  ...[Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array].map(prototype),
]);

function prototype(type: { readonly prototype: object }): object {
  return type.prototype;
}

/**
 * Whether nothing in `value` needs to be made elsewhere: no functions, instances, errors, symbols.
 */
export function isPlainData(value: unknown): boolean {
  return isLeaf(value) ?? isPlainObject(value as object, new Set());
}

/** Undefined for objects. */
function isLeaf(value: unknown): boolean | undefined {
  switch (typeof value) {
    case "object":
      return value === null ? true : undefined;
    case "function":
    case "symbol":
      return false;
    default:
      return true;
  }
}

function isPlainObject(value: object, above: Set<object>): boolean {
  if (!PLAIN_PROTOTYPES.has(Object.getPrototypeOf(value))) return false;
  if (ArrayBuffer.isView(value)) return !isShared(value.buffer);
  const isCollection = value instanceof Map || value instanceof Set;
  const items = isCollection ? [...value].flat() : value;
  let isKnown = false;
  for (const key in items) {
    const item = (items as Record<string, unknown>)[key];
    const leaf = isLeaf(item);
    if (leaf === false) return false;
    if (leaf === true) continue;
    // Only objects that hold objects can be part of a circle.
    if (!isKnown && above.has(value)) return true;
    isKnown = true;
    above.add(value);
    if (!isPlainObject(item as object, above)) return false;
  }
  return true;
}

function isShared(buffer: ArrayBufferLike): boolean {
  return typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
}
