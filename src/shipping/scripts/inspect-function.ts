// Facts about a function that the language does not show: where it was written, and its captured
// variables with their values. The engine's inspector has them; it is queried inside this process,
// in one synchronous exchange. capture-function.ts interprets the answers.
import { Session } from "node:inspector";
import { OWN_ROOT } from "../../base/error-text.js";

/** A function as the inspector sees it. */
export interface Inspected {
  /** The script that contains it; undefined for built-in and bound functions. */
  readonly scriptId: string | undefined;
  /** Where its parameters begin, counted from 0. */
  readonly line: number;
  readonly column: number;
  /** Variables by name, innermost scope first, without the global one. */
  readonly scopes: readonly Readonly<Record<string, unknown>>[];
  /** The one of these that all functions of a module share. */
  readonly moduleScope: Readonly<Record<string, unknown>> | undefined;
}

/** A script as the inspector lists it. */
export interface InspectedScript {
  readonly url: string;
  readonly source: string;
  readonly sourceMapUrl: string;
  readonly isModule: boolean;
}

/** The global name under which the inspector finds its subject during a query. */
const HOLDER = "__tileworkInspected";

/** The inspector's object group for these queries. */
const GROUP = "tilework";
const GROUP_MAX = 256;

interface ScopeEntry {
  readonly description: string;
  readonly object: Record<string, unknown>;
}

interface Holder {
  readonly asked: unknown;
  scopes: ArrayLike<ScopeEntry> | undefined;
}

let session: Session | undefined;
const scripts = new Map<string, Omit<InspectedScript, "source">>();
const sources = new Map<string, string>();

/** Asks the inspector about `f`. */
export function inspectFunction(f: (...args: never) => unknown): Inspected {
  const holder: Holder = { asked: f, scopes: undefined };
  Object.defineProperty(globalThis, HOLDER, { value: holder, configurable: true });
  try {
    const { result } = post("Runtime.evaluate", {
      expression: `${HOLDER}.asked`,
      silent: true,
      objectGroup: GROUP,
    });
    const { objectId } = result as { objectId: string };
    const { internalProperties = [] } = post("Runtime.getProperties", {
      objectId,
      ownProperties: true,
    }) as { internalProperties?: InternalProperty[] };
    const property = (name: string) => internalProperties.find((p) => p.name === name)?.value;
    const location = property("[[FunctionLocation]]")?.value;
    const scopesId = property("[[Scopes]]")?.objectId;
    if (scopesId !== undefined) {
      post("Runtime.callFunctionOn", {
        objectId: scopesId,
        functionDeclaration: `function () { ${HOLDER}.scopes = this; }`,
        silent: true,
      });
    }
    const entries = Array.from(holder.scopes ?? []);
    const scopes = entries.map(({ object }) => object);
    return {
      scriptId: location?.scriptId,
      line: location?.lineNumber ?? 0,
      column: location?.columnNumber ?? 0,
      scopes: scopes.filter((scope) => (scope as unknown) !== globalThis),
      moduleScope: entries.find(({ description }) => description === "Module")?.object,
    };
  } finally {
    delete (globalThis as Record<string, unknown>)[HOLDER];
    releaseSoon();
  }
}

let inspectedCount = 0;

/** Has the inspector release its objects: many together, since that takes as long as one. */
function releaseSoon(): void {
  if (inspectedCount++ === 0) setImmediate(releaseAll);
  else if (inspectedCount === GROUP_MAX) releaseAll();
}

function releaseAll(): void {
  if (inspectedCount === 0) return;
  inspectedCount = 0;
  post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
}

/**
 * All objects of this process that have `prototype` somewhere above them. Collects garbage first:
 * it takes long.
 */
export function objectsBelow(prototype: object): readonly object[] {
  const holder: { asked: object; found: readonly object[] } = { asked: prototype, found: [] };
  Object.defineProperty(globalThis, HOLDER, { value: holder, configurable: true });
  try {
    const { result } = post("Runtime.evaluate", { expression: `${HOLDER}.asked`, silent: true });
    const { objectId: prototypeObjectId } = result as { objectId: string };
    const { objects } = post("Runtime.queryObjects", { prototypeObjectId });
    const { objectId } = objects as { objectId: string };
    post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function () { ${HOLDER}.found = this; }`,
      silent: true,
    });
    post("Runtime.releaseObject", { objectId });
    post("Runtime.releaseObject", { objectId: prototypeObjectId });
    return holder.found;
  } finally {
    delete (globalThis as Record<string, unknown>)[HOLDER];
  }
}

/** The URLs of the scripts whose code is under way, by id. The query costs next to nothing. */
export function scriptsOnStack(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  post("Runtime.enable");
  try {
    const { exceptionDetails } = post("Runtime.evaluate", {
      expression: "throw 0",
      silent: true,
    }) as { exceptionDetails?: { stackTrace?: StackTrace } };
    let stack = exceptionDetails?.stackTrace;
    for (; stack !== undefined; stack = stack.parent) {
      for (const { scriptId, url } of stack.callFrames) found.set(scriptId, url);
    }
  } finally {
    post("Runtime.disable");
  }
  return found;
}

/**
 * The script with this id; undefined when the engine release it. Node's own come without source.
 */
export function inspectScript(scriptId: string): InspectedScript | undefined {
  const isKnown = sources.has(scriptId) || scripts.get(scriptId)?.url.startsWith("node:");
  if (!isKnown) readScripts(scriptId);
  const script = scripts.get(scriptId);
  return script && { ...script, source: sources.get(scriptId) ?? "" };
}

/**
 * Reads the sources of this script and of all others that are likely to be needed. Listing the
 * scripts of a process takes a tenth of a second and more. The debugger is on only meanwhile, since
 * `await` is several times as slow with it.
 */
function readScripts(wanted: string): void {
  post("Debugger.enable");
  try {
    for (const [scriptId, { url }] of scripts) {
      const isLikely =
        !/^$|^node:|^evalmachine|node_modules/.test(url) && !url.startsWith(OWN_ROOT);
      if ((scriptId === wanted || isLikely) && !sources.has(scriptId)) readSource(scriptId);
    }
  } finally {
    post("Debugger.disable");
  }
}

function readSource(scriptId: string): void {
  try {
    const { scriptSource } = post("Debugger.getScriptSource", { scriptId });
    sources.set(scriptId, scriptSource as string);
  } catch {
    scripts.delete(scriptId);
  }
}

interface InternalProperty {
  readonly name: string;
  readonly value?: {
    readonly objectId?: string;
    readonly value?: { scriptId: string; lineNumber: number; columnNumber: number };
  };
}

interface StackTrace {
  readonly callFrames: readonly { readonly scriptId: string; readonly url: string }[];
  readonly parent?: StackTrace;
}

interface ParsedScript {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL?: string;
  readonly isModule?: boolean;
}

function post(method: string, parameters: object = {}): Record<string, unknown> {
  session ??= connect();
  let answer: Record<string, unknown> = {};
  let failure: unknown = null;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = (result ?? {}) as Record<string, unknown>;
  });
  if (failure !== null) throw failure;
  return answer;
}

function connect(): Session {
  const connected = new Session();
  connected.connect();
  connected.on("Debugger.scriptParsed", ({ params }) => {
    const { scriptId, url, sourceMapURL = "", isModule = false } = params as ParsedScript;
    scripts.set(scriptId, { url, sourceMapUrl: sourceMapURL, isModule });
  });
  return connected;
}
