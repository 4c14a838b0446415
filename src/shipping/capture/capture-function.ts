// The parts of a function: a built-in's path, a module's export, or source text with its captured
// variables. encode-value.ts turns them into bytes; inspect-function.ts asks the inspector.
import { types } from "node:util";
import { type Binding, bindingOf, pathTo } from "../../functions/bindings.js";
import { givenCaptured } from "../../functions/declared-captures.js";
import { type FreeVariable, freeVariables } from "../../functions/free-variables.js";
import {
  functionSource,
  isNative,
  refuseContextual,
  SUPERCLASS,
} from "../../functions/function-source.js";
import { COMPILER_HELPERS, DYNAMIC_IMPORT, GLOBALS, IMPORT_META } from "../../functions/globals.js";
import { importExpressions } from "../../functions/import-expressions.js";
import { refuseFunction } from "../../functions/parse-function.js";
import type { AnyFunction, SourcePlace } from "../../functions/shipped-function.js";
import { exportReference, importReference } from "../modules/module-reference.js";
import { type Inspected, inspectFunction } from "../scripts/inspect-function.js";
import { type Script, scriptOf } from "../scripts/script.js";
import type { CapturedVariable, FunctionParts, SourceParts } from "./function-parts.js";
import { type FunctionSite, knownSite, noteSite } from "./function-site.js";
import { interactiveGlobal } from "./interactive-globals.js";
import { intrinsicPath } from "./intrinsics.js";

const captures = new WeakMap<AnyFunction, FunctionParts>();

/** Notes the parts of a function that was rebuilt here: it can be shipped on in the same form. */
export function noteParts(f: object, parts: SourceParts): void {
  captures.set(f as AnyFunction, parts);
}

/**
 * The parts of `f`, computed once, since variables that could change are refused.
 *
 * @param name its name in errors
 * @param captured values given by the user, which are not looked for
 * @throws ArgumentError `argument.function` naming what cannot be sent, and what to do
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
  const known = knownSite(f);
  const isExported = known?.script?.isModule === false && isExport(f, known);
  if (known === undefined || isExported) return captureFirst(f, name, captured);
  const isAsAll = Object.keys(captured).length === 0;
  if (known.whole !== undefined && isAsAll) return known.whole;
  return captureAt(known, f, name, captured, inspectFunction(f));
}

/**
 * Whether a module of CommonJS exports this very function, and not only others of the same place.
 */
function isExport(f: AnyFunction, { script, at }: FunctionSite): boolean {
  return script !== undefined && exportReference(f, script, at) !== undefined;
}

/** The first function that is seen of a place. */
function captureFirst(
  f: AnyFunction,
  name: string,
  captured: Readonly<Record<string, unknown>>,
): FunctionParts {
  const inspected = inspectFunction(f);
  const script = scriptOf(f, inspected);
  // Listing built-in functions takes a while, and most functions are obviously not built in.
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
  const source = functionSource(f, name);
  const { node, text, prefixLength, isSloppy } = source;
  const site: FunctionSite = {
    script,
    at,
    source,
    parts: {
      type: "source",
      source: source.source,
      prefixLength,
      isSloppy,
      isClass: node.type === "ClassExpression" || node.type === "ClassDeclaration",
      usesRequire: undefined,
      imports: importExpressions(node),
      place: placeOf(script, text, at),
    },
    bindings: new Map(),
    whole: undefined,
  };
  const parts = captureAt(site, f, name, captured, inspected);
  noteSite(f, site);
  return parts;
}

/** The captured variables of `f`, given the other facts of its place. */
function captureAt(
  site: FunctionSite,
  f: AnyFunction,
  name: string,
  captured: Readonly<Record<string, unknown>>,
  inspected: Inspected,
): SourceParts {
  const surroundings: Surroundings = { name, f, inspected, site, captured };
  const free = freeVariables(site.source.node);
  const variables = free.flatMap((variable) => {
    const found = captureVariable(variable, surroundings);
    return found === undefined ? [] : [found];
  });
  const required = usesRequire(free, surroundings) ? site.script?.url : undefined;
  const parts: SourceParts = { ...site.parts, usesRequire: required, variables, site };
  const isAsAll = Object.keys(captured).length === 0 && !site.parts.isClass;
  if (isAsAll && variables.every((each) => isOfAll(each, inspected))) site.whole = parts;
  return parts;
}

/**
 * Whether a variable is the same for all functions of the place: such a one is a module's, and has
 * got its value.
 */
function isOfAll({ name, from }: CapturedVariable, { scopes, moduleScope }: Inspected): boolean {
  if (from.type === "module") return true;
  const scope = scopes.find((each) => Object.hasOwn(each, name));
  return scope !== undefined && scope === moduleScope && from.value !== undefined;
}

/** The context of a function. */
interface Surroundings {
  readonly name: string;
  readonly f: AnyFunction;
  readonly inspected: Inspected;
  readonly site: FunctionSite;
  readonly captured: Readonly<Record<string, unknown>>;
}

function placeOf(script: Script | undefined, text: string, at: number): SourcePlace {
  if (script === undefined) return ["", 0, 0];
  const start = script.source.lastIndexOf(text, at);
  const { line, column } = script.placeOf(start < 0 ? at : start);
  return [script.url, line, column];
}

/**
 * CommonJS functions load modules relative to their file; the worker gives them a `require` of
 * their own.
 */
function usesRequire(
  free: readonly FreeVariable[],
  { site: { script }, captured }: Surroundings,
): boolean {
  const isUsed = free.some(({ name }) => name === "require") && !Object.hasOwn(captured, "require");
  return isUsed && script !== undefined && !script.isModule && script.url.startsWith("file:");
}

/** The variable's value or module; undefined for globals that every process has. */
function captureVariable(
  variable: FreeVariable,
  surroundings: Surroundings,
): CapturedVariable | undefined {
  const { name } = variable;
  const { captured, inspected, site, f } = surroundings;
  const value = (of: unknown): CapturedVariable => ({ name, from: { type: "value", value: of } });
  if (Object.hasOwn(captured, name)) return value(captured[name]);
  if (name === DYNAMIC_IMPORT) return undefined;
  if (name === IMPORT_META) refuseContextual(surroundings.name, "`import.meta`");
  if (usesRequire([variable], surroundings)) return undefined;
  if (name === SUPERCLASS) return value(Object.getPrototypeOf(f));
  const scope = inspected.scopes.find((each) => Object.hasOwn(each, name));
  if (scope !== undefined && site.script?.isSettled(name)) {
    const settled = valueIn(scope, name);
    if (settled !== undefined && !Object.hasOwn(COMPILER_HELPERS, name)) {
      return captureLocal(variable, undefined, settled, surroundings);
    }
  }
  const binding = bindingAt(site, name);
  if (scope === undefined) {
    // The engine keeps the variables that functions use, and the superclass of a class is none of
    // them.
    const superclass: unknown = site.parts.isClass ? Object.getPrototypeOf(f) : undefined;
    if (typeof superclass === "function" && superclass.name === name) return value(superclass);
    if (binding === undefined && isEverywhere(name)) return undefined;
    const typed = interactiveGlobal(name, site.script);
    if (typed === undefined) refuseUnknown(variable, surroundings, binding);
    return captureBound(variable, typed.binding, typed.value, surroundings);
  }
  if (Object.hasOwn(COMPILER_HELPERS, name)) return undefined;
  return captureBound(variable, binding, valueIn(scope, name), surroundings);
}

function captureBound(
  variable: FreeVariable,
  binding: Binding | undefined,
  value: unknown,
  surroundings: Surroundings,
): CapturedVariable {
  return binding?.type === "import"
    ? captureImport(variable, binding, value, surroundings)
    : captureLocal(variable, binding, value, surroundings);
}

/**
 * The variable's value; undefined before it has one, where the engine of Node 24 throws at the
 * look.
 */
function valueIn(scope: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return scope[name];
  } catch {
    return undefined;
  }
}

function bindingAt(site: FunctionSite, name: string): Binding | undefined {
  const { bindings } = site;
  if (!bindings.has(name)) bindings.set(name, findBinding(site, name));
  return bindings.get(name);
}

function findBinding({ script, at, parts }: FunctionSite, name: string): Binding | undefined {
  const parsed = script?.parsed;
  if (parsed === undefined) return undefined;
  const path = pathTo(parsed, at);
  const own = parts.isClass ? /^Class(Declaration|Expression)/ : /Function/;
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
  { site: { script }, name: functionName }: Surroundings,
): CapturedVariable {
  const parent = script?.url ?? "";
  const module = importReference(binding.specifier, parent, binding.name);
  if (module !== undefined) return { name, from: { type: "module", module } };
  if (binding.name !== "*") return { name, from: { type: "value", value } };
  return { name, from: { type: "value", value: membersOf(value, members, name, functionName) } };
}

/** The exports that the function uses, if Node cannot import the module directly. */
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
      `uses ${name}, which is reassigned, so that its value cannot be captured. Copy it ` +
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
