// Whether two layers are equal in all fields. Passes may leave one name with other contents, and a
// peer may put any contents under a name.
import type { Layer } from "./layer.js";

/** Whether both have the same fields, with the same values, bit by bit. */
export function sameLayer(one: Layer, other: Layer): boolean {
  return sameValue(one, other);
}

function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (ArrayBuffer.isView(one) || ArrayBuffer.isView(other)) return sameBytes(one, other);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (Array.isArray(one)) {
    const list = other as readonly unknown[];
    return one.length === list.length && one.every((item, k) => sameValue(item, list[k]));
  }
  return sameFields(one as Fields, other as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

/** Undefined fields do not count. */
function sameFields(one: Fields, other: Fields): boolean {
  for (const name of Object.keys(one))
    if (!sameValue(one[name], fieldOf(other, name))) return false;
  return Object.keys(other).every((name) => Object.hasOwn(one, name) || other[name] === undefined);
}

function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function sameBytes(one: object, other: object): boolean {
  if (!ArrayBuffer.isView(one) || !ArrayBuffer.isView(other)) return false;
  if (one.constructor !== other.constructor || one.byteLength !== other.byteLength) return false;
  const [left, right] = [bytesOf(one), bytesOf(other)];
  return left.every((byte, k) => byte === right[k]);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
