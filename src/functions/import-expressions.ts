// Modules that a parsed function loads by `import()` with a constant name, and how that call is
// replaced if modules were sent along (Node lets no script redefine `import()`).
import { type AnyNode, type Class, type Function as FunctionNode, type Node, parse } from "acorn";
import { simple } from "acorn-walk";
import { DYNAMIC_IMPORT } from "./globals.js";

/** The specifiers of `import("…")` in the function. */
export function importExpressions(root: FunctionNode | Class): string[] {
  const found: string[] = [];
  const add = (node: AnyNode | undefined) => {
    if (node?.type === "Literal" && typeof node.value === "string") found.push(node.value);
  };
  simple(root as Node, {
    ImportExpression: ({ source }) => add(source),
    CallExpression: ({ callee, arguments: [first] }) => {
      if (callee.type === "Identifier" && callee.name === DYNAMIC_IMPORT) add(first);
    },
  });
  return found;
}

/** The same expression with `import(…)` as a call of a function of that name. */
export function renameImports(source: string, name: string): string {
  const options = { ecmaVersion: "latest", sourceType: "script" } as const;
  const starts: number[] = [];
  simple(parse(`(${source}\n)`, options), {
    ImportExpression: ({ start }) => starts.push(start - 1),
  });
  const pieces = starts.sort((a, b) => b - a);
  return pieces.reduce(
    (text, start) => text.slice(0, start) + name + text.slice(start + "import".length),
    source,
  );
}
