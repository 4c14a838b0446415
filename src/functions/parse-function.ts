// Turns a function's own text into an expression with the same meaning anywhere: arrow functions,
// function expressions and declarations unchanged, methods rewritten as functions. Functions that
// cannot be sent are rejected here, with the reason. free-variables.ts finds missing variables.
import { type Expression, type Function as FunctionNode, parse } from "acorn";
import { ancestor } from "acorn-walk";
import { ArgumentError } from "../base/errors.js";

/** A function's text as an expression, and its syntax tree. */
export interface ParsedFunction {
  readonly source: string;
  readonly node: FunctionNode;
}

/** Why functions of elements and of lanes are refused that those of blocks may be. */
export const IS_ASYNC =
  "is async: only functions of whole blocks are waited for (mapBlocks); others must return their result";
export const IS_GENERATOR =
  "is a generator, and a block is one array: return an array of what it yields instead";

/** Throws the error of a function that cannot be sent. */
export function refuseFunction(name: string, reason: string, data?: object): never {
  throw new ArgumentError("function", `function ${name || "(anonymous)"} ${reason}`, {
    function: name,
    ...data,
  });
}

/** Throws the error for values that are no functions. */
export function refuseNoFunction(given: unknown): never {
  const kind = typeof given;
  const article = kind === "object" ? "an" : "a";
  const what = given === null || given === undefined ? String(given) : `${article} ${kind}`;
  throw new ArgumentError("function", `a function was expected, but ${what} was given`, {
    given: kind,
  });
}

/**
 * Parses the text of `f`.
 *
 * @throws ArgumentError `argument.function` for classes, built-in and bound functions, getters and
 * setters, generators, async functions unless they may be, and functions that need `this`, `super`
 * or `import`.
 */
export function parseFunction(f: (...args: never) => unknown, mayWait = false): ParsedFunction {
  const text = Function.prototype.toString.call(f);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    refuseFunction(
      f.name,
      "is built in or bound, so it has no source that could be sent: wrap it, as in (x) => f(x)",
    );
  }
  const parsed = asExpression(text) ?? asMethod(text, f.name);
  if (parsed === undefined) {
    refuseFunction(
      f.name,
      "cannot be sent: its source is not an arrow function, a function or a method in strict mode",
      { source: text },
    );
  }
  if (parsed.node.generator) refuseFunction(f.name, IS_GENERATOR);
  if (parsed.node.async && !mayWait) refuseFunction(f.name, IS_ASYNC);
  refuseContext(parsed.node, f.name);
  return parsed;
}

function tryParse(text: string): Expression | undefined {
  try {
    const [statement] = parse(`(${text})`, { ecmaVersion: "latest", sourceType: "module" }).body;
    return statement?.type === "ExpressionStatement" ? statement.expression : undefined;
  } catch {
    return undefined;
  }
}

function asExpression(text: string): ParsedFunction | undefined {
  const node = tryParse(text);
  switch (node?.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return { source: text, node };
    case "ClassExpression":
      refuseFunction(node.id?.name ?? "", "is a class: give a function, as in (x) => new C(x).y");
  }
  return undefined;
}

/**
 * A method's text is only valid inside an object: `double(x) { … }` becomes
 * `function double(x) { … }`.
 */
function asMethod(text: string, name: string): ParsedFunction | undefined {
  const object = tryParse(`{${text}}`);
  const property = object?.type === "ObjectExpression" ? object.properties[0] : undefined;
  if (property?.type !== "Property" || property.value.type !== "FunctionExpression") {
    return undefined;
  }
  if (property.kind !== "init") refuseFunction(name, "is a getter or setter: give a method");
  const { value } = property;
  if (value.generator) return { source: text, node: value };
  // The parsed text has two more characters at its beginning: "({".
  const parameters = text.slice(value.start - 2, value.end - 2);
  const identifier = /^[A-Za-z_$][\w$]*$/.test(name) ? name : "";
  const keyword = value.async ? "async function" : "function";
  return (
    asExpression(`${keyword} ${identifier}${parameters}`) ??
    asExpression(`${keyword} ${parameters}`)
  );
}

/** Rejects functions that only work where they were written. */
function refuseContext(root: FunctionNode, name: string): void {
  const refuse = (what: string) =>
    refuseFunction(name, `uses ${what}, which does not travel: pass what it needs as \`captured\``);
  ancestor(root, {
    ThisExpression: (_node, _state, ancestors) => {
      const owner = ancestors.findLast((outer) => HAS_OWN_THIS.test(outer.type));
      if (owner === undefined || owner === root) refuse("`this`");
    },
    ImportExpression: () => refuse("`import()`"),
    MetaProperty: (node) => {
      if (node.meta.name === "import") refuse("`import.meta`");
    },
  });
}

const HAS_OWN_THIS = /^(Function|Class)(Declaration|Expression)$/;
