// Keys that compare by value: the equality of groupBy, foldBy, distinct, frequencies and join.
// Primitives are equal as in a Map (NaN is equal to itself, 0 to -0); objects are equal when their
// canonical texts are, with the properties of objects, entries of Maps and members of Sets in any
// order.
import { ArgumentError } from "../../base/errors.js";

/** A Map whose keys compare by value; its order is that of first insertion. */
export class ValueMap<V> {
  readonly #primitives = new Map<unknown, V>();
  readonly #objects = new Map<string, V>();
  readonly #entries: [unknown, V][] = [];

  /** The value of an equal key, made by `make` where there is none. */
  getOrMake(key: unknown, make: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (isPrimitive(key)) this.#primitives.set(key, made);
    else this.#objects.set(keyText(key), made);
    this.#entries.push([key, made]);
    return made;
  }

  /** The value of an equal key. */
  get(key: unknown): V | undefined {
    return isPrimitive(key) ? this.#primitives.get(key) : this.#objects.get(keyText(key));
  }

  /** Keys as they came first, with their values. */
  entries(): readonly (readonly [unknown, V])[] {
    return this.#entries;
  }
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/**
 * A text that is equal for equal values, and for no others.
 *
 * @throws ArgumentError `argument.value` for functions, symbols and objects that contain themselves
 */
export function keyText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value, []);
    default:
      throw new ArgumentError("value", `a ${typeof value} cannot be a key: expected plain data`);
  }
}

function objectText(value: object, above: readonly object[]): string {
  if (above.includes(value)) {
    throw new ArgumentError("value", "an object that contains itself cannot be a key");
  }
  const within = [...above, value];
  const text = (item: unknown) =>
    typeof item === "object" && item !== null ? objectText(item, within) : keyText(item);
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  if (isDate(value)) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return `RegExp(${String(value)})`;
  if (value instanceof Map) {
    return `Map(${[...value].map(([key, item]) => `${text(key)}:${text(item)}`).sort()})`;
  }
  if (value instanceof Set) return `Set(${[...value].map(text).sort()})`;
  const className = (Object.getPrototypeOf(value) as object | null)?.constructor?.name ?? "Object";
  if (ArrayBuffer.isView(value) && "length" in value) {
    return `${className}(${Array.from(value as unknown as ArrayLike<unknown>, text)})`;
  }
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${text(item)}`);
  return `${className === "Object" ? "" : className}{${fields.sort().join(",")}}`;
}

/** Whether it is a date, by its tag, since there is no clock in this room. */
export function isDate(value: unknown): value is { getTime(): number } {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** A number from 0 to `parts` - 1 that depends on the key's value alone, in every process. */
export function partOfKey(key: unknown, parts: number): number {
  const text = keyText(key);
  // FNV-1a over UTF-16 units, with a final mix: few parts would see only its weak low bits.
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return (hash >>> 0) % parts;
}
