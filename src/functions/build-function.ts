// From a reference back to a function, in the thread or process that runs it.
import { InvariantError } from "../base/errors.js";
import { provided } from "../base/host.js";
import type { FunctionRef, NamedFunction } from "./function-ref.js";
import { COMPILER_HELPERS } from "./globals.js";
import { FUNCTION_SHIPPER } from "./shipped-function.js";

type BuiltFunction = (...args: unknown[]) => unknown;

const built = new Map<string, BuiltFunction>();
const BUILT_MAX = 1000;

/** The function that `ref` names; built once per hash and thread. */
export function buildFunction(ref: FunctionRef): BuiltFunction {
  if ("bytes" in ref) {
    const shipper = provided(FUNCTION_SHIPPER);
    if (shipper === undefined) throw new InvariantError("nothing here rebuilds shipped functions");
    return shipper.build(ref);
  }
  let f = built.get(ref.hash);
  if (f === undefined) {
    f = evaluate(ref);
    if (built.size >= BUILT_MAX) built.delete(built.keys().next().value as string);
    built.set(ref.hash, f);
  }
  return f;
}

function evaluate({ name, source, captured }: NamedFunction): BuiltFunction {
  const variables = { ...COMPILER_HELPERS, ...captured };
  // The name that stacks show; a line break in it would end the comment.
  const file = `tilework-function/${name.replace(/[^\w$.-]/g, "_")}`;
  const body = `"use strict"; return (${source}\n);\n//# sourceURL=${file}`;
  return new Function(...Object.keys(variables), body)(...Object.values(variables));
}
