// What a function is made of: a built-in's path, a module's export, or source text with the variables
// it captured. How that becomes bytes is encode-value.ts; what the inspector says is
// inspect-function.ts.
import { types } from "node:util";
import { type Binding, bindingOf, pathTo } from "../functions/bindings.js";
import { givenCaptured } from "../functions/declared-captures.js";
import { type FreeVariable, freeVariables } from "../functions/free-variables.js";
import {
  functionSource,
  isNative,
  refuseContextual,
  SUPERCLASS,
} from "../functions/function-source.js";
import { COMPILER_HELPERS, DYNAMIC_IMPORT, GLOBALS, IMPORT_META } from "../functions/globals.js";
import { importExpressions } from "../functions/import-expressions.js";
import { refuseFunction } from "../functions/parse-function.js";
import type { AnyFunction, SourcePlace } from "../functions/shipped-function.js";
import { type Inspected, inspectFunction } from "./inspect-function.js";
import { intrinsicPath } from "./intrinsics.js";
import { exportReference, importReference, type ModuleReference } from "./module-reference.js";
import { type Script, scriptOf } from "./script.js";

/** A function by its source. */
export interface SourceParts {
  readonly type: "source";
  /** Evaluates to the function; what is before `prefixLength` was put there. */
  readonly source: string;
  readonly prefixLength: number;
  readonly isSloppy: boolean;
  readonly isClass: boolean;
  readonly usesRequire: string | undefined;
  /** Modules that it loads by `import()`. */
  readonly imports: readonly string[];
  readonly place: SourcePlace;
  readonly variables: readonly CapturedVariable[];
}

/** A variable with what it stood for when the function was captured. */
export interface CapturedVariable {
  readonly name: string;
  readonly from:
    | { readonly type: "value"; readonly value: unknown }
    | { readonly type: "module"; readonly module: ModuleReference };
}

export type FunctionParts =
  | { readonly type: "global"; readonly path: string }
  | { readonly type: "module"; readonly module: ModuleReference }
  | SourceParts;

const captures = new WeakMap<AnyFunction, FunctionParts>();

/** Notes what a function is made of that was rebuilt here: it can be shipped on as it came. */
export function noteParts(f: object, parts: SourceParts): void {
  captures.set(f as AnyFunction, parts);
}

/**
 * What `f` is made of; worked out once, since variables that could change are refused.
 *
 * @param name what it is called in errors
 * @param captured values given by the user, which are not looked for
 * @throws ArgumentError `argument.function` naming what cannot travel, and what to do
 */
export function captureFunction(
  f: AnyFunction,
  name: string,
  captured: Readonly<Record<string, unknown>> | undefined = givenCaptured(f),
): FunctionParts {
  if (captured !== undefined) return capture(f, name, captured);
  let parts = captures.get(f);
  if (parts === undefined) captures.set(f, (parts = capture(f, name, {})));
  return parts;
}

function capture(
  f: AnyFunction,
  name: string,
  captured: Readonly<Record<string, unknown>>,
): FunctionParts {
  if (types.isProxy(f)) refuseFunction(name, "is a proxy, which has no source: give the function");
  const inspected = inspectFunction(f);
  const script = scriptOf(f, inspected);
  // Listing what is built in takes a while, and most functions are seen not to be.
  const path = script?.url.startsWith("file:") ? undefined : intrinsicPath(f);
  if (path !== undefined) return { type: "global", path };
  const at = script?.offsetOf(inspected.line, inspected.column) ?? 0;
  const module = script && exportReference(f, script, at);
  if (module !== undefined) return { type: "module", module };
  if (script?.url.startsWith("node:") && !isNative(f)) {
    refuseFunction(
      name,
      `belongs to ${script.url} of this process: import it, or make what it belongs to inside the function`,
    );
  }
  const { node, text, ...source } = functionSource(f, name);
  const isClass = node.type === "ClassExpression" || node.type === "ClassDeclaration";
  const surroundings: Surroundings = { name, f, isClass, inspected, script, at, captured };
  const free = freeVariables(node);
  const variables = free.flatMap((variable) => {
    const found = captureVariable(variable, surroundings);
    return found === undefined ? [] : [found];
  });
  return {
    type: "source",
    source: source.source,
    prefixLength: source.prefixLength,
    isSloppy: source.isSloppy,
    isClass,
    usesRequire: usesRequire(free, surroundings) ? script?.url : undefined,
    imports: importExpressions(node),
    place: placeOf(script, text, at),
    variables,
  };
}

/** What is known around a function. */
interface Surroundings {
  readonly name: string;
  readonly f: AnyFunction;
  readonly isClass: boolean;
  readonly inspected: Inspected;
  readonly script: Script | undefined;
  /** Offset in the script of the function's parameters. */
  readonly at: number;
  readonly captured: Readonly<Record<string, unknown>>;
}

function placeOf(script: Script | undefined, text: string, at: number): SourcePlace {
  if (script === undefined) return ["", 0, 0];
  const start = script.source.lastIndexOf(text, at);
  const { line, column } = script.placeOf(start < 0 ? at : start);
  return [script.url, line, column];
}

/** CommonJS functions load modules where they stand; the worker gives them a `require` of its own. */
function usesRequire(free: readonly FreeVariable[], { script, captured }: Surroundings): boolean {
  const isUsed = free.some(({ name }) => name === "require") && !Object.hasOwn(captured, "require");
  return isUsed && script !== undefined && !script.isModule && script.url.startsWith("file:");
}

/** The variable's value or module; undefined for what every process has. */
function captureVariable(
  variable: FreeVariable,
  surroundings: Surroundings,
): CapturedVariable | undefined {
  const { name } = variable;
  const { captured, inspected, isClass, f } = surroundings;
  const value = (of: unknown): CapturedVariable => ({ name, from: { type: "value", value: of } });
  if (Object.hasOwn(captured, name)) return value(captured[name]);
  if (name === DYNAMIC_IMPORT) return undefined;
  if (name === IMPORT_META) refuseContextual(surroundings.name, "`import.meta`");
  if (usesRequire([variable], surroundings)) return undefined;
  if (name === SUPERCLASS) return value(Object.getPrototypeOf(f));
  const scope = inspected.scopes.find((each) => Object.hasOwn(each, name));
  if (scope !== undefined && surroundings.script?.isSettled(name)) {
    const settled = valueIn(scope, name);
    if (settled !== undefined && !Object.hasOwn(COMPILER_HELPERS, name)) {
      return captureLocal(variable, undefined, settled, surroundings);
    }
  }
  const binding = scriptBinding(name, surroundings);
  if (scope === undefined) {
    // The engine keeps what functions use, and what a class extends is not used by one.
    const superclass: unknown = isClass ? Object.getPrototypeOf(f) : undefined;
    if (typeof superclass === "function" && superclass.name === name) return value(superclass);
    if (binding === undefined && isEverywhere(name)) return undefined;
    refuseUnknown(variable, surroundings, binding);
  }
  if (Object.hasOwn(COMPILER_HELPERS, name)) return undefined;
  return binding?.type === "import"
    ? captureImport(variable, binding, valueIn(scope, name), surroundings)
    : captureLocal(variable, binding, valueIn(scope, name), surroundings);
}

/** The variable's value; undefined before it has one, where the engine of Node 24 throws at the look. */
function valueIn(scope: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return scope[name];
  } catch {
    return undefined;
  }
}

function scriptBinding(name: string, { script, at, isClass }: Surroundings): Binding | undefined {
  const parsed = script?.parsed;
  if (parsed === undefined) return undefined;
  const path = pathTo(parsed, at);
  const own = isClass ? /^Class(Declaration|Expression)/ : /Function/;
  const end = path.findLastIndex(({ type }) => own.test(type));
  return bindingOf(parsed, end < 0 ? path : path.slice(0, end), name);
}

function isEverywhere(name: string): boolean {
  return GLOBALS.has(name) || Object.hasOwn(COMPILER_HELPERS, name);
}

function captureImport(
  { name, members }: FreeVariable,
  binding: Extract<Binding, { type: "import" }>,
  value: unknown,
  { script, name: functionName }: Surroundings,
): CapturedVariable {
  const parent = script?.url ?? "";
  const module = importReference(binding.specifier, parent, binding.name);
  if (module !== undefined) return { name, from: { type: "module", module } };
  if (binding.name !== "*") return { name, from: { type: "value", value } };
  return { name, from: { type: "value", value: membersOf(value, members, name, functionName) } };
}

/** The exports that the function uses, where Node cannot import the module as it is. */
function membersOf(
  namespace: unknown,
  members: readonly string[] | undefined,
  name: string,
  functionName: string,
): Record<string, unknown> {
  if (members === undefined || typeof namespace !== "object" || namespace === null) {
    refuseFunction(
      functionName,
      `uses the whole module ${name}, which Node cannot import as it is (it was compiled or bundled): ` +
        "import the names that you use from it",
      { variable: name },
    );
  }
  return Object.fromEntries(
    members.map((member) => [member, (namespace as Record<string, unknown>)[member]]),
  );
}

/** How compilers name the modules that they load. */
const NAMESPACE = /^(__vi_import|__vite_ssr_import|__vi_ssr_import|import_)|^\w+_\d+$|^exports$/;

function captureLocal(
  { name, members }: FreeVariable,
  binding: Extract<Binding, { type: "local" }> | undefined,
  value: unknown,
  { name: functionName }: Surroundings,
): CapturedVariable {
  if (binding?.isReassigned) {
    refuseFunction(
      functionName,
      `uses ${name}, a variable that is assigned again: its value on a worker would not follow. Copy it ` +
        `to a const, or give the value at the call: fn(f, { captured: { ${name} } })`,
      { variable: name },
    );
  }
  if (value === undefined && binding?.isInitialised) {
    refuseFunction(
      functionName,
      `uses ${name} before it has a value: give the function after ${name} was declared`,
      { variable: name },
    );
  }
  const isNamespace =
    members !== undefined &&
    (types.isModuleNamespaceObject(value) || NAMESPACE.test(name)) &&
    typeof value === "object";
  const taken = isNamespace ? membersOf(value, members, name, functionName) : value;
  return { name, from: { type: "value", value: taken } };
}

function refuseUnknown(
  { name }: FreeVariable,
  { name: functionName }: Surroundings,
  binding: Binding | undefined,
): never {
  const reason =
    name === "arguments"
      ? "uses the `arguments` of the function around it: name them as parameters and use those"
      : binding === undefined && !(name in globalThis)
        ? `uses ${name}, which is not defined`
        : `uses ${name}, whose value cannot be read from outside: give it at the call, as in ` +
          `fn(f, { captured: { ${name} } })`;
  refuseFunction(functionName, reason, { variable: name });
}
