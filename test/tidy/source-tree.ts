// Reads src/ with the TypeScript parser: imports, names used, function lengths and comments of
// every file.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const src = resolve(dirname(fileURLToPath(import.meta.url)), "../../src");

/** One import of a file. */
export interface Import {
  /**
   * A file below src (`graph/model/layer.ts`), a package (`zeromq`) or a Node module (`node:fs`).
   */
  readonly target: string;
  /** Whether only types are imported: gone after compilation. */
  readonly typeOnly: boolean;
}

/** What the checks need to know about a file. */
export interface SourceFile {
  /** Path below src, with slashes. */
  readonly path: string;
  /**
   * Whether it is AssemblyScript: compiled to WebAssembly, with types and decorators of its own.
   */
  readonly isAssembly: boolean;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  /** Identifiers that are used as values, and `await` and `Math.random` where they stand. */
  readonly names: ReadonlySet<string>;
  readonly functions: readonly { readonly name: string; readonly lineCount: number }[];
  /** Files that its comments mention, as they do: `layer.ts`, `graph/model/layer.ts`. */
  readonly mentions: readonly string[];
}

let read: readonly SourceFile[] | undefined;

/** Every TypeScript and AssemblyScript file below src, generated ones left out; parsed once. */
export function readSourceTree(): readonly SourceFile[] {
  read ??= readFiles();
  return read;
}

function readFiles(): SourceFile[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .filter((path) => !path.includes("/generated/"))
    .sort()
    .map(readSourceFile);
}

/** Every file of the repository that comments may mention, by its path from the root. */
export function readRepositoryPaths(): string[] {
  return ["src", "test", "bench", "docs", "examples"].flatMap((folder) =>
    readdirSync(resolve(src, "..", folder), { recursive: true, encoding: "utf8" }).map(
      (path) => `${folder}/${path.replaceAll("\\", "/")}`,
    ),
  );
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(src, path), "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const names = new Set<string>();
  const functions: { name: string; lineCount: number }[] = [];
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line;

  const visit = (node: ts.Node): void => {
    const found = importOf(path, node);
    if (found !== undefined) imports.push(found);
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) {
      names.add("await");
    }
    if (ts.isPropertyAccessExpression(node) && node.getText() === "Math.random") {
      names.add("Math.random");
    }
    if (ts.isIdentifier(node) && isValueUse(node)) names.add(node.text);
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const body = node.body as ts.Node;
      const lineCount = lineOf(body.end) - lineOf(body.getStart()) + 1;
      functions.push({ name: node.name?.getText() ?? "(anonymous)", lineCount });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);

  const isAssembly = path.startsWith("kernels/assembly/");
  const mentions = mentionedIn(text);
  const lineCount = text.split("\n").length;
  return { path, isAssembly, text, lineCount, imports, names, functions, mentions };
}

/** The files that comments of a text name. */
function mentionedIn(text: string): string[] {
  const comments = text.match(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g) ?? [];
  const names = comments
    .join("\n")
    .matchAll(/(?<![\w./*<>-])(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.ts\b/g);
  return [...names].map(([name]) => name);
}

function importOf(path: string, node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const specifier = node.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return undefined;
    return { target: resolveImport(path, specifier.text), typeOnly: isTypeOnly(node) };
  }
  const isDynamic =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(node.expression) && node.expression.text === "require"));
  const argument = isDynamic ? node.arguments[0] : undefined;
  if (argument === undefined || !ts.isStringLiteral(argument)) return undefined;
  return { target: resolveImport(path, argument.text), typeOnly: false };
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function resolveImport(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const named = resolve(src, dirname(path), specifier);
  // AssemblyScript names files without an ending.
  const file = existsSync(`${named}.ts`) ? `${named}.ts` : named.replace(/\.js$/, ".ts");
  return relative(src, file).replaceAll("\\", "/");
}

/** Whether an identifier reads a variable, rather than naming a property, a member or a type. */
function isValueUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false;
  const named = parent as { name?: ts.Node; propertyName?: ts.Node };
  if (named.name === node || named.propertyName === node) return false;
  return true;
}
