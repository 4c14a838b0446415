// The text of any function or class as an expression that evaluates to it anywhere, with its syntax
// tree. free-variables.ts finds the variables that it captures. Plain functions of blocks use
// parse-function.ts, which costs less.
import { type Class, type Function as FunctionNode, type Node, parse } from "acorn";
import { ancestor } from "acorn-walk";
import { Recent } from "../base/recent.js";
import { refuseFunction } from "./parse-function.js";
import type { AnyFunction } from "./shipped-function.js";

/** A function's text, made an expression. */
export interface FunctionSource {
  /** The result of `toString`. */
  readonly text: string;
  /** Evaluates to the function. */
  readonly source: string;
  /** Where `text` begins in `source`. */
  readonly prefixLength: number;
  readonly node: FunctionNode | Class;
  /** Whether it only means something in sloppy code. */
  readonly isSloppy: boolean;
}

/** The variable in which a class finds its superclass, where that is no plain name. */
export const SUPERCLASS = "tileworkSuperclass";

/** Whether the text is that of a built-in or bound function, which has none. */
export function isNative(f: AnyFunction): boolean {
  return isNativeText(Function.prototype.toString.call(f));
}

function isNativeText(text: string): boolean {
  return text.endsWith("}") && /\{\s*\[native code\]\s*\}$/.test(text.slice(-64));
}

/**
 * The source of `f`.
 *
 * @param name its name in errors
 * @throws ArgumentError `argument.function` for built-in and bound functions, accessors, and what
 * only works where it was written: `super`, `import.meta`, private names, the `this` of an arrow's
 * surroundings
 */
export function functionSource(f: AnyFunction, name: string): FunctionSource {
  const text = Function.prototype.toString.call(f);
  if (latest?.text === text) return latest;
  latest = sources.get(text) ?? sourceOf(text, name);
  if (text.length <= KEPT_LENGTH_MAX) sources.set(text, latest);
  return latest;
}

/** Functions written inline are made again for each call, with the same text. */
const sources = new Recent<string, FunctionSource>(256);
const KEPT_LENGTH_MAX = 4096;
/** Several questions about a function follow each other. */
let latest: FunctionSource | undefined;

function sourceOf(text: string, name: string): FunctionSource {
  if (isNativeText(text)) {
    refuseFunction(
      name,
      "is built in or bound, so it has no source that could be sent: wrap it, as in (x) => f(x)",
    );
  }
  const found = asExpression(text) ?? asMethod(text, name);
  if (found === undefined) {
    refuseFunction(
      name,
      "cannot be sent: its source is not self-contained (private names and `super` need their class)",
      { source: text },
    );
  }
  refuseContext(found.node, name);
  return found;
}

function tryParse(text: string, sourceType: "module" | "script"): Node | undefined {
  try {
    const [statement] = parse(text, { ecmaVersion: "latest", sourceType }).body;
    return statement?.type === "ExpressionStatement" ? statement.expression : undefined;
  } catch {
    return undefined;
  }
}

function parseEither(text: string): { node: Node; isSloppy: boolean } | undefined {
  for (const sourceType of ["module", "script"] as const) {
    const node = tryParse(text, sourceType);
    if (node !== undefined) return { node, isSloppy: sourceType === "script" };
  }
  return undefined;
}

function asExpression(text: string): FunctionSource | undefined {
  const found = parseEither(`(${text}\n)`);
  if (found === undefined) return undefined;
  const node = found.node as FunctionNode | Class;
  if (!/^(ArrowFunction|Function|Class)Expression$/.test(node.type)) return undefined;
  const { isSloppy } = found;
  const superclass = "superClass" in node ? node.superClass : undefined;
  if (superclass && superclass.type !== "Identifier" && superclass.type !== "Literal") {
    // The parsed text has one more character at its beginning.
    const replaced = `${text.slice(0, superclass.start - 1)}${SUPERCLASS}${text.slice(superclass.end - 1)}`;
    return { ...(asExpression(replaced) as FunctionSource), text };
  }
  return { text, source: text, prefixLength: 0, node, isSloppy };
}

/** A method is only valid inside an object. */
function asMethod(text: string, name: string): FunctionSource | undefined {
  const found = parseEither(`({${text}\n})`);
  const object = found?.node as { properties?: Node[] } | undefined;
  const property = object?.properties?.[0] as
    | { type: string; kind: string; computed: boolean; key: Node; value: FunctionNode }
    | undefined;
  if (found === undefined) return asPrivateMethod(text, name);
  if (property?.type !== "Property" || property.value.type !== "FunctionExpression") {
    return undefined;
  }
  if (property.kind !== "init") refuseFunction(name, "is a getter or setter: give a method");
  if (property.computed) {
    const start = text.lastIndexOf("[", property.key.start - 2);
    const end = text.indexOf("]", property.key.end - 2) + 1;
    return asMethod(`${text.slice(0, start)}computed${text.slice(end)}`, name);
  }
  const prefix = "Object.values({";
  const { isSloppy } = found;
  return {
    text,
    source: `${prefix}${text}})[0]`,
    prefixLength: prefix.length,
    node: property.value,
    isSloppy,
  };
}

function asPrivateMethod(text: string, name: string): FunctionSource | undefined {
  const open = text.match(/^((?:async\s*)?\*?\s*)#([\w$]+)/);
  if (open === null) return undefined;
  return asMethod(`${open[1]}${open[2]}${text.slice(open[0].length)}`, name);
}

const thoseWithThis = new WeakMap<object, boolean>();

/** Whether calling the function by itself would miss a `this`. */
export function usesThis(root: FunctionNode | Class): boolean {
  let uses = thoseWithThis.get(root);
  if (uses === undefined) thoseWithThis.set(root, (uses = findsThis(root)));
  return uses;
}

function findsThis(root: FunctionNode | Class): boolean {
  let uses = false;
  ancestor(root as Node, {
    ThisExpression: (_node, _state, around) => {
      const owner = around.findLast((outer) => HAS_OWN_THIS.test(outer.type));
      if (owner === undefined || owner === root) uses = true;
    },
  });
  return uses;
}

const HAS_OWN_THIS = /^(Function|Class)(Declaration|Expression)$/;

/** Throws the error of a function that depends on the place where it was written. */
export function refuseContextual(name: string, what: string): never {
  refuseFunction(name, `uses ${what}, which does not travel: pass what it needs as \`captured\``);
}

/** Rejects functions that only work where they were written. */
function refuseContext(root: FunctionNode | Class, name: string): void {
  const refuse = (what: string) => refuseContextual(name, what);
  ancestor(root as Node, {
    Super: (_node, _state, around) => {
      if (!around.some(({ type }) => /^Class|^ObjectExpression/.test(type))) refuse("`super`");
    },
    MetaProperty: (node) => {
      if (node.meta.name === "import") refuse("`import.meta`");
    },
  });
  if (root.type === "ArrowFunctionExpression" && usesThis(root)) {
    refuse("the `this` of what is around it");
  }
}
