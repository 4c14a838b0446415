// Promises that public functions return: real ones, which say that `await` is missing when a
// program takes them for their values.
import { ArgumentError } from "./errors.js";

/** What promises of one function have besides a promise's own methods. */
export type PromiseTraps = object;

/** The call that returned the promise, as people write it. */
const CALL = Symbol("tilework.call");

/** What a promise has of its own, or what programs ask any object for. */
const KEPT = new Set(
  "then catch finally constructor toString toJSON length name #private".split(" "),
);

/** By the list of members, the prototype that all promises of such values share. */
const shared = new Map<string, object>();

/**
 * The prototype of promises that a function returns.
 *
 * @param call the call that returned them, as people write it: `fromZarr(…)`
 * @param members the names of what their values have, methods with `()` behind them; `[]` is for
 *   lists, `*` for records
 */
export function promiseTraps(call: string, members: string): PromiseTraps {
  let traps = shared.get(members);
  if (traps === undefined) {
    traps = trapsOf(members.split(" "));
    shared.set(members, traps);
  }
  return Object.create(traps, { [CALL]: { value: call } });
}

/** The promise itself, with the traps. */
export function trapped<T>(promise: Promise<T>, traps: PromiseTraps): Promise<T> {
  return Object.getPrototypeOf(promise) === Promise.prototype
    ? Object.setPrototypeOf(promise, traps)
    : promise;
}

/** Refuses an argument that is a promise of one of our functions. */
export function checkAwaited(name: string, position: number, value: unknown): void {
  if (!(value instanceof Promise)) return;
  const call = (value as Partial<Trapped>)[CALL];
  if (call === undefined) return;
  value.catch(() => undefined);
  throw new ArgumentError(
    "value",
    `argument ${position + 1} of ${name} is the promise of ${call}, and await is missing: write await ${call}`,
    { given: value, expected: `await ${call}` },
  );
}

interface Trapped extends Promise<unknown> {
  readonly [CALL]: string;
}

function trapsOf(members: readonly string[]): object {
  const prototype = Object.create(members.includes("*") ? ANY_NAME : Promise.prototype);
  const define = (name: string | symbol, descriptor: PropertyDescriptor) =>
    Object.defineProperty(prototype, name, { configurable: true, ...descriptor });
  for (const member of members) {
    const isMethod = member.endsWith("()");
    const name = isMethod ? member.slice(0, -2) : member;
    if (member === "*") continue;
    if (member === "[]")
      define(
        Symbol.iterator,
        method((promise) => missingAwait(promise, "")),
      );
    else if (KEPT.has(name) || name === "") continue;
    else if (isMethod)
      define(
        name,
        method((promise) => missingAwait(promise, `.${name}(…)`)),
      );
    else
      define(
        name,
        property((promise) => missingAwait(promise, `.${name}`)),
      );
  }
  const asPrimitive = function (this: Trapped, hint: string): string {
    if (hint === "string") return "[object Promise]";
    throw missingAwait(this, "");
  };
  define(Symbol.toPrimitive, { value: asPrimitive });
  return prototype;
}

/** What programs ask objects for that they know nothing of. */
const ASKED = new Set("asymmetricMatch nodeType $$typeof lift subscribe getReader size".split(" "));

/** Below promises of records, whose members have any name. */
const ANY_NAME = new Proxy(Object.create(Promise.prototype), {
  get(target, name, promise) {
    const isOwn = typeof name === "symbol" || name in target || KEPT.has(name) || ASKED.has(name);
    if (isOwn) return Reflect.get(target, name, promise);
    throw missingAwait(promise, `.${name}`);
  },
});

type Complaint = (promise: Trapped) => ArgumentError;

/** A method that fails when it is called: programs may ask any object for its methods. */
function method(complaint: Complaint): PropertyDescriptor {
  const value = function (this: Trapped): never {
    throw complaint(this);
  };
  return { value, writable: true };
}

/** What is assigned becomes a property of the promise, as with all others. */
function property(complaint: Complaint): PropertyDescriptor {
  const get = function (this: Trapped): never {
    throw complaint(this);
  };
  return { get };
}

/** The error for a use of the value; the promise's own failure matters no more then. */
function missingAwait(promise: Trapped, use: string): ArgumentError {
  const call = promise[CALL];
  promise.catch(() => undefined);
  const [name] = call.split("(");
  return new ArgumentError(
    "value",
    `${name} returns a promise, and await is missing: write (await ${call})${use}`,
    { expected: `(await ${call})${use}` },
  );
}
