// Objects beyond plain data: instances of classes, which are sent with their class, and objects
// that represent resources of this process, which are not.
import { types } from "node:util";
import { functionSource, isNative } from "../../functions/function-source.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { intrinsicPath } from "../capture/intrinsics.js";
import { inspectFunction } from "../scripts/inspect-function.js";
import { scriptOf } from "../scripts/script.js";
import { TRAVEL_HINT } from "./revivable.js";

/** The reason why an object of this kind cannot be sent, with any contents. */
export function refusalOf(value: object): string | undefined {
  if (types.isProxy(value))
    return "is a proxy, whose traps cannot be read: give the object behind it";
  if (types.isPromise(value)) return "is a promise: await it first";
  if (types.isWeakMap(value) || types.isWeakSet(value)) {
    return "is a weak collection, whose entries cannot be listed: use a Map or Set";
  }
  if (types.isGeneratorObject(value)) return "is a running generator: give its values as an array";
  if (types.isExternal(value)) return "is memory of a native addon";
  return undefined;
}

/** Classes whose instances v8 writes with their contents. */
const CLONED =
  /^(Object|Array|Map|Set|Date|RegExp|ArrayBuffer|SharedArrayBuffer|DataView|Buffer|Number|String|Boolean|BigInt|\w*Array)$/;

const classes = new WeakMap<AnyFunction, string | undefined>();

/** The class for the copy of `value`; undefined if it has it already. */
export function checkInstance(
  value: object,
): AnyFunction | "withoutPrototype" | { readonly refusal: string } | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return "withoutPrototype";
  const owner = (prototype as { constructor?: unknown }).constructor;
  if (typeof owner !== "function" || owner.prototype !== prototype) {
    return {
      refusal:
        "is an object made with a prototype that no class has: give it a class, or plain data",
    };
  }
  const of = owner as AnyFunction;
  const path = intrinsicPath(of);
  if (path !== undefined) {
    if (types.isNativeError(value)) return of;
    if (CLONED.test(path)) return undefined;
    return { refusal: `is ${article(path)} of this process: make it inside the function` };
  }
  // The plain objects and arrays of another realm, as test runners have them.
  if (/^(Object|Array)$/.test(of.name) && isNative(of)) return undefined;
  if (!classes.has(of)) classes.set(of, refusalOfClass(of));
  const refusal = classes.get(of);
  return refusal === undefined ? of : { refusal };
}

/** Why instances of a class cannot be made again from their properties. */
function refusalOfClass(of: AnyFunction): string | undefined {
  const hint = (of as { [TRAVEL_HINT]?: string })[TRAVEL_HINT];
  if (hint !== undefined) return `is ${article(of.name)} of this process: ${hint}`;
  for (
    let each: unknown = of;
    typeof each === "function" && intrinsicPath(each) === undefined;
    each = Object.getPrototypeOf(each)
  ) {
    const ancestor = each as AnyFunction;
    if (ancestor === Function.prototype) return undefined;
    const url = isNative(ancestor) ? "node:" : scriptOf(ancestor, inspectFunction(ancestor))?.url;
    if (url === undefined || url.startsWith("node:")) {
      return `is ${article(of.name)}, which represents a resource of this process: open or create it inside the function`;
    }
    if (hasPrivateFields(ancestor)) {
      return `is an object of class ${of.name}, whose private fields cannot be read: make it inside the function, from plain data`;
    }
  }
  return undefined;
}

/** Whether instances of a class, taken by itself, have fields that only the class can read. */
export function hasPrivateFields(of: AnyFunction): boolean {
  const { node } = functionSource(of, of.name);
  if (!("superClass" in node)) return false;
  return node.body.body.some(
    (member) =>
      member.type !== "StaticBlock" && !member.static && member.key.type === "PrivateIdentifier",
  );
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
