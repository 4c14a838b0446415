// What the entry exports, by its public names, and what the docstring of each says. Read with the type
// checker, so that exports of exports and namespaces are found.
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** A function or class that the entry exports. */
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
}

/** Every function and class of `src/index.ts`, those of its namespaces, too; but what is `@internal`. */
export function publicExports(): PublicExport[] {
  const entry = resolve(root, "src/index.ts");
  const config = ts.readConfigFile(resolve(root, "src/tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, resolve(root, "src"));
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  return module === undefined ? [] : exportsOf(module, "", checker);
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
    return [{ name, path, place: `${path}:${declaration.pos}`, isClass, tags }];
  });
}

/** By tag, its text in one line; what several of one name say, one after the other. */
function tagsOf(symbol: ts.Symbol, checker: ts.TypeChecker): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { name, text } of symbol.getJsDocTags(checker)) {
    const said = ts.displayPartsToString(text).replace(/\s+/g, " ").replaceAll(" }", "}");
    tags.set(name, [...(tags.has(name) ? [tags.get(name)] : []), said].join(" "));
  }
  return tags;
}
