// Code typed into Node's REPL, or given to `node -e`, is in scripts without a file. Functions
// and `var`s of such a script are global names, and Node's own modules are, too.
import { builtinModules } from "node:module";
import type { Binding } from "../../functions/bindings.js";
import type { Script } from "../scripts/script.js";

/** A global name that the user gave, and where its value comes from. */
export interface InteractiveGlobal {
  readonly binding: Binding;
  readonly value: unknown;
}

/** Undefined where the script has a file, or there is no such global name. */
export function interactiveGlobal(
  name: string,
  script: Script | undefined,
): InteractiveGlobal | undefined {
  const isTyped = script !== undefined && /^(REPL\d+|\[eval\])/.test(script.url);
  if (!isTyped || !Object.hasOwn(globalThis, name)) return undefined;
  const value = (globalThis as Record<string, unknown>)[name];
  if (builtinModules.includes(name)) {
    return { binding: { type: "import", specifier: `node:${name}`, name: "default" }, value };
  }
  return { binding: { type: "local", isReassigned: false, isInitialised: false }, value };
}
