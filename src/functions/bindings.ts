// Static information about the variables of a function: whether they are imported, and whether they
// are assigned again. Their values are not visible here.
import { type AnyNode, type Node, type Program, parse } from "acorn";
import { ancestor } from "acorn-walk";
import { addPattern, declaredBy } from "./free-variables.js";

/** An import, as a script spells it. */
export interface ImportBinding {
  readonly type: "import";
  readonly specifier: string;
  /** The export's name; "*" for all of them. */
  readonly name: string;
}

/** Another variable. */
export interface LocalBinding {
  readonly type: "local";
  /** Whether it may change after the function was made. */
  readonly isReassigned: boolean;
  /** Whether its declaration initialises it to a value other than undefined. */
  readonly isInitialised: boolean;
}

export type Binding = ImportBinding | LocalBinding;

type Path = readonly AnyNode[];

/** A script's syntax tree, with facts computed once about it. */
export interface ParsedScript {
  readonly program: Program;
  /** By variable, the assignments to it, each as the nodes from the script down to it. */
  readonly assignments: ReadonlyMap<string, readonly Path[]>;
  /** By variable, its declarators, imports and classes, in the same way. */
  readonly declarations: ReadonlyMap<string, readonly Path[]>;
}

/** Parses a script; undefined when it is not JavaScript of this parser's. */
export function parseScript(source: string): ParsedScript | undefined {
  const options = { ecmaVersion: "latest", allowHashBang: true } as const;
  for (const sourceType of ["module", "script"] as const) {
    try {
      const program = parse(source, { ...options, sourceType, allowReturnOutsideFunction: true });
      return { program, ...indexOf(program) };
    } catch {
      // Try the other kind.
    }
  }
  return undefined;
}

function indexOf(program: Program): Omit<ParsedScript, "program"> {
  const assignments = new Map<string, Path[]>();
  const declarations = new Map<string, Path[]>();
  const add = (index: Map<string, Path[]>, target: AnyNode, around: readonly Node[]) => {
    if (target.type === "VariableDeclaration") return;
    for (const name of namesIn(target)) {
      const paths = index.get(name) ?? [];
      paths.push([...around] as AnyNode[]);
      index.set(name, paths);
    }
  };
  const assigned = (target: Node, around: readonly Node[]) =>
    add(assignments, target as AnyNode, around);
  const declared = (target: Node, around: readonly Node[]) =>
    add(declarations, target as AnyNode, around);
  ancestor(program, {
    AssignmentExpression: (node, _state, around) => assigned(node.left, around),
    UpdateExpression: (node, _state, around) => assigned(node.argument, around),
    ForInStatement: (node, _state, around) => assigned(node.left, around),
    ForOfStatement: (node, _state, around) => assigned(node.left, around),
    VariableDeclarator: (node, _state, around) => declared(node.id, around),
    ImportDeclaration: (node, _state, around) => {
      for (const { local } of node.specifiers) declared(local, around);
    },
    Class: (node, _state, around) => {
      if (node.type === "ClassDeclaration" && node.id) declared(node.id, around);
    },
  });
  return { assignments, declarations };
}

function namesIn(pattern: AnyNode): ReadonlySet<string> {
  const names = new Set<string>();
  addPattern(pattern as Parameters<typeof addPattern>[0], names);
  return names;
}

/** The node at the end of `path` apart, the innermost that declares `name`. */
function scopeAround(path: Path, name: string): AnyNode | undefined {
  return path.slice(0, -1).findLast((node) => declaredBy(node).has(name));
}

/** The nodes from the whole script down to the innermost one at `offset`. */
export function pathTo(script: ParsedScript, offset: number): AnyNode[] {
  const path: AnyNode[] = [script.program];
  for (;;) {
    const inner = childAt(path.at(-1) as AnyNode, offset);
    if (inner === undefined) return path;
    path.push(inner);
  }
}

function childAt(node: AnyNode, offset: number): AnyNode | undefined {
  for (const part of Object.values(node)) {
    for (const child of Array.isArray(part) ? part : [part]) {
      const isNode = typeof child === "object" && child !== null && "type" in child;
      if (isNode && child.start <= offset && offset < child.end) return child as AnyNode;
    }
  }
  return undefined;
}

/**
 * The declaration of `name` that is visible at the end of `path`; undefined if the script has none.
 */
export function bindingOf(
  script: ParsedScript,
  path: readonly AnyNode[],
  name: string,
): Binding | undefined {
  const at = path.findLastIndex((node) => declaredBy(node).has(name));
  if (at < 0) return undefined;
  const scope = path[at] as AnyNode;
  const declaration = declarationIn(script, scope, name);
  const imported = declaration && importOf(declaration, name);
  if (imported !== undefined) return imported;
  const { init } = declaration?.type === "VariableDeclarator" ? declaration : {};
  const isDeclaredEmpty = declaration?.type === "VariableDeclarator" && !init;
  return {
    type: "local",
    isReassigned: isReassigned(script, scope, name, isDeclaredEmpty),
    isInitialised: isDefined(declaration, init ?? undefined) || isSetByCall(script, scope, name),
  };
}

/** The declarator, import or class that declares `name` in `scope`. */
function declarationIn(script: ParsedScript, scope: AnyNode, name: string): AnyNode | undefined {
  const paths = script.declarations.get(name) ?? [];
  return paths.find((path) => scopeAround(path, name) === scope)?.at(-1);
}

/** `import`, and its forms by compilers and CommonJS. */
function importOf(declaration: AnyNode, name: string): ImportBinding | undefined {
  if (declaration.type === "ImportDeclaration") {
    const specifier = String(declaration.source.value);
    const item = declaration.specifiers.find(({ local }) => local.name === name);
    if (item?.type === "ImportSpecifier") {
      const { imported } = item;
      const original = imported.type === "Identifier" ? imported.name : String(imported.value);
      return { type: "import", specifier, name: original };
    }
    return {
      type: "import",
      specifier,
      name: item?.type === "ImportDefaultSpecifier" ? "default" : "*",
    };
  }
  if (declaration.type !== "VariableDeclarator" || !declaration.init) return undefined;
  const specifier = loadedBy(declaration.init);
  if (specifier === undefined) return undefined;
  if (declaration.id.type === "Identifier") return { type: "import", specifier, name: "*" };
  if (declaration.id.type !== "ObjectPattern") return undefined;
  for (const property of declaration.id.properties) {
    if (property.type !== "Property" || property.value.type !== "Identifier") continue;
    if (property.value.name === name && property.key.type === "Identifier" && !property.computed) {
      return { type: "import", specifier, name: property.key.name };
    }
  }
  return undefined;
}

/** The module that `require("m")`, `await import("m")` or a test runner's import loads. */
function loadedBy(init: AnyNode): string | undefined {
  const loading = init.type === "AwaitExpression" ? (init.argument as AnyNode) : init;
  if (loading.type === "ImportExpression") {
    return init.type === "AwaitExpression" ? textOf(loading.source) : undefined;
  }
  if (loading.type !== "CallExpression" || loading.callee.type !== "Identifier") return undefined;
  return LOADERS.test(loading.callee.name) ? textOf(loading.arguments[0]) : undefined;
}

const LOADERS = /^(require|__vite_ssr_import__|__vite_ssr_dynamic_import__|__vi_import__)$/;

function textOf(node: AnyNode | undefined): string | undefined {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

function isReassigned(
  script: ParsedScript,
  scope: AnyNode,
  name: string,
  isDeclaredEmpty: boolean,
): boolean {
  const own = (script.assignments.get(name) ?? []).filter(
    (path) => path.findLast((node) => declaredBy(node).has(name)) === scope,
  );
  const counting = own.filter(
    (path) => !isEnumOpening(path, name) && !isLoopStep(path, scope, name),
  );
  if (counting.length !== 1 || !isDeclaredEmpty) return counting.length > 0;
  // `let x; if (…) x = 1;`: set once and never again, if neither loop nor function comes between.
  const [path = []] = counting;
  const between = path.slice(path.indexOf(scope) + 1);
  return between.some((node) => REPEATS.test(node.type) && node !== calledOnce(path));
}

/**
 * The function around a whole script that is called where it is written: what Node's REPL makes of
 * a line with `await`, whose constants it declares outside as `let`.
 */
function calledOnce([, statement]: Path): AnyNode | undefined {
  if (statement?.type !== "ExpressionStatement") return undefined;
  const call = statement.expression;
  const isCalled = call.type === "CallExpression" && call.callee.type === "ArrowFunctionExpression";
  return isCalled ? (call.callee as AnyNode) : undefined;
}

const REPEATS = /Function|^For|^While|^DoWhile|^MethodDefinition|^StaticBlock/;

/** `Color || (Color = {})`, with which TypeScript opens an enum: always the same object. */
function isEnumOpening(path: readonly AnyNode[], name: string): boolean {
  const around = path.at(-2);
  return (
    around?.type === "LogicalExpression" &&
    around.left.type === "Identifier" &&
    around.left.name === name
  );
}

/**
 * `for (let i = 0; …; i++)`: each turn has a variable of its own, and this changes the next one.
 */
function isLoopStep(path: readonly AnyNode[], scope: AnyNode, name: string): boolean {
  if (scope.type !== "ForStatement" || scope.init?.type !== "VariableDeclaration") return false;
  return (
    scope.init.kind === "let" &&
    declaredBy(scope).has(name) &&
    scope.update != null &&
    path.includes(scope.update as AnyNode)
  );
}

/** Whether such a function sets it: it has no value before. */
function isSetByCall(script: ParsedScript, scope: AnyNode, name: string): boolean {
  const paths = script.assignments.get(name) ?? [];
  return (
    scope === script.program && paths.some((path) => path.includes(calledOnce(path) as AnyNode))
  );
}

function isDefined(declaration: AnyNode | undefined, init: AnyNode | undefined): boolean {
  if (declaration?.type === "ClassDeclaration") return true;
  if (declaration?.type === "VariableDeclarator" && declaration.id.type !== "Identifier") {
    return false;
  }
  return init !== undefined && ALWAYS_DEFINED.test(init.type);
}

const ALWAYS_DEFINED =
  /^(Literal|TemplateLiteral|(Arrow)?FunctionExpression|ClassExpression|ObjectExpression|ArrayExpression|NewExpression|BinaryExpression|UpdateExpression)$/;

/**
 * The name under which the module exports the declaration at the end of `path`; undefined if it
 * does not.
 */
export function exportNameOf(script: ParsedScript, path: readonly AnyNode[]): string | undefined {
  const [program, statement, ...inner] = path;
  if (program?.type !== "Program" || statement === undefined) return undefined;
  const isExport = /^Export(Named|Default)Declaration$/.test(statement.type);
  const declaration = isExport ? inner : [statement, ...inner];
  const name = declaredName(declaration);
  if (statement.type === "ExportDefaultDeclaration") {
    return statement.declaration === path.at(2) && path.length === 3 ? "default" : undefined;
  }
  if (name === undefined) return undefined;
  if (statement.type === "ExportNamedDeclaration") return name;
  for (const each of script.program.body) {
    if (each.type === "ExportDefaultDeclaration") {
      const { declaration: exported } = each;
      if (exported.type === "Identifier" && exported.name === name) return "default";
    }
    if (each.type !== "ExportNamedDeclaration" || each.source) continue;
    for (const { local, exported } of each.specifiers) {
      if (local.type === "Identifier" && local.name === name) {
        return exported.type === "Identifier" ? exported.name : String(exported.value);
      }
    }
  }
  return undefined;
}

/** `f` of `function f`, `class f` and `const f = …`, if the function is the whole statement. */
function declaredName([outer, ...inner]: readonly AnyNode[]): string | undefined {
  if (outer?.type === "FunctionDeclaration" || outer?.type === "ClassDeclaration") {
    return inner.length === 0 ? (outer.id?.name ?? undefined) : undefined;
  }
  if (outer?.type !== "VariableDeclaration" || outer.kind !== "const") return undefined;
  const [declarator, value] = inner;
  if (declarator?.type !== "VariableDeclarator" || inner.length !== 2) return undefined;
  const isWhole = declarator.init === value && declarator.id.type === "Identifier";
  return isWhole && declarator.id.type === "Identifier" ? declarator.id.name : undefined;
}
