// Whether a function must be called on an object, which tasks do not do.
import { functionSource, isNative, usesThis } from "../../functions/function-source.js";
import type { AnyFunction } from "../../functions/shipped-function.js";

const known = new WeakMap<AnyFunction, boolean>();

/** Whether `f` is a function or method whose result depends on `this`. */
export function usesOwnThis(f: AnyFunction): boolean {
  let uses = known.get(f);
  if (uses === undefined) {
    uses = !isNative(f) && needsThis(f);
    known.set(f, uses);
  }
  return uses;
}

function needsThis(f: AnyFunction): boolean {
  const { node } = functionSource(f, f.name);
  return node.type !== "ClassExpression" && node.type !== "ClassDeclaration" && usesThis(node);
}
