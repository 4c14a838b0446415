// Errors between threads and processes: class name, code, message, data, stack and causes as plain
// data, and back into an instance of our own classes, or of a class with the user's name and the
// same built-in base. Code that knows the user's classes is passed in
// (runtime/tasks/thrown-values.ts, client/fetch/remote-errors.ts).
import {
  ActorError,
  type ActorErrorCode,
  type ActorErrorData,
  TaskError,
  type TaskErrorData,
  TileworkError,
} from "../../base/errors.js";
import { toPlain } from "./plain-values.js";

/** An error as plain data. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly data?: unknown;
  /** For an error that is not ours: its class, and the built-in class that this extends. */
  readonly type?: string;
  readonly base?: string;
  /** Distinguishes the class from others of its name. */
  readonly classId?: string;
  /** For an error that is not ours: properties that were put on it, as far as they can be sent. */
  readonly own?: Readonly<Record<string, unknown>>;
  /**
   * More of them, in a form of the shell's; of something thrown that is no error, the thing itself.
   */
  readonly packed?: Uint8Array;
  /** Names of the parts that could not be sent. */
  readonly lost?: readonly string[];
  readonly cause?: WireError;
  /** The errors of an AggregateError. */
  readonly errors?: readonly WireError[];
}

/** Facts about a thrown value that is no error of ours. */
export type ThrownFacts = Pick<WireError, "classId" | "own" | "packed" | "lost">;

/** Restores the parts of errors that only the shell can decode. */
export interface ErrorReviver {
  /** The value that was thrown instead of an error. */
  value(wire: WireError): unknown;
  /** Adds to an error the parts that its plain form lacks. */
  finish(error: Error, wire: WireError): void;
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
const ERRORS_MAX = 100;
/** The most characters of the message of a thrown value that is no error. */
const TEXT_MAX = 1_000;

/** Properties that have a field of their own. */
const CARRIED: ReadonlySet<string> = new Set(["name", "message", "stack", "cause", "errors"]);

/**
 * The plain form of anything that was thrown.
 *
 * @param factsOf adds facts about errors that are not ours
 */
export function toWireError(
  thrown: unknown,
  factsOf: (thrown: unknown) => ThrownFacts = plainFacts,
  depth = 0,
): WireError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: textOf(thrown), ...factsOf(thrown) };
  }
  const inner = (error: unknown) => toWireError(error, factsOf, depth + 1);
  const isDeep = depth >= CAUSES_MAX;
  const { errors } = thrown as { errors?: unknown };
  const isMany = thrown instanceof AggregateError && Array.isArray(errors) && !isDeep;
  return {
    name: String(thrown.name),
    message: String(thrown.message),
    ...(thrown.stack === undefined ? {} : { stack: String(thrown.stack) }),
    ...(thrown instanceof TileworkError
      ? dataOf(thrown)
      : { ...classOf(thrown), ...factsOf(thrown) }),
    ...(thrown.cause === undefined || isDeep ? {} : { cause: inner(thrown.cause) }),
    ...(isMany ? { errors: errors.slice(0, ERRORS_MAX).map(inner) } : {}),
  };
}

/** Properties that were put on an error, without those that every error has. */
export function ownProperties(error: Error): [name: string, value: unknown][] {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(error));
  return properties.flatMap(([name, { value, enumerable }]) =>
    enumerable && !CARRIED.has(name) ? [[name, value] as [string, unknown]] : [],
  );
}

function plainFacts(thrown: unknown): ThrownFacts {
  if (!(thrown instanceof Error)) return {};
  const own = ownProperties(thrown).filter(([, value]) => isSendable(value));
  return own.length === 0 ? {} : { own: Object.fromEntries(own) };
}

function textOf(thrown: unknown): string {
  try {
    const isRecord = Object.prototype.toString.call(thrown) === "[object Object]";
    const text = (isRecord ? JSON.stringify(thrown) : undefined) ?? String(thrown);
    return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  } catch {
    return `something of type ${typeof thrown}`;
  }
}

function dataOf({ code, data }: TileworkError): Pick<WireError, "code" | "data"> {
  return data === undefined ? { code } : { code, data };
}

function classOf(thrown: Error): Pick<WireError, "type" | "base"> {
  const base = [...Object.keys(BUILT_IN), "AggregateError", "DOMException"].findLast(
    (name) => thrown instanceof (globalThis as never)[name],
  );
  return { type: String(thrown.constructor?.name ?? "Error"), base: base ?? "Error" };
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
function errorClass<Base extends ErrorConstructor | AggregateErrorConstructor>(
  base: Base,
  name: string,
): Base {
  if (base.name === name) return base;
  const key = `${base.name} ${name}`;
  let found = classes.get(key) as Base | undefined;
  if (found === undefined) {
    found = class extends (base as ErrorConstructor) {} as unknown as Base;
    Object.defineProperty(found, "name", { value: name });
    if (classes.size < CLASSES_MAX) classes.set(key, found as ErrorConstructor);
  }
  return found;
}

function bareError(wire: WireError, cause: unknown, errors: readonly unknown[]): Error {
  const { message, name, base = "Error", type = base } = wire;
  const options = wire.cause === undefined ? undefined : { cause };
  if (base === "DOMException") {
    const error = new DOMException(message, name);
    if (options !== undefined) define(error, "cause", cause, false);
    return error;
  }
  if (base === "AggregateError") {
    return new (errorClass(AggregateError, type))([...errors], message, options);
  }
  const isKnown = Object.hasOwn(BUILT_IN, base);
  const known = isKnown ? (BUILT_IN[base] as ErrorConstructor) : Error;
  return new (errorClass(known, type))(message, options);
}

function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
}

function userError(wire: WireError, cause: unknown, reviver: ErrorReviver | undefined): Error {
  const errors = wire.errors?.map((inner) => thrownFrom(inner, reviver)) ?? [];
  const error = bareError(wire, cause, errors);
  for (const [key, value] of Object.entries(wire.own ?? {})) define(error, key, value, true);
  if (wire.stack !== undefined) define(error, "stack", wire.stack, false);
  reviver?.finish(error, wire);
  if (error.name !== wire.name) define(error, "name", wire.name, false);
  return error;
}

/**
 * An Error with the class name, message, code, properties, remote stack and causes of `wire`.
 *
 * @param reviver takes facts that were given from outside; without one they are passed over
 */
export function fromWireError(wire: WireError, reviver?: ErrorReviver): Error {
  const cause = wire.cause === undefined ? undefined : thrownFrom(wire.cause, reviver);
  if (wire.code === undefined) return userError(wire, cause, reviver);
  if (wire.code.startsWith("task.")) {
    const code = wire.code.slice("task.".length) as
      | "failed"
      | "cancelled"
      | "workerDied"
      | "unreachable"
      | "memory";
    const error = new TaskError(code, wire.message, wire.data as TaskErrorData, cause);
    error.name = wire.name;
    return error;
  }
  if (wire.code.startsWith("actor.")) {
    const code = wire.code.slice("actor.".length) as ActorErrorCode;
    return new ActorError(code, wire.message, wire.data as ActorErrorData, cause);
  }
  const error = new TileworkError(wire.code, wire.message, wire.data, cause);
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

/** The thrown value, which need not be an error; see {@link fromWireError}. */
export function thrownFrom(wire: WireError, reviver?: ErrorReviver): unknown {
  const isError = wire.type !== undefined || wire.code !== undefined || wire.stack !== undefined;
  const isValue = !isError && wire.packed !== undefined && reviver !== undefined;
  return isValue ? reviver.value(wire) : fromWireError(wire, reviver);
}
