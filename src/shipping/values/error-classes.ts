// Users' classes of errors: an error that comes back from a worker becomes an instance of this
// program's class, if it has one. The class is identified by its text and that of its base classes,
// which are the same for a class built from source or imported on another machine.
import { createHash } from "node:crypto";
import { functionSource, isNative } from "../../functions/function-source.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { intrinsicPath } from "../capture/intrinsics.js";
import { objectsBelow } from "../scripts/inspect-function.js";

/** How long it is taken for granted that a class that was not found is not here. */
const MISSING_MS = 1_000;

const ids = new WeakMap<AnyFunction, string | undefined>();

/** Distinguishes the class of an error from others; undefined for built-in ones. */
export function errorClassId(of: AnyFunction): string | undefined {
  if (!ids.has(of)) ids.set(of, idOf(of));
  return ids.get(of);
}

function idOf(of: AnyFunction): string | undefined {
  const digest = createHash("sha256");
  let each: unknown = of;
  while (typeof each === "function" && intrinsicPath(each) === undefined) {
    const named = each as AnyFunction;
    if (isNative(named)) return undefined;
    digest.update(`${named.name}\n${functionSource(named, named.name).source}\n`);
    each = Object.getPrototypeOf(each);
  }
  return each === of ? undefined : digest.digest("hex").slice(0, 32);
}

const found = new Map<string, WeakRef<AnyFunction>>();
const missingSinceMs = new Map<string, number>();

/** The class of this program that has this id; undefined where there is none, or more than one. */
export function knownErrorClass(id: string, name: string): AnyFunction | undefined {
  const known = found.get(id)?.deref();
  if (known !== undefined) return known;
  const missingMs = missingSinceMs.get(id);
  if (missingMs !== undefined && performance.now() - missingMs < MISSING_MS) return undefined;
  const classes = new Set<AnyFunction>();
  for (const prototype of objectsBelow(Error.prototype)) {
    const of: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof of === "function" && of.prototype === prototype && of.name === name) {
      if (tryId(of as AnyFunction) === id) classes.add(of as AnyFunction);
    }
  }
  const [first] = classes;
  if (first === undefined || classes.size > 1) missingSinceMs.set(id, performance.now());
  else found.set(id, new WeakRef(first));
  return found.get(id)?.deref();
}

function tryId(of: AnyFunction): string | undefined {
  try {
    return errorClassId(of);
  } catch {
    return undefined;
  }
}
