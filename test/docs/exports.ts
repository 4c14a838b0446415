// What the entry exports, by its public names, and what the docstring of each says. Read with the
// type checker, so that exports of exports and namespaces are found.
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { allTags, type Tag } from "../../docs/categories.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What users import. */
const ENTRIES = [
  "src/index.ts",
  "src/entries/array.ts",
  "src/entries/diagnostics.ts",
  "src/entries/scheduler.ts",
  "src/entries/sim.ts",
];

/** A function or class that an entry exports. */
export interface PublicExport {
  /** As users write it: `sum`, `fft.rfft`. */
  readonly name: string;
  /** Its file, from the root of the repository. */
  readonly path: string;
  readonly isClass: boolean;
  /** Where it is declared: the same for all names of one thing. */
  readonly place: string;
  /** By the names of the tags of its docstring, what they say. */
  readonly tags: ReadonlyMap<string, string>;
  /** Parameters that its docstring does not describe. */
  readonly silent: readonly string[];
}

/** A public method of a class that the entry exports. */
export interface PublicMethod {
  /** As `Client.submit`. */
  readonly name: string;
  /** What its docstring says before the tags. */
  readonly text: string;
  /** The tags of its docstring. */
  readonly tags: ReadonlyMap<string, string>;
  /** Those of its class. */
  readonly classTags: ReadonlyMap<string, string>;
  /** Parameters that its docstring does not describe. */
  readonly silent: readonly string[];
}

/** Every function and class of the entries, those of namespaces, too; but what is `@internal`. */
export function publicExports(): PublicExport[] {
  const { modules, checker } = entryModules();
  const all = modules.flatMap((module) => exportsOf(module, "", checker));
  return [...new Map(all.map((each) => [`${each.name} ${each.place}`, each])).values()];
}

/** Every method of those classes; none that is private, `@internal` or named by a symbol. */
export function publicMethods(): PublicMethod[] {
  const { modules, checker } = entryModules();
  const exported = new Set(modules.flatMap((module) => exportedSymbols(module, checker)));
  const isNamespace = ({ flags }: ts.Symbol) => (flags & ts.SymbolFlags.ValueModule) !== 0;
  const classes = [...exported].flatMap((symbol) =>
    isNamespace(symbol) ? exportedSymbols(symbol, checker) : [symbol],
  );
  return classes.flatMap((symbol) => {
    if ((symbol.flags & ts.SymbolFlags.Class) === 0) return [];
    const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    return members.filter(isPublicMethod).flatMap((member) => {
      const tags = tagsOf(member, checker);
      if (tags.has("internal")) return [];
      const text = ts.displayPartsToString(member.getDocumentationComment(checker));
      const name = `${symbol.name}.${member.name}`;
      const silent = silentParameters(member, checker);
      return [{ name, text, tags, classTags: tagsOf(symbol, checker), silent }];
    });
  });
}

/** What a module exports, not the names under which it does. */
function exportedSymbols(module: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  const isAlias = ({ flags }: ts.Symbol) => (flags & ts.SymbolFlags.Alias) !== 0;
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (isAlias(symbol) ? checker.getAliasedSymbol(symbol) : symbol));
}

function isPublicMethod(member: ts.Symbol): boolean {
  const declaration = member.valueDeclaration;
  if (declaration === undefined || !isCallable(declaration)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if ((ts.getCombinedModifierFlags(declaration) & hidden) !== 0) return false;
  return ts.isIdentifier(declaration.name);
}

/**
 * Whether it is a method, or one of an interface of methods, as a property or not, such as those of
 * tables.
 */
function isCallable(
  declaration: ts.Declaration,
): declaration is ts.MethodDeclaration | ts.MethodSignature | ts.PropertySignature {
  if (ts.isMethodDeclaration(declaration)) return true;
  if (!ts.isPropertySignature(declaration) && !ts.isMethodSignature(declaration)) return false;
  if (!ts.isInterfaceDeclaration(declaration.parent)) return false;
  return /(Methods|Distributions)$/.test(declaration.parent.name.text);
}

interface EntryModules {
  /** In the order of {@link ENTRIES}: that of `tilework` first. */
  readonly modules: readonly ts.Symbol[];
  readonly checker: ts.TypeChecker;
}

let read: EntryModules | undefined;

/** Read once: the compiler takes seconds. */
export function entryModules(): EntryModules {
  read ??= readEntryModules();
  return read;
}

function readEntryModules(): EntryModules {
  const entries = ENTRIES.map((path) => resolve(root, path));
  const config = ts.readConfigFile(resolve(root, "src/tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, resolve(root, "src"));
  const program = ts.createProgram(entries, options);
  const checker = program.getTypeChecker();
  const modules = entries.map((entry) => {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry} is no module`);
    return module;
  });
  return { modules, checker };
}

function exportsOf(module: ts.Symbol, prefix: string, checker: ts.TypeChecker): PublicExport[] {
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const name = prefix + exported.name;
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    if ((symbol.flags & ts.SymbolFlags.ValueModule) !== 0) {
      return exportsOf(symbol, `${name}.`, checker);
    }
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined) return [];
    const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
    const isClass = type.getConstructSignatures().length > 0;
    if (!isClass && type.getCallSignatures().length === 0) return [];
    const tags = tagsOf(symbol, checker);
    if (tags.has("internal")) return [];
    const path = relative(root, declaration.getSourceFile().fileName);
    const place = `${path}:${declaration.pos}`;
    const silent = isClass ? [] : silentParameters(symbol, checker);
    return [{ name, path, place, isClass, tags, silent }];
  });
}

/**
 * The parameters that neither a `@param` describes nor code in the text names, and options of which
 * some have no text. Those that a pattern takes apart are options.
 */
function silentParameters(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  const { aliasSymbol } = checker.getTypeOfSymbol(symbol);
  const tags = [symbol, ...(aliasSymbol === undefined ? [] : [aliasSymbol])].flatMap((each) =>
    each.getJsDocTags(checker).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`),
  );
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const described = [text, ...tags.filter((tag) => !tag.startsWith("@example"))].join("\n");
  const isNamed = (name: string) =>
    new RegExp(`@param (\\w+, )*${name}\\b|\`[^\`]*\\b${name}\\b[^\`]*\``).test(described);
  const parameters = checker
    .getTypeOfSymbol(symbol)
    .getCallSignatures()
    .flatMap((signature) => signature.parameters);
  const silent = parameters.flatMap((parameter) => {
    const isPattern = parameter.name.startsWith("__");
    const name = isPattern ? "options" : parameter.name;
    if (isNamed(name)) return [];
    if (!isPattern && !/options$/i.test(name)) return [name];
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
    const options = checker.getPropertiesOfType(type).filter((option) => {
      const isHidden = option.getJsDocTags(checker).some((tag) => tag.name === "internal");
      const hasText = option.getDocumentationComment(checker).length > 0;
      return !isHidden && !hasText && !isNamed(option.name);
    });
    return options.map((option) => `${name}.${option.name}`);
  });
  return [...new Set(silent)];
}

/**
 * By tag, its text in one line; what several of one name say, one after the other. Those of its
 * type are among them.
 */
function tagsOf(symbol: ts.Symbol, checker: ts.TypeChecker): Map<string, string> {
  const ofType = checker.getTypeOfSymbol(symbol).aliasSymbol;
  const linesOf = (some: ts.Symbol | undefined): Tag[] =>
    (some?.getJsDocTags(checker) ?? []).map(({ name, text }) => {
      const said = ts.displayPartsToString(text).replace(/\s+/g, " ").replaceAll(" }", "}");
      return { tag: `@${name}`, text: said };
    });
  const tags = new Map<string, string>();
  for (const { tag, text } of allTags(linesOf(symbol), linesOf(ofType))) {
    const name = tag.slice(1);
    tags.set(name, [...(tags.has(name) ? [tags.get(name)] : []), text].join(" "));
  }
  return tags;
}
