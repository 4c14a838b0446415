// The names that a file exports, as its text says: no code is run for it.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";

const known = new Map<string, ReadonlySet<string>>();

/**
 * Names of a TypeScript or JavaScript file, those included that it takes from others by `export *`.
 */
export function readExports(path: string): ReadonlySet<string> {
  const names = known.get(path) ?? readNames(path);
  known.set(path, names);
  return names;
}

function readNames(path: string): ReadonlySet<string> {
  const names = new Set<string>();
  const text = readFileSync(path, "utf8");
  for (const statement of ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements) {
    if (ts.isExportDeclaration(statement)) addNamed(statement, path, names);
    else if (isExported(statement)) addDeclared(statement, names);
  }
  return names;
}

function addNamed(
  { exportClause, moduleSpecifier }: ts.ExportDeclaration,
  path: string,
  names: Set<string>,
): void {
  if (exportClause !== undefined && ts.isNamedExports(exportClause)) {
    for (const { name } of exportClause.elements) names.add(name.text);
  } else if (exportClause !== undefined) names.add(exportClause.name.text);
  else if (moduleSpecifier !== undefined) {
    const { text } = moduleSpecifier as ts.StringLiteral;
    const from = resolve(dirname(path), text.replace(/\.js$/, ".ts"));
    for (const name of readExports(from)) names.add(name);
  }
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function addDeclared(statement: ts.Statement, names: Set<string>): void {
  if (ts.isVariableStatement(statement)) {
    for (const { name } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name)) names.add(name.text);
    }
    return;
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  if (name !== undefined) names.add(name.text);
}
