// Values that msgpack cannot express (typed arrays, -0, BigInt, Map, Set, RegExp, Error). They
// become plain before encoding, with a list of patches to restore them. Most messages need none, so
// both directions are cheap. Messages are frames.ts.
import { ProtocolError } from "../../base/errors.js";

/** Typed arrays of at least this many bytes are sent as a frame of their own. */
export const OWN_FRAME_BYTES_MIN = 4096;

const DEPTH_MAX = 200;

/** Where in a value: property names and positions, from the outside in. */
type Path = readonly (string | number)[];

/**
 * How to restore the value at a path. `bytes` finds them in place, `frame` in a frame by number;
 * both name the kind of array.
 */
export type Patch =
  | readonly [path: Path, kind: "bytes", array: string]
  | readonly [path: Path, kind: "frame", array: string, frame: number]
  | readonly [path: Path, kind: "negativeZero" | "bigint" | "map" | "set" | "regexp" | "error"];

/** A value that msgpack can represent, and the parts that were taken out of it. */
export interface PlainValue {
  readonly value: unknown;
  /** Inner values before those around them. */
  readonly patches: readonly Patch[];
  /** The frames that `frame` patches refer to by number, from 0. */
  readonly frames: readonly Uint8Array[];
}

const ARRAYS: Readonly<Record<string, (bytes: ArrayBuffer) => unknown>> = {
  Int8Array: (bytes) => new Int8Array(bytes),
  Uint8Array: (bytes) => new Uint8Array(bytes),
  Uint8ClampedArray: (bytes) => new Uint8ClampedArray(bytes),
  Int16Array: (bytes) => new Int16Array(bytes),
  Uint16Array: (bytes) => new Uint16Array(bytes),
  Int32Array: (bytes) => new Int32Array(bytes),
  Uint32Array: (bytes) => new Uint32Array(bytes),
  Float32Array: (bytes) => new Float32Array(bytes),
  Float64Array: (bytes) => new Float64Array(bytes),
  BigInt64Array: (bytes) => new BigInt64Array(bytes),
  BigUint64Array: (bytes) => new BigUint64Array(bytes),
  DataView: (bytes) => new DataView(bytes),
  ArrayBuffer: (bytes) => bytes,
};

/** Shared by all values that need neither patches nor frames. */
const NONE: readonly never[] = [];

/**
 * Makes `value` plain. Nothing in it is changed; memory of typed arrays is copied, so that they may
 * change (or be shared) afterwards. Small byte arrays that are fields of `value` itself, such as
 * results in a report, are made for the message and not copied.
 *
 * @throws ProtocolError for what cannot be sent: functions, symbols, values that contain
 * themselves.
 */
export function toPlain(value: unknown): PlainValue {
  // Most messages need nothing; to see that takes a third of the time that noting every path does.
  if (isSelfDescribing(value, 0)) return { value, patches: NONE, frames: NONE };
  const taken: Taken = { patches: [], frames: [], path: [] };
  return { value: plain(value, taken), patches: taken.patches, frames: taken.frames };
}

/** Whether msgpack can represent `value` and everything in it. */
function isSelfDescribing(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "number":
      return value !== 0 || 1 / value > 0;
    case "object":
      return value === null || objectSaysItself(value, depth);
    case "bigint":
    case "function":
    case "symbol":
      return false;
    default:
      return true;
  }
}

function objectSaysItself(value: object, depth: number): boolean {
  if (depth > DEPTH_MAX) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isSelfDescribing(value[i], depth + 1)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Uint8Array.prototype) {
    return depth === 1 && (value as Uint8Array).byteLength < OWN_FRAME_BYTES_MIN;
  }
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (!isSelfDescribing((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

/** Patches and frames that {@link toPlain} has collected so far, and the current path. */
interface Taken {
  readonly patches: Patch[];
  readonly frames: Uint8Array[];
  readonly path: (string | number)[];
}

function plain(value: unknown, taken: Taken): unknown {
  switch (typeof value) {
    case "object":
      return value === null ? null : plainObject(value, taken);
    case "number":
      if (value === 0 && 1 / value < 0) taken.patches.push([[...taken.path], "negativeZero"]);
      return value;
    case "bigint":
      taken.patches.push([[...taken.path], "bigint"]);
      return value.toString();
    case "function":
    case "symbol":
      throw new ProtocolError(
        `a ${typeof value} cannot be sent to another process (at ${describe(taken.path)})`,
      );
    default:
      return value;
  }
}

function plainObject(value: object, taken: Taken): unknown {
  if (taken.path.length > DEPTH_MAX) {
    throw new ProtocolError(
      `a value that contains itself, or is nested more than ${DEPTH_MAX} deep, cannot be sent (at ${describe(taken.path.slice(0, 8))} …)`,
    );
  }
  if (Array.isArray(value)) return plainArray(value, taken);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return plainRecord(value as Record<string, unknown>, taken);
  }
  return plainInstance(value, taken);
}

/** The very array where nothing in it needs a change: the columns of a message. */
function plainArray(array: readonly unknown[], taken: Taken): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (typeof item === "number" && item !== 0) continue;
    taken.path.push(i);
    const made = plain(item, taken);
    taken.path.pop();
    if (made !== item) (changed ??= array.slice())[i] = made;
  }
  return changed ?? array;
}

function plainRecord(record: Record<string, unknown>, taken: Taken): Record<string, unknown> {
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const item = record[key];
    taken.path.push(key);
    const made = plain(item, taken);
    taken.path.pop();
    if (made !== item && !(Number.isNaN(made) && Number.isNaN(item))) {
      changed ??= { ...record };
      changed[key] = made;
    }
  }
  return changed ?? record;
}

function plainInstance(value: object, taken: Taken): unknown {
  const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (ArrayBuffer.isView(value)) {
    return plainBytes(
      new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
      name,
      taken,
    );
  }
  switch (name) {
    case "ArrayBuffer":
    case "SharedArrayBuffer":
      return plainBytes(new Uint8Array(value as ArrayBuffer), "ArrayBuffer", taken);
    case "Map":
      return plainParts([...(value as Map<unknown, unknown>)], "map", taken);
    case "Set":
      return plainParts([...(value as Set<unknown>)], "set", taken);
    case "RegExp":
      return plainParts([(value as RegExp).source, (value as RegExp).flags], "regexp", taken);
    case "Error": {
      const { name: kind, message, stack } = value as Error;
      return plainParts([kind, message, stack], "error", taken);
    }
    case "Date": // msgpack has a type for it
      return value;
    default:
      // An instance of a user's class: its own fields, as structured clone copies them.
      return plainRecord({ ...value }, taken);
  }
}

function plainParts(
  parts: readonly unknown[],
  kind: "map" | "set" | "regexp" | "error",
  taken: Taken,
): unknown {
  const made = plainArray(parts, taken);
  taken.patches.push([[...taken.path], kind]);
  return made;
}

function plainBytes(bytes: Uint8Array, array: string, taken: Taken): unknown {
  const copy = new Uint8Array(bytes);
  const path = [...taken.path];
  if (copy.byteLength < OWN_FRAME_BYTES_MIN) {
    taken.patches.push([path, "bytes", array]);
    return copy;
  }
  taken.patches.push([path, "frame", array, taken.frames.length]);
  taken.frames.push(copy);
  return null;
}

/**
 * Applies patches to a value that came out of msgpack, and returns it.
 *
 * @throws ProtocolError when a patch fits neither the value nor the frames.
 */
export function restore(
  value: unknown,
  patches: readonly unknown[],
  frames: readonly Uint8Array[],
): unknown {
  const root = { value };
  for (const patch of patches) {
    if (!Array.isArray(patch) || !Array.isArray(patch[0])) throw new ProtocolError("no patch");
    const [path, kind, array, frame] = patch as [(string | number)[], unknown, unknown, unknown];
    let holder = root as Record<string | number, unknown>;
    let key: string | number = "value";
    for (const step of path) {
      holder = own(holder, key) as Record<string | number, unknown>;
      key = step;
    }
    const found = own(holder, key);
    holder[key] = restored(kind, kind === "frame" ? frames[frame as number] : found, array);
  }
  return root.value;
}

function own(holder: unknown, key: unknown): unknown {
  if (
    typeof holder !== "object" ||
    holder === null ||
    (typeof key !== "string" && typeof key !== "number") ||
    !Object.hasOwn(holder, key)
  ) {
    throw new ProtocolError("a patch leads nowhere");
  }
  return (holder as Record<string | number, unknown>)[key];
}

function restored(kind: unknown, plainForm: unknown, array: unknown): unknown {
  switch (kind) {
    case "bytes":
    case "frame":
      return restoredBytes(plainForm, array);
    case "negativeZero":
      return -0;
    case "bigint":
      return BigInt(plainForm as string);
    case "map":
      return new Map(plainForm as [unknown, unknown][]);
    case "set":
      return new Set(plainForm as unknown[]);
    case "regexp": {
      const [source, flags] = plainForm as [string, string];
      return new RegExp(source, flags);
    }
    case "error": {
      const [name, message, stack] = plainForm as [string, string, string];
      return Object.assign(new Error(message), { name, stack });
    }
    default:
      throw new ProtocolError("an unknown kind of patch");
  }
}

function restoredBytes(bytes: unknown, array: unknown): unknown {
  const make = typeof array === "string" && Object.hasOwn(ARRAYS, array) && ARRAYS[array];
  if (!make || !(bytes instanceof Uint8Array)) throw new ProtocolError("a patch without bytes");
  const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return make(whole ? (bytes.buffer as ArrayBuffer) : new Uint8Array(bytes).buffer);
}

function describe(path: Path): string {
  return path.length === 0 ? "the message itself" : path.join(".");
}
