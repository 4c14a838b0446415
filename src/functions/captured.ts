// Values that are sent with a function: plain data only, checked at the user's call, and their
// canonical text, which identifies equal functions.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { refuseFunction } from "./parse-function.js";

/**
 * Refuses captured values that are not plain data.
 *
 * @throws ArgumentError `argument.function`, naming the value by its path.
 */
export function checkCaptured(name: string, captured: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(captured)) {
    if (!/^[A-Za-z_$][\w$]*$/.test(key)) {
      refuseFunction(name, `captures ${JSON.stringify(key)}, which is not a variable's name`);
    }
    checkValue(name, key, value, []);
  }
}

function checkValue(name: string, path: string, value: unknown, above: readonly object[]): void {
  if (value === null || ["number", "string", "boolean"].includes(typeof value)) return;
  if (isTypedArray(value)) return;
  if (typeof value === "object" && !above.includes(value)) {
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) {
        checkValue(name, `${path}[${i}]`, item, [...above, value]);
      }
      return;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      for (const [key, item] of Object.entries(value)) {
        checkValue(name, `${path}.${key}`, item, [...above, value]);
      }
      return;
    }
  }
  refuseFunction(
    name,
    `captures ${path}, ${describe(value, above)}: captured values are numbers, strings, booleans, ` +
      "null, typed arrays, and arrays and plain objects of these",
    { path },
  );
}

function isTypedArray(value: unknown): value is ArrayBufferView {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function describe(value: unknown, above: readonly object[]): string {
  if (typeof value !== "object" || value === null) {
    return value === undefined ? "which is undefined" : `a ${typeof value}`;
  }
  if (above.includes(value)) return "which contains itself";
  return `an object of class ${value.constructor?.name ?? "unknown"}`;
}

/** 128 bits of hash over a function's source and captured values, in hexadecimal. */
export function hashFunction(source: string, captured: Readonly<Record<string, unknown>>): string {
  return hash(utf8ToBytes(`${source}\n${canonical(captured)}`));
}

function hash(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes).subarray(0, 16));
}

/** Text that is equal for equal plain data, with keys in any order. */
function canonical(value: unknown): string {
  if (isTypedArray(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    // A copy, since hashing shared memory in place is not allowed.
    return `${value.constructor.name}(${hash(bytes.slice())})`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
  }
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify(value);
}
