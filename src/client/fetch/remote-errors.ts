// What users' functions threw on a worker, at the client: with the properties that came along, and an instance
// of the class that this program has. What did not come along is said in the error's stack. How it leaves the
// worker is runtime/tasks/thrown-values.ts.
import {
  type ErrorReviver,
  fromWireError,
  thrownFrom,
  type WireError,
} from "../../protocol/values/wire-error.js";
import { knownErrorClass } from "../../shipping/error-classes.js";
import { originalStack } from "../../shipping/source-lines.js";
import { unpackValue } from "../../shipping/value-bytes.js";

/** What a worker reported, as this program would have thrown it. */
export function unpackThrown(wire: WireError): Error {
  const { data } = wire;
  const { remoteStack } = (data ?? {}) as { remoteStack?: unknown };
  if (typeof remoteStack !== "string") return fromWireError(wire, REVIVER);
  const mapped = { ...(data as object), remoteStack: originalStack(remoteStack) };
  return fromWireError({ ...wire, data: mapped }, REVIVER);
}

/** The very thing that a worker says was thrown, which need not have been an error. */
export function unpackAnyThrown(wire: WireError): unknown {
  return thrownFrom(wire, REVIVER);
}

const REVIVER: ErrorReviver = {
  value(wire) {
    try {
      return unpackValue(wire.packed as Uint8Array);
    } catch {
      return new Error(wire.message);
    }
  },
  finish(error, { packed, classId, type, lost = [] }) {
    const missing = [...lost];
    if (error.stack !== undefined) error.stack = originalStack(error.stack);
    if (packed !== undefined) {
      try {
        Object.assign(error, unpackValue(packed));
      } catch (failure) {
        missing.push(`properties, since ${failure instanceof Error ? failure.message : failure}`);
      }
    }
    const known =
      classId === undefined || type === undefined ? undefined : knownErrorClass(classId, type);
    if (known !== undefined) Object.setPrototypeOf(error, known.prototype as object);
    if (missing.length > 0) error.stack += `\n    (could not be sent: ${missing.join(", ")})`;
  },
};
