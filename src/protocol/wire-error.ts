// How an error travels between threads and processes: its class name, code, message, data and stack
// as plain data, causes included, and back into an instance of our own tree, or of a class that is
// called as the user's and extends the same built-in one.
import { TaskError, type TaskErrorData, TileworkError } from "../base/errors.js";
import { toPlain } from "./plain-values.js";

/** An error as plain data. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly data?: unknown;
  /** Of an error that is not ours: its class, and the built-in class that this extends. */
  readonly type?: string;
  readonly base?: string;
  /** Of an error that is not ours: properties that were put on it, as far as they can be sent. */
  readonly own?: Readonly<Record<string, unknown>>;
  readonly cause?: WireError;
}

const BUILT_IN: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

const CAUSES_MAX = 8;

/** Properties that have a field of their own. */
const CARRIED: ReadonlySet<string> = new Set(["name", "message", "stack", "cause"]);

/** The plain form of anything that was thrown. */
export function toWireError(thrown: unknown, depth = 0): WireError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  return {
    name: thrown.name,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(thrown instanceof TileworkError ? factsOf(thrown) : classOf(thrown)),
    ...(thrown.cause === undefined || depth >= CAUSES_MAX
      ? {}
      : { cause: toWireError(thrown.cause, depth + 1) }),
  };
}

function factsOf({ code, data }: TileworkError): Pick<WireError, "code" | "data"> {
  return data === undefined ? { code } : { code, data };
}

function classOf(thrown: Error): Pick<WireError, "type" | "base" | "own"> {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(thrown)) {
    if (!CARRIED.has(key) && isSendable(value)) own[key] = value;
  }
  return {
    type: thrown.constructor.name,
    base:
      Object.keys(BUILT_IN).findLast((name) => thrown instanceof (BUILT_IN[name] as never)) ??
      "Error",
    ...(Object.keys(own).length === 0 ? {} : { own }),
  };
}

function isSendable(value: unknown): boolean {
  try {
    toPlain(value);
    return true;
  } catch {
    return false;
  }
}

const classes = new Map<string, ErrorConstructor>();
const CLASSES_MAX = 100;

/** A class of this name: the user's own, with its methods, is not here. */
function errorClass(base: ErrorConstructor, name: string): ErrorConstructor {
  if (base.name === name) return base;
  const key = `${base.name} ${name}`;
  let found = classes.get(key);
  if (found === undefined) {
    found = class extends base {} as ErrorConstructor;
    Object.defineProperty(found, "name", { value: name });
    if (classes.size < CLASSES_MAX) classes.set(key, found);
  }
  return found;
}

function userError(
  { message, name, base = "Error", type = base, own }: WireError,
  cause?: Error,
): Error {
  const isKnown = Object.hasOwn(BUILT_IN, base);
  const Class = errorClass(isKnown ? (BUILT_IN[base] as ErrorConstructor) : Error, type);
  const error = new Class(message, cause === undefined ? undefined : { cause });
  for (const [key, value] of Object.entries(own ?? {})) {
    Object.defineProperty(error, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  if (error.name !== name)
    Object.defineProperty(error, "name", { value: name, configurable: true });
  return error;
}

/** An Error with the class name, message, code, properties, remote stack and causes of `wire`. */
export function fromWireError(wire: WireError): Error {
  const cause = wire.cause === undefined ? undefined : fromWireError(wire.cause);
  const taskCode = wire.code?.startsWith("task.") ? wire.code.slice("task.".length) : undefined;
  const error =
    taskCode !== undefined
      ? new TaskError(
          taskCode as "failed" | "cancelled" | "workerDied" | "memory",
          wire.message,
          wire.data as TaskErrorData,
          cause,
        )
      : wire.code === undefined
        ? userError(wire, cause)
        : new TileworkError(wire.code, wire.message, wire.data, cause);
  if (wire.code !== undefined) error.name = wire.name;
  if (taskCode === undefined && wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
