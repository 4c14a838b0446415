// Errors of users' functions, rebuilt at the client: with the properties that could be sent, as
// instances of this program's classes. The error's stack lists what could not be sent.
// runtime/tasks/thrown-values.ts encodes them.
import {
  type ErrorReviver,
  fromWireError,
  thrownFrom,
  type WireError,
} from "../../protocol/values/wire-error.js";
import { originalStack } from "../../shipping/scripts/source-lines.js";
import { knownErrorClass } from "../../shipping/values/error-classes.js";
import { unpackValue } from "../../shipping/values/value-bytes.js";

/**
 * Rebuilds an error that a worker reported, with a stack trace in terms of the original sources.
 */
export function unpackThrown(wire: WireError): Error {
  const { data } = wire;
  const { remoteStack } = (data ?? {}) as { remoteStack?: unknown };
  if (typeof remoteStack !== "string") return fromWireError(wire, REVIVER);
  const mapped = { ...(data as object), remoteStack: originalStack(remoteStack) };
  return fromWireError({ ...wire, data: mapped }, REVIVER);
}

/** The value that was thrown on a worker, which need not be an error. */
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
