// Encodes values that users' functions throw: properties of any kind, the class, and the names of
// properties that cannot be sent. The plain part is protocol/values/wire-error.ts;
// client/fetch/remote-errors.ts rebuilds the error.
import type { AnyFunction } from "../../functions/shipped-function.js";
import {
  ownProperties,
  type ThrownFacts,
  toWireError,
  type WireError,
} from "../../protocol/values/wire-error.js";
import { errorClassId } from "../../shipping/values/error-classes.js";
import { hasPrivateFields } from "../../shipping/values/instance-classes.js";
import { packValue } from "../../shipping/values/value-bytes.js";

/** The limit for packed properties: errors are for reading. */
const PACKED_BYTES_MAX = 2 ** 20;

/** The serialised form of a thrown value. */
export function packThrown(thrown: unknown): WireError {
  try {
    return toWireError(thrown, factsOf);
  } catch {
    return { name: "Error", message: "the thrown value cannot be read" };
  }
}

function factsOf(thrown: unknown): ThrownFacts {
  if (!(thrown instanceof Error)) {
    const packed = tryPack(thrown);
    return packed === undefined ? { lost: ["what was thrown"] } : { packed };
  }
  const own: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  const lost: string[] = [];
  for (const [name, value] of ownProperties(thrown)) {
    if (/^(string|number|boolean)$/.test(typeof value)) own[name] = value;
    else if (tryPack(value) !== undefined) others[name] = value;
    else lost.push(name);
  }
  const packed = Object.keys(others).length === 0 ? undefined : tryPack(others);
  if (packed === undefined) lost.push(...Object.keys(others));
  const classId = tryClassId(thrown.constructor as AnyFunction, lost);
  return {
    ...(Object.keys(own).length === 0 ? {} : { own }),
    ...(packed === undefined ? {} : { packed }),
    ...(classId === undefined ? {} : { classId }),
    ...(lost.length === 0 ? {} : { lost }),
  };
}

function tryPack(value: unknown): Uint8Array | undefined {
  try {
    const packed = packValue(value);
    return packed.byteLength <= PACKED_BYTES_MAX ? packed : undefined;
  } catch {
    return undefined;
  }
}

function tryClassId(of: AnyFunction, lost: string[]): string | undefined {
  try {
    const id = errorClassId(of);
    if (id !== undefined && hasPrivateFields(of)) lost.push("its private fields");
    return id;
  } catch {
    return undefined;
  }
}
