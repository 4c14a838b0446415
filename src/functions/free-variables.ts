// Which variables a parsed function uses without declaring them. Scopes as ECMAScript has them in
// strict code; nothing here knows what the names mean.
import type { AnyNode, Class, Function as FunctionNode, Node, Pattern, Program } from "acorn";
import { ancestor, base, recursive } from "acorn-walk";

/** A variable that the function uses and does not declare. */
export interface FreeVariable {
  readonly name: string;
  /** The properties read from it, where every use reads one: `sin` of `Math.sin`. */
  readonly members?: readonly string[];
}

const known = new WeakMap<object, readonly FreeVariable[]>();

/** The free variables of `root`, each once, in order of first use. */
export function freeVariables(root: FunctionNode | Class): readonly FreeVariable[] {
  let free = known.get(root);
  if (free === undefined) known.set(root, (free = findFree(root)));
  return free;
}

function findFree(root: FunctionNode | Class): FreeVariable[] {
  const scopes = new Map<Node, ReadonlySet<string>>();
  const found = new Map<string, Set<string> | undefined>();
  const visit = (node: Node & { name: string }, ancestors: readonly Node[]) => {
    for (let i = ancestors.length - 1; i >= 0; i--) {
      const outer = ancestors[i] as AnyNode;
      let names = scopes.get(outer);
      if (names === undefined) scopes.set(outer, (names = declaredBy(outer)));
      if (names.has(node.name)) return;
    }
    const member = memberOf(node, ancestors.at(-2) as AnyNode | undefined);
    const members = found.has(node.name) ? found.get(node.name) : new Set<string>();
    found.set(node.name, member === undefined ? undefined : members?.add(member));
  };
  ancestor(root, {
    Identifier: (node, _state, ancestors) => visit(node, ancestors),
    // acorn-walk's name for an identifier that is written to.
    ...({
      VariablePattern: (node: Node & { name: string }, _state: unknown, ancestors: Node[]) =>
        visit(node, ancestors),
    } as object),
  });
  return [...found].map(([name, members]) =>
    members === undefined ? { name } : { name, members: [...members] },
  );
}

function memberOf(node: Node, parent: AnyNode | undefined): string | undefined {
  const isObject = parent?.type === "MemberExpression" && parent.object === node;
  if (!isObject || parent.computed) return undefined;
  return parent.property.type === "Identifier" ? parent.property.name : undefined;
}

/** The names that `node` declares for everything inside it. */
export function declaredBy(node: AnyNode): ReadonlySet<string> {
  const names = new Set<string>();
  switch (node.type) {
    case "Program":
      addStatements(node.body, names);
      addVars(node, names);
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      for (const parameter of node.params) addPattern(parameter, names);
      if (node.type !== "ArrowFunctionExpression") names.add("arguments");
      if (node.id) names.add(node.id.name);
      addVars(node, names);
      break;
    case "ClassDeclaration":
    case "ClassExpression":
      if (node.id) names.add(node.id.name);
      break;
    case "BlockStatement":
    case "StaticBlock":
      addStatements(node.body, names);
      break;
    case "SwitchStatement":
      for (const each of node.cases) addStatements(each.consequent, names);
      break;
    case "ForStatement":
      if (node.init) addStatements([node.init], names);
      break;
    case "ForInStatement":
    case "ForOfStatement":
      addStatements([node.left], names);
      break;
    case "CatchClause":
      if (node.param) addPattern(node.param, names);
      break;
  }
  return names;
}

/** Names that statements declare in their own block. */
function addStatements(statements: readonly AnyNode[], names: Set<string>): void {
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration") {
      for (const { id } of statement.declarations) addPattern(id, names);
    } else if (statement.type === "ImportDeclaration") {
      for (const { local } of statement.specifiers) names.add(local.name);
    } else if (
      statement.type === "ExportNamedDeclaration" ||
      statement.type === "ExportDefaultDeclaration"
    ) {
      if (statement.declaration) addStatements([statement.declaration], names);
    } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      if (statement.id) names.add(statement.id.name);
    }
  }
}

/** `var` declarations, which belong to the whole function or script at any depth. */
function addVars(root: FunctionNode | Program, names: Set<string>): void {
  recursive((root.type === "Program" ? root : root.body) as Node, null, {
    Function: () => {},
    VariableDeclaration: (node, state, visit) => {
      if (node.kind === "var") for (const { id } of node.declarations) addPattern(id, names);
      base.VariableDeclaration?.(node, state, visit);
    },
  });
}

/** The names that a pattern binds. */
export function addPattern(pattern: Pattern, names: Set<string>): void {
  switch (pattern.type) {
    case "Identifier":
      names.add(pattern.name);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        addPattern(property.type === "RestElement" ? property.argument : property.value, names);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element !== null) addPattern(element, names);
      break;
    case "AssignmentPattern":
      addPattern(pattern.left, names);
      break;
    case "RestElement":
      addPattern(pattern.argument, names);
      break;
    case "MemberExpression":
      break;
  }
}
